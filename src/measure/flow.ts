import { createHash, verify } from 'node:crypto';
import type { z } from 'zod';
import type { Tx } from '../db/connection.ts';
import { readProvider } from '../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { daySpanOf, foldDay, MinuteLine } from './days.ts';
import {
  deathShape,
  loginsShape,
  minutesShape,
  quietShape,
  roundShape,
  signedShape,
  skewMs,
  turnsShape,
} from './message.ts';
import { outagesOf } from './outage.ts';
import { packDay, unpackDay, unpackMinute } from './pack.ts';
import type { RunSeries } from './run.ts';
import { deathRuns, runsOf } from './series.ts';
import { slotAt } from './slot.ts';
import * as store from './store.ts';
import { changes, type Wanted } from './target.ts';
import type { VerdictRule } from './verdict.ts';

/**
 * Taking in what probers and planes tell. Each message is one transaction and idempotent by (sender, spool,
 * sequence): `taken` false means that it was known. Hosts whose verdict may have moved are named, so that the
 * caller can look at their outages.
 */
export interface Taken {
  readonly taken: boolean;
  readonly touched: readonly { readonly host: string; readonly check: string }[];
}

const known: Taken = { taken: false, touched: [] };

function read<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> | Refusal {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return refuse('message-invalid', issue.path.join('.'), issue.message);
}

/** A prober's signed word: a round with its receipt, or turns told before their round ends. */
export async function takeSigned(
  tx: Tx,
  now: number,
  prober: store.ProberRow,
  body: unknown,
): Promise<Taken | Refusal> {
  const message = read(signedShape, body);
  if (isRefusal(message)) return message;
  const bytes = Buffer.from(message.text);
  const signature = Buffer.from(message.signature, 'base64');
  if (!verify(null, bytes, prober.key, signature)) {
    return refuse('signature-invalid', 'signature', `not signed by the key of ${prober.id}`);
  }
  const said = readSaid(message.kind, parseJson(message.text));
  if (isRefusal(said)) return said;
  const latest = Math.max(said.rounds?.last ?? 0, ...said.turns.map((turn) => turn.at));
  if (latest > now + skewMs) return refuse('clock-ahead', 'text', 'from the future: set the prober’s clock');
  const lives = new Map((await store.readTargets(tx, null)).map((target) => [target.id, target]));
  // A target that was taken away meanwhile has nothing more to say.
  const turns = said.turns.filter((turn) => lives.has(turn.id));
  if (!(await store.takeSeq(tx, `${prober.id}/${message.spool}`, message.seq))) return known;
  await store.insertTurns(
    tx,
    turns.map(({ id, at, result, reading }) => ({ target: id, vantage: prober.id, at, result, reading })),
  );
  if (said.rounds !== null) {
    const { first, intervalMs } = said.rounds;
    const missed = said.missed.flatMap((id) => {
      const life = lives.get(id);
      const slot = life === undefined ? 0 : slotAt(first, life.phase, intervalMs);
      return life === undefined ? [] : [{ target: id, vantage: prober.id, at: slot }];
    });
    await store.insertMisses(tx, missed);
    await addReceipt(tx, prober.id, said.rounds, createHash('sha256').update(bytes).digest(), signature);
  }
  const ids = new Set(turns.map((turn) => turn.id));
  const touched = [...ids].flatMap((id) => lives.get(id) ?? []).map(({ host, check }) => ({ host, check }));
  return { taken: true, touched };
}

/** What a prober said, whatever its kind: rounds with their receipt, what was missed in them, what turned. */
interface Said {
  readonly rounds: z.output<typeof quietShape> | null;
  readonly missed: readonly string[];
  readonly turns: z.output<typeof turnsShape>['turns'];
}

function readSaid(kind: z.output<typeof signedShape>['kind'], text: unknown): Said | Refusal {
  if (kind === 'quiet') {
    const quiet = read(quietShape, text);
    return isRefusal(quiet) ? quiet : { rounds: quiet, missed: [], turns: [] };
  }
  if (kind === 'turns') {
    const told = read(turnsShape, text);
    return isRefusal(told) ? told : { rounds: null, missed: [], turns: told.turns };
  }
  const told = read(roundShape, text);
  if (isRefusal(told)) return told;
  const { round, intervalMs, version, targets, missed, turns } = told;
  return { rounds: { first: round, last: round, intervalMs, version, targets }, missed, turns };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Makes the prober's last range longer when the rounds follow it in every respect, else begins a new one. */
async function addReceipt(
  tx: Tx,
  prober: string,
  rounds: z.output<typeof quietShape>,
  digest: Buffer,
  signature: Buffer,
): Promise<void> {
  const last = await store.lastReceipt(tx, prober);
  // A clock that was set back: what was said of those rounds stands.
  if (last !== null && rounds.first <= last.lastRound) return;
  const follows =
    last !== null &&
    rounds.first === last.lastRound + last.everyMs &&
    rounds.intervalMs === last.everyMs &&
    rounds.version === last.version &&
    rounds.targets === last.targets;
  const chained = createHash('sha256')
    .update(follows ? last.digest : Buffer.alloc(32))
    .update(digest)
    .digest();
  if (follows)
    return store.extendReceipt(tx, { ...last, lastRound: rounds.last, digest: chained, signature });
  await store.insertReceipt(tx, {
    prober,
    firstRound: rounds.first,
    lastRound: rounds.last,
    everyMs: rounds.intervalMs,
    version: rounds.version,
    targets: rounds.targets,
    digest: chained,
    signature,
  });
}

/** A plane's own word that it was dead: fail of web and ftp for every host on it (SEMANTICS §3). */
export async function takeDeath(tx: Tx, now: number, plane: string, body: unknown): Promise<Taken | Refusal> {
  const message = read(deathShape, body);
  if (isRefusal(message)) return message;
  if (message.to <= message.from) return refuse('interval-empty', 'to', 'a stretch ends after it begins');
  if (message.to > now + skewMs) return refuse('clock-ahead', 'to', 'from the future: set the plane’s clock');
  if (!(await store.takeSeq(tx, `${plane}/${message.spool}`, message.seq))) return known;
  await store.insertDeath(tx, plane, { from: message.from, to: message.to });
  return { taken: true, touched: [] };
}

export async function takeMinutes(
  tx: Tx,
  now: number,
  plane: string,
  body: unknown,
): Promise<Taken | Refusal> {
  const message = read(minutesShape, body);
  if (isRefusal(message)) return message;
  const ahead = message.minutes.findIndex((minute) => minute.minute > now + skewMs);
  if (ahead >= 0)
    return refuse('clock-ahead', `minutes[${ahead}].minute`, 'from the future: set the plane’s clock');
  if (!(await store.takeSeq(tx, `${plane}/${message.spool}`, message.seq))) return known;
  await store.insertMinutes(
    tx,
    message.minutes.map(({ minute, part, packed }) => ({
      plane,
      minute,
      part,
      packed: Buffer.from(packed, 'base64'),
    })),
  );
  return { taken: true, touched: [] };
}

export async function takeLogins(tx: Tx, plane: string, body: unknown): Promise<Taken | Refusal> {
  const message = read(loginsShape, body);
  if (isRefusal(message)) return message;
  if (!(await store.takeSeq(tx, `${plane}/${message.spool}`, message.seq))) return known;
  const { file } = message;
  await store.insertLogins(
    tx,
    message.logins.map((login) => ({ plane, file, ...login })),
  );
  return { taken: true, touched: [] };
}

/** The set of targets follows the hosts' desired states; a change takes the next version. Resolves to the version in force. */
export async function syncTargets(tx: Tx, wanted: readonly Wanted[]): Promise<number> {
  const version = await store.targetVersion(tx);
  const saves = changes(await store.readTargets(tx, null), wanted, version + 1);
  if (saves.length === 0) return version;
  for (const target of saves) await store.saveTarget(tx, target);
  await store.setTargetVersion(tx, version + 1);
  return version + 1;
}

/** How often a living plane makes its mark. */
export const markMs = 1000;

export interface CheckSeries extends RunSeries {
  readonly check: string;
}

/** Everything that was observed of a host within `[from, to)`, as series of runs; `holdOf` says how long each check's observation holds. */
export async function readSeries(
  tx: Tx,
  host: { readonly id: string; readonly plane: string },
  holdOf: (check: string) => number,
  from: number,
  to: number,
): Promise<readonly CheckSeries[]> {
  const targets = await store.readTargets(tx, [host.id]);
  const ids = targets.map((target) => target.id);
  const receipts = await store.readReceipts(tx, from, to);
  const turns = await store.readTurns(tx, ids, from, to);
  const misses = await store.readMisses(tx, ids, from, to);
  const vantages = [...new Set(receipts.map((receipt) => receipt.prober))];
  const seen = targets.flatMap((target) =>
    vantages.map((vantage): CheckSeries => {
      const mine = (row: { target: string; vantage: string }): boolean =>
        row.target === target.id && row.vantage === vantage;
      const stored = {
        ranges: receipts.filter((receipt) => receipt.prober === vantage),
        turns: turns.filter(mine),
        misses: misses.filter(mine).map((miss) => miss.at),
      };
      return { check: target.check, vantage, runs: runsOf(target, stored, holdOf(target.check), from, to) };
    }),
  );
  const dead = deathRuns(await store.readDeaths(tx, host.plane, from, to), markMs);
  const own =
    dead.length === 0 ? [] : ['web', 'ftp'].map((check) => ({ check, vantage: 'plane', runs: dead }));
  const checks = new Set(targets.map((target) => target.check));
  return [...seen.filter((one) => one.runs.length > 0), ...own.filter((one) => checks.has(one.check))];
}

/** How far back outages are looked for again: longer than any bridge or late round matters. */
const recentMs = 3 * 3_600_000;

/** Brings the outages of a check into line with what was observed. Run twice, the second run changes nothing. */
export async function refreshOutages(
  tx: Tx,
  now: number,
  host: { readonly id: string; readonly plane: string },
  check: string,
  rule: VerdictRule,
  lookBackMs = recentMs,
): Promise<readonly store.OutageRow[]> {
  const open = await store.openOutage(tx, host.id, check);
  const from = Math.min(now, open ?? now) - lookBackMs;
  const all = await readSeries(tx, host, () => rule.holdMs, from - rule.holdMs - rule.bridgeMs, now);
  const series = all.filter((one) => one.check === check);
  const turns = await store.readTurns(tx, [`${check}:${host.id}`], from, now);
  const rows = outagesOf(series, rule, now)
    .filter((outage) => outage.from >= from)
    .map((outage) => {
      const first = turns.find((turn) => turn.at >= outage.firstFail && turn.result === 'fail');
      return { host: host.id, check, ...outage, code: first?.reading.code ?? 'silent' };
    });
  await store.replaceOutages(tx, host.id, check, from, rows);
  return rows;
}

/** A host's minutes within `[from, to)` as windows of the check `response`: cut days, then the minutes not yet cut. */
export async function readWindows(
  tx: Tx,
  host: { readonly id: string; readonly plane: string },
  from: number,
  to: number,
) {
  const line = new MinuteLine(from, to);
  const dayMs = 26 * 3_600_000;
  const own = new Map(
    (await store.readDays(tx, [host.id], from - dayMs, to)).map((row) => [row.day, row.packed]),
  );
  for (const { day, read } of await store.readPlaneDays(tx, host.plane, from - dayMs, to)) {
    const packed = own.get(day);
    line.addDay(day, read, packed === undefined ? null : unpackDay(packed));
  }
  for (const row of await store.readMinutes(tx, host.plane, from, to)) {
    line.addMinute(unpackMinute(row.plane, row.minute, row.part, row.packed), host.id);
  }
  return line.windows().map((stretch) => ({ check: 'response', ...stretch }));
}

/** How long after its end a day's minutes are kept apart; what comes later is folded in likewise. */
const foldAfterMs = 2 * 3_600_000;

/** Folds the minutes of ended days into a row per host and day. Run again, it finds nothing to do. */
export async function foldDays(tx: Tx, now: number): Promise<number> {
  const zone = (await readProvider(tx))?.profile.zone ?? 'UTC';
  let folded = 0;
  for (const { plane, minute } of await store.oldestMinutes(tx)) {
    for (let span = daySpanOf(zone, minute); span.to + foldAfterMs <= now; span = daySpanOf(zone, span.to)) {
      const rows = await store.readMinutes(tx, plane, span.from, span.to);
      if (rows.length === 0) continue;
      const [known] = await store.readPlaneDays(tx, plane, span.from, span.from + 1);
      const minutes = rows.map((row) => unpackMinute(plane, row.minute, row.part, row.packed));
      const ids = [...new Set(minutes.flatMap((one) => one.hosts.map((host) => host.host)))];
      const days = await store.readDays(tx, ids, span.from, span.from + 1);
      const before = {
        hosts: new Map(days.map((day) => [day.host, unpackDay(day.packed)])),
        read: known?.read,
      };
      const after = foldDay(span, { hosts: before.hosts, read: before.read ?? Buffer.alloc(0) }, minutes);
      const packed = [...after.hosts].map(([host, day]) => ({ host, day: span.from, packed: packDay(day) }));
      await store.saveDays(tx, packed);
      await store.savePlaneDay(tx, plane, span.from, after.read);
      await store.deleteMinutes(tx, plane, span.from, span.to);
      folded += 1;
    }
  }
  return folded;
}

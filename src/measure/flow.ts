import { createHash, verify } from 'node:crypto';
import type { Tx } from '../db/connection.ts';
import { post } from '../db/outbox.ts';
import { planeHosts } from '../hosting/store.ts';
import { readProvider } from '../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import type { WindowStretch } from '../terms/ceiling.ts';
import { type DaySpan, daySpanOf, type Folded, foldDay, MinuteLine, type MinuteRow } from './days.ts';
import {
  deathShape,
  loginsShape,
  minutesShape,
  read,
  readSaid,
  type Said,
  signedShape,
  skewMs,
} from './message.ts';
import { packDay, unpackDay, unpackMinute, unpackValues } from './pack.ts';
import {
  follows,
  lateLetter,
  lateTopic,
  type ReceiptRow,
  type ToldRounds,
  takenBack,
  uncovered,
} from './receipt.ts';
import { type CheckSeries, deathRuns, type Seen, seriesOf, type TargetLife } from './series.ts';
import { type RoundSpan, slotAt } from './slot.ts';
import * as store from './store.ts';
import { changes, type Wanted } from './target.ts';
import { CorruptError } from './varint.ts';

/**
 * Taking in what probers and planes tell. Each message is one transaction and idempotent by (sender, spool,
 * sequence): `taken` false means that it was known. Hosts whose verdict may have moved are named, so that the
 * caller can look at their outages.
 */
export interface Taken {
  readonly taken: boolean;
  readonly touched: readonly Touched[];
}

/** A check whose verdict may have moved, from `since` on. */
export interface Touched {
  readonly host: string;
  readonly check: string;
  readonly since: number;
}

const known: Taken = { taken: false, touched: [] };

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
  const said = readSaid(message.kind, message.text);
  if (isRefusal(said)) return said;
  const latest = Math.max(said.rounds?.last ?? 0, ...said.turns.map((turn) => turn.at));
  if (latest > now + skewMs) return refuse('clock-ahead', 'text', 'from the future: set the prober’s clock');
  const spoken = [...said.missed, ...said.turns.map((turn) => turn.id)];
  const lives = new Map((await store.readKnownTargets(tx, spoken)).map((target) => [target.id, target]));
  // One that was taken away meanwhile is still told of: what was seen before may come days later.
  const turns = said.turns.filter((turn) => lives.has(turn.id));
  if (!(await store.takeSeq(tx, `prober/${prober.id}/${message.spool}`, message.seq))) return known;
  await store.insertTurns(
    tx,
    turns.map(({ id, at, result, reading }) => ({ target: id, vantage: prober.id, at, result, reading })),
  );
  if (said.rounds !== null) {
    const digest = createHash('sha256').update(bytes).digest();
    await takeRounds(tx, prober.id, { ...said, rounds: said.rounds }, lives, { digest, signature });
    const late = lateLetter(prober.id, said.rounds, now);
    if (late !== null) await post(tx, lateTopic, late.key, late.body, late.due);
  }
  const first = new Map<string, number>();
  for (const { id, at } of turns) first.set(id, Math.min(at, first.get(id) ?? at));
  const touched = [...first].map(([id, since]) => {
    const { host, check } = lives.get(id)!;
    return { host, check, since };
  });
  return { taken: true, touched };
}

/**
 * Takes in rounds: a receipt for those that are new, with what was missed in them. Of rounds that were told
 * before, the first receipt stands; a slot counts as missed only if every telling missed it, since a reading
 * that one of them had was made.
 */
async function takeRounds(
  tx: Tx,
  prober: string,
  said: Said & { readonly rounds: ToldRounds },
  lives: ReadonlyMap<string, TargetLife>,
  proof: { readonly digest: Buffer; readonly signature: Buffer },
): Promise<void> {
  const { rounds } = said;
  const end = rounds.last + rounds.intervalMs;
  const ranges = await store.readRanges(tx, prober, rounds.first, end);
  const fresh = uncovered(ranges, rounds);
  const missed = said.missed.flatMap((target) => {
    const life = lives.get(target);
    return life === undefined ? [] : [{ target, at: slotAt(rounds.first, life.phase, rounds.intervalMs) }];
  });
  if (fresh.length > 0) await store.insertMisses(tx, prober, missed);
  const isNew = fresh[0]?.first === rounds.first && fresh[0].last === rounds.last;
  if (!isNew) {
    const before = await store.readMissed(tx, prober, rounds.first, end);
    const known = await store.readKnownTargets(tx, [...new Set(before.map(({ target }) => target))]);
    const back = takenBack(before, new Map(known.map((target) => [target.id, target])), rounds, missed);
    await store.deleteMisses(tx, prober, back);
  }
  for (const piece of fresh) await addReceipt(tx, prober, ranges, piece, rounds, proof);
}

/** Makes the range longer that the rounds follow in every respect, else begins a new one. */
async function addReceipt(
  tx: Tx,
  prober: string,
  ranges: readonly ReceiptRow[],
  piece: RoundSpan,
  told: ToldRounds,
  proof: { readonly digest: Buffer; readonly signature: Buffer },
): Promise<void> {
  const before = ranges.find((range) => follows(range, piece.first, told)) ?? null;
  const digest = createHash('sha256')
    .update(before?.digest ?? Buffer.alloc(32))
    .update(proof.digest)
    .digest();
  const { signature } = proof;
  if (before !== null)
    return store.extendReceipt(tx, { ...before, lastRound: piece.last, digest, signature });
  const { intervalMs: everyMs, version, targets } = told;
  const range = { firstRound: piece.first, lastRound: piece.last, everyMs, version, targets };
  await store.insertReceipt(tx, { prober, ...range, digest, signature });
}

const lateMs = 600_000;

/** What a dead plane fails for every host on it. */
const deadChecks: readonly string[] = ['web', 'ftp'];

/** A plane's own word that it was dead: fail of web and ftp for every host on it (SEMANTICS §3). */
export async function takeDeath(tx: Tx, now: number, plane: string, body: unknown): Promise<Taken | Refusal> {
  const message = read(deathShape, body);
  if (isRefusal(message)) return message;
  if (message.to <= message.from) return refuse('interval-empty', 'to', 'a stretch ends after it begins');
  if (message.to > now + skewMs) return refuse('clock-ahead', 'to', 'from the future: set the plane’s clock');
  if (!(await store.takeSeq(tx, `plane/${plane}/${message.spool}`, message.seq))) return known;
  await store.insertDeath(tx, plane, { from: message.from, to: message.to });
  const hosts = new Set(await planeHosts(tx, plane));
  // Told much later, it is also about hosts that were released meanwhile.
  const ever = now - message.from > lateMs ? [...hosts] : null;
  const touched = (await store.readTargets(tx, ever))
    .filter(({ host, check }) => hosts.has(host) && deadChecks.includes(check))
    .map(({ host, check }) => ({ host, check, since: message.from }));
  return { taken: true, touched };
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
  const rows = message.minutes.map(({ minute, part, packed }) => {
    return { plane, minute, part, packed: Buffer.from(packed, 'base64') };
  });
  // What cannot be read must not get in: it would stand in the way of its day, and of every host's month.
  const corrupt = rows.findIndex((row) => !isMinute(row));
  if (corrupt >= 0) return refuse('minute-corrupt', `minutes[${corrupt}].packed`, 'a minute as it is packed');
  if (!(await store.takeSeq(tx, `plane/${plane}/${message.spool}`, message.seq))) return known;
  await store.insertMinutes(tx, rows);
  return { taken: true, touched: [] };
}

function isMinute({ plane, minute, part, packed }: MinuteRow): boolean {
  try {
    unpackMinute(plane, minute, part, packed);
    return true;
  } catch (error) {
    if (error instanceof CorruptError) return false;
    throw error;
  }
}

export async function takeLogins(tx: Tx, plane: string, body: unknown): Promise<Taken | Refusal> {
  const message = read(loginsShape, body);
  if (isRefusal(message)) return message;
  if (!(await store.takeSeq(tx, `plane/${plane}/${message.spool}`, message.seq))) return known;
  const { file } = message;
  await store.insertLogins(
    tx,
    message.logins.map((login) => ({ plane, file, ...login })),
  );
  return { taken: true, touched: [] };
}

/**
 * The set of targets follows the hosts' desired states; a change takes the next version. Those of the hosts
 * in `untouched` stay as they are. Resolves to the version in force.
 */
export async function syncTargets(
  tx: Tx,
  wanted: readonly Wanted[],
  untouched: ReadonlySet<string> = new Set(),
): Promise<number> {
  const version = await store.targetVersion(tx);
  const standing = (await store.readTargets(tx, null)).filter((target) => !untouched.has(target.host));
  const saves = changes(standing, wanted, version + 1);
  if (saves.length === 0) return version;
  await store.saveTargets(tx, saves);
  await store.setTargetVersion(tx, version + 1);
  return version + 1;
}

/** How often a living plane makes its mark. */
export const markMs = 1000;

/** A host as far as its observations go. */
interface Observed {
  readonly id: string;
  readonly plane: string;
}

/** Everything that was observed of a host within `[from, to)`, as series of runs; `holdOf` says how long each check's observation holds. */
export async function readSeries(
  tx: Tx,
  host: Observed,
  holdOf: (check: string) => number,
  from: number,
  to: number,
): Promise<readonly CheckSeries[]> {
  return (await readSeriesOf(tx, [host], holdOf, from, to)).get(host.id) ?? [];
}

/** The same of many hosts in the same few queries, by host. */
export async function readSeriesOf(
  tx: Tx,
  hosts: readonly Observed[],
  holdOf: (check: string) => number,
  from: number,
  to: number,
): Promise<ReadonlyMap<string, readonly CheckSeries[]>> {
  const targets = await store.readTargets(
    tx,
    hosts.map((host) => host.id),
  );
  const ids = targets.map((target) => target.id);
  const seen: Seen = {
    receipts: await store.readReceipts(tx, from, to),
    turns: await store.readTurns(tx, ids, from, to),
    misses: await store.readMisses(tx, ids, from, to),
  };
  const series = seriesOf(targets, seen, holdOf, from, to);
  const planes = [...new Set(hosts.map((host) => host.plane))];
  const dead = Map.groupBy(await store.readDeaths(tx, planes, from, to), (death) => death.plane);
  return new Map(
    hosts.map((host) => {
      const runs = deathRuns(dead.get(host.plane) ?? [], markMs);
      const mine = targets.filter((target) => target.host === host.id);
      const own =
        runs.length === 0 ? [] : deadChecks.filter((one) => mine.some(({ check }) => check === one));
      const told = own.map((check) => ({ check, vantage: 'plane', runs }));
      return [host.id, [...(series.get(host.id) ?? []), ...told]];
    }),
  );
}

/** A host's minutes within `[from, to)` as windows of the check `response`: cut days, then the minutes not yet cut. */
export async function readWindows(tx: Tx, host: Observed, from: number, to: number) {
  return (await readLines(tx, [host], from, to)).get(host.id)!.windows().map(ofResponse);
}

/** The same of many hosts in the same few queries; gives each host's, since all at once are large. */
export async function readWindowsOf(tx: Tx, hosts: readonly Observed[], from: number, to: number) {
  const lines = await readLines(tx, hosts, from, to);
  return (id: string) => lines.get(id)!.stretches().map(ofResponse);
}

async function readLines(tx: Tx, hosts: readonly Observed[], from: number, to: number) {
  const dayMs = 26 * 3_600_000;
  const ids = hosts.map((host) => host.id);
  const days = Map.groupBy(await store.readDays(tx, ids, from - dayMs, to), (row) => row.host);
  const lines = new Map<string, MinuteLine>();
  for (const [plane, some] of Map.groupBy(hosts, (host) => host.plane)) {
    const read = await store.readPlaneDays(tx, [plane], from - dayMs, to);
    for (const { id } of some) {
      const line = new MinuteLine(from, to);
      const own = new Map(days.get(id)?.map((row) => [row.day, row.packed]));
      for (const { day, read: minutes } of read) {
        const packed = own.get(day);
        line.addDay(day, minutes, packed === undefined ? null : { values: unpackValues(packed) });
      }
      lines.set(id, line);
    }
    const wanted = new Set(some.map((host) => host.id));
    for await (const rows of minutePages(tx, plane, from, to, 100))
      for (const row of rows) {
        const minute = unpackMinute(plane, row.minute, row.part, row.packed, wanted);
        for (const id of wanted) lines.get(id)!.addMinute(minute, id);
      }
  }
  return lines;
}

function ofResponse<Stretch extends WindowStretch>(stretch: Stretch) {
  return { check: 'response', ...stretch };
}

/** A plane's minutes that are not cut yet, some at a time: of thousands of hosts a day is more than fits in memory. */
async function* minutePages(tx: Tx, plane: string, from: number, to: number, size: number) {
  for (let after = { minute: from, part: -1 }; ; ) {
    const rows = await store.readMinutes(tx, plane, after, to, size);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last;
  }
}

/** How long after its end a day's minutes are kept apart; what comes later is folded in likewise. */
const foldAfterMs = 2 * 3_600_000;

/** Folds the minutes of ended days into a row per host and day. Run again, it finds nothing to do. */
export async function foldDays(tx: Tx, now: number): Promise<number> {
  const zone = (await readProvider(tx))?.profile.zone ?? 'UTC';
  for (let folded = 0; ; folded += 1) {
    const oldest = await store.oldestMinute(tx);
    if (oldest === null) return folded;
    const span = daySpanOf(zone, oldest.minute);
    if (span.to + foldAfterMs > now) return folded;
    await foldOne(tx, oldest.plane, span);
  }
}

/** Folds what is there of one plane's day into what was folded before. */
async function foldOne(tx: Tx, plane: string, span: DaySpan): Promise<void> {
  const [known] = await store.readPlaneDays(tx, [plane], span.from, span.from + 1);
  let folded: Folded = { hosts: new Map(), read: known?.read ?? Buffer.alloc(0) };
  for await (const rows of minutePages(tx, plane, span.from, span.to, 10)) {
    const minutes = rows.map((row) => unpackMinute(plane, row.minute, row.part, row.packed));
    const ids = new Set(minutes.flatMap((one) => one.hosts.map((host) => host.host)));
    const fresh = [...ids].filter((id) => !folded.hosts.has(id));
    const days = await store.readDays(tx, fresh, span.from, span.from + 1);
    const hosts = new Map([
      ...folded.hosts,
      ...days.map((day) => [day.host, unpackDay(day.packed)] as const),
    ]);
    folded = foldDay(span, { ...folded, hosts }, minutes);
  }
  const packed = [...folded.hosts].map(([host, day]) => ({ host, day: span.from, packed: packDay(day) }));
  await store.saveDays(tx, packed);
  await store.savePlaneDay(tx, plane, span.from, folded.read);
  await store.deleteMinutes(tx, plane, span.from, span.to);
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type Database, query } from '../../src/db/connection.ts';
import { isProbeMark } from '../../src/hosting/mark.ts';
import type { PlaneMinute } from '../../src/measure/minute.ts';
import { unpackMinute } from '../../src/measure/pack.ts';
import { AccessSummer } from '../../src/measure/readers/access.ts';
import { exportCase } from '../../src/settlement/flow.ts';
import { readPosition } from '../../src/wire/position.ts';
import { decodeRecord, parseSegmentName } from '../../src/wire/segment.ts';
import type { Findings } from './audit.ts';
import type { Kill } from './killer.ts';
import type { Tally } from './tally.ts';

/** What the checks, the log and the plane's own marks must say of a run, held against what was really sent. */

const demo = 'h000001';
const minuteMs = 60_000;
/** web/log.ts: a line is with the kernel at most this long after its request's end. */
const logMs = 50;

interface Line {
  /** Of a numbered request; null: another one. */
  readonly number: number | null;
  readonly isCheck: boolean;
  /** That in which the response began, epoch ms. */
  readonly minute: number;
  /** False: the reader was ended before it came to it, and goes on there at its next start. */
  readonly isRead: boolean;
}

/** The log as a stranger reads it: split at tabs, nothing shared with the product's reader but where it stopped. */
async function linesOf(data: string, place: { inode: string; offset: number }): Promise<readonly Line[]> {
  const folder = join(data, 'plane/logs');
  const names = (await readdir(folder)).filter((name) => name.startsWith('access.log'));
  const lines: Line[] = [];
  for (const name of names) {
    const { ino } = await stat(join(folder, name), { bigint: true });
    const bytes = await readFile(join(folder, name));
    const isOpen = String(ino) === place.inode;
    const read = isOpen ? place.offset : name === 'access.log' ? 0 : bytes.length;
    lines.push(...linesIn(bytes.subarray(0, read), true), ...linesIn(bytes.subarray(read), false));
  }
  return lines;
}

function linesIn(bytes: Buffer, isRead: boolean): readonly Line[] {
  const mine = bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line.startsWith('demo.localhost\t'));
  return mine.map((line) => {
    const fields = line.split('\t');
    const number = /^\/\?n=(\d+)$/.exec(fields[14] ?? '')?.[1];
    const [ended, duration, head] = fields.slice(1, 4).map((text) => Math.round(Number(text) * 1000));
    const began = ended! - duration! + head!;
    const minute = began - (began % minuteMs);
    return {
      number: number === undefined ? null : Number(number),
      isCheck: fields[10] !== '-',
      minute,
      isRead,
    };
  });
}

/**
 * Each request has at most one line, and each whole answer has one unless the plane was killed within 50 ms after it
 * (and as much later as this machine's timers were). The minutes count every line once and nothing else.
 */
export async function auditRequests(
  data: string,
  database: Database,
  tally: Tally,
  kills: readonly Kill[],
  { faults, figures }: Findings,
): Promise<void> {
  const state = JSON.parse(await readFile(join(data, 'plane/access.state.json'), 'utf8')) as State;
  const written = await linesOf(data, state.tail);
  const first = Math.min(...[...tally.asked.values()].map(({ sent }) => sent));
  const from = first - (first % minuteMs);
  // Checks came before the first request; where that was in another minute, it is left out on both sides.
  const lines = written.filter((line) => line.isRead && line.minute >= from);
  const seen = new Set<number>();
  for (const { number } of written) {
    if (number === null) continue;
    if (seen.has(number)) faults.push(`request ${number} has two lines`);
    if (!tally.asked.has(number)) faults.push(`request ${number} was never sent`);
    seen.add(number);
  }
  const deaths = kills.filter((kill) => kill.role === 'plane');
  const ages: number[] = [];
  let answered = 0;
  for (const [number, one] of tally.asked) {
    if (one.answered === null) continue;
    answered += 1;
    if (seen.has(number)) continue;
    // Of the plane that it was sent to: the answer of a killed one may be read a moment after the kill.
    const kill = deaths.find(({ at }) => at >= one.sent);
    const age = kill === undefined ? Number.POSITIVE_INFINITY : Math.max(0, kill.at - one.answered);
    ages.push(age);
    if (age > logMs + (kill?.lateMs ?? 0))
      faults.push(`request ${number} was answered ${age} ms before the plane was killed and has no line`);
  }
  const all = await countedOf(data, database, state, from, faults);
  const counted = all.reduce((sum, one) => sum + one.requests, 0);
  const measured = all.reduce((sum, one) => sum + one.measured, 0);
  const visitors = lines.filter((line) => !line.isCheck).length;
  if (counted !== visitors) faults.push(`${visitors} lines of visitors, ${counted} counted in minutes`);
  if (measured !== lines.length)
    faults.push(`${lines.length} lines, ${measured} measured in minutes: ${differences(lines, all)}`);
  faults.push(...tally.odd.map((what) => `request ${what}`));
  Object.assign(figures, {
    'requests sent': tally.asked.size,
    'requests answered': answered,
    'log lines of visitors': visitors,
    'counted in minutes': counted,
    'answers killed out of the log': ages.length,
    'oldest of these, ms before the kill': Math.max(0, ...ages),
    'log lines of our checks': lines.length - visitors,
    'log lines left to the next start': written.length - lines.length,
  });
}

type Packed = readonly [minute: number, part: number, packed: Uint8Array];

/**
 * What was counted for the host, by minute: in the store; in the plane's spool, where what it told while it was ended
 * waits for its next start; decided and not handed over; and summed of minutes that are not over. Each (minute, part)
 * once; told twice with another content it is a fault.
 */
async function countedOf(data: string, database: Database, state: State, from: number, faults: string[]) {
  const parts = new Map<string, Packed>();
  const rows = await query<{ minute: string; part: number; packed: Uint8Array }>(
    database.db,
    sql`select minute, part, packed from minutes where plane = 'p1' and minute >= ${from}`,
  );
  const told: Packed[] = [
    ...rows.map(({ minute, part, packed }) => [Number(minute), part, packed] as const),
    ...[...(await spooledOf(join(data, 'plane/spool'))), ...state.pending].map(
      ({ minute, part, packed }) => [minute, part, Buffer.from(packed, 'base64')] as const,
    ),
  ];
  for (const one of told) {
    const [minute, part, packed] = one;
    const known = parts.get(`${minute} ${part}`);
    if (known === undefined) parts.set(`${minute} ${part}`, one);
    else if (!Buffer.from(known[2]).equals(packed))
      faults.push(`minute ${minute} part ${part} has two contents`);
  }
  const minutes = [...parts.values()].map(([minute, part, packed]) =>
    unpackMinute('p1', minute, part, packed),
  );
  return [...minutes, ...(await openOf(data, state.open))].flatMap(({ minute, hosts }) =>
    hosts
      .filter((one) => one.host === demo && minute >= from)
      .map(({ requests, measured }) => ({ minute, requests, measured })),
  );
}

/** Of roles/plane.ts: where the reader of the access log stopped. */
interface State {
  readonly tail: { readonly inode: string; readonly offset: number };
  readonly open: string;
  readonly pending: readonly Told[];
}

interface Told {
  readonly minute: number;
  readonly part: number;
  readonly packed: string;
}

/** Minutes in the spool that the centre has not acknowledged. */
async function spooledOf(folder: string): Promise<readonly Told[]> {
  const acked = (await readPosition(folder))?.acked ?? 0;
  const told: Told[] = [];
  for (const name of await readdir(folder)) {
    const place = parseSegmentName(name);
    if (place === null) continue;
    const bytes = await readFile(join(folder, name));
    let seq = place.first;
    for (let next = decodeRecord(bytes, 0, seq); next !== null; next = decodeRecord(bytes, next.end, seq)) {
      const { kind, body } = next.record;
      if (seq > acked && kind === 'minutes') told.push(...(body as { minutes: Told[] }).minutes);
      seq += 1;
    }
  }
  return told;
}

/** The sums of minutes that are not over; the reader's place was saved when it was ended. */
async function openOf(data: string, open: string): Promise<readonly PlaneMinute[]> {
  const key = await readFile(join(data, 'keys/probe.key'));
  const summer = new AccessSummer({
    plane: 'p1',
    names: new Map([['demo.localhost', demo]]),
    isOurs: (host, at, mark) => isProbeMark(key, host, at, mark),
  });
  summer.load(Buffer.from(open, 'base64'));
  summer.close();
  return summer.take(1);
}

/** Minute by minute, what the log has and what was counted; only where they differ. */
function differences(
  lines: readonly Line[],
  counted: readonly { minute: number; measured: number }[],
): string {
  const minutes = new Set([...lines, ...counted].map(({ minute }) => minute));
  return [...minutes]
    .map((minute) => {
      const inLog = lines.filter((line) => line.minute === minute).length;
      const mine = counted.filter((one) => one.minute === minute);
      return { minute, inLog, inStore: mine.reduce((sum, one) => sum + one.measured, 0) };
    })
    .filter(({ inLog, inStore }) => inLog !== inStore)
    .map(
      ({ minute, inLog, inStore }) => `${new Date(minute).toISOString()}: ${inLog} lines, ${inStore} counted`,
    )
    .join('; ');
}

/** Rounds do not overlap, and one that is missing fell into the death of the prober. */
export async function auditRounds(
  database: Database,
  span: readonly [from: number, to: number],
  intervalMs: number,
  kills: readonly Kill[],
  { faults, figures }: Findings,
): Promise<void> {
  const ranges = await query<{ first: string; last: string; every: number }>(
    database.db,
    sql`select first_round as first, last_round as last, every_ms as every from receipts
        where prober = 'inside' and every_ms = ${intervalMs} and last_round >= ${span[0]} order by first_round`,
  );
  const made = new Set<number>();
  for (const { first, last, every } of ranges)
    for (let round = Number(first); round <= Number(last); round += every) {
      if (made.has(round)) faults.push(`round ${round} is in two receipts`);
      made.add(round);
    }
  const deaths = kills.filter((kill) => kill.role === 'prober').map(({ at }) => at);
  let missing = 0;
  for (let round = Math.ceil(span[0] / intervalMs) * intervalMs; round < span[1]; round += intervalMs) {
    if (made.has(round)) continue;
    missing += 1;
    // The round under way and the one before it (whose last look may be out) die with the prober.
    const near = deaths.some((at) => at >= round && at < round + 3 * intervalMs);
    const after = deaths.some((at) => at < round && !anyBetween(made, at, round, intervalMs));
    if (!near && !after)
      faults.push(`round ${new Date(round).toISOString()} is missing, and nobody was killed`);
  }
  figures['rounds kept'] = made.size;
  figures['rounds that died with the prober'] = missing;
}

/** Whether a round was made after the death and before this one: then the prober lived again. */
function anyBetween(made: ReadonlySet<number>, death: number, round: number, intervalMs: number): boolean {
  for (let at = round - intervalMs; at > death; at -= intervalMs) if (made.has(at)) return true;
  return false;
}

/** Every instant at which a visitor was refused is bad, and no death is longer than one was. */
export async function auditDeaths(
  database: Database,
  agreement: string,
  tally: Tally,
  kills: readonly Kill[],
  began: number,
  { faults, figures }: Findings,
): Promise<void> {
  const rows = await query<{ from: string; to: string }>(
    database.db,
    sql`select "from", "to" from deaths where plane = 'p1' and "to" > ${began} order by "from"`,
  );
  const deaths = rows.map((row) => [Number(row.from), Number(row.to)] as const);
  const dead = kills.filter((kill) => kill.role === 'plane');
  for (const at of tally.refused)
    if (!deaths.some(([from, to]) => from <= at && at < to))
      faults.push(`nobody listened at ${new Date(at).toISOString()}, and no death says so`);
  for (const { at } of dead)
    if (!deaths.some(([from, to]) => from <= at && at < to))
      faults.push(`the plane was killed at ${new Date(at).toISOString()}, and no death says so`);
  for (const [from, to] of deaths)
    if (!dead.some(({ at }) => from <= at && at < to))
      faults.push(`a death of ${to - from} ms at ${new Date(from).toISOString()}, and nobody was killed`);
  await auditCase(database, agreement, tally, faults);
  figures['connections refused'] = tally.refused.length;
  figures['recorded dead, ms'] = deaths.reduce((sum, [from, to]) => sum + to - from, 0);
}

interface Series {
  readonly check: string;
  readonly vantage: string;
  readonly runs: readonly { readonly first: string; readonly last: string; readonly result: string }[];
}

/** The case file that a customer exports says the same for web and FTP. */
async function auditCase(
  database: Database,
  agreement: string,
  tally: Tally,
  faults: string[],
): Promise<void> {
  const now = Date.now();
  const month = new Date(now + 8 * 3_600_000).toISOString().slice(0, 7);
  const text = await database.transaction((tx) => exportCase(tx, now, agreement, month, now));
  if (typeof text !== 'string') throw new Error(text.rule);
  const { series } = JSON.parse(text) as { series: readonly Series[] };
  for (const check of ['web', 'ftp']) {
    const own = series.find((one) => one.check === check && one.vantage === 'plane')?.runs ?? [];
    const failing = own
      .filter((run) => run.result === 'fail')
      .map((run) => [Date.parse(run.first), Date.parse(run.last)] as const);
    const missed = tally.refused.filter((at) => !failing.some(([from, to]) => from <= at && at <= to));
    if (missed.length > 0) faults.push(`${check}: ${missed.length} refusals are not bad in the case file`);
  }
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type Database, query } from '../../src/db/connection.ts';
import { isProbeMark } from '../../src/hosting/mark.ts';
import { unpackMinute } from '../../src/measure/pack.ts';
import { AccessSummer } from '../../src/measure/readers/access.ts';
import { exportCase } from '../../src/settlement/flow.ts';
import { type Findings, requestsOf } from './audit.ts';
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
}

/** The log as a stranger reads it: split at tabs, nothing shared with the product's reader. */
async function linesOf(data: string): Promise<readonly Line[]> {
  const folder = join(data, 'plane/logs');
  const names = (await readdir(folder)).filter((name) => name.startsWith('access.log'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith('demo.localhost\t'))
    .map((line) => {
      const fields = line.split('\t');
      const number = /^\/\?n=(\d+)$/.exec(fields[14] ?? '')?.[1];
      return { number: number === undefined ? null : Number(number), isCheck: fields[10] !== '-' };
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
  const lines = await linesOf(data);
  const seen = new Set<number>();
  for (const { number } of lines) {
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
    const kill = deaths.find(({ at }) => at >= one.answered!);
    const age = kill === undefined ? Number.POSITIVE_INFINITY : kill.at - one.answered;
    ages.push(age);
    if (age > logMs + (kill?.lateMs ?? 0))
      faults.push(`request ${number} was answered ${age} ms before the plane was killed and has no line`);
  }
  const first = Math.min(...[...tally.asked.values()].map(({ sent }) => sent));
  const stored = await requestsOf(database, demo, first - (first % minuteMs));
  const open = await openOf(data);
  const counted = stored.requests + open.requests;
  const visitors = lines.filter((line) => !line.isCheck).length;
  if (counted !== visitors) faults.push(`${visitors} lines of visitors, ${counted} counted in minutes`);
  const measured = stored.measured + open.measured;
  if (measured !== lines.length) faults.push(`${lines.length} lines, ${measured} measured in minutes`);
  faults.push(...tally.odd.map((what) => `request ${what}`));
  Object.assign(figures, {
    'requests sent': tally.asked.size,
    'requests answered': answered,
    'log lines of visitors': visitors,
    'counted in minutes': counted,
    'answers killed out of the log': ages.length,
    'oldest of these, ms before the kill': Math.max(0, ...ages),
    'log lines of our checks': lines.length - visitors,
  });
}

/** What the reader has summed of minutes that are not over yet; its place was saved when it was ended. */
async function openOf(data: string) {
  const state = JSON.parse(await readFile(join(data, 'plane/access.state.json'), 'utf8'));
  const key = await readFile(join(data, 'keys/probe.key'));
  const summer = new AccessSummer({
    plane: 'p1',
    names: new Map([['demo.localhost', demo]]),
    isOurs: (host, at, mark) => isProbeMark(key, host, at, mark),
  });
  summer.load(Buffer.from(state.open, 'base64'));
  summer.close();
  const pending = state.pending as { minute: number; part: number; packed: string }[];
  const all = [
    ...summer.take(1),
    ...pending.map(({ minute, part, packed }) =>
      unpackMinute('p1', minute, part, Buffer.from(packed, 'base64')),
    ),
  ];
  const mine = all.flatMap((minute) => minute.hosts.filter((one) => one.host === demo));
  const sum = (of: (one: (typeof mine)[number]) => number) => mine.reduce((total, one) => total + of(one), 0);
  return { requests: sum((one) => one.requests), measured: sum((one) => one.measured) };
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
  { faults, figures }: Findings,
): Promise<void> {
  const first = Math.min(...kills.map(({ at }) => at)) - minuteMs;
  const rows = await query<{ from: string; to: string }>(
    database.db,
    sql`select "from", "to" from deaths where plane = 'p1' and "from" >= ${first} order by "from"`,
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

import { minuteMs } from './draw.ts';
import { heldMs, indexOf, readMinutes, waits } from './line.ts';
import { type Seen, seenOf, type Verdicts, verdicts } from './seen.ts';
import { inside, joined, lengthOf, type Stretch, without } from './stretch.ts';
import { toldAfterMs } from './tell.ts';
import {
  type CauseTruth,
  type Check,
  type HostTruth,
  type Month,
  type SaleTruth,
  type Truth,
  through,
  tickOf,
} from './truth.ts';

/**
 * What a statement must say, reckoned from the truth alone and in the plainest way: every single observation is
 * laid out, every vantage point asked at every change (SEMANTICS §3-§7). No code is shared with the core.
 */
export interface Expected {
  readonly guarantees: readonly ExpectedGuarantee[];
  readonly deficient: readonly Stretch[];
  readonly amount: bigint;
  /** Of each check: what each vantage point knew. */
  readonly seen: ReadonlyMap<string, readonly Seen[]>;
}

export interface ExpectedGuarantee {
  readonly id: string;
  readonly status: 'kept' | 'breached' | 'nothing-measured';
  readonly outside: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly bad: number;
  readonly unobserved: number;
  readonly good: number;
  readonly deficient: readonly Stretch[];
  /** The whole line, for looking at what was injected around a fault. */
  readonly badLine: readonly Stretch[];
  /** How far `bad` may be off: two lives of a prober spoke of the same time and did not agree. */
  readonly looseMs: number;
}

const limitMs = 1_500;
const exclusions: Readonly<Record<string, readonly string[]>> = {
  web: ['customer-dns', 'customer-settings', 'violation', 'agreed'],
  ftp: ['violation', 'agreed'],
  response: ['attack', 'over-traffic', 'customer-code', 'agreed'],
};

/** `until` is the last tick whose deliveries are known. */
export function expected(truth: Truth, host: HostTruth, until: number): Expected {
  const now = truth.from + until * truth.tickMs;
  const seen = new Map<string, readonly Seen[]>();
  const lineOf = (id: string): Line => {
    if (id === 'response') return readLine(truth, host, until);
    const vantages = seenOf(truth, host, id as Check, until);
    seen.set(id, vantages);
    const looseMs = vantages.reduce((sum, one) => sum + one.looseMs, 0);
    return { ...verdicts(vantages.map(({ known }) => known)), looseMs };
  };
  const lines = new Map(host.guarantees.map((id) => [id, lineOf(id)]));
  return { ...settle(truth.month, host, lines, now), seen };
}

/** What a month is worth, once it is known when each guarantee was seen to be bad and good. */
export function settle(
  month: Month,
  host: Agreed,
  lines: ReadonlyMap<string, Line>,
  now: number,
): Omit<Expected, 'seen'> {
  const force = inside(inForce(host), [month]);
  const guarantees = [...lines].map(([id, line]) => judged(month, host, { id, force, now, ...line }));
  const deficient = joined(guarantees.flatMap((one) => one.deficient));
  return { guarantees, deficient, amount: owed(host.sales, deficient) };
}

/** What of a host's truth its statement depends on, besides what was seen. */
export type Agreed = Pick<HostTruth, 'signed' | 'opened' | 'sales' | 'causes' | 'closed'>;

export function inForce({ signed, opened, sales }: Agreed): readonly Stretch[] {
  if (signed === null) return [];
  const paid = sales.flatMap(({ from, to, moves }) =>
    moves.length === 0 ? [] : [{ from: Math.max(from, moves[0]!.at), to }],
  );
  return inside(joined(paid), [{ from: Math.max(signed, opened), to: Number.MAX_SAFE_INTEGER }]);
}

export interface Line extends Verdicts {
  readonly looseMs: number;
}

interface Judging extends Line {
  readonly id: string;
  readonly force: readonly Stretch[];
  /** When it is judged: what is found out later does not count. */
  readonly now: number;
}

function judged(month: Month, host: Agreed, line: Judging): ExpectedGuarantee {
  const { id, force } = line;
  let left = force;
  const excluded: Record<string, number> = {};
  for (const cause of exclusions[id]!) {
    const excused = inside(left, excusedBy(host, cause, line));
    if (excused.length > 0) excluded[cause] = lengthOf(excused);
    left = without(left, excused);
  }
  const bad = inside(left, line.bad);
  const good = without(inside(left, line.good), bad);
  const unobserved = without(left, [...bad, ...good]);
  const [badMs, goodMs, unknownMs] = [lengthOf(bad), lengthOf(good), lengthOf(unobserved)];
  // Coverage below 0.99: all unobserved time counts as bad.
  const blind = 100 * (goodMs + badMs) < 99 * (goodMs + badMs + unknownMs);
  const allBad = blind ? joined([...bad, ...unobserved]) : bad;
  const base = lengthOf(allBad) + goodMs;
  const breached =
    id === 'web'
      ? 100 * lengthOf(allBad) > base
      : id === 'ftp'
        ? 100 * lengthOf(allBad) >= base
        : allBad.length > 0;
  const status = base === 0 ? 'nothing-measured' : breached ? 'breached' : 'kept';
  return {
    id,
    status,
    outside: month.to - month.from - lengthOf(force),
    excluded,
    bad: badMs,
    unobserved: unknownMs,
    good: goodMs,
    deficient: status === 'breached' ? allBad : [],
    badLine: line.bad,
    looseMs: line.looseMs,
  };
}

function excusedBy(host: Agreed, cause: string, { id, now }: Judging): readonly Stretch[] {
  const stands = (one: CauseTruth): boolean =>
    one.told <= now && (one.withdrawn === null || one.withdrawn > now);
  const recorded = host.causes.filter(
    (one) => one.cause === cause && (one.checks.length === 0 || one.checks.includes(id)) && stands(one),
  );
  const closed = cause === 'violation' && id !== 'response' ? host.closed : [];
  return joined([...recorded, ...closed]);
}

/** Twice the fee of the deficient share of each term, rounded up once. */
function owed(sales: readonly SaleTruth[], deficient: readonly Stretch[]): bigint {
  let [above, below] = [0n, 1n];
  for (const { from, to, moves } of sales) {
    if (moves.length === 0) continue;
    const part = lengthOf(inside(deficient, [{ from, to }]));
    const paid = moves.reduce((sum, { amount }) => sum + amount, 0);
    above = above * BigInt(to - from) + 2n * BigInt(paid) * BigInt(part) * below;
    below *= BigInt(to - from);
  }
  return (above + below - 1n) / below;
}

/** The log: a minute is bad when its slowest request was above the limit, good when it was read and was not. */
function readLine(truth: Truth, host: HostTruth, until: number): Line {
  const plane = truth.planes.find((one) => one.id === host.plane)!;
  const [line, read, held] = [waits(truth, host), readMinutes(truth, plane), heldMs(truth, plane)];
  const slowest = Array.from(line, (ms, i) => (ms < 0 || read[i] === 0 ? -1 : ms + held[i]!));
  const known = Array.from(read, (one, i) => {
    const told = tickOf(truth, Math.min(truth.from + i * minuteMs + toldAfterMs, truth.to));
    return one === 1 && through(plane.cuts, told) <= until;
  });
  for (const [i, is] of known.entries()) if (!is) slowest[i] = -1;
  for (const { minute, ms } of host.late) {
    const told = tickOf(truth, Math.min(minute + 120 * minuteMs, truth.to));
    const i = indexOf(truth, minute);
    if (through(plane.cuts, told) <= until) slowest[i] = Math.max(slowest[i]!, ms);
  }
  const stretch = (i: number): Stretch => ({
    from: truth.from + i * minuteMs,
    to: truth.from + (i + 1) * minuteMs,
  });
  const [bad, good]: [Stretch[], Stretch[]] = [[], []];
  for (const [i, ms] of slowest.entries()) {
    if (ms > limitMs) bad.push(stretch(i));
    else if (known[i]) good.push(stretch(i));
  }
  return { bad: joined(bad), good: joined(good), looseMs: 0 };
}

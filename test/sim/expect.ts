import { minuteMs } from './draw.ts';
import { heldMs, indexOf, readMinutes, waits } from './line.ts';
import { isTold, toldAt, watch } from './look.ts';
import { inside, joined, lengthOf, type Stretch, without } from './stretch.ts';
import {
  type CauseTruth,
  type Check,
  type HostTruth,
  type Life,
  type PlaneTruth,
  type ProberTruth,
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

const holdMs = 150_000;
const bridgeMs = 3_600_000;
const limitMs = 1_500;
const exclusions: Readonly<Record<string, readonly string[]>> = {
  web: ['customer-dns', 'customer-settings', 'violation', 'agreed'],
  ftp: ['violation', 'agreed'],
  response: ['attack', 'over-traffic', 'customer-code', 'agreed'],
};

/** `until` is the last tick whose deliveries are known. */
export function expected(truth: Truth, host: HostTruth, until: number): Expected {
  const { month } = truth;
  const whole = [{ from: month.from, to: month.to }];
  const force = inside(inForce(host), whole);
  const guarantees = host.guarantees.map((id) => {
    const seen =
      id === 'response' ? readLine(truth, host, until) : observedLine(truth, host, id as Check, until);
    return judged(truth, host, { id, force, until, ...seen });
  });
  const deficient = joined(guarantees.flatMap((one) => one.deficient));
  return { guarantees, deficient, amount: owed(host, deficient) };
}

function inForce(host: HostTruth): readonly Stretch[] {
  if (host.signed === null) return [];
  const paid = host.sales.flatMap(({ from, to, moves }) =>
    moves.length === 0 ? [] : [{ from: Math.max(from, moves[0]!.at), to }],
  );
  return inside(joined(paid), [{ from: Math.max(host.signed, host.opened), to: Number.MAX_SAFE_INTEGER }]);
}

interface Line {
  readonly bad: readonly Stretch[];
  readonly good: readonly Stretch[];
  readonly looseMs: number;
}

interface Judging extends Line {
  readonly id: string;
  readonly force: readonly Stretch[];
  readonly until: number;
}

function judged(truth: Truth, host: HostTruth, line: Judging): ExpectedGuarantee {
  const { id, force } = line;
  const { month } = truth;
  let left = force;
  const excluded: Record<string, number> = {};
  for (const cause of exclusions[id]!) {
    const excused = inside(left, excusedBy(truth, host, cause, line));
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

function excusedBy(truth: Truth, host: HostTruth, cause: string, line: Judging): readonly Stretch[] {
  const now = truth.from + line.until * truth.tickMs;
  const stands = (one: CauseTruth): boolean =>
    one.told <= now && (one.withdrawn === null || one.withdrawn > now);
  const recorded = host.causes.filter(
    (one) => one.cause === cause && (one.checks.length === 0 || one.checks.includes(line.id)) && stands(one),
  );
  const closed = cause === 'violation' && line.id !== 'response' ? host.closed : [];
  return joined([...recorded, ...closed]);
}

/** Twice the fee of the deficient share of each term, rounded up once. */
function owed(host: HostTruth, deficient: readonly Stretch[]): bigint {
  let [above, below] = [0n, 1n];
  for (const { from, to, moves } of host.sales) {
    if (moves.length === 0) continue;
    const part = lengthOf(inside(deficient, [{ from, to }]));
    const paid = moves.reduce((sum, { amount }) => sum + amount, 0);
    above = above * BigInt(to - from) + 2n * BigInt(paid) * BigInt(part) * below;
    below *= BigInt(to - from);
  }
  return (above + below - 1n) / below;
}

/** What one vantage point knows: from each instant on one word, until the next. */
interface Knowledge {
  readonly at: number[];
  /** 1 fail, 0 pass, −1 nothing. */
  readonly word: number[];
}

function observedLine(truth: Truth, host: HostTruth, check: Check, until: number): Line {
  const vantages: Knowledge[] = [];
  let looseMs = 0;
  for (const prober of truth.probers) {
    const { known, loose } = knowledge(truth, prober, host, check, until);
    vantages.push(known);
    looseMs += loose;
  }
  const plane = truth.planes.find((one) => one.id === host.plane)!;
  vantages.push(deathKnowledge(truth, plane, until));
  return { ...verdicts(vantages), looseMs };
}

function knowledge(truth: Truth, prober: ProberTruth, host: HostTruth, check: Check, until: number) {
  const looks: { at: number; bad: number; life: number }[] = [];
  watch(truth, prober, host, check, {
    onLook: ({ at, result, turned, life, round }) => {
      const one = prober.lives[life]!;
      if (!turned && !isTold(one, round)) return;
      if (delivered(truth, prober, one, life, round) > until) return;
      looks.push({ at, bad: result === 'fail' ? 1 : 0, life });
    },
    onMiss: () => undefined,
  });
  let loose = 0;
  for (let i = 1; i < looks.length; i += 1) {
    // A clock that was set back: two lives speak of one time.
    if (looks[i]!.at > looks[i - 1]!.at || looks[i]!.life === looks[i - 1]!.life) continue;
    const [from, to] = [looks[i]!.at - holdMs, looks[i - 1]!.at + holdMs];
    const around = looks.filter(({ at }) => from <= at && at <= to);
    if (new Set(around.map(({ bad }) => bad)).size > 1) loose += to - from + bridgeMs;
  }
  looks.sort((a, b) => a.at - b.at);
  const known: Knowledge = { at: [], word: [] };
  for (const [i, { at, bad }] of looks.entries()) {
    put(known, at, bad);
    const next = looks[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (next > at + holdMs) put(known, at + holdMs, -1);
  }
  return { known, loose };
}

/** At which tick what a prober did in a round came through. */
export function delivered(truth: Truth, prober: ProberTruth, life: Life, n: number, round: number): number {
  const at = through(prober.cuts, toldAt(truth, life, round));
  const { moved } = prober;
  if (moved === null || n >= moved.life) return at;
  const held = at >= tickOf(truth, prober.lives[moved.life]!.from);
  return held ? through(prober.cuts, Math.max(at, moved.tick)) : at;
}

function put(known: Knowledge, at: number, word: number): void {
  if (known.word.at(-1) === word) return;
  known.at.push(at);
  known.word.push(word);
}

/** A plane says of itself when it was dead, and that it served again. */
function deathKnowledge(truth: Truth, plane: PlaneTruth, until: number): Knowledge {
  const known: Knowledge = { at: [], word: [] };
  const told = plane.deaths.filter(({ to }) => through(plane.cuts, tickOf(truth, to)) <= until);
  for (const [i, { from, to }] of told.entries()) {
    put(known, from, 1);
    put(known, to, 0);
    if ((told[i + 1]?.from ?? Infinity) > to + holdMs) put(known, to + holdMs, -1);
  }
  return known;
}

/** The majority of those who know something; a silence between two bad stretches is bad when it is an hour or less. */
function verdicts(vantages: readonly Knowledge[]): Omit<Line, 'looseMs'> {
  const words = vantages.map(() => -1);
  const next = vantages.map(() => 0);
  const [bad, good]: [Stretch[], Stretch[]] = [[], []];
  let [since, verdict] = [Number.NEGATIVE_INFINITY, 'unobserved'];
  for (;;) {
    const at = Math.min(...vantages.map(({ at }, i) => at[next[i]!] ?? Number.POSITIVE_INFINITY));
    if (at === Number.POSITIVE_INFINITY) break;
    for (const [i, vantage] of vantages.entries())
      if (vantage.at[next[i]!] === at) {
        words[i] = vantage.word[next[i]!]!;
        next[i]! += 1;
      }
    const knowing = words.filter((word) => word >= 0).length;
    const failing = words.filter((word) => word === 1).length;
    const now = knowing === 0 ? 'unobserved' : 2 * failing > knowing ? 'bad' : 'good';
    if (now === verdict) continue;
    if (verdict !== 'unobserved') (verdict === 'bad' ? bad : good).push({ from: since, to: at });
    [since, verdict] = [at, now];
  }
  const silent = bad.slice(1).map(({ from }, i) => ({ from: bad[i]!.to, to: from }));
  const bridged = silent.filter(
    (gap) => gap.to - gap.from <= bridgeMs && !good.some(({ from, to }) => from < gap.to && gap.from < to),
  );
  return { bad: joined([...bad, ...bridged]), good: joined(good) };
}

/** The log: a minute is bad when its slowest request was above the limit, good when it was read and was not. */
function readLine(truth: Truth, host: HostTruth, until: number): Line {
  const plane = truth.planes.find((one) => one.id === host.plane)!;
  const [line, read, held] = [waits(truth, host), readMinutes(truth, plane), heldMs(truth, plane)];
  const slowest = Array.from(line, (ms, i) => (ms < 0 || read[i] === 0 ? -1 : ms + held[i]!));
  const known = Array.from(read, (one, i) => {
    const told = tickOf(truth, Math.min(truth.from + (i + 4) * minuteMs, truth.to));
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

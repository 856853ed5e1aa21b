import { intervalsOf, timelineOf } from '../timeline/timeline.ts';
import type { Run, RunSeries } from './run.ts';
import { offsetOf } from './slot.ts';

/**
 * Runs from receipts (decisions/0004): a prober stores only what turned, what it missed and which rounds it
 * made; every observation in between is derived. Pure arithmetic over ranges: the cost is the number of
 * turns, ranges and misses, never of observations.
 */

/** Rounds `[firstRound, lastRound]` every `everyMs` over one version of the targets. Epoch ms. */
export interface RoundRange {
  readonly firstRound: number;
  readonly lastRound: number;
  readonly everyMs: number;
  readonly version: number;
}

export interface TargetLife {
  /** Slot in the round, out of 65,536. */
  readonly phase: number;
  readonly added: number;
  readonly removed: number | null;
}

export interface Turn {
  readonly at: number;
  readonly result: 'pass' | 'fail';
}

/** What one vantage point stored about one target, each list in time order. */
export interface Stored {
  readonly ranges: readonly RoundRange[];
  readonly turns: readonly Turn[];
  /** Slots without a reading. */
  readonly misses: readonly number[];
}

/** Observations at equal distances: `first`, `first + every`, … `last`. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly every: number;
}

/**
 * The runs within `[from, to)`: consecutive observations with one result, no two further apart than `holdMs`.
 * `turns` must reach back to the last one before `from`; slots before the first turn say nothing.
 */
export function runsOf(life: TargetLife, stored: Stored, holdMs: number, from: number, to: number): Run[] {
  const slots = slotStretches(life, stored, from, to);
  const runs: Run[] = [];
  let s = 0;
  for (let i = 0; i < stored.turns.length; i += 1) {
    const turn = stored.turns[i]!;
    const until = Math.min(stored.turns[i + 1]?.at ?? Number.POSITIVE_INFINITY, to);
    if (turn.at >= to) break;
    if (until <= from) continue;
    if (turn.at >= from) extend(runs, turn.result, { first: turn.at, last: turn.at, every: 0 }, holdMs);
    while (s < slots.length && slots[s]!.last < until) {
      add(runs, turn, slots[s]!, holdMs);
      s += 1;
    }
    // A stretch that reaches over the next turn is shared between the two.
    if (s < slots.length && slots[s]!.first < until) {
      const { first, every } = slots[s]!;
      add(
        runs,
        turn,
        { first, last: first + Math.floor((until - 1 - first) / every) * every, every },
        holdMs,
      );
    }
  }
  return runs;
}

/** Adds the part of a stretch that comes after the turn itself. */
function add(runs: Run[], turn: Turn, stretch: Stretch, holdMs: number): void {
  const { every, last } = stretch;
  const skipped = turn.at < stretch.first ? 0 : Math.floor((turn.at - stretch.first) / every) + 1;
  const first = stretch.first + skipped * every;
  if (first > last) return;
  if (every <= holdMs) extend(runs, turn.result, { first, last, every }, holdMs);
  else
    for (let at = first; at <= last; at += every)
      extend(runs, turn.result, { first: at, last: at, every }, holdMs);
}

/** Makes the last run longer, or begins a new one when the result differs or the silence was too long. */
function extend(runs: Run[], result: Run['result'], stretch: Stretch, holdMs: number): void {
  const { first, last, every } = stretch;
  const count = every === 0 ? 1 : Math.round((last - first) / every) + 1;
  const open = runs.at(-1);
  if (open !== undefined && open.result === result && first - open.last <= holdMs) {
    runs[runs.length - 1] = { ...open, last, count: open.count + count };
  } else {
    runs.push({ first, last, result, count });
  }
}

/** The target's slots in all ranges within `[from, to)`, broken at misses. */
function slotStretches(life: TargetLife, stored: Stored, from: number, to: number): Stretch[] {
  const out: Stretch[] = [];
  let m = 0;
  for (const range of stored.ranges) {
    if (range.version < life.added || (life.removed !== null && range.version >= life.removed)) continue;
    const every = range.everyMs;
    const offset = offsetOf(life.phase, every);
    const skip = Math.max(0, Math.ceil((from - range.firstRound - offset) / every));
    let first = range.firstRound + offset + skip * every;
    const end = Math.min(range.lastRound + offset, first + Math.floor((to - 1 - first) / every) * every);
    while (m < stored.misses.length && stored.misses[m]! < first) m += 1;
    for (; m < stored.misses.length && stored.misses[m]! <= end; m += 1) {
      if (stored.misses[m]! > first) out.push({ first, last: stored.misses[m]! - every, every });
      first = stored.misses[m]! + every;
    }
    if (first <= end) out.push({ first, last: end, every });
  }
  return out;
}

export interface CheckSeries extends RunSeries {
  readonly check: string;
}

/** What all vantage points stored about some targets, each list in time order. */
export interface Seen {
  readonly receipts: readonly (RoundRange & { readonly prober: string })[];
  readonly turns: readonly (Turn & { readonly target: string; readonly vantage: string })[];
  readonly misses: readonly { readonly target: string; readonly vantage: string; readonly at: number }[];
}

/** The series of many targets, by host: one of each check and vantage point that knows anything. */
export function seriesOf(
  targets: readonly (TargetLife & { readonly id: string; readonly host: string; readonly check: string })[],
  seen: Seen,
  holdOf: (check: string) => number,
  from: number,
  to: number,
): ReadonlyMap<string, readonly CheckSeries[]> {
  const ranges = Map.groupBy(seen.receipts, (receipt) => receipt.prober);
  const key = (row: { readonly target: string; readonly vantage: string }) => `${row.target} ${row.vantage}`;
  const turns = Map.groupBy(seen.turns, key);
  const misses = Map.groupBy(seen.misses, key);
  const vantages = new Set([...ranges.keys(), ...seen.turns.map((turn) => turn.vantage)]);
  const out = new Map<string, CheckSeries[]>();
  for (const target of targets) {
    for (const vantage of vantages) {
      const mine = key({ target: target.id, vantage });
      const stored = {
        ranges: ranges.get(vantage) ?? [],
        turns: turns.get(mine) ?? [],
        misses: misses.get(mine)?.map((miss) => miss.at) ?? [],
      };
      const runs = runsOf(target, stored, holdOf(target.check), from, to);
      if (runs.length === 0) continue;
      const list = out.get(target.host);
      const one = { check: target.check, vantage, runs };
      if (list === undefined) out.set(target.host, [one]);
      else list.push(one);
    }
  }
  return out;
}

/** `[last mark, serving again)` of a plane, told by the plane itself as a vantage point of its own. */
export interface Death {
  readonly from: number;
  readonly to: number;
}

/**
 * A plane's dead times as runs: failing from the last alive mark to the last instant before it served again,
 * then one observation that it serves. The marks it did not make are the failed observations.
 */
export function deathRuns(deaths: readonly Death[], markMs: number): Run[] {
  const runs: Run[] = [];
  // A plane that died again before its first mark tells of stretches that overlap or touch: they are one.
  const dead = timelineOf(deaths.map(({ from, to }) => [from, to]));
  for (const [from, to] of intervalsOf(dead)) {
    runs.push({
      first: from,
      last: to - 1,
      result: 'fail',
      count: Math.max(1, Math.floor((to - from) / markMs)),
    });
    runs.push({ first: to, last: to, result: 'pass', count: 1 });
  }
  return runs;
}

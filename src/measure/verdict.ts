import type { Quorum } from '../terms/terms.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { Run, RunSeries } from './run.ts';

/** What all vantage points of one check together say: when it was bad, and when anything was known at all. */
export interface Observed {
  readonly bad: Timeline;
  readonly good: Timeline;
}

export interface VerdictRule {
  readonly holdMs: number;
  readonly quorum: Quorum;
  readonly floor: number;
  readonly bridgeMs: number;
}

export type Verdict = 'good' | 'bad' | 'unobserved';

/** SEMANTICS §3 at one instant: of `reporting` vantage points that know a result, `failing` say fail. */
export function verdict(rule: VerdictRule, reporting: number, failing: number): Verdict {
  if (reporting < rule.floor) return 'unobserved';
  return isBad(rule.quorum, reporting, failing) ? 'bad' : 'good';
}

function isBad(quorum: Quorum, reporting: number, failing: number): boolean {
  if (quorum === 'majority') return 2 * failing > reporting;
  if (quorum === 'any') return failing >= 1;
  if (quorum === 'all') return failing === reporting;
  return failing >= Math.min(quorum, reporting);
}

/** One vantage point on the walk: what it says now, and when it will say something else. */
interface Cursor {
  readonly runs: readonly Run[];
  /** Of the next run to begin. */
  index: number;
  word: Run['result'] | null;
  until: number;
}

/**
 * Moves to what the vantage point says from `cursor.until` on: a run speaks from `first` until the next run's
 * `first` or `last + hold`, whichever is earlier. Runs that begin at the cut or after it do not exist.
 */
function advance(cursor: Cursor, holdMs: number, cut: number): void {
  const { runs, index } = cursor;
  const begins = beginning(runs, index, cut);
  if (begins > cursor.until) {
    cursor.word = null;
    cursor.until = begins;
    return;
  }
  const run = runs[index]!;
  cursor.index = index + 1;
  cursor.word = run.result;
  cursor.until = Math.min(beginning(runs, index + 1, cut), run.last + holdMs, cut);
}

/** When a run begins; never, when there is none before the cut. */
function beginning(runs: readonly Run[], index: number, cut: number): number {
  if (index >= runs.length) return Number.POSITIVE_INFINITY;
  const { first } = runs[index]!;
  return first < cut ? first : Number.POSITIVE_INFINITY;
}

/**
 * The check's whole observed line up to the cut (`asOf`), bridges included. One walk over the vantage points'
 * changes; cost grows with the number of runs, not with time.
 */
export function observe(series: readonly RunSeries[], rule: VerdictRule, cut: number): Observed {
  const cursors = series.map(
    ({ runs }): Cursor => ({ runs, index: 0, word: null, until: beginning(runs, 0, cut) }),
  );
  const bad: number[] = [];
  const good: number[] = [];
  let current: Verdict = 'unobserved';
  let time = cursors.reduce((first, { until }) => Math.min(first, until), Number.POSITIVE_INFINITY);
  while (time < Number.POSITIVE_INFINITY) {
    let turn = Number.POSITIVE_INFINITY;
    let reporting = 0;
    let failing = 0;
    for (const cursor of cursors) {
      while (cursor.until === time) advance(cursor, rule.holdMs, cut);
      if (cursor.until < turn) turn = cursor.until;
      if (cursor.word !== null) reporting += 1;
      if (cursor.word === 'fail') failing += 1;
    }
    const next = verdict(rule, reporting, failing);
    if (next !== current) {
      if (current !== 'unobserved') (current === 'bad' ? bad : good).push(time);
      if (next !== 'unobserved') (next === 'bad' ? bad : good).push(time);
      current = next;
    }
    time = turn;
  }
  return { bad: bridge(bad, good, rule.bridgeMs), good };
}

/** Unobserved time between two bad stretches, no longer than `bridgeMs`, is bad: both its neighbours are. */
function bridge(bad: readonly number[], good: readonly number[], bridgeMs: number): Timeline {
  if (bad.length <= 2) return bad;
  const out: number[] = [bad[0]!];
  let g = 0;
  for (let i = 1; i < bad.length - 1; i += 2) {
    const from = bad[i]!;
    const to = bad[i + 1]!;
    while (g < good.length && good[g + 1]! <= from) g += 2;
    const seenGood = g < good.length && good[g]! < to;
    if (seenGood || to - from > bridgeMs) out.push(from, to);
  }
  out.push(bad[bad.length - 1]!);
  return out;
}

import type { Quorum } from '../terms/terms.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { RunSeries } from './run.ts';

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

const silent = 0;
const passing = 1;
const failing = 2;

/** Where one vantage point's word changes: `times[i]` begins `words[i]`. */
interface Track {
  readonly times: number[];
  readonly words: number[];
}

/** A run speaks from `first` until the next run's `first` or `last + hold`, whichever is earlier. */
function track(series: RunSeries, holdMs: number, until: number): Track {
  const times: number[] = [];
  const words: number[] = [];
  const { runs } = series;
  for (let i = 0; i < runs.length; i += 1) {
    const run = runs[i]!;
    if (run.first >= until) break;
    const next = i + 1 < runs.length ? runs[i + 1]!.first : until;
    // A run that begins at the cut or after it does not exist: it must not keep this one from ending there.
    const turn = next < until ? next : Number.POSITIVE_INFINITY;
    const end = Math.min(turn, run.last + holdMs, until);
    if (end <= run.first) continue;
    times.push(run.first);
    words.push(run.result === 'fail' ? failing : passing);
    if (end < turn) {
      times.push(end);
      words.push(silent);
    }
  }
  return { times, words };
}

/**
 * The check's whole observed line up to `until`, bridges included. One walk over the vantage points' changes;
 * cost grows with the number of runs, not with time.
 */
export function observe(series: readonly RunSeries[], rule: VerdictRule, until: number): Observed {
  const tracks = series.map((one) => track(one, rule.holdMs, until));
  const at = new Array<number>(tracks.length).fill(0);
  const bad: number[] = [];
  const good: number[] = [];
  let reporting = 0;
  let saying = 0;
  let current: Verdict = 'unobserved';
  for (;;) {
    let time = Number.POSITIVE_INFINITY;
    for (let v = 0; v < tracks.length; v += 1) {
      const next = tracks[v]!.times[at[v]!];
      if (next !== undefined && next < time) time = next;
    }
    if (time === Number.POSITIVE_INFINITY) break;
    for (let v = 0; v < tracks.length; v += 1) {
      const { times, words } = tracks[v]!;
      while (times[at[v]!] === time) {
        const before = at[v]! > 0 ? words[at[v]! - 1]! : silent;
        const now = words[at[v]!]!;
        reporting += Number(now !== silent) - Number(before !== silent);
        saying += Number(now === failing) - Number(before === failing);
        at[v]! += 1;
      }
    }
    const next = verdict(rule, reporting, saying);
    if (next === current) continue;
    if (current !== 'unobserved') (current === 'bad' ? bad : good).push(time);
    if (next !== 'unobserved') (next === 'bad' ? bad : good).push(time);
    current = next;
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

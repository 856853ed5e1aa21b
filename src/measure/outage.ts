import { intervalsOf } from '../timeline/timeline.ts';
import type { RunSeries } from './run.ts';
import { observe, type Verdict, type VerdictRule } from './verdict.ts';

/** A stretch in which the verdict was bad. `to` null: it still is. */
export interface Outage {
  readonly from: number;
  readonly to: number | null;
  /** First and last failing observation of any vantage point in it. */
  readonly firstFail: number;
  readonly lastFail: number;
}

/** An outage of a host's check, with the code of its first failing reading. */
export interface OutageRow extends Outage {
  readonly host: string;
  readonly check: string;
  readonly code: string;
}

export interface OutageFilter {
  /** Of these hosts alone; null: of all. */
  readonly hosts: readonly string[] | null;
  readonly check: string | null;
  /** True: those that last; false: those that ended; null: both. */
  readonly open: boolean | null;
}

/** Where a page of outages ended. */
export type OutagePlace = Pick<OutageRow, 'from' | 'host' | 'check'> & { readonly open: boolean };

/** The verdict at `now` and since when; `since` null: as long as was looked. */
export interface Standing {
  readonly verdict: Verdict;
  readonly since: number | null;
}

/** Outages of a check as its series tell them up to `now`. */
export function outagesOf(series: readonly RunSeries[], rule: VerdictRule, now: number): readonly Outage[] {
  const { bad } = observe(series, rule, now);
  return intervalsOf(bad).map(([from, to]) => {
    const fails = series
      .flatMap((one) => one.runs)
      .filter((run) => run.result === 'fail' && run.first < to && run.last + rule.holdMs > from);
    return {
      from,
      to: to === now ? null : to,
      firstFail: Math.max(from, Math.min(...fails.map((run) => run.first))),
      lastFail: Math.min(to, Math.max(...fails.map((run) => run.last))),
    };
  });
}

/** By what code the outage began: that of its first failing turn; `silent` when nobody who failed told one. */
export function codeOf(
  outage: Outage,
  turns: readonly {
    readonly at: number;
    readonly result: 'pass' | 'fail';
    readonly reading: { readonly code: string };
  }[],
): string {
  const { firstFail, lastFail } = outage;
  const fails = turns.filter(({ at, result }) => result === 'fail' && at >= firstFail && at <= lastFail);
  return fails[0]?.reading.code ?? 'silent';
}

export function standingOf(series: readonly RunSeries[], rule: VerdictRule, now: number): Standing {
  const { bad, good } = observe(series, rule, now);
  if (bad.at(-1) === now) return { verdict: 'bad', since: bad.at(-2)! };
  if (good.at(-1) === now) return { verdict: 'good', since: good.at(-2)! };
  const last = Math.max(bad.at(-1) ?? Number.NEGATIVE_INFINITY, good.at(-1) ?? Number.NEGATIVE_INFINITY);
  return { verdict: 'unobserved', since: Number.isFinite(last) ? last : null };
}

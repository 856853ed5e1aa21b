import { complement, floorOf } from '../money/fraction.ts';
import { lastOf, lengthOf, never, type Timeline, union } from '../timeline/timeline.ts';
import type { Availability, Guarantee } from './terms.ts';

/** The classified time of one guarantee, in force and not excused: disjoint timelines (SEMANTICS §4). */
export interface Classified {
  readonly bad: Timeline;
  readonly unobserved: Timeline;
  readonly good: Timeline;
}

/** What an objective makes of it. `goodMs` of `baseMs` is what was attained; `baseMs` 0 is "nothing measured". */
export interface Finding {
  readonly status: 'kept' | 'breached' | 'nothing-measured';
  readonly goodMs: number;
  readonly baseMs: number;
  readonly deficient: Timeline;
}

/** Bad time and base after the coverage rule (SEMANTICS §5): a provider that does not measure does not win by it. */
export function covered(
  guarantee: Guarantee,
  time: Classified,
): { bad: Timeline; badMs: number; baseMs: number } {
  const badMs = lengthOf(time.bad);
  const seenMs = badMs + lengthOf(time.good);
  const unobservedMs = lengthOf(time.unobserved);
  const allMs = seenMs + unobservedMs;
  const enough = unobservedMs <= floorOf(complement(guarantee.coverage), allMs);
  if (enough) return { bad: time.bad, badMs, baseMs: seenMs };
  return { bad: union(time.bad, time.unobserved), badMs: badMs + unobservedMs, baseMs: allMs };
}

/**
 * The most whole milliseconds of `baseMs` that may be bad without a breach; −1 when even none is one too many
 * (`above` with nothing to spare). Times are whole milliseconds, so this decides as the exact fractions do.
 */
export function allowedMs(objective: Availability, baseMs: number): number {
  const { bound, strictly } = objective;
  return strictly ? baseMs - floorOf(bound, baseMs) - 1 : floorOf(complement(bound), baseMs);
}

/** Clauses 2-2.1 (`atLeast`) and 2-3.1 (`above`, strictly): decided on integers, never on a printed percent. */
export function availability(guarantee: Guarantee, objective: Availability, time: Classified): Finding {
  const { bad, badMs, baseMs } = covered(guarantee, time);
  const goodMs = baseMs - badMs;
  if (baseMs === 0) return { status: 'nothing-measured', goodMs, baseMs, deficient: never };
  if (badMs <= allowedMs(objective, baseMs)) return { status: 'kept', goodMs, baseMs, deficient: never };
  if (objective.counts === 'all') return { status: 'breached', goodMs, baseMs, deficient: bad };
  // ⌈bad − (1 − p)·base⌉, as bad is whole.
  const excessMs = badMs - floorOf(complement(objective.bound), baseMs);
  return { status: 'breached', goodMs, baseMs, deficient: lastOf(bad, excessMs) };
}

import { compare, complement, multiply, roundUp, whole } from '../money/fraction.ts';
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
  const allMs = seenMs + lengthOf(time.unobserved);
  const { numerator, denominator } = guarantee.coverage;
  const below = BigInt(seenMs) * denominator < numerator * BigInt(allMs);
  if (!below) return { bad: time.bad, badMs, baseMs: seenMs };
  return { bad: union(time.bad, time.unobserved), badMs: allMs - seenMs + badMs, baseMs: allMs };
}

/** Clauses 2-2.1 (`atLeast`) and 2-3.1 (`above`, strictly): decided on integers, never on a printed percent. */
export function availability(guarantee: Guarantee, objective: Availability, time: Classified): Finding {
  const { bad, badMs, baseMs } = covered(guarantee, time);
  const goodMs = baseMs - badMs;
  if (baseMs === 0) return { status: 'nothing-measured', goodMs, baseMs, deficient: never };
  const allowance = multiply(complement(objective.bound), whole(baseMs));
  const order = compare(whole(badMs), allowance);
  const breached = objective.strictly ? order >= 0 : order > 0;
  if (!breached) return { status: 'kept', goodMs, baseMs, deficient: never };
  if (objective.counts === 'all') return { status: 'breached', goodMs, baseMs, deficient: bad };
  const excess = roundUp({
    numerator: BigInt(badMs) * allowance.denominator - allowance.numerator,
    denominator: allowance.denominator,
  });
  return { status: 'breached', goodMs, baseMs, deficient: lastOf(bad, Number(excess)) };
}

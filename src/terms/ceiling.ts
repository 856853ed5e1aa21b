import type { Interval } from '../timeline/interval.ts';
import { never, type Timeline, timelineOf } from '../timeline/timeline.ts';
import { type Classified, covered, type Finding } from './availability.ts';
import type { Ceiling, Guarantee } from './terms.ts';

/**
 * `count` windows of `everyMs` from `from` on, each with its statistic in ms or null without requests; `values`
 * null: all idle. As they are gathered, a row of numbers in which below zero stands for null: months are long.
 */
export interface WindowStretch {
  readonly from: number;
  readonly everyMs: number;
  readonly count: number;
  readonly values: readonly (number | null)[] | Int32Array | null;
}

/** Above the limit is bad; at or below, and no request, is good; outside all windows nothing is known. */
export function windowLines(
  objective: Ceiling,
  list: readonly WindowStretch[],
): { bad: Timeline; seen: Timeline } {
  const bad: Interval[] = [];
  const seen: Interval[] = [];
  for (const stretch of list) {
    const { from, everyMs, count, values } = stretch;
    seen.push([from, from + count * everyMs]);
    if (values === null) continue;
    const above =
      values instanceof Int32Array ? gathered(values, objective.limitMs) : listed(values, objective.limitMs);
    for (const i of above) bad.push([from + i * everyMs, from + (i + 1) * everyMs]);
  }
  return { bad: timelineOf(bad), seen: timelineOf(seen) };
}

/** Which values are above a limit; twice, for each form is walked fast only where no other comes by. */
function gathered(values: Int32Array, limit: number): readonly number[] {
  const above: number[] = [];
  for (let i = 0; i < values.length; i += 1) if (values[i]! > limit) above.push(i);
  return above;
}

function listed(values: readonly (number | null)[], limit: number): readonly number[] {
  const above: number[] = [];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (value !== null && value > limit) above.push(i);
  }
  return above;
}

/** Clause 2-4.2: any bad time, after the coverage rule, is a breach. */
export function ceiling(guarantee: Guarantee, time: Classified): Finding {
  const { bad, badMs, baseMs } = covered(guarantee, time);
  const goodMs = baseMs - badMs;
  if (baseMs === 0) return { status: 'nothing-measured', goodMs, baseMs, deficient: never };
  return { status: badMs > 0 ? 'breached' : 'kept', goodMs, baseMs, deficient: bad };
}

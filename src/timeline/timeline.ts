import assert from 'node:assert/strict';
import type { Interval } from './interval.ts';

/**
 * A set of instants as its boundaries `[from, to, from, to, …]`, strictly ascending: sorted, disjoint,
 * non-touching, half-open stretches (SEMANTICS §1). Epoch milliseconds; `-Infinity` and `Infinity` are "ever".
 * One flat list, so every operation is one merge and nothing is allocated per stretch.
 */
export type Timeline = readonly number[];

export const never: Timeline = [];
export const always: Timeline = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** `[from, to)`; empty when `to` does not come after `from`. */
export function span(from: number, to: number): Timeline {
  return from < to ? [from, to] : never;
}

/** Any intervals, in any order, overlapping or not, as one timeline. Empty ones vanish. */
export function timelineOf(intervals: readonly Interval[]): Timeline {
  if (intervals.length === 1) return span(intervals[0]![0], intervals[0]![1]);
  const sorted = intervals.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of sorted) {
    if (out.length === 0 || from > end) out.push(from, to);
    else if (to > end) out[out.length - 1] = to;
    end = Math.max(end, to);
  }
  return out;
}

export function intervalsOf(timeline: Timeline): Interval[] {
  const out: Interval[] = [];
  for (let i = 0; i < timeline.length; i += 2) out.push([timeline[i]!, timeline[i + 1]!]);
  return out;
}

// Truth tables over (in a, in b): bit 1 is "only a", bit 2 "only b", bit 3 "both".
const unionTable = 0b1110;
const intersectTable = 0b1000;
const subtractTable = 0b0010;

export function union(a: Timeline, b: Timeline): Timeline {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return merge(a, b, unionTable);
}

export function intersect(a: Timeline, b: Timeline): Timeline {
  if (a.length === 0 || b.length === 0) return never;
  return merge(a, b, intersectTable);
}

/** What is in `a` and not in `b`. */
export function subtract(a: Timeline, b: Timeline): Timeline {
  if (a.length === 0 || b.length === 0) return a;
  return merge(a, b, subtractTable);
}

/** `line` cut in two by `by`: what of it lies in `by` and what does not, in one walk. */
export function divide(line: Timeline, by: Timeline): { inside: Timeline; outside: Timeline } {
  const inside: number[] = [];
  const outside: number[] = [];
  let j = 0;
  for (let i = 0; i < line.length; i += 2) {
    let from = line[i]!;
    const to = line[i + 1]!;
    // Boundaries up to `from` decide on which side it begins: odd means within `by`.
    while (j < by.length && by[j]! <= from) j += 1;
    while (j < by.length && by[j]! < to) {
      (j & 1 ? inside : outside).push(from, by[j]!);
      from = by[j]!;
      j += 1;
    }
    (j & 1 ? inside : outside).push(from, to);
  }
  return { inside, outside };
}

export function unionAll(timelines: readonly Timeline[]): Timeline {
  return timelines.reduce(union, never);
}

/** Walks both boundary lists once; a boundary is kept where the table's answer turns. */
function merge(a: Timeline, b: Timeline, table: number): Timeline {
  const out: number[] = [];
  let i = 0;
  let j = 0;
  let inside = 0;
  while (i < a.length || j < b.length) {
    const nextA = i < a.length ? a[i]! : Number.POSITIVE_INFINITY;
    const nextB = j < b.length ? b[j]! : Number.POSITIVE_INFINITY;
    const at = Math.min(nextA, nextB);
    if (i < a.length && nextA === at) i += 1;
    if (j < b.length && nextB === at) j += 1;
    const now = (table >> ((i & 1) | ((j & 1) << 1))) & 1;
    if (now !== inside) out.push(at);
    inside = now;
  }
  return out;
}

/** Total length in milliseconds; `Infinity` when it never ends. */
export function lengthOf(timeline: Timeline): number {
  let sum = 0;
  for (let i = 0; i < timeline.length; i += 2) sum += timeline[i + 1]! - timeline[i]!;
  return sum;
}

export function contains(timeline: Timeline, at: number): boolean {
  return (boundariesUpTo(timeline, at) & 1) === 1;
}

/** The last `length` milliseconds of the timeline (clause 3-1 with `counts: excess`). */
export function lastOf(timeline: Timeline, length: number): Timeline {
  let left = length;
  for (let i = timeline.length - 2; i >= 0 && left > 0; i -= 2) {
    const from = timeline[i]!;
    const to = timeline[i + 1]!;
    if (to - from >= left) return [to - left, ...timeline.slice(i + 1)];
    left -= to - from;
  }
  return left > 0 ? timeline : never;
}

/** How many boundaries are at or before `at`: odd means inside. */
function boundariesUpTo(timeline: Timeline, at: number): number {
  let low = 0;
  let high = timeline.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeline[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Stops on a bug: every timeline that the core is handed or makes must be canonical. */
export function assertTimeline(timeline: Timeline): void {
  assert(timeline.length % 2 === 0, 'a timeline has as many ends as beginnings');
  for (let i = 1; i < timeline.length; i += 1) {
    assert(timeline[i - 1]! < timeline[i]!, 'boundaries of a timeline ascend strictly');
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Interval } from './interval.ts';
import {
  always,
  assertTimeline,
  contains,
  divide,
  intersect,
  intervalsOf,
  lastOf,
  lengthOf,
  never,
  span,
  subtract,
  type Timeline,
  timelineOf,
  union,
  unionAll,
} from './timeline.ts';

/** The naive model: the set of points 0..39 that are inside. */
const size = 40;
const points = Array.from({ length: size }, (_, at) => at);
const pointsOf = (line: Timeline): number[] => points.filter((at) => contains(line, at));

const anyInterval = fc.tuple(fc.nat(size), fc.nat(size));
const anyIntervals = fc.array(anyInterval, { maxLength: 8 });
const anyLine = anyIntervals.map(timelineOf);

/** The same points as one timeline, made without the merge. */
function rebuilt(inside: (at: number) => boolean): Timeline {
  return timelineOf(points.filter(inside).map((at): Interval => [at, at + 1]));
}

test('any intervals become one canonical timeline of the same points', () => {
  fc.assert(
    fc.property(anyIntervals, (intervals) => {
      const line = timelineOf(intervals);
      assertTimeline(line);
      const inside = points.filter((at) => intervals.some(([from, to]) => from <= at && at < to));
      assert.deepEqual(pointsOf(line), inside);
      assert.deepEqual(timelineOf(intervalsOf(line)), line);
    }),
  );
});

test('union, intersection and subtraction are what they are point by point, and canonical', () => {
  fc.assert(
    fc.property(anyLine, anyLine, (a, b) => {
      const inA = (at: number): boolean => contains(a, at);
      const inB = (at: number): boolean => contains(b, at);
      assert.deepEqual(
        union(a, b),
        rebuilt((at) => inA(at) || inB(at)),
      );
      assert.deepEqual(
        intersect(a, b),
        rebuilt((at) => inA(at) && inB(at)),
      );
      assert.deepEqual(
        subtract(a, b),
        rebuilt((at) => inA(at) && !inB(at)),
      );
    }),
  );
});

test('the laws of sets hold, up to the empty set and to ever', () => {
  const line = fc.oneof(anyLine, fc.constantFrom(never, always));
  fc.assert(
    fc.property(line, line, line, (a, b, c) => {
      assert.deepEqual(union(a, b), union(b, a));
      assert.deepEqual(intersect(a, b), intersect(b, a));
      assert.deepEqual(union(a, union(b, c)), union(union(a, b), c));
      assert.deepEqual(intersect(a, union(b, c)), union(intersect(a, b), intersect(a, c)));
      assert.deepEqual(subtract(a, union(b, c)), intersect(subtract(a, b), subtract(a, c)));
      assert.deepEqual(intersect(subtract(a, b), b), never);
      assert.deepEqual(subtract(a, subtract(always, b)), intersect(a, b));
      assert.deepEqual(unionAll([a, b, c]), union(a, union(b, c)));
    }),
  );
});

test('divided in one walk is what intersection and subtraction are', () => {
  const line = fc.oneof(anyLine, fc.constantFrom(never, always));
  fc.assert(
    fc.property(line, line, (a, b) => {
      assert.deepEqual(divide(a, b), { inside: intersect(a, b), outside: subtract(a, b) });
    }),
  );
});

test('what is taken and what is left add up', () => {
  fc.assert(
    fc.property(anyLine, anyLine, (a, b) => {
      assert.equal(lengthOf(intersect(a, b)) + lengthOf(subtract(a, b)), lengthOf(a));
      assert.equal(lengthOf(a), pointsOf(a).length);
    }),
  );
});

test('the last milliseconds are the last points', () => {
  fc.assert(
    fc.property(anyLine, fc.nat(size + 5), (line, length) => {
      const last = lastOf(line, length);
      assertTimeline(last);
      const expected = length === 0 ? [] : pointsOf(line).slice(-length);
      assert.deepEqual(pointsOf(last), expected);
    }),
  );
});

test('the last milliseconds may end within a stretch', () => {
  assert.deepEqual(lastOf([0, 10, 20, 30], 15), [5, 10, 20, 30]);
  assert.deepEqual(lastOf([0, 10, 20, 30], 10), [20, 30]);
  assert.deepEqual(lastOf([0, 10], 0), never);
  assert.deepEqual(lastOf([0, 10], 99), [0, 10]);
});

test('stretches that touch are one, an empty one is none', () => {
  assert.deepEqual(
    timelineOf([
      [5, 9],
      [1, 5],
      [7, 7],
    ]),
    [1, 9],
  );
  assert.deepEqual(span(3, 3), never);
  assert.deepEqual(span(4, 3), never);
});

test('ever has no length but infinity, and holds every instant', () => {
  assert.equal(lengthOf(always), Number.POSITIVE_INFINITY);
  assert.equal(lengthOf(never), 0);
  assert(contains(always, 0) && !contains(never, 0));
  assert.deepEqual(intersect(always, [3, 4]), [3, 4]);
  assert.deepEqual(subtract([Number.NEGATIVE_INFINITY, 5], [2, Number.POSITIVE_INFINITY]), [
    Number.NEGATIVE_INFINITY,
    2,
  ]);
});

test('a timeline that is not canonical stops the program', () => {
  for (const wrong of [[1], [2, 1], [1, 1], [1, 3, 3, 4], [1, 3, 2, 4], [Number.NaN, 3]]) {
    assert.throws(() => assertTimeline(wrong), assert.AssertionError);
  }
});

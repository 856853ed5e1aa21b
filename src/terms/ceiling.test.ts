import assert from 'node:assert/strict';
import { test } from 'node:test';
import { span } from '../timeline/timeline.ts';
import type { Classified } from './availability.ts';
import { ceiling, windowLines } from './ceiling.ts';
import type { Guarantee } from './terms.ts';

const objective = { kind: 'ceiling', limitMs: 1500, statistic: 'max', windowMs: 60 } as const;
const promise: Guarantee = {
  id: 'response',
  clause: '2-4.2',
  check: 'response',
  objective,
  holdMs: 0,
  quorum: 'majority',
  floor: 1,
  bridgeMs: 0,
  coverage: { numerator: 95n, denominator: 100n },
  exclusions: [],
};

/** `good`, `bad` and `unobserved` milliseconds, one after the other. */
function time(good: number, bad: number, unobserved = 0): Classified {
  return {
    good: span(0, good),
    bad: span(good, good + bad),
    unobserved: span(good + bad, good + bad + unobserved),
  };
}

test('a window above the limit is bad, at the limit and idle ones are good, between windows nothing is known', () => {
  const { bad, seen } = windowLines(objective, [
    { from: 0, everyMs: 60, count: 4, values: [1500, 1501, null, 9999] },
    { from: 240, everyMs: 60, count: 10, values: null },
    { from: 1000, everyMs: 60, count: 0, values: [] },
  ]);
  assert.deepEqual(bad, [60, 120, 180, 240]);
  assert.deepEqual(seen, [0, 840]);
});

test('one bad window breaks a ceiling, and unread windows do when there are many', () => {
  assert.equal(ceiling(promise, time(1000, 0)).status, 'kept');
  assert.equal(ceiling(promise, time(999, 1)).status, 'breached');
  assert.equal(ceiling(promise, time(949, 0, 51)).status, 'breached');
  assert.equal(ceiling(promise, time(950, 0, 50)).status, 'kept');
  assert.equal(ceiling(promise, time(0, 0)).status, 'nothing-measured');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lengthOf, never, span } from '../timeline/timeline.ts';
import type { Classified } from './availability.ts';
import { deadline, dueAt, lateLine } from './deadline.ts';
import type { Deadline } from './terms.ts';

function time(good: number, bad: number): Classified {
  return { good: span(0, good), bad: span(good, good + bad), unobserved: never };
}

const noHours = {
  zone: 'UTC',
  periods: [[], [], [], [], [], [], []],
  holidays: new Set<number>(),
  makeup: new Set<number>(),
  makeupLike: 0,
};
const within = (ms: number, kind: 'elapsed' | 'working' = 'elapsed'): Deadline => ({
  kind: 'deadline',
  within: { kind, ms },
});

test('late is from due to done; what is done when due is in time', () => {
  const late = (opened: number, done: number | null, until = 1000) =>
    lateLine(within(100), noHours, [{ opened, done }], until);
  assert.deepEqual(late(0, 100), []);
  assert.deepEqual(late(0, 101), [100, 101]);
  assert.deepEqual(late(0, null), [100, 1000]);
  assert.deepEqual(late(950, null), []);
  assert.deepEqual(late(0, 5000), [100, 1000]);
  assert.deepEqual(late(1000, null), []);
});

test('items late at the same time are late once', () => {
  const items = [0, 50, 400].map((opened) => ({ opened, done: opened + 200 }));
  assert.deepEqual(lateLine(within(100), noHours, items, 1000), [100, 250, 500, 600]);
});

test('without working hours nothing is due, without delay it is due at once', () => {
  assert.equal(dueAt(within(100, 'working'), noHours, 0, 1000), Number.POSITIVE_INFINITY);
  assert.equal(dueAt(within(0), noHours, 7, 1000), 7);
});

test('a deadline is broken by any late time', () => {
  assert.equal(deadline(time(100, 0)).status, 'kept');
  assert.equal(deadline(time(99, 1)).status, 'breached');
  assert.equal(deadline(time(0, 0)).status, 'nothing-measured');
  assert.equal(lengthOf(deadline(time(99, 1)).deficient), 1);
});

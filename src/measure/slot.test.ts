import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  defaultRechecks,
  isDone,
  nextSlot,
  offsetOf,
  phaseSteps,
  type RoundSpan,
  recheckAfter,
  roundOf,
  slotAt,
  withDone,
} from './slot.ts';

const minute = 60_000;
const phase = fc.integer({ min: 0, max: phaseSteps - 1 });
const interval = fc.constantFrom(1_000, 10_000, 60_000, 90_001);
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });

test('a phase is a share of the interval', () => {
  assert.equal(offsetOf(0, minute), 0);
  assert.equal(offsetOf(32_768, minute), 30_000);
  assert.equal(offsetOf(65_535, minute), 59_999);
});

test('rounds start at multiples of the interval on the epoch', () => {
  assert.equal(roundOf(119_999, minute), 60_000);
  assert.equal(roundOf(120_000, minute), 120_000);
});

test('every round holds exactly one slot of a target', () => {
  fc.assert(
    fc.property(instant, phase, interval, (at, p, every) => {
      const round = roundOf(at, every);
      const slot = slotAt(round, p, every);
      assert.ok(slot >= round && slot < round + every);
      assert.equal(roundOf(slot, every), round);
      assert.equal(slotAt(round + every, p, every), slot + every);
    }),
  );
});

test('the next slot is the first at or after an instant', () => {
  fc.assert(
    fc.property(instant, phase, interval, (at, p, every) => {
      const next = nextSlot(at, p, every);
      assert.ok(next >= at && next < at + every);
      assert.equal(nextSlot(next, p, every), next);
    }),
  );
});

test('rounds done are remembered as spans, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 })), (rounds) => {
      const done = rounds.reduce<RoundSpan[]>((spans, round) => withDone(spans, round * 10, 10), []);
      for (let round = 0; round <= 40; round++)
        assert.equal(isDone(done, round * 10), rounds.includes(round));
      const gaps =
        new Set(rounds).size === 0 ? 0 : [...new Set(rounds)].filter((r) => !rounds.includes(r - 1)).length;
      assert.equal(done.length, gaps);
    }),
  );
});

test('a turn is looked at again after 5, 10 and 20 seconds, then in its slots', () => {
  const rechecks = defaultRechecks(minute);
  assert.deepEqual(
    [0, 1, 2, 3].map((since) => recheckAfter(rechecks, 'pass', since, minute)),
    [5_000, 10_000, 20_000, null],
  );
});

test('a failing target is looked at every ten seconds, or six times an interval when that is longer', () => {
  assert.equal(recheckAfter(defaultRechecks(minute), 'fail', 7, minute), 10_000);
  assert.equal(recheckAfter(defaultRechecks(10 * minute), 'fail', null, 10 * minute), 100_000);
  assert.equal(recheckAfter(defaultRechecks(minute), 'fail', 0, minute), 5_000);
});

test('no look between slots when the slot comes first, and none at a target that has always passed', () => {
  assert.equal(recheckAfter(defaultRechecks(minute), 'fail', 0, 5_000), null);
  assert.equal(recheckAfter(defaultRechecks(minute), 'pass', null, minute), null);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compare, complement, multiply, parseDecimal, whole } from '../money/fraction.ts';
import { span } from '../timeline/timeline.ts';
import { allowedMs, availability, type Classified } from './availability.ts';
import type { Availability, Guarantee } from './terms.ts';

const share = (text: string) => parseDecimal(text) ?? assert.fail(text);
const atLeast = (text: string): Availability => ({
  kind: 'availability',
  bound: share(text),
  strictly: false,
  counts: 'all',
});
const above = (text: string): Availability => ({ ...atLeast(text), strictly: true });
const excess = (objective: Availability): Availability => ({ ...objective, counts: 'excess' });

function guarantee(objective: Guarantee['objective'], coverage = '0.95'): Guarantee {
  return {
    id: 'web',
    clause: '2-2.1',
    check: 'web',
    objective,
    holdMs: 10,
    quorum: 'majority',
    floor: 1,
    bridgeMs: 0,
    coverage: share(coverage),
    exclusions: [],
  };
}

/** `good`, `bad` and `unobserved` milliseconds, one after the other. */
function time(good: number, bad: number, unobserved = 0): Classified {
  return {
    good: span(0, good),
    bad: span(good, good + bad),
    unobserved: span(good + bad, good + bad + unobserved),
  };
}

test('"at least" may be met exactly, "above" may not', () => {
  const table: readonly (readonly [Availability, number, string])[] = [
    [atLeast('0.99'), 10, 'kept'],
    [atLeast('0.99'), 11, 'breached'],
    [above('0.99'), 9, 'kept'],
    [above('0.99'), 10, 'breached'],
    [atLeast('1'), 0, 'kept'],
    [atLeast('1'), 1, 'breached'],
    [above('1'), 0, 'breached'],
    [atLeast('0'), 1000, 'kept'],
    [above('0'), 1000, 'breached'],
    [above('0'), 999, 'kept'],
  ];
  for (const [objective, bad, status] of table) {
    const found = availability(guarantee(objective), objective, time(1000 - bad, bad));
    assert.equal(found.status, status, `${objective.strictly} ${objective.bound.numerator} ${bad}`);
  }
});

test('what may be bad is what the exact fractions allow, for any share', () => {
  const decimals = fc.oneof(
    fc.constantFrom('0', '1', '0.5', '0.99', '0.999'),
    fc.stringMatching(/^0\.\d{1,25}$/),
  );
  fc.assert(
    fc.property(decimals, fc.boolean(), fc.nat(2_700_000_000), (text, strictly, base) => {
      const objective = { ...atLeast(text), strictly };
      const allowed = allowedMs(objective, base);
      const limit = multiply(complement(objective.bound), whole(base));
      const breached = (bad: number): boolean => compare(whole(bad), limit) >= (strictly ? 0 : 1);
      assert(allowed < 0 || !breached(allowed));
      assert(breached(allowed + 1));
    }),
  );
});

test('too little observed: all unobserved time is bad; exactly enough is enough', () => {
  const objective = atLeast('0.9');
  const enough = availability(guarantee(objective), objective, time(900, 50, 50));
  assert.deepEqual([enough.status, enough.goodMs, enough.baseMs], ['kept', 900, 950]);
  const short = availability(guarantee(objective), objective, time(899, 50, 51));
  assert.deepEqual([short.status, short.goodMs, short.baseMs], ['breached', 899, 1000]);
  assert.deepEqual(short.deficient, [899, 1000]);
});

test('nothing observed is a breach, unless the terms do not mind or there is nothing to observe', () => {
  const objective = atLeast('0.99');
  assert.equal(availability(guarantee(objective), objective, time(0, 0, 100)).status, 'breached');
  assert.equal(
    availability(guarantee(objective, '0'), objective, time(0, 0, 100)).status,
    'nothing-measured',
  );
  assert.equal(availability(guarantee(objective), objective, time(0, 0)).status, 'nothing-measured');
});

test('excess counts only what is above the allowance, the last of it, rounded up', () => {
  const over = (objective: Availability, good: number, bad: number) =>
    availability(guarantee(objective), objective, time(good, bad)).deficient;
  assert.deepEqual(over(excess(atLeast('0.9')), 800, 200), [900, 1000]);
  assert.deepEqual(over(atLeast('0.9'), 800, 200), [800, 1000]);
  // 0.005 · 999 = 4.995 may be bad: of 10 bad ones 5.005 are too many, which is 6.
  assert.deepEqual(over(excess(atLeast('0.995')), 989, 10), [993, 999]);
  // Exactly at an "above": broken, and nothing in excess.
  const exact = availability(guarantee(above('0.9')), excess(above('0.9')), time(900, 100));
  assert.deepEqual([exact.status, exact.deficient], ['breached', []]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from './force.ts';
import { standingOf } from './standing.ts';

const day = 86_400_000;
/** In the afternoon of the day on which everything happens. */
const acts = { signed: 15 * 3_600_000, sealed: 15 * 3_600_000 };
const whole: Facts = {
  signatures: { provider: acts, customer: acts },
  opened: 10,
  ended: null,
  stages: [{ from: 0, stage: 'released' }],
  sales: [{ number: 'SA-1', from: 0, to: 1000, paid: 1n, currency: 'CNY', paidAt: 5 }],
};
const never = { signed: null, sealed: null };
const missing = (facts: Partial<Facts>, at: number): string[] =>
  standingOf({ ...whole, ...facts }, 'UTC', at).missing.map(({ fact, detail }) =>
    [fact, ...detail].join(' '),
  );

test('nothing is missing of what is in force', () => {
  assert.deepEqual(standingOf(whole, 'UTC', 500), { missing: [], unsigned: null });
});

test('each fact that is missing at an instant is named, the acts one by one', () => {
  assert.deepEqual(missing({ signatures: { provider: acts, customer: never } }, 500), [
    'signed customer-signed customer-sealed',
  ]);
  assert.deepEqual(missing({ sales: [] }, 500), ['paid']);
  assert.deepEqual(missing({}, 1000), ['paid'], 'the term is over');
  assert.deepEqual(missing({ opened: null, stages: [{ from: 0, stage: 'public-test' }] }, 500), [
    'opened',
    'released',
  ]);
  assert.deepEqual(missing({ ended: 400 }, 500), ['ended']);
  assert.deepEqual(missing({ ended: 600 }, 500), []);
});

test('the day of the last signature counts from its beginning, the days before it do not', () => {
  const late = { signed: day + 100, sealed: day + 100 };
  const signatures = { provider: acts, customer: late };
  const sales = whole.sales.map((sale) => ({ ...sale, to: 9 * day }));
  assert.deepEqual(missing({ signatures, sales }, day - 1), ['signed customer-signed customer-sealed']);
  assert.deepEqual(missing({ signatures, sales }, day), []);
  assert.equal(standingOf({ ...whole, signatures, sales }, 'UTC', day - 1).unsigned?.since, 10);
});

test('paid and served but never signed is shown since when, with what follows in both languages', () => {
  const unsigned = { ...whole, signatures: { provider: acts, customer: never } };
  const { unsigned: shown } = standingOf(unsigned, 'UTC', 500);
  assert.equal(shown?.since, 10);
  assert.match(shown?.words.zh ?? '', /不追溯/);
  assert.match(shown?.words.en ?? '', /nothing compensated/);
});

test('whoever has not paid, is not served, is in a test or has ended it is not such a one', () => {
  const unsigned = { ...whole, signatures: { provider: never, customer: never } };
  for (const change of [
    { sales: [] },
    { opened: null },
    { stages: [{ from: 0, stage: 'invited-test' as const }] },
    { ended: 400 },
  ])
    assert.equal(standingOf({ ...unsigned, ...change }, 'UTC', 500).unsigned, null);
  assert.equal(standingOf(unsigned, 'UTC', 1000).unsigned, null, 'the term is over');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accounts, admitEntry, type Entry, type Posting } from './journal.ts';

const posting = (account: string, amount: number, currency = 'CNY'): Posting => ({
  account,
  amount,
  currency,
});
const entry = (...postings: Posting[]): Entry => ({
  key: 'k',
  kind: 'compensation',
  at: 0,
  detail: {},
  postings,
});

test('an entry balances in every currency', () => {
  assert.equal(admitEntry(entry(posting('a', 110), posting('b', -110))), null);
  assert.equal(admitEntry(entry(posting('a', 110), posting('b', -60), posting('c', -50))), null);
  assert.equal(
    admitEntry(entry(posting('a', 1), posting('b', -1), posting('a', 2, 'USD'), posting('b', -2, 'USD'))),
    null,
  );
});

test('an entry that does not balance, or only across currencies, is refused', () => {
  assert.equal(admitEntry(entry(posting('a', 110), posting('b', -109)))?.code, 'entry-unbalanced');
  assert.equal(admitEntry(entry(posting('a', 110), posting('b', -110, 'USD')))?.code, 'entry-unbalanced');
});

test('one side alone, nothing, and what is no whole amount are refused', () => {
  assert.equal(admitEntry(entry(posting('a', 110)))?.code, 'entry-onesided');
  assert.equal(admitEntry(entry())?.code, 'entry-onesided');
  for (const amount of [0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    const refusal = admitEntry(entry(posting('a', amount), posting('b', -amount)));
    assert.deepEqual([refusal?.code, refusal?.path], ['amount-invalid', 'postings[0].amount']);
  }
});

test('each customer has an account of what is owed, apart from the cost', () => {
  assert.notEqual(accounts.compensationOwed('c1'), accounts.compensationOwed('c2'));
  assert.notEqual(accounts.compensationOwed('c1'), accounts.compensationCost);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../refusal.ts';
import { type Finding, revise, type Statement } from './statement.ts';

const found = (amount: number, settlement = `{"amount":${amount}}`): Finding => ({
  caseText: '{}',
  caseDigest: Buffer.alloc(32),
  settlement,
  amount,
  currency: 'CNY',
});
const standing: Statement = {
  agreement: 'QA-1',
  month: '2026-10',
  revision: 2,
  ...found(110),
  difference: 10,
  reason: null,
  actor: 'centre',
  madeAt: 0,
  postedAt: 0,
  dueAt: 0,
  approvers: 0,
};
const centre = { actor: 'centre', reason: null };

test('the first finding is revision 1 and posts all of it', () => {
  assert.deepEqual(revise(null, found(110), centre), { revision: 1, difference: 110, reason: null });
});

test('the same finding changes nothing', () => {
  assert.equal(revise(standing, found(110), centre), null);
});

test('a later finding posts the difference, also of nothing when only the words changed', () => {
  assert.deepEqual(revise(standing, found(150), centre), { revision: 3, difference: 40, reason: null });
  assert.deepEqual(revise(standing, found(110, '{}'), centre), { revision: 3, difference: 0, reason: null });
});

test('only a person lowers what was paid, with a reason', () => {
  for (const reason of [null, '', '  ']) {
    const refusal = revise(standing, found(100), { actor: 'finance', reason });
    assert(isRefusal(refusal) && refusal.code === 'lowers-paid' && refusal.path === 'reason');
  }
  assert.deepEqual(revise(standing, found(100), { actor: 'finance', reason: 'contested' }), {
    revision: 3,
    difference: -10,
    reason: 'contested',
  });
});

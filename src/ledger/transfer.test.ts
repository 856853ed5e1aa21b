import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { begin, dayMs, must } from '../../test/world.ts';
import type { Tx } from '../db/connection.ts';
import { isRefusal } from '../refusal.ts';
import { post } from './flow.ts';
import { accounts, paymentEntry } from './journal.ts';
import { pageTransfers, readBalance, readBooks } from './store.ts';
import { askTransfer, endTransfer, readChannels } from './transfer/flow.ts';

const now = begin + 500 * dayMs;
const customer = 'c000001';
const end = Number.MAX_SAFE_INTEGER;

/** Two payments by two ways, a part of the second paid back, and compensation of 900. */
async function furnish(tx: Tx): Promise<void> {
  const paid = { sale: 'SA-1', customer, currency: 'CNY', at: begin };
  must(await post(tx, paymentEntry({ ...paid, receipt: 'R-1', method: 'bank', amount: 1000 })));
  const second = { ...paid, receipt: 'R-2', method: 'wechat', at: begin + dayMs };
  must(await post(tx, paymentEntry({ ...second, amount: 500 })));
  must(await post(tx, paymentEntry({ ...second, receipt: 'R-3', amount: -200, at: begin + 2 * dayMs })));
  const postings = [
    { account: accounts.compensationCost, amount: 900, currency: 'CNY' },
    { account: accounts.compensationOwed(customer), amount: -900, currency: 'CNY' },
  ];
  must(await post(tx, { key: 'owed', kind: 'compensation', at: begin, detail: {}, postings }));
}

const asked = {
  key: 'k1',
  customer,
  way: 'original',
  amount: 700,
  currency: 'CNY',
  to: '',
  actor: '李青',
} as const;
const codeOf = (told: unknown): string | null => (isRefusal(told) ? told.code : null);
const sent = { state: 'sent', reference: 'B-7', reason: '', actor: 'finance' } as const;
const cancelled = { state: 'cancelled', reference: '', reason: 'changed my mind', actor: '李青' } as const;

const standingOf = async (tx: Tx): Promise<readonly number[]> =>
  Promise.all(
    [accounts.compensationOwed, accounts.balance, accounts.transfer].map(
      async (named) => 0 - (await readBalance(tx, named(customer), 'CNY', end)),
    ),
  );

test('what goes back by the payments goes by the newest first, by none more than it brought, and is set aside once', async (t) => {
  const { db } = await withDatabase(t);
  await furnish(db);
  assert.deepEqual(
    (await readChannels(db, customer, 'CNY')).map(({ receipt, left }) => [receipt, left]),
    [
      ['R-2', 300],
      ['R-1', 1000],
    ],
    'what was paid back of a sale is of its newest payment',
  );
  for (let i = 0; i < 2; i += 1) {
    const told = await askTransfer(db, now, asked);
    assert.ok(!isRefusal(told));
    assert.deepEqual(
      told.map(({ receipt, method, amount, state }) => [receipt, method, amount, state]),
      [
        ['R-1', 'bank', 400, 'asked'],
        ['R-2', 'wechat', 300, 'asked'],
      ],
    );
  }
  assert.deepEqual(await standingOf(db), [200, 0, 700]);
  assert.equal(codeOf(await askTransfer(db, now, { ...asked, amount: 600 })), 'entry-known');
  assert.equal(codeOf(await askTransfer(db, now, { ...asked, key: 'k2', amount: 201 })), 'payout-larger');
  assert.equal(codeOf(await askTransfer(db, now, { ...asked, key: 'k2', amount: 0 })), 'amount-invalid');
  const withdrawal = { ...asked, key: 'k2', way: 'withdrawal', amount: 1 } as const;
  assert.equal(codeOf(await askTransfer(db, now, withdrawal)), 'payee-missing');
  assert.equal(codeOf(await askTransfer(db, now, { ...withdrawal, to: '6222 …' })), 'payout-larger');
  assert.deepEqual((await readBooks(db)).unsound, []);
});

test('more than the payments brought does not go back by them', async (t) => {
  const { db } = await withDatabase(t);
  await furnish(db);
  const more = [
    { account: accounts.compensationCost, amount: 1000, currency: 'CNY' },
    { account: accounts.compensationOwed(customer), amount: -1000, currency: 'CNY' },
  ];
  must(await post(db, { key: 'more', kind: 'compensation', at: begin, detail: {}, postings: more }));
  assert.equal(codeOf(await askTransfer(db, now, { ...asked, amount: 1301 })), 'channel-exhausted');
  assert.deepEqual(await standingOf(db), [1900, 0, 0], 'nothing half done');
  assert.equal(codeOf(await askTransfer(db, now, { ...asked, amount: 1300 })), null);
});

test('a transfer ends once: sent with its number, or cancelled and where it stood; another’s does not exist', async (t) => {
  const { db } = await withDatabase(t);
  await furnish(db);
  assert.equal(codeOf(await askTransfer(db, now, asked)), null);
  const [first, second] = await pageTransfers(db, { customer, state: 'asked' }, 0, 10);
  assert.ok(first !== undefined && second !== undefined);
  const finish = (id: number, ending: typeof sent | typeof cancelled, scope: string | null = null) =>
    endTransfer(db, now, { id, scope }, ending);
  assert.equal(codeOf(await finish(first.id, cancelled, 'c000002')), 'transfer-unknown');
  assert.equal(codeOf(await finish(999, sent)), 'transfer-unknown');
  assert.equal(
    codeOf(await endTransfer(db, now, { id: first.id, scope: null }, { ...sent, reference: ' ' })),
    'reference-missing',
  );
  for (let i = 0; i < 2; i += 1)
    assert.equal(codeOf(await finish(first.id, sent)), null, 'said again it is one');
  const other = { ...sent, reference: 'B-8' };
  assert.equal(codeOf(await endTransfer(db, now, { id: first.id, scope: null }, other)), 'transfer-state');
  assert.equal(codeOf(await finish(first.id, cancelled)), 'transfer-state');
  assert.deepEqual(await standingOf(db), [200, 0, 300]);
  assert.equal(await readBalance(db, accounts.received, 'CNY', end), 1300 - 400);
  assert.equal(codeOf(await finish(second.id, cancelled, customer)), null);
  assert.equal(codeOf(await finish(second.id, sent)), 'transfer-state');
  assert.deepEqual(await standingOf(db), [500, 0, 0]);
  const left = (await readChannels(db, customer, 'CNY')).map(({ receipt, left }) => [receipt, left]);
  assert.deepEqual(left, [
    ['R-2', 300],
    ['R-1', 600],
  ]);
  const ended = await pageTransfers(db, { customer: null, state: null }, 0, 10);
  assert.deepEqual(
    ended.map(({ state, end }) => [state, end?.reference, end?.reason]),
    [
      ['sent', 'B-7', ''],
      ['cancelled', '', 'changed my mind'],
    ],
  );
  assert.deepEqual(await pageTransfers(db, { customer: 'c000002', state: null }, 0, 10), []);
  assert.deepEqual(await pageTransfers(db, { customer, state: 'asked' }, 0, 10), []);
  assert.equal(
    (await pageTransfers(db, { customer, state: null }, first.id, 10)).length,
    1,
    'before the first',
  );
  const { sums, unsound } = await readBooks(db);
  assert.deepEqual([sums, unsound], [[{ currency: 'CNY', sum: 0 }], []]);
});

// Needs two connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together(
  'asked twice at once there is no more than there is; ended by two at once it ends once',
  async (t) => {
    const database = await withDatabase(t);
    await database.transaction(furnish);
    const told = await Promise.all(
      ['a', 'b', 'c'].map((key) =>
        database.transaction((tx) => askTransfer(tx, now, { ...asked, key, amount: 500 })),
      ),
    );
    assert.deepEqual(told.map(codeOf).sort(), [null, 'payout-larger', 'payout-larger'].sort());
    const [one] = await pageTransfers(database.db, { customer, state: 'asked' }, 0, 1);
    const finish = (ending: typeof sent | typeof cancelled) =>
      database.transaction((tx) => endTransfer(tx, now, { id: one!.id, scope: null }, ending));
    const ended = (await Promise.all([finish(sent), finish(cancelled)])).map(codeOf);
    assert.equal(ended.filter((code) => code === null).length, 1);
    assert.equal(ended.filter((code) => code === 'transfer-state').length, 1);
  },
);

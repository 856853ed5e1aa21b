import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { begin, codeOf, dayMs, makeHost, makeWorld, must, paymentOf, saleOf } from '../../test/world.ts';
import { recordPayment, recordSale } from '../agreement/flow.ts';
import type { Tx } from '../db/connection.ts';
import { post as tell, waiting } from '../db/outbox.ts';
import { bookPayments, payOut, post } from './flow.ts';
import { accounts, accountsOf, type Payout } from './journal.ts';
import { pagePostings, readBalance, readBalances, readBooks } from './store.ts';

const now = begin + 500 * dayMs;
const customer = 'c000001';

/** Whatever was booked: per currency it sums to zero. */
async function assertBalanced(tx: Tx): Promise<void> {
  const { sums, unsound } = await readBooks(tx);
  for (const { currency, sum } of sums) assert.equal(sum, 0, currency);
  assert.deepEqual(unsound, []);
}

test('a payment, a part and a refund are booked once each, to accounts of their own', async (t) => {
  const database = await withDatabase(t);
  const { db } = database;
  await makeWorld(db);
  const { id } = await makeHost(db);
  const sale = saleOf(id, 'SA-1', begin, begin + 365 * dayMs);
  must(await recordSale(db, begin, sale));
  const first = { ...paymentOf(sale, 'R-1'), amount: 30_000 };
  must(await recordPayment(db, now, first));
  must(await recordPayment(db, now, first));
  must(await recordPayment(db, now, { ...first, receipt: 'R-2', amount: 6_500, at: begin + 1 }));
  const refund = { ...first, receipt: 'R-3', amount: -1_000, at: begin + 2, reason: 'one domain less' };
  must(await recordPayment(db, now, refund));
  assert.equal(await bookPayments(database, () => now, assert.fail), 3);
  assert.equal(await bookPayments(database, () => now, assert.fail), 0);
  assert.deepEqual(await readBalances(db, null, now), [
    { account: accounts.fees(customer), currency: 'CNY', amount: -36_500 },
    { account: accounts.refunds(customer), currency: 'CNY', amount: 1_000 },
    { account: accounts.received, currency: 'CNY', amount: 35_500 },
  ]);
  assert.equal(await readBalance(db, accounts.received, 'CNY', begin), 30_000, 'by the day of the money');
  await assertBalanced(db);
});

test('a payment that cannot be booked is said and holds up no other', async (t) => {
  const database = await withDatabase(t);
  const { db } = database;
  const told = { sale: 'SA-1', customer, currency: 'CNY', method: 'bank', at: begin };
  await tell(db, 'payment', 'R-1', { ...told, receipt: 'R-1', amount: 0.5 }, now);
  await tell(db, 'payment', 'R-2', { ...told, receipt: 'R-2', amount: 500 }, now);
  const said: string[] = [];
  assert(
    (await bookPayments(
      database,
      () => now,
      (text) => void said.push(text),
    )) >= 1,
  );
  assert.equal(said.length, 1);
  assert.match(said[0]!, /R-1.*amount-invalid/);
  assert.equal(await readBalance(db, accounts.received, 'CNY', now), 500);
  assert.equal((await waiting(db)).open, 1, 'it waits to be tried again');
});

const payout = (change: Partial<Payout>): Payout => ({
  ...{ key: 'k1', customer, way: 'balance', amount: 60, currency: 'CNY', reference: '', actor: 'finance' },
  ...change,
});

async function owe(tx: Tx, amount: number): Promise<void> {
  const postings = [
    { account: accounts.compensationCost, amount, currency: 'CNY' },
    { account: accounts.compensationOwed(customer), amount: -amount, currency: 'CNY' },
  ];
  must(await post(tx, { key: `owed ${amount}`, kind: 'compensation', at: begin, detail: {}, postings }));
}

test('what is owed is taken as a balance, withdrawn, or goes back the way that the fee came; never twice, never more', async (t) => {
  const database = await withDatabase(t);
  const { db } = database;
  await owe(db, 100);
  const pay = async (change: Partial<Payout>) => codeOf(await payOut(db, now, payout(change)));
  assert.equal(await pay({ amount: 101 }), 'payout-larger');
  assert.equal(await pay({ amount: 0 }), 'amount-invalid');
  assert.equal(await pay({ amount: 1.5 }), 'amount-invalid');
  assert.equal(await pay({ way: 'original' }), 'reference-missing');
  assert.equal(await pay({ way: 'withdrawal', reference: 'B-1' }), 'payout-larger', 'the balance is empty');
  assert.equal(await pay({ customer: 'c000002' }), 'payout-larger');
  assert.equal(await pay({ currency: 'EUR' }), 'payout-larger');
  assert.equal(await pay({}), null);
  assert.equal(await pay({}), null, 'told twice it is one');
  assert.equal(await pay({ amount: 61 }), 'entry-known');
  assert.equal(await pay({ key: 'k2', way: 'original', amount: 40, reference: 'B-2' }), null);
  assert.equal(await pay({ key: 'k3', amount: 1 }), 'payout-larger');
  assert.equal(await pay({ key: 'k4', way: 'withdrawal', amount: 25, reference: 'B-3' }), null);
  assert.deepEqual(await readBalances(db, accountsOf(customer), now), [
    { account: accounts.balance(customer), currency: 'CNY', amount: -35 },
  ]);
  assert.equal(await readBalance(db, accounts.received, 'CNY', now), -65);
  await assertBalanced(db);
});

test('the bookings of one customer come page by page, and no other’s', async (t) => {
  const { db } = await withDatabase(t);
  await owe(db, 100);
  for (let i = 0; i < 5; i += 1) must(await payOut(db, now, payout({ key: `k${i}`, amount: 10 })));
  const seen: string[] = [];
  for (let after = { id: 0, line: -1 }; ; ) {
    const page = await pagePostings(db, accountsOf(customer), after, 3);
    seen.push(...page.map(({ key, account }) => `${key} ${account}`));
    const last = page.at(-1);
    if (last === undefined) break;
    after = last;
  }
  assert.equal(seen.length, 11);
  assert.equal(new Set(seen).size, 11);
  assert.deepEqual(await pagePostings(db, accountsOf('c000002'), { id: 0, line: -1 }, 10), []);
});

// Needs two connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together('two payouts at the same time do not take more than there is; two wake-ups book once', async (t) => {
  const database = await withDatabase(t);
  await database.transaction((tx) => owe(tx, 100));
  const pay = (key: string) => database.transaction((tx) => payOut(tx, now, payout({ key })));
  assert.deepEqual(
    (await Promise.all([pay('a'), pay('b'), pay('c')])).map(codeOf).sort(),
    [null, 'payout-larger', 'payout-larger'].sort(),
  );
  const told = { sale: 'SA-1', customer, currency: 'CNY', method: 'bank', at: begin };
  for (let i = 0; i < 10; i += 1)
    await tell(database.db, 'payment', `R-${i}`, { ...told, receipt: `R-${i}`, amount: 7 }, now);
  const wake = () => bookPayments(database, () => now, assert.fail);
  const booked = await Promise.all([wake(), wake(), wake()]);
  assert.equal(
    booked.reduce((sum, one) => sum + one, 0),
    10,
  );
  assert.equal(await readBalance(database.db, accounts.fees(customer), 'CNY', now), -70);
});

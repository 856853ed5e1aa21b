import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../../test/database.ts';
import { at, enter, openFront } from '../../../test/entrance.ts';
import { begin, makeWorld, must } from '../../../test/world.ts';
import { post } from '../../ledger/flow.ts';
import { accounts } from '../../ledger/journal.ts';

const now = begin + 1000;

test('a customer sees and takes what is owed, and nobody else’s; finance pays it out, once, never more', async (t) => {
  const database = await withDatabase(t);
  await makeWorld(database.db);
  for (const customer of ['c000001', 'c000002']) {
    const postings = [
      { account: accounts.compensationCost, amount: 500, currency: 'CNY' },
      { account: accounts.compensationOwed(customer), amount: -500, currency: 'CNY' },
    ];
    must(await post(database.db, { key: customer, kind: 'compensation', at: begin, detail: {}, postings }));
  }
  const { ask } = await openFront(t, database, () => now);
  const { headers: mine } = await enter(database, now, 'customer', 'c000001');
  const { headers: finance } = await enter(database, now, 'finance');
  const url = '/api/customers/c000001';
  const items = async (headers: Record<string, string>) => {
    const { status, body } = await ask('GET', `${url}/balances`, { headers });
    assert.equal(status, 200);
    return (at(body, 'items') as { account: string; amount: { minor: number } }[]).map((one) => [
      one.account,
      one.amount.minor,
    ]);
  };
  assert.deepEqual(await items(mine), [['compensation', 500]]);
  for (const path of ['balances', 'bookings'])
    assert.equal((await ask('GET', `/api/customers/c000002/${path}`, { headers: mine })).status, 404);
  const taken = { key: 't1', amount: 300, currency: 'CNY' };
  const take = (headers: Record<string, string>, body: object, of = url) =>
    ask('POST', `${of}/balance`, { headers, body });
  for (let i = 0; i < 2; i += 1) assert.equal((await take(mine, taken)).status, 201);
  assert.deepEqual(await items(mine), [
    ['balance', 300],
    ['compensation', 200],
  ]);
  assert.equal((await take(mine, { ...taken, key: 't2' })).status, 422);
  assert.equal((await take(mine, { ...taken, key: 't3', amount: 1 }, '/api/customers/c000002')).status, 404);
  assert.equal((await take(mine, { ...taken, key: 't4', way: 'original' })).status, 422, 'no field more');
  const paid = { key: 'p1', amount: 200, currency: 'CNY', way: 'original', reference: 'B-77' };
  assert.equal((await ask('POST', `${url}/payouts`, { headers: mine, body: paid })).status, 403);
  assert.equal((await ask('POST', `${url}/payouts`, { headers: finance, body: paid })).status, 201);
  const bookings = await ask('GET', `${url}/bookings?limit=2`, { headers: mine });
  assert.deepEqual(
    (at(bookings.body, 'items') as { kind: string }[]).map(({ kind }) => kind),
    ['compensation', 'payout-balance'],
  );
  const next = String(at(bookings.body, 'next'));
  const rest = await ask('GET', `${url}/bookings?limit=9&cursor=${next}`, { headers: mine });
  assert.deepEqual(
    (at(rest.body, 'items') as { kind: string; amount: { minor: number } }[]).map((one) => [
      one.kind,
      one.amount.minor,
    ]),
    [
      ['payout-balance', 300],
      ['payout-original', -200],
    ],
  );
  assert.deepEqual(await items(finance), [['balance', 300]]);
});

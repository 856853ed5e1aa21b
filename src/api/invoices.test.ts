import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { begin, dayMs, makeHost, makeWorld, must, paymentOf, saleOf } from '../../test/world.ts';
import { recordPayment, recordSale } from '../agreement/flow.ts';

const now = begin + 30 * dayMs;

test('a customer asks for an invoice over their own payments, finance issues it; nobody else’s are seen or touched', async (t) => {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    for (const customer of ['c000001', 'c000002']) {
      const { id } = await makeHost(tx, `${customer}.customer.example`, customer);
      const sale = saleOf(id, `SA-${customer}`, begin, begin + 365 * dayMs);
      must(await recordSale(tx, begin, sale));
      must(await recordPayment(tx, begin, paymentOf(sale, `R-${customer}`)));
    }
  });
  const { ask } = await openFront(t, database, () => now);
  const { headers: mine } = await enter(database, now, 'customer', 'c000001');
  const { headers: finance } = await enter(database, now, 'finance');
  const { headers: sales } = await enter(database, now, 'sales');
  const url = '/api/customers/c000001';
  const room = await ask('GET', `${url}/invoicable`, { headers: mine });
  assert.deepEqual(
    (at(room.body, 'receipts') as { receipt: string }[]).map(({ receipt }) => receipt),
    ['R-c000001'],
  );
  assert.equal((await ask('GET', '/api/customers/c000002/invoicable', { headers: mine })).status, 404);
  const body = {
    ...{ kind: 'normal', title: '临水茶业有限公司', taxNumber: '91350100M000100Y43' },
    ...{ email: 'ap@customer.example', lines: [{ receipt: 'R-c000001', amount: 10_000 }] },
  };
  const say = async (headers: Record<string, string>, path: string, told: object) => {
    const { status, body: said } = await ask('POST', `/api${path}`, { headers, body: told });
    return [status, at(said, 'code') ?? at(said, 'state')];
  };
  assert.deepEqual((await say(sales, '/customers/c000001/invoices', body))[0], 403);
  assert.deepEqual(await say(mine, '/customers/c000001/invoices', body), [201, 'requested']);
  const foreign = { ...body, lines: [{ receipt: 'R-c000002', amount: 1 }] };
  assert.deepEqual(await say(mine, '/customers/c000001/invoices', foreign), [422, 'receipt-unknown']);
  const wrong = { ...body, taxNumber: '91350100M000100Y44' };
  assert.deepEqual(await say(mine, '/customers/c000001/invoices', wrong), [422, 'identity-invalid']);
  const issued = { official: '12345678901234567890', day: '2026-10-01' };
  assert.deepEqual((await say(mine, '/invoices/FP-2026-000001/issue', issued))[0], 403);
  assert.deepEqual(await say(finance, '/invoices/FP-2026-000009/issue', issued), [404, 'invoice-unknown']);
  assert.deepEqual(await say(finance, '/invoices/FP-2026-000001/issue', issued), [201, 'issued']);
  assert.deepEqual(await say(finance, '/invoices/FP-2026-000001/refuse', { reason: 'x' }), [
    422,
    'invoice-state',
  ]);
  const list = async (headers: Record<string, string>, query = '') =>
    (at((await ask('GET', `/api/invoices${query}`, { headers })).body, 'items') as unknown[]).length;
  assert.deepEqual(
    [
      await list(mine),
      await list(finance),
      await list(mine, '?customer=c000002'),
      await list(finance, '?state=requested'),
    ],
    [1, 1, 0, 0],
  );
  const red = { official: '22345678901234567890', day: '2026-10-02' };
  assert.deepEqual(await say(finance, '/invoices/FP-2026-000001/flush', red), [422, 'reason-missing']);
  assert.deepEqual(await say(finance, '/invoices/FP-2026-000001/flush', { ...red, reason: '抬头有误' }), [
    201,
    'flushed',
  ]);
});

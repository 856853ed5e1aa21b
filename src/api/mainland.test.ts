import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { begin, codeOf, dayMs, makeWorld, must, profile, saleOf, workingIn } from '../../test/world.ts';
import { offer, recordSale } from '../agreement/flow.ts';
import { sqlState } from '../db/connection.ts';
import { changeCustomer, checkIdentity, setProvider } from '../people/flow.ts';

const order = { plan: 'standard', version: 1, customer: 'c000001', domain: 'www.customer.example' };
const filing = '京ICP备12345678号-1';
const company = { number: '91350100M000100Y43', way: 'original' } as const;

async function open(t: TestContext, mainland = true) {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    must(await setProvider(tx, begin, { ...profile('UTC'), mainland }));
  });
  const front = await openFront(t, database, () => begin);
  const sales = await enter(database, begin, 'sales');
  const customer = await enter(database, begin, 'customer', 'c000001');
  const ask = async (who: typeof sales, method: string, path: string, body?: object) => {
    const options = { headers: who.headers, ...(body === undefined ? {} : { body }) };
    const { status, body: said } = await front.ask(method, `/api${path}`, options);
    return { status, said, code: at(said, 'code') ?? null, path: at(said, 'path') ?? null };
  };
  return { database, sales, customer, ask, vault: front.house.vault };
}

test('in mainland mode nothing is ordered before the identity is checked and the domain filed', async (t) => {
  const { ask, sales, customer } = await open(t);
  const refused = await ask(sales, 'POST', '/hosts', order);
  assert.deepEqual([refused.status, refused.code, refused.path], [422, 'identity-unchecked', 'customer']);
  assert.equal((await ask(sales, 'POST', '/customers/c000001/identity', company)).status, 201);
  const bare = await ask(sales, 'POST', '/hosts', order);
  assert.deepEqual([bare.code, bare.path], ['filing-missing', 'filing']);
  const wrong = await ask(sales, 'POST', '/hosts', { ...order, filing: '京ICP备1号' });
  assert.deepEqual([wrong.code, wrong.path], ['filing-invalid', 'filing']);
  assert.deepEqual(at((await ask(sales, 'GET', '/hosts')).said, 'items'), [], 'nothing half done');
  const made = await ask(sales, 'POST', '/hosts', { ...order, filing: ` ${filing.toLowerCase()}` });
  assert.equal(made.status, 201, JSON.stringify(made.said));
  assert.deepEqual(at(made.said, 'filings'), [{ domain: order.domain, number: filing }]);
  const path = '/hosts/h000001/domains';
  assert.equal((await ask(customer, 'POST', path, { domain: 'b.customer.example' })).code, 'filing-missing');
  const bound = await ask(customer, 'POST', path, { domain: 'b.customer.example', filing });
  assert.equal(bound.status, 200, JSON.stringify(bound.said));
});

test('a filing number is changed with its history, of a domain that is bound and by its form', async (t) => {
  const { ask, sales, customer, database } = await open(t);
  await ask(sales, 'POST', '/customers/c000001/identity', company);
  await ask(sales, 'POST', '/hosts', { ...order, filing });
  const path = '/hosts/h000001/filings';
  const other = '京ICP备12345678号-2';
  const record = (body: object) => ask(customer, 'POST', path, body);
  assert.equal((await record({ domain: 'x.example', number: other })).code, 'domain-unbound');
  const wrong = await record({ domain: order.domain, number: '12345678' });
  assert.deepEqual([wrong.code, wrong.path], ['filing-invalid', 'number']);
  assert.equal((await record({ domain: order.domain, number: other })).status, 200);
  assert.equal((await record({ domain: order.domain, number: other })).status, 200, 'told twice it is one');
  const items = at((await ask(customer, 'GET', path)).said, 'items') as { number: string; actor: string }[];
  assert.deepEqual(
    items.map((one) => [one.number, one.actor]),
    [
      [other, 'customer (test)'],
      [filing, 'sales (test)'],
    ],
  );
  await assert.rejects(
    async () => void (await database.db.execute(sql`delete from filings`)),
    (error) => sqlState(error) === 'HP001',
  );
});

test('an agreement is offered to whom was checked under the name that they have', async (t) => {
  const { database, ask, sales, vault } = await open(t);
  await ask(sales, 'POST', '/customers/c000001/identity', company);
  await ask(sales, 'POST', '/hosts', { ...order, filing });
  const { db } = database;
  must(await recordSale(db, begin, saleOf('h000001', 'SA-1', begin, begin + 365 * dayMs)));
  const renamed = { kind: 'company', particulars: { name: 'Renamed', email: 'a@customer.example' } } as const;
  must(await changeCustomer(db, 'c000001', renamed));
  const sources = new Set(['web']);
  const offered = { host: 'h000001', guarantees: ['web'], sources, working: workingIn('UTC'), zone: 'UTC' };
  assert.equal(codeOf(await offer(db, begin, offered)), 'identity-unchecked');
  must(await checkIdentity(db, begin, 'sales', 'c000001', company, vault));
  assert.equal(must(await offer(db, begin, offered)), 'QA-2026-000001');
});

test('elsewhere neither is asked for; a filing number that is told must have its form all the same', async (t) => {
  const { ask, sales } = await open(t, false);
  assert.equal((await ask(sales, 'POST', '/hosts', order)).status, 201);
  const path = '/hosts/h000001/domains';
  assert.equal((await ask(sales, 'POST', path, { domain: 'b.example', filing })).status, 403);
  const wrong = await ask(sales, 'POST', '/hosts', { ...order, domain: 'c.example', filing: 'none' });
  assert.equal(wrong.code, 'filing-invalid');
});

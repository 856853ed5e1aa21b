import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { begin, codeOf, must, profile } from '../../test/world.ts';
import { isRefusal } from '../refusal.ts';
import { addCustomer, setProvider } from './flow.ts';
import { listCustomers, readCustomer, readProvider } from './store.ts';

const person = { kind: 'person' as const, particulars: { name: '陈一', email: 'chen@customer.example' } };

test('the first profile makes the provider, a later one changes it and nothing else', async (t) => {
  const { db } = await withDatabase(t);
  assert.equal(await readProvider(db), null);
  must(await setProvider(db, begin, profile('Asia/Shanghai'), begin + 5));
  must(await setProvider(db, begin + 9, { ...profile('UTC'), salesPhone: '1' }));
  const provider = await readProvider(db);
  assert.equal(provider?.profile.zone, 'UTC');
  assert.equal(provider?.profile.salesPhone, '1');
  assert.equal(provider?.sampledUntil, begin + 5);
});

test('a profile that is not one is refused with the field, and nothing is written', async (t) => {
  const { db } = await withDatabase(t);
  const given = profile('UTC');
  const wrong: readonly [string, Parameters<typeof setProvider>[2]][] = [
    ['zone', { ...given, zone: 'Mars/Olympus' }],
    ['name.en', { ...given, name: { zh: '主机', en: '' } }],
    ['particulars.email', { ...given, particulars: { ...given.particulars, email: 'nobody' } }],
    ['working', { ...given, working: { ...given.working, periods: { '8': [] } } }],
  ];
  for (const [path, input] of wrong) {
    const refused = await setProvider(db, begin, input);
    assert.deepEqual(isRefusal(refused) && [refused.code, refused.path], ['provider-invalid', path]);
  }
  assert.equal(await readProvider(db), null);
});

test('members are numbered one after the other, with their particulars', async (t) => {
  const { db } = await withDatabase(t);
  const first = must(await addCustomer(db, begin, person, true));
  const second = must(await addCustomer(db, begin, { ...person, kind: 'company' }));
  assert.deepEqual([first.id, first.member, first.sample], ['c000001', 'M000001', true]);
  assert.deepEqual([second.id, second.member, second.sample], ['c000002', 'M000002', false]);
  assert.deepEqual(await readCustomer(db, 'c000001'), first);
  assert.equal(first.particulars.phone, '');
  assert.equal(await readCustomer(db, 'c000003'), null);
});

test('a customer without a mail address, and one with a field that there is not, are refused', async (t) => {
  const { db } = await withDatabase(t);
  const { email: _, ...rest } = person.particulars;
  const nameless = await addCustomer(db, begin, { ...person, particulars: { ...rest, email: '' } });
  assert.deepEqual(isRefusal(nameless) && nameless.path, 'particulars.email');
  const foreign = await addCustomer(db, begin, { ...person, ...{ discount: 5 } });
  assert.deepEqual(isRefusal(foreign) && [foreign.path, foreign.rule], ['discount', 'unknown key']);
  assert.deepEqual(await listCustomers(db), []);
});

test('a number that was rolled back is given to the next', async (t) => {
  const database = await withDatabase(t);
  const failed = database.transaction(async (tx) => {
    must(await addCustomer(tx, begin, person));
    throw new Error('something else failed');
  });
  await assert.rejects(failed, /something else/);
  const made = await database.transaction((tx) => addCustomer(tx, begin, person));
  assert.equal(codeOf(made), null);
  assert.equal(must(made).id, 'c000001');
});

/** The embedded database has one connection. */
const together = onPostgres ? test : () => {};

together('customers that come at the same time get different numbers', async (t) => {
  const database = await withDatabase(t);
  const one = () => database.transaction((tx) => addCustomer(tx, begin, person));
  const made = await Promise.all([one(), one(), one(), one()]);
  assert.deepEqual(made.map((customer) => must(customer).id).sort(), [
    'c000001',
    'c000002',
    'c000003',
    'c000004',
  ]);
});

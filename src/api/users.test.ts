import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, enter, type Front, openFront } from '../../test/entrance.ts';
import { begin, makeHost, makeWorld } from '../../test/world.ts';
import { listOpen } from '../db/outbox.ts';

const dayMs = 86_400_000;

async function open(t: TestContext) {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx, 'two.customer.example', 'c000002');
  });
  let ahead = 0;
  const front = await openFront(t, database, () => begin + ahead);
  const pass = (ms: number): void => {
    ahead += ms;
  };
  return { database, front, pass, ...front };
}

const bob = { email: 'Bob@Customer.Example', name: 'Bob', role: 'customer', customer: 'c000001' };

/** The secrets of the invitations that wait to be mailed, by address. */
async function mailed({ house }: Front): Promise<ReadonlyMap<string, string>> {
  const letters = await listOpen(house.database.db, 'letter');
  return new Map(
    letters.map(({ body }) => [String(at(body, 'to')), house.vault.open(String(at(body, 'sealed')))]),
  );
}

test('an owner invites staff, sales and a customer’s own users invite for that customer, nobody else', async (t) => {
  const { database, ask, front } = await open(t);
  const callers = {
    owner: (await enter(database, begin, 'owner')).headers,
    sales: (await enter(database, begin, 'sales')).headers,
    support: (await enter(database, begin, 'support')).headers,
    anna: (await enter(database, begin, 'customer', 'c000001')).headers,
    zoe: (await enter(database, begin, 'customer', 'c000002')).headers,
  };
  const staff = { email: 'new@provider.example', name: 'New', role: 'operator', customer: null };
  const invite = async (who: keyof typeof callers, body: object) =>
    (await ask('POST', '/api/invitations', { headers: callers[who], body })).status;
  assert.equal(await invite('support', bob), 403);
  assert.equal(await invite('zoe', bob), 403);
  for (const who of ['sales', 'anna', 'zoe'] as const) assert.equal(await invite(who, staff), 403, who);
  assert.equal(await invite('anna', { ...bob, role: 'owner' }), 422);
  assert.equal(await invite('anna', bob), 201);
  assert.equal(await invite('sales', bob), 422, 'invited already');
  assert.equal(await invite('owner', staff), 201);
  const seen = async (who: keyof typeof callers) =>
    (at((await ask('GET', '/api/invitations', { headers: callers[who] })).body, 'items') as object[]).map(
      (one) => at(one, 'email'),
    );
  assert.deepEqual(await seen('anna'), ['bob@customer.example']);
  assert.deepEqual(await seen('zoe'), []);
  assert.equal((await seen('support')).length, 2);
  const [id] = [at((await ask('GET', '/api/invitations', { headers: callers.anna })).body, 'items', 0, 'id')];
  for (const [method, path] of [
    ['POST', `/api/invitations/${id}/resend`],
    ['DELETE', `/api/invitations/${id}`],
  ] as const) {
    assert.equal((await ask(method, path, { headers: callers.zoe, body: {} })).status, 404, path);
  }
  const text = JSON.stringify(await ask('GET', '/api/invitations', { headers: callers.owner }));
  for (const secret of (await mailed(front)).values()) assert.ok(!text.includes(secret));
});

test('an invitation is opened, accepted once, dead when sent again, withdrawn or a week old', async (t) => {
  const { database, ask, front, pass } = await open(t);
  const { headers } = await enter(database, begin, 'owner');
  const send = async (email: string) =>
    at((await ask('POST', '/api/invitations', { headers, body: { ...bob, email } })).body, 'id');
  const accept = async (secret: string, password = 'long enough for bob') => {
    const answer = await ask('POST', '/api/invitations/accept', { body: { secret, name: 'Bob', password } });
    return at(answer.body, 'code') ?? answer.status;
  };
  const id = await send('bob@customer.example');
  const first = (await mailed(front)).get('bob@customer.example')!;
  const shown = await ask('POST', '/api/invitations/open', { body: { secret: first } });
  assert.deepEqual(
    [shown.status, at(shown.body, 'email'), at(shown.body, 'provider', 'en')],
    [200, 'bob@customer.example', 'Hosting'],
  );
  await ask('POST', `/api/invitations/${id}/resend`, { headers, body: {} });
  const second = (await mailed(front)).get('bob@customer.example')!;
  assert.equal(await accept(first), 'invitation-unknown');
  assert.equal(await accept(second, 'short'), 'password-weak');
  assert.deepEqual((await Promise.all([accept(second), accept(second)])).sort(), [201, 'invitation-unknown']);
  const gone = await send('eve@customer.example');
  const third = (await mailed(front)).get('eve@customer.example')!;
  await ask('DELETE', `/api/invitations/${gone}`, { headers });
  assert.equal(await accept(third), 'invitation-unknown');
  assert.equal((await mailed(front)).has('eve@customer.example'), false);
  await send('max@customer.example');
  const fourth = (await mailed(front)).get('max@customer.example')!;
  pass(7 * dayMs);
  assert.equal(await accept(fourth), 'invitation-expired');
  const digests = JSON.stringify(await database.db.execute('select * from invitations'));
  for (const secret of [first, second, third, fourth]) assert.ok(!digests.includes(secret));
});

test('the last owner stays one, nobody shuts themselves out, and staff are an owner’s', async (t) => {
  const { database, ask } = await open(t);
  const owner = await enter(database, begin, 'owner');
  const other = await enter(database, begin, 'owner', null, 'second@provider.example');
  const sales = await enter(database, begin, 'sales');
  const anna = await enter(database, begin, 'customer', 'c000001');
  const zoe = await enter(database, begin, 'customer', 'c000002');
  const change = async (by: typeof owner, whom: typeof owner, body: object) => {
    const headers = { ...by.headers, 'if-match': '*' };
    const answer = await ask('PATCH', `/api/users/${whom.user.id}`, { headers, body });
    return at(answer.body, 'code') ?? answer.status;
  };
  assert.equal(await change(sales, owner, { disabled: true }), 'right-missing');
  assert.equal(await change(anna, owner, { disabled: true }), 'user-unknown');
  assert.equal(await change(zoe, anna, { disabled: true }), 'user-unknown');
  assert.equal(await change(anna, anna, { disabled: true }), 'user-self');
  assert.equal(await change(owner, anna, { role: 'sales' }), 'role-invalid');
  assert.equal(await change(owner, sales, { role: 'finance' }), 200);
  assert.deepEqual(
    (
      await Promise.all([change(owner, owner, { role: 'sales' }), change(other, other, { role: 'sales' })])
    ).sort(),
    [200, 'owner-last'],
  );
  assert.equal(await change(anna, anna, { role: 'customer', customer: 'c000002' }), 'request-invalid');
  const page = await ask('GET', '/api/users?role=customer', { headers: anna.headers });
  assert.deepEqual(
    (at(page.body, 'items') as object[]).map((one) => at(one, 'id')),
    [anna.user.id],
  );
  const foreign = await ask('GET', '/api/users?customer=c000002', { headers: anna.headers });
  assert.deepEqual(at(foreign.body, 'items'), []);
  assert.equal((await ask('GET', `/api/users/${zoe.user.id}`, { headers: anna.headers })).status, 404);
  assert.equal(
    (await ask('DELETE', `/api/users/${zoe.user.id}/sessions`, { headers: anna.headers })).status,
    404,
  );
});

test('whoever is shut out is out at once, with every key', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, begin, 'sales');
  const anna = await enter(database, begin, 'customer', 'c000001');
  assert.equal((await ask('GET', '/api/hosts', { headers: anna.headers })).status, 200);
  const path = `/api/users/${anna.user.id}`;
  const read = await ask('GET', path, { headers });
  const edit = { ...headers, 'if-match': String(read.headers['etag']) };
  assert.equal((await ask('PATCH', path, { headers: edit, body: { disabled: true } })).status, 200);
  assert.equal((await ask('GET', '/api/hosts', { headers: anna.headers })).status, 401);
  assert.equal((await ask('PATCH', path, { headers: edit, body: { disabled: false } })).status, 412);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { relayServer, wordsOf } from '../../test/mail.ts';
import { begin, dayMs, hourMs, makeWorld, minuteMs } from '../../test/world.ts';
import { sqlState, type Tx } from '../db/connection.ts';
import { mailChannel } from '../notice/channels/mail.ts';
import { type Office, sendLetters, setRelay } from '../notice/flow.ts';
import { recipientsOf, remindStale } from '../people/verification/flow.ts';

const anna = { channel: 'email', value: 'Anna@Customer.Example' };

/** A world with its API, a real relay, and a clock that the test moves. */
async function open(t: TestContext, options: Parameters<typeof relayServer>[1] = {}) {
  const database = await withDatabase(t);
  let now = begin;
  const front = await openFront(t, database, () => now);
  const { relay, taken } = await relayServer(t, options);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await setRelay(tx, now, relay, front.house.vault);
  });
  const { mishap, vault } = front.house;
  const clock = { now: () => now };
  const office: Office = { database, clock, vault, origin: () => front.origin, open: mailChannel, mishap };
  const [customer, other, support] = [
    await enter(database, now, 'customer', 'c000001'),
    await enter(database, now, 'customer', 'c000002'),
    await enter(database, now, 'support'),
  ];
  const pass = (ms: number): void => {
    now += ms;
  };
  const ask = async (who: typeof customer, method: string, path: string, body?: object) => {
    const { status, body: said } = await front.ask(method, `/api${path}`, {
      headers: who.headers,
      ...(body === undefined ? {} : { body }),
    });
    return { status, said, code: at(said, 'code') ?? null, state: at(said, 'state') ?? null };
  };
  return {
    ...front,
    raw: front.ask,
    database,
    office,
    taken,
    customer,
    other,
    support,
    pass,
    ask,
    now: () => now,
  };
}

async function rowsOf(tx: Tx, text: string): Promise<readonly Record<string, unknown>[]> {
  const { rows } = (await tx.execute(sql.raw(text))) as { rows: Record<string, unknown>[] };
  return rows;
}

type Opened = Awaited<ReturnType<typeof open>>;

async function makeContact({ ask, customer }: Opened, contact: object = anna): Promise<string> {
  const person = await ask(customer, 'POST', '/customers/c000001/persons', { name: '李青', lang: 'zh' });
  assert.equal(person.status, 201, JSON.stringify(person.said));
  const made = await ask(customer, 'POST', `/persons/${at(person.said, 'id')}/contacts`, contact);
  assert.deepEqual([made.status, made.state], [201, 'unverified'], JSON.stringify(made.said));
  return String(at(made.said, 'id'));
}

/** The code in the last mail that the relay took. */
function mailedCode({ taken }: Opened): string {
  return /^(\d{4} \d{4})$/m.exec(wordsOf(taken.at(-1)!))![1]!;
}

test('an address is verified by the code that really was mailed to it, once', async (t) => {
  const world = await open(t);
  const { ask, customer, office, taken, database } = world;
  const id = await makeContact(world);
  const reach = async () => at((await ask(customer, 'GET', '/customers/c000001')).said, 'reachable');
  assert.equal(await reach(), false);
  const asked = await ask(customer, 'POST', `/contacts/${id}/code`);
  assert.deepEqual([asked.status, at(asked.said, 'contact', 'state')], [201, 'unverified']);
  assert.equal(await sendLetters(office), 1);
  assert.deepEqual(taken[0]?.to, ['anna@customer.example']);
  assert.match(wordsOf(taken[0]!), /李青，您好！/);
  const code = mailedCode(world);
  const kept = await rowsOf(
    database.db,
    `select body::text as text from outbox union select before::text || after::text from audits
     union select encode(digest, 'hex') from contact_codes`,
  );
  assert.ok(!JSON.stringify(kept).includes(code.replace(' ', '')), 'the code is written down nowhere');
  const done = await ask(customer, 'POST', `/contacts/${id}/verify`, { code });
  assert.deepEqual([done.status, done.state], [200, 'verified'], JSON.stringify(done.said));
  assert.equal(await reach(), true);
  assert.deepEqual(
    (await recipientsOf(database.db, world.now(), 'c000001')).map(({ to, name }) => [to, name]),
    [['anna@customer.example', '李青']],
  );
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/verify`, { code })).code, 'code-missing');
  const history = await ask(customer, 'GET', '/customers/c000001/contacts/history');
  const acts = (at(history.said, 'items') as { act: string }[]).map((one) => one.act);
  assert.deepEqual(acts, ['verified', 'code-sent', 'added', 'person-added']);
});

test('wrong codes are counted though they are refused; after five the right one serves no more', async (t) => {
  const world = await open(t);
  const { ask, customer, office } = world;
  const id = await makeContact(world);
  await ask(customer, 'POST', `/contacts/${id}/code`);
  await sendLetters(office);
  const code = mailedCode(world);
  const wrong = code.startsWith('0000') ? '1111 1111' : '0000 0000';
  for (let i = 0; i < 5; i += 1)
    assert.equal((await ask(customer, 'POST', `/contacts/${id}/verify`, { code: wrong })).code, 'code-wrong');
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/verify`, { code })).code, 'code-spent');
  await ask(customer, 'POST', `/contacts/${id}/code`);
  await sendLetters(office);
  assert.equal(
    (await ask(customer, 'POST', `/contacts/${id}/verify`, { code })).code,
    'code-wrong',
    'the old',
  );
  const fresh = mailedCode(world);
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/verify`, { code: fresh })).state, 'verified');
});

test('a code serves for half an hour, and an hour has few of them', async (t) => {
  const world = await open(t);
  const { ask, customer, office, pass } = world;
  const id = await makeContact(world);
  await ask(customer, 'POST', `/contacts/${id}/code`);
  await sendLetters(office);
  const code = mailedCode(world);
  pass(30 * minuteMs);
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/verify`, { code })).code, 'code-expired');
  for (let i = 0; i < 3; i += 1)
    assert.equal((await ask(customer, 'POST', `/contacts/${id}/code`)).status, 201);
  const more = await ask(customer, 'POST', `/contacts/${id}/code`);
  assert.deepEqual([more.status, more.code], [429, 'codes-too-many']);
  pass(hourMs);
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/code`)).status, 201);
});

test('another’s people do not exist, cannot be tried at, and staff without the right vouch for nobody', async (t) => {
  const world = await open(t);
  const { ask, customer, other, office, database } = world;
  const id = await makeContact(world);
  await ask(customer, 'POST', `/contacts/${id}/code`);
  await sendLetters(office);
  const code = mailedCode(world);
  for (const [method, path, body] of [
    ['POST', `/contacts/${id}/verify`, { code }],
    ['POST', `/contacts/${id}/verify`, { code: '0000 0000' }],
    ['POST', `/contacts/${id}/code`, undefined],
    ['PUT', `/contacts/${id}`, { value: 'eve@evil.example' }],
    ['DELETE', `/contacts/${id}`, undefined],
    ['GET', '/customers/c000001/persons', undefined],
  ] as const)
    assert.equal((await ask(other, method, path, body)).status, 404, `${method} ${path}`);
  const [row] = await rowsOf(database.db, 'select tries from contact_codes');
  assert.equal(row?.['tries'], 0, 'a stranger’s try is not counted');
  const bounced = await ask(customer, 'POST', `/contacts/${id}/bounces`, { reason: 'it is mine' });
  assert.equal(bounced.status, 403);
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/verify`, { code })).state, 'verified');
});

test('an address that the relay refuses for good has bounced; one refused for another reason has not', async (t) => {
  let refuses: 'recipient' | 'sender' | null = null;
  const no = (done: (error?: Error) => void, yes: boolean) =>
    yes ? done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })) : done();
  const world = await open(t, {
    onRcptTo: (_address, _session, done) => no(done, refuses === 'recipient'),
    onMailFrom: (_address, _session, done) => no(done, refuses === 'sender'),
  });
  const { ask, customer, support, office, pass } = world;
  const id = await makeContact(world);
  const state = async () =>
    at((await ask(customer, 'GET', '/customers/c000001/persons')).said, 'items', 0, 'contacts', 0, 'state');
  const verify = async () => {
    await ask(customer, 'POST', `/contacts/${id}/code`);
    await sendLetters(office);
    return (await ask(customer, 'POST', `/contacts/${id}/verify`, { code: mailedCode(world) })).state;
  };
  assert.equal(await verify(), 'verified');
  const send = async (how: typeof refuses) => {
    refuses = how;
    pass(1000);
    await ask(customer, 'POST', `/contacts/${id}/code`);
    assert.equal(await sendLetters(office), 1);
    refuses = null;
    return state();
  };
  assert.equal(await send('sender'), 'verified');
  assert.equal(await send('recipient'), 'bounced');
  assert.equal(at((await ask(customer, 'GET', '/customers/c000001')).said, 'reachable'), false);
  pass(hourMs);
  assert.equal(await verify(), 'verified', 'it proved itself again');
  const told = await ask(support, 'POST', `/contacts/${id}/bounces`, { reason: 'came back after two days' });
  assert.equal(told.state, 'bounced');
});

test('a telephone is verified by whoever of the staff called it, and by no code', async (t) => {
  const world = await open(t);
  const { ask, customer, support, now } = world;
  const id = await makeContact(world, { channel: 'phone', value: '+86 551 555 0101' });
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/code`)).code, 'contact-codeless');
  const call = (ms: number) => ({ at: new Date(now() + ms).toISOString(), note: '本人接听' });
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/calls`, call(0))).status, 403);
  assert.equal((await ask(support, 'POST', `/contacts/${id}/calls`, call(1000))).code, 'call-time');
  assert.equal((await ask(support, 'POST', `/contacts/${id}/calls`, call(-1000))).code, 'call-time');
  const done = await ask(support, 'POST', `/contacts/${id}/calls`, call(0));
  assert.deepEqual([done.status, done.state], [200, 'verified'], JSON.stringify(done.said));
  const history = await ask(customer, 'GET', '/customers/c000001/contacts/history');
  assert.deepEqual(
    [at(history.said, 'items', 0, 'actor'), at(history.said, 'items', 0, 'detail', 'note')],
    ['support (test)', '本人接听'],
  );
});

test('another value is unverified; what is removed keeps its history; nobody rewrites that', async (t) => {
  const world = await open(t);
  const { ask, customer, office, database } = world;
  const id = await makeContact(world);
  await ask(customer, 'POST', `/contacts/${id}/code`);
  await sendLetters(office);
  const code = mailedCode(world);
  const changed = await ask(customer, 'PUT', `/contacts/${id}`, { value: 'berta@customer.example' });
  assert.deepEqual([changed.state, at(changed.said, 'value')], ['unverified', 'berta@customer.example']);
  assert.equal((await ask(customer, 'POST', `/contacts/${id}/verify`, { code })).code, 'code-missing');
  const person = at(changed.said, 'person');
  const again = await ask(customer, 'POST', `/persons/${person}/contacts`, {
    channel: 'email',
    value: 'BERTA@customer.example',
  });
  assert.deepEqual([again.code, at(again.said, 'path')], ['contact-known', 'value']);
  assert.equal((await ask(customer, 'DELETE', `/persons/${person}`)).status, 200);
  assert.equal((await ask(customer, 'PUT', `/contacts/${id}`, { value: 'c@customer.example' })).status, 404);
  const history = await ask(customer, 'GET', '/customers/c000001/contacts/history?limit=2');
  assert.deepEqual(at(history.said, 'items', 0, 'act'), 'person-removed');
  assert.deepEqual(at(history.said, 'items', 1, 'detail', 'value'), 'berta@customer.example');
  const next = await ask(
    customer,
    'GET',
    `/customers/c000001/contacts/history?cursor=${at(history.said, 'next')}`,
  );
  assert.equal(at(next.said, 'items', 0, 'detail', 'before'), 'anna@customer.example');
  for (const statement of ['update contact_facts set actor = 1', 'delete from identity_checks'])
    await assert.rejects(
      async () => void (await database.db.execute(sql.raw(statement))),
      (error) => sqlState(error) === 'HP001',
    );
});

test('half a year later a verification lapses; two weeks before, the address is asked once', async (t) => {
  const world = await open(t);
  const { ask, customer, office, database, pass, taken, now } = world;
  const id = await makeContact(world);
  await ask(customer, 'POST', `/contacts/${id}/code`);
  await sendLetters(office);
  await ask(customer, 'POST', `/contacts/${id}/verify`, { code: mailedCode(world) });
  const remind = () => database.transaction((tx) => remindStale(tx, now()));
  assert.equal(await remind(), 0);
  pass(166 * dayMs);
  assert.deepEqual([await remind(), await remind()], [1, 0]);
  assert.equal(await sendLetters(office), 1);
  assert.match(wordsOf(taken.at(-1)!), /\/console\/contacts/);
  pass(14 * dayMs - 1);
  assert.equal((await recipientsOf(database.db, now(), 'c000001')).length, 1);
  pass(1);
  assert.equal((await recipientsOf(database.db, now(), 'c000001')).length, 0);
  const persons = await ask(customer, 'GET', '/customers/c000001/persons');
  assert.equal(at(persons.said, 'items', 0, 'contacts', 0, 'state'), 'lapsed');
});

test('an identity is checked by its number, kept sealed, shown masked, and holds for the name checked', async (t) => {
  const world = await open(t);
  const { ask, customer, support, database, house } = world;
  const sales = await enter(database, begin, 'sales');
  const path = '/customers/c000001/identity';
  const number = '91350100M000100Y43';
  assert.equal((await ask(support, 'POST', path, { number, way: 'original' })).status, 403);
  const wrong = await ask(sales, 'POST', path, { number: '91350100M000100Y44', way: 'original' });
  assert.deepEqual([wrong.status, wrong.code, at(wrong.said, 'path')], [422, 'identity-invalid', 'number']);
  const done = await ask(sales, 'POST', path, { number, way: 'original', note: '营业执照' });
  assert.deepEqual([done.status, at(done.said, 'number')], [201, '9135************43']);
  const read = await ask(customer, 'GET', path);
  assert.deepEqual([at(read.said, 'checked'), at(read.said, 'items', 0, 'actor')], [true, 'sales (test)']);
  const [row] = await rowsOf(database.db, 'select sealed from identity_checks');
  assert.equal(house.vault.open(String(row!['sealed'])), number);
  const audits = await rowsOf(database.db, 'select before::text || after::text as text from audits');
  assert.ok(!JSON.stringify(audits).includes(number));
  const body = { kind: 'company', particulars: { name: 'Another', email: 'party@customer.example' } };
  const headers = { ...sales.headers, 'if-match': '*' };
  const { body: renamed } = await world.raw('PUT', '/api/customers/c000001', { headers, body });
  assert.deepEqual([at(renamed, 'identityChecked')], [false], JSON.stringify(renamed));
});

test('a natural person is checked by the identity number, of its form and with its check digit', async (t) => {
  const { ask, database } = await open(t);
  const sales = await enter(database, begin, 'sales');
  const check = (number: string) =>
    ask(sales, 'POST', '/customers/c000002/identity', { number, way: 'original', note: '' });
  assert.equal((await check('91350100M000100Y43')).code, 'identity-invalid', 'a company’s');
  assert.equal((await check('110105194912310021')).code, 'identity-invalid');
  const done = await check('11010519491231002x');
  assert.deepEqual([done.status, at(done.said, 'number')], [201, '1101************2X']);
  const wrong = await ask(sales, 'POST', '/customers/c000002/identity', { number: '1', way: 'hearsay' });
  assert.deepEqual([wrong.status, at(wrong.said, 'path')], [422, 'way']);
});

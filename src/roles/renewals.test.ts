import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { relayServer, wordsOf } from '../../test/mail.ts';
import {
  begin,
  codeOf,
  dayMs,
  hourMs,
  makeHost,
  makeWorld,
  must,
  paymentOf,
  profile,
  saleOf,
} from '../../test/world.ts';
import { recordPayment, recordSale } from '../agreement/flow.ts';
import { passRenewal } from '../agreement/renewal/flow.ts';
import { readRenewalActs } from '../agreement/store.ts';
import { verifyChain } from '../db/evidence.ts';
import { waiting } from '../db/outbox.ts';
import { listAudits } from '../entrance/store.ts';
import { lifeAt } from '../hosting/host.ts';
import { readFacts } from '../hosting/store.ts';
import { passRenewals } from '../jobs.ts';
import { mailChannel } from '../notice/channels/mail.ts';
import { type Office, sendLetters, setRelay } from '../notice/flow.ts';
import { addContact, addPerson } from '../people/contact/flow.ts';
import { setProvider } from '../people/flow.ts';
import { updateContact } from '../people/store.ts';

const host = 'h000001';
const ends = begin + 90 * dayMs;

/** A host whose first term ends after 90 days, a verified contact, a relay, the API, and a clock that the test moves. */
async function open(t: TestContext, relayOptions: Parameters<typeof relayServer>[1] = {}) {
  const database = await withDatabase(t);
  let now = begin;
  const front = await openFront(t, database, () => now);
  const { relay, taken } = await relayServer(t, relayOptions);
  const contact = await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx);
    must(await recordSale(tx, begin, saleOf(host, 'SA-1', begin, ends)));
    await setRelay(tx, now, relay, front.house.vault);
    const person = must(await addPerson(tx, begin, 'sales', 'c000001', { name: 'Anna', lang: 'en' }));
    const address = { channel: 'email', value: 'anna@customer.example' } as const;
    const { id } = must(await addContact(tx, begin, 'sales', person.id, address, front.house.vault));
    await updateContact(tx, id, { verifiedAt: begin });
    return id;
  });
  const { mishap, vault } = front.house;
  const clock = { now: () => now };
  const office: Office = { database, clock, vault, origin: () => front.origin, open: mailChannel, mishap };
  const sales = await enter(database, now, 'sales');
  const list = async (query = '') => {
    const { status, body } = await front.ask('GET', `/api/renewals${query}`, { headers: sales.headers });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  /** Goes to an instant, lets the timetable run and the letters go out; gives the host's state. */
  const go = async (to: number): Promise<string> => {
    now = to;
    await passRenewals(database, clock, mishap);
    await sendLetters(office);
    return lifeAt((await readFacts(database.db, [host])).get(host) ?? [], now).state;
  };
  return { ...front, database, taken, contact, office, list, go, clock };
}

const doneOf = (body: unknown) =>
  (at(body, 'items', 0, 'done') as { act: string; days: number | null }[]).map(({ act, days }) =>
    days === null ? act : `${act} ${days}`,
  );

test('a term that is not renewed: reminded by mail at 30, 7, 3 and 0 days, stopped, kept, released', async (t) => {
  const { go, list, taken, mishaps } = await open(t);
  assert.equal(await go(begin + dayMs), 'serving');
  const first = await list();
  assert.deepEqual(
    (at(first, 'items', 0, 'due') as { act: string; at: string }[]).map((due) => [due.act, due.at]),
    [
      ['remind', new Date(ends - 30 * dayMs).toISOString()],
      ['remind', new Date(ends - 7 * dayMs).toISOString()],
      ['remind', new Date(ends - 3 * dayMs).toISOString()],
      ['remind', new Date(ends).toISOString()],
      ['stop', new Date(ends).toISOString()],
      ['release', new Date(ends + 30 * dayMs).toISOString()],
    ],
  );
  for (const days of [30, 7, 3]) {
    assert.equal(await go(ends - days * dayMs), 'serving');
    assert.equal(await go(ends - days * dayMs + hourMs), 'serving');
  }
  assert.equal(taken.length, 3, 'each once');
  assert.match(wordsOf(taken[0]!), /www\.customer\.example \(h000001\)/);
  assert.match(wordsOf(taken[0]!), /Its data is kept until 2026-12-30 00:00/);
  assert.equal(await go(ends - 1), 'serving');
  assert.equal(await go(ends), 'expired');
  assert.equal(await go(ends + hourMs), 'expired');
  assert.deepEqual(taken.length, 4);
  assert.deepEqual(doneOf(await list()).sort(), ['remind 0', 'remind 3', 'remind 30', 'remind 7', 'stop']);
  assert.equal(await go(ends + 30 * dayMs - 1), 'expired');
  assert.equal(await go(ends + 30 * dayMs), 'released');
  assert.deepEqual(at(await list(), 'items'), []);
  assert.deepEqual(mishaps, []);
});

test('renewed within the keeping it serves again from the payment on; after the release nothing is sold', async (t) => {
  const { go, database, list } = await open(t);
  const { db } = database;
  const renewal = saleOf(host, 'SA-2', ends, ends + 90 * dayMs);
  const overlapping = saleOf(host, 'SA-2', ends - 1, ends + dayMs);
  assert.equal(codeOf(await recordSale(db, begin, overlapping)), 'sale-overlaps');
  assert.equal(await go(ends + hourMs), 'expired');
  must(await recordSale(db, ends + dayMs, renewal));
  assert.equal(await go(ends + dayMs), 'expired', 'sold is not paid');
  const paidAt = ends + 5 * dayMs;
  must(await recordPayment(db, paidAt, paymentOf(renewal, 'R-2', paidAt)));
  assert.equal(await go(paidAt), 'serving');
  assert.equal(at(await list(), 'items', 0, 'ends'), new Date(renewal.to).toISOString());
  assert.equal(await go(renewal.to), 'expired');
  assert.equal(await go(renewal.to + 31 * dayMs), 'released');
  const late = saleOf(host, 'SA-3', renewal.to + 40 * dayMs, renewal.to + 50 * dayMs);
  assert.equal(codeOf(await recordSale(db, renewal.to + 40 * dayMs, late)), 'host-released');
});

test('renewed and paid in time nothing is stopped, and the next end has reminders of its own', async (t) => {
  const { go, database, taken } = await open(t);
  const renewal = saleOf(host, 'SA-2', ends, ends + 90 * dayMs);
  assert.equal(await go(ends - 30 * dayMs), 'serving');
  must(await recordSale(database.db, begin, renewal));
  must(await recordPayment(database.db, ends - 8 * dayMs, paymentOf(renewal, 'R-2', ends - 8 * dayMs)));
  for (const when of [ends - 7 * dayMs, ends, ends + dayMs, renewal.to - 30 * dayMs])
    assert.equal(await go(when), 'serving');
  assert.equal(taken.length, 2);
});

test('killed between a stop and its commit nothing happened; the next run does it once', async (t) => {
  const { database, go } = await open(t);
  await go(ends - dayMs);
  const killed = database.transaction(async (tx) => {
    await passRenewal(tx, ends, host);
    throw new Error('killed');
  });
  await assert.rejects(killed, /killed/);
  assert.equal((await waiting(database.db, 'letter')).open, 0);
  assert.equal(await go(ends), 'expired');
  await database.transaction((tx) => passRenewal(tx, ends, host));
  const acts = await readRenewalActs(database.db, [host]);
  assert.deepEqual(acts.filter((act) => act.act === 'stop').length, 1);
  const facts = (await readFacts(database.db, [host])).get(host)!;
  assert.equal(facts.filter((fact) => fact.kind === 'expired').length, 1);
  const every = { customer: null, actor: null, resource: null, subject: host, from: null, to: null };
  const audits = await listAudits(database.db, { ...every, action: 'renewals.stop' }, null, 10);
  assert.deepEqual(
    audits.map((entry) => [entry.actor.name, entry.customer]),
    [['timetable', 'c000001']],
  );
  assert.equal((await database.transaction((tx) => verifyChain(tx))).kind, 'sound');
});

test('a host that staff release by hand is in the list no more; one that they open stays open', async (t) => {
  const { go, list, ask, database } = await open(t);
  const { headers } = await enter(database, begin, 'operator');
  const tell = async (kind: string) => {
    const { status, body } = await ask('POST', `/api/hosts/${host}/facts`, {
      headers,
      body: { kind, reason: 'by hand' },
    });
    assert.equal(status, 200, JSON.stringify(body));
  };
  assert.equal(await go(ends), 'expired');
  await tell('renewed');
  assert.equal(await go(ends + dayMs), 'serving');
  assert.equal(await go(ends + 60 * dayMs), 'serving');
  await ask('POST', `/api/hosts/${host}/facts`, {
    headers,
    body: { kind: 'expired', reason: 'by hand', rule: 'term' },
  });
  await tell('released');
  assert.equal(await go(ends + 61 * dayMs), 'released');
  assert.deepEqual(at(await list(), 'items'), []);
});

test('nobody verified, nobody told: the list says so; an address that bounces is told no more', async (t) => {
  let gone = true;
  const { go, list, taken } = await open(t, {
    onRcptTo: (_address, _session, done) =>
      gone ? done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })) : done(),
  });
  await go(ends - 30 * dayMs);
  assert.deepEqual(at(await list(), 'items', 0, 'done', 0, 'told'), ['anna@customer.example']);
  assert.equal(at(await list(), 'items', 0, 'reachable'), false);
  gone = false;
  await go(ends - 7 * dayMs);
  assert.deepEqual(at(await list(), 'items', 0, 'done', 1), {
    act: 'remind',
    at: new Date(ends - 7 * dayMs).toISOString(),
    days: 7,
    told: [],
    refused: 'no verified contact is left',
  });
  assert.equal(taken.length, 0);
});

test('old sales that are entered after their end stop nothing while they are entered', async (t) => {
  const { go, database } = await open(t);
  const { db } = database;
  const late = ends + 400 * dayMs;
  const { id } = await database.transaction((tx) => makeHost(tx, 'old.example'));
  const old = saleOf(id, 'SA-O1', begin, begin + 10 * dayMs);
  must(await recordSale(db, late, old));
  const serves = async (at: number) => {
    await go(at);
    return lifeAt((await readFacts(db, [id])).get(id) ?? [], at).state;
  };
  assert.equal(await serves(late + hourMs), 'serving');
  const present = saleOf(id, 'SA-O2', begin + 10 * dayMs, late + 10 * dayMs);
  must(await recordSale(db, late + hourMs, present));
  must(await recordPayment(db, late + hourMs, paymentOf(present, 'R-O2')));
  assert.equal(await serves(late + 3 * dayMs), 'serving');
  assert.equal(await serves(late + 10 * dayMs), 'expired');
});

test('another timetable of the provider counts at once', async (t) => {
  const { go, database, list } = await open(t);
  assert.equal(await go(begin + dayMs), 'serving');
  const renewals = { reminders: [60], keepDays: 0, shift: false };
  must(await setProvider(database.db, begin, { ...profile('UTC'), renewals }));
  assert.equal(await go(ends - 60 * dayMs), 'serving');
  assert.deepEqual(doneOf(await list()), ['remind 60']);
  assert.equal(await go(ends), 'released', 'nothing is kept');
  const wrong = { ...renewals, reminders: [-1] };
  const refused = await setProvider(database.db, begin, { ...profile('UTC'), renewals: wrong });
  assert.deepEqual([codeOf(refused), at(refused, 'path')], ['provider-invalid', 'renewals.reminders[0]']);
});

test('the list is walked by ends, a customer sees their own, and a forged cursor is refused', async (t) => {
  const { database, go, list, ask } = await open(t);
  await database.transaction(async (tx) => {
    const other = await makeHost(tx, 'two.customer.example', 'c000002');
    must(await recordSale(tx, begin, saleOf(other.id, 'SA-9', begin, ends + dayMs)));
  });
  await go(begin + dayMs);
  const first = await list('?limit=1');
  const second = await list(`?limit=1&cursor=${at(first, 'next')}`);
  assert.deepEqual([at(first, 'items', 0, 'host'), at(second, 'items', 0, 'host')], [host, 'h000002']);
  assert.equal(at(second, 'next'), null);
  const before = await list(`?before=${new Date(ends + 1).toISOString()}`);
  assert.equal((at(before, 'items') as unknown[]).length, 1);
  const { headers } = await enter(database, begin, 'customer', 'c000002');
  const own = await ask('GET', '/api/renewals?customer=c000001', { headers });
  assert.deepEqual(
    (at(own.body, 'items') as { host: string }[]).map((one) => one.host),
    ['h000002'],
  );
  const cursor = Buffer.from('x.h000001').toString('base64url');
  const forged = await ask('GET', `/api/renewals?cursor=${cursor}`, { headers });
  assert.deepEqual([forged.status, at(forged.body, 'code')], [422, 'cursor-invalid']);
});

// Needs two connections, which PGlite does not have.
const together = onPostgres ? test : () => {};

together('two timetables at once do everything once', async (t) => {
  const { database, go, taken } = await open(t);
  await go(ends - dayMs);
  const before = taken.length;
  const pass = () => database.transaction((tx) => passRenewal(tx, ends, host));
  await Promise.all([pass(), pass(), pass()]);
  assert.equal(await go(ends), 'expired');
  assert.equal(taken.length, before + 1);
});

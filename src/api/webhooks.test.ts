import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { hookServer, type Posted } from '../../test/hook.ts';
import { begin, dayMs, hourMs, makeHost, makeWorld, must, saleOf } from '../../test/world.ts';
import { recordSale } from '../agreement/flow.ts';
import { passRenewal } from '../agreement/renewal/flow.ts';
import { waiting } from '../db/outbox.ts';
import { type Hook, hookChannel, isPublic } from '../notice/channels/hook.ts';
import { type HookOffice, sendHooks } from '../notice/hook/flow.ts';
import { listLetters } from '../notice/store.ts';

const ends = begin + 90 * dayMs;
type Answer = 'challenge' | 'text' | 'nothing' | 'gone' | 'busy';

/** A customer with a host whose term ends, and a real HTTPS server that answers as the test says. */
async function open(t: TestContext, strict = false) {
  const database = await withDatabase(t);
  let now = begin;
  let answer: Answer = 'challenge';
  const { got, url, here } = await hookServer(t, (reply, text) => {
    const challenge = String(at(JSON.parse(text), 'event', 'challenge'));
    if (answer === 'gone' || answer === 'busy') reply.writeHead(answer === 'gone' ? 410 : 503).end();
    else if (answer === 'nothing') reply.end('thank you');
    else reply.end(answer === 'text' ? `${challenge}\n` : JSON.stringify({ challenge }));
  });
  const hook: Hook = hookChannel(strict ? { ...here, admits: isPublic } : here);
  const front = await openFront(t, database, () => now, undefined, hook);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx);
    must(await recordSale(tx, begin, saleOf('h000001', 'SA-1', begin, ends)));
  });
  const customer = await enter(database, now, 'customer', 'c000001');
  const ask = async (method: string, path: string, body?: object) => {
    const options = { headers: customer.headers, ...(body === undefined ? {} : { body }) };
    const { status, body: said } = await front.ask(method, `/api${path}`, options);
    return { status, said, code: at(said, 'code') ?? null, state: at(said, 'state') ?? null };
  };
  const person = await ask('POST', '/customers/c000001/persons', { name: 'Ops' });
  const path = `/persons/${at(person.said, 'id')}/contacts`;
  const add = (value: string) => ask('POST', path, { channel: 'webhook', value });
  const { vault, mishap } = front.house;
  const office: HookOffice = { database, clock: { now: () => now }, vault, hook, mishap };
  const go = (to: number): void => {
    now = to;
  };
  const says = (next: Answer): void => {
    answer = next;
  };
  return { ...front, database, got, url, ask, add, office, go, says };
}

/** Whether what came is signed with the secret, over its time and text. */
function isSigned({ headers, text }: Posted, secret: string): boolean {
  const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['hostpledge-signature'])) ?? [];
  return mac === createHmac('sha256', secret).update(`${time}.${text}`).digest('hex');
}

test('a webhook is verified by answering a signed challenge, and its secret is shown once', async (t) => {
  const { add, ask, url, got, says } = await open(t);
  const made = await add(url);
  assert.deepEqual([made.status, made.state], [201, 'unverified'], JSON.stringify(made.said));
  const [id, secret] = [String(at(made.said, 'id')), String(at(made.said, 'secret'))];
  says('nothing');
  const silent = await ask('POST', `/contacts/${id}/challenge`);
  assert.deepEqual([silent.status, silent.code], [422, 'challenge-unanswered']);
  says('busy');
  const busy = await ask('POST', `/contacts/${id}/challenge`);
  assert.match(String(at(busy.said, 'title')), /HTTP 503/);
  says('challenge');
  assert.equal((await ask('POST', `/contacts/${id}/challenge`)).state, 'verified');
  assert.equal(got.length, 3);
  for (const posted of got) assert.ok(isSigned(posted, secret));
  const list = await ask('GET', '/customers/c000001/persons');
  assert.ok(!JSON.stringify(list.said).includes(secret));
  says('text');
  assert.equal((await ask('POST', `/contacts/${id}/challenge`)).state, 'verified', 'the plain text will do');
  assert.equal((await ask('POST', `/contacts/${id}/challenge`)).code, 'codes-too-many');
});

test('an address that is no webhook’s is refused by its form; one that leads inside is not asked', async (t) => {
  const { add, ask, url, got } = await open(t, true);
  for (const wrong of [
    'http://www.example.com/',
    'https://127.0.0.1/x',
    'https://[::1]/',
    'https://localhost/',
    'https://user:secret@www.example.com/',
    'https://www.example.com/#x',
    'ftp://www.example.com/',
    'www.example.com',
  ]) {
    const refused = await add(wrong);
    assert.deepEqual([refused.code, at(refused.said, 'path')], ['contact-invalid', 'value'], wrong);
  }
  const inside = await add(url);
  const asked = await ask('POST', `/contacts/${at(inside.said, 'id')}/challenge`);
  assert.equal(asked.code, 'challenge-unanswered');
  assert.deepEqual(got, []);
});

test('a reminder is posted to a verified webhook, tried again while it is busy, once it is taken', async (t) => {
  const { add, ask, url, got, says, office, go, database } = await open(t);
  const { id, secret } = (await add(url)).said as { id: string; secret: string };
  await ask('POST', `/contacts/${id}/challenge`);
  go(ends - 30 * dayMs);
  await database.transaction((tx) => passRenewal(tx, ends - 30 * dayMs, 'h000001'));
  says('busy');
  assert.equal(await sendHooks(office), 1);
  assert.equal(await sendHooks(office), 0, 'not before its time');
  go(ends - 30 * dayMs + 2000);
  says('nothing');
  assert.equal(await sendHooks(office), 1);
  go(ends - 30 * dayMs + hourMs);
  assert.equal(await sendHooks(office), 0, 'once');
  const [, first, second] = got;
  assert.ok(isSigned(first!, secret) && isSigned(second!, secret));
  const [one, two] = [JSON.parse(first!.text), JSON.parse(second!.text)];
  assert.equal(at(one, 'id'), at(two, 'id'), 'a repetition is known by its name');
  assert.deepEqual(at(two, 'event'), {
    kind: 'renewal',
    host: 'h000001',
    domain: 'www.customer.example',
    days: 30,
    ends: new Date(ends).toISOString(),
    stops: new Date(ends).toISOString(),
    releases: new Date(ends + 30 * dayMs).toISOString(),
  });
  const [row] = await listLetters(database.db, { state: null, key: null, before: null }, 10);
  assert.deepEqual([row?.state, row?.tries, row?.said, row?.address], ['sent', 2, 'HTTP 200', url]);
});

test('a webhook that is gone, or takes nothing for two days, has bounced', async (t) => {
  const { add, ask, url, says, office, go, database, mishaps } = await open(t);
  const { id } = (await add(url)).said as { id: string };
  const state = async () =>
    at((await ask('GET', '/customers/c000001/persons')).said, 'items', 0, 'contacts', 0, 'state');
  const remind = async (when: number) => {
    go(when);
    await database.transaction((tx) => passRenewal(tx, when, 'h000001'));
    await sendHooks(office);
  };
  await ask('POST', `/contacts/${id}/challenge`);
  says('gone');
  await remind(ends - 30 * dayMs);
  assert.equal(await state(), 'bounced');
  assert.match(mishaps.join(), /HTTP 410/);
  says('challenge');
  await ask('POST', `/contacts/${id}/challenge`);
  says('busy');
  await remind(ends - 7 * dayMs);
  assert.equal(await state(), 'verified');
  go(ends - 5 * dayMs + 1);
  await sendHooks(office);
  assert.equal(await state(), 'bounced');
  assert.equal((await waiting(database.db, 'hook')).open, 0);
});

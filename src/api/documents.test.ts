import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront, passwordOf } from '../../test/entrance.ts';
import { begin, dayMs, makeHost, makeWorld, must, paymentOf, saleOf, workingIn } from '../../test/world.ts';
import { verify } from '../agreement/document/verify.ts';
import { offer, recordPayment, recordSale } from '../agreement/flow.ts';
import type { Tx } from '../db/connection.ts';
import { addUser } from '../entrance/flow.ts';
import type { Role } from '../entrance/role.ts';

const now = begin + 2 * dayMs;

async function offered(tx: Tx, domain: string, customer: string): Promise<string> {
  const { id } = await makeHost(tx, domain, customer);
  const sale = saleOf(id, `SA-${id}`, begin, begin + 365 * dayMs);
  must(await recordSale(tx, begin, sale));
  must(await recordPayment(tx, begin, paymentOf(sale, `R-${id}`)));
  const sources = new Set(['web']);
  return must(
    await offer(tx, begin, {
      host: id,
      guarantees: ['web'],
      sources,
      working: workingIn('UTC'),
      zone: 'UTC',
    }),
  );
}

/** The API over a socket, with one agreement of each customer offered. */
async function open(t: TestContext) {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    assert.equal(await offered(tx, 'one.customer.example', 'c000001'), 'QA-2026-000001');
    assert.equal(await offered(tx, 'two.customer.example', 'c000002'), 'QA-2026-000002');
  });
  return { database, ...(await openFront(t, database, () => now)) };
}

type World = Awaited<ReturnType<typeof open>>;

/** A session, as it is after a one-time code was shown in it, or as it is before. */
async function signIn({ database, ask, origin }: World, role: Role, customer: string | null, proven = true) {
  const email = `${role}-${proven}@example.cn`;
  const password = passwordOf(email);
  await database.transaction(async (tx) => {
    const user = { email, name: role, role, customer, lang: 'zh', password } as const;
    must(await addUser(tx, now, user));
  });
  const body = { email, password };
  const signed = await ask('POST', '/api/auth/sign-in/email', { headers: { origin }, body });
  assert.equal(signed.status, 200, JSON.stringify(signed.body));
  if (proven) await database.db.execute(sql`update sessions set factor = 'totp'`);
  const given = [signed.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]);
  return { cookie: given.join('; '), origin };
}

const url = '/api/agreements/QA-2026-000001';
const passphrase = 'the customer’s own 口令';

test('from the offer to two originals signed by both, over the API', async (t) => {
  const world = await open(t);
  const { ask, mishaps } = world;
  const sales = (await enter(world.database, now, 'sales')).headers;
  const empty = await ask('GET', `${url}/document`, { headers: sales });
  assert.deepEqual([empty.status, at(empty.body, 'revision')], [200, null]);
  const draft = await ask('GET', `${url}/draft?lang=en`, { headers: sales });
  assert.match(Buffer.from(String(at(draft.body, 'base64')), 'base64').toString('latin1'), /^%PDF-1\.7/);
  const printed = await ask('POST', `${url}/document`, { headers: sales, body: { lang: 'zh' } });
  assert.deepEqual([printed.status, at(printed.body, 'current')], [201, true]);
  const digest = String(at(printed.body, 'digest'));
  const owner = await signIn(world, 'owner', null);
  const customer = await signIn(world, 'customer', 'c000001');
  const byProvider = await ask('POST', `${url}/signatures`, { headers: owner, body: { digest } });
  assert.equal(byProvider.status, 201, JSON.stringify(byProvider.body));
  assert.deepEqual(at(byProvider.body, 'left'), ['customer-sealed', 'customer-signed']);
  const keyless = await ask('POST', `${url}/signatures`, { headers: customer, body: { digest, passphrase } });
  assert.equal(at(keyless.body, 'code'), 'signer-missing');
  const made = await ask('POST', '/api/signer', { headers: customer, body: { passphrase } });
  assert.deepEqual([made.status, at(made.body, 'party')], [201, 'c000001']);
  const signed = await ask('POST', `${url}/signatures`, { headers: customer, body: { digest, passphrase } });
  assert.deepEqual(at(signed.body, 'left'), []);
  assert.equal(at(signed.body, 'signatures', 'length'), 8);
  assert.equal(at(signed.body, 'signatures', 7, 'address'), '127.0.0.1');
  for (const holder of ['provider', 'customer']) {
    const copy = await ask('GET', `${url}/copies/${holder}`, { headers: customer });
    const verdict = await verify(Buffer.from(String(at(copy.body, 'base64')), 'base64'));
    assert.deepEqual([verdict.whole, verdict.contentDigest], [true, digest]);
  }
  const terms = { title: '补充约定', text: '一。\n\n二。' };
  const annex = await ask('POST', `${url}/annexes`, { headers: sales, body: terms });
  assert.deepEqual([annex.status, at(annex.body, 'annex')], [201, 'A1']);
  const added = { digest: at(annex.body, 'digest'), annex: 'A1', passphrase };
  const both = [owner, customer].map((headers) => ask('POST', `${url}/signatures`, { headers, body: added }));
  for (const one of await Promise.all(both)) assert.equal(one.status, 201, JSON.stringify(one.body));
  const whole = await ask('GET', `${url}/document?annex=A1`, { headers: customer });
  assert.deepEqual([at(whole.body, 'left'), at(whole.body, 'signatures', 'length')], [[], 8]);
  const list = await ask('GET', `${url}/annexes`, { headers: customer });
  assert.equal(at(list.body, 'items', 0, 'title'), '补充约定');
  const audit = await ask('GET', '/api/audit?limit=200', { headers: owner });
  const text = JSON.stringify(audit.body);
  assert.ok(
    text.includes('documents.sign') && !text.includes(passphrase),
    'what was done, not by what secret',
  );
  const inForce = await ask('GET', url, { headers: customer });
  assert.equal(at(inForce.body, 'inForce', 'length'), 1);
  assert.deepEqual(mishaps, []);
});

test('a key of a program, a session without a second factor, and another’s agreement sign nothing', async (t) => {
  const world = await open(t);
  const { ask } = world;
  const program = (await enter(world.database, now, 'owner')).headers;
  const printed = await ask('POST', `${url}/document`, { headers: program, body: {} });
  const digest = String(at(printed.body, 'digest'));
  const codeOf = async (path: string, headers: Record<string, string>, body: object) =>
    at((await ask('POST', path, { headers, body })).body, 'code');
  assert.equal(await codeOf(`${url}/signatures`, program, { digest }), 'session-needed');
  const weak = await signIn(world, 'customer', 'c000001', false);
  assert.equal(await codeOf(`${url}/signatures`, weak, { digest, passphrase }), 'second-factor-needed');
  assert.equal(await codeOf('/api/signer', weak, { passphrase }), 'second-factor-needed');
  const other = await signIn(world, 'customer', 'c000002');
  assert.equal(await codeOf(`${url}/signatures`, other, { digest, passphrase }), 'agreement-unknown');
  assert.equal(await codeOf('/api/signer', other, { passphrase: 'short' }), 'passphrase-short');
  const broken = { passphrase, p12: Buffer.from('no p12').toString('base64') };
  assert.equal(await codeOf('/api/signer', other, broken), 'p12-invalid');
  assert.deepEqual(at((await ask('GET', `${url}/document`, { headers: program })).body, 'signatures'), []);
});

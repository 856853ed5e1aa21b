import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront, passwordOf } from '../../test/entrance.ts';
import { needs } from '../../test/needs.ts';
import { begin, dayMs, makeHost, makeWorld, must, paymentOf, saleOf, workingIn } from '../../test/world.ts';
import { offer, recordPayment, recordSale } from '../agreement/flow.ts';
import { type Database, query } from '../db/connection.ts';
import { addUser } from '../entrance/flow.ts';
import type { Role } from '../entrance/role.ts';

/** Bad input over the wire: refused, named, and not a row of anything is another one afterwards. */

const now = begin + 20 * dayMs;
const url = '/api/agreements/QA-2026-000001';
const passphrase = 'the customer’s own 口令';

async function open(t: TestContext, clock = now) {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    const { id } = await makeHost(tx);
    const sale = saleOf(id, 'SA-1', begin, begin + 365 * dayMs);
    must(await recordSale(tx, begin, sale));
    must(await recordPayment(tx, begin, paymentOf(sale, 'R-1')));
    const promised = { guarantees: ['web'], sources: new Set(['web']) };
    must(await offer(tx, begin, { host: id, ...promised, working: workingIn('UTC'), zone: 'UTC' }));
  });
  const front = await openFront(t, database, () => clock);
  const session = async (role: Role, customer: string | null) => {
    const email = `${role}@session.example`;
    const password = passwordOf(email);
    await database.transaction(async (tx) =>
      must(await addUser(tx, now, { email, name: role, role, customer, lang: 'zh', password })),
    );
    const { ask, origin } = front;
    const signed = await ask('POST', '/api/auth/sign-in/email', {
      headers: { origin },
      body: { email, password },
    });
    await database.db.execute(sql`update sessions set factor = 'totp'`);
    const cookies = [signed.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]);
    return { cookie: cookies.join('; '), origin };
  };
  /** Asks for what must be refused so; every table stays what it was. */
  const refused = async (headers: Record<string, string>, path: string, body: object, code: string) => {
    const before = await contentOf(database);
    const said = await front.ask('POST', path, { headers, body });
    assert.deepEqual([said.status, at(said.body, 'code')], [422, code], JSON.stringify(said.body));
    assert.ok(String(at(said.body, 'rule')).length > 3 && at(said.body, 'path') !== undefined);
    assert.deepEqual(await contentOf(database), before, `${code} left something behind`);
  };
  return { database, ...front, session, refused };
}

/** A digest of every table's rows; those that only say who is signed in are left out. */
async function contentOf({ db }: Database): Promise<Readonly<Record<string, string>>> {
  const tables = await query<{ name: string }>(
    db,
    sql`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    if (name === 'sessions' || name === 'keys') continue;
    const table = sql.identifier(name);
    const [row] = await query<{ sum: string }>(
      db,
      sql`select count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as sum from ${table} t`,
    );
    content[name] = row!.sum;
  }
  assert.ok(Object.keys(content).length > 40, 'every table is looked at');
  return content;
}

test('a payment recorded twice, a renewal that overlaps, a refund larger than what is left', async (t) => {
  const { database, ask, refused } = await open(t);
  const { headers } = await enter(database, now, 'sales');
  const iso = (instant: number): string => new Date(instant).toISOString();
  const paid = { receipt: 'R-1', amount: 36_500, currency: 'CNY', method: 'bank', at: iso(begin) };
  const pay = '/api/sales/SA-1/payments';
  await refused(headers, pay, paid, 'receipt-known');
  await refused(headers, pay, { ...paid, amount: 1 }, 'receipt-known');
  await refused(headers, pay, { ...paid, receipt: 'R-2' }, 'already-paid');
  const { host: _, from: _from, to: _to, ...sold } = saleOf('h000001', 'SA-2', 0, 0);
  const year = 365 * dayMs;
  for (const from of [begin, begin + year - 1, begin - year])
    await refused(
      headers,
      '/api/hosts/h000001/sales',
      { ...sold, from: iso(from), to: iso(from + year) },
      'sale-overlaps',
    );
  const back = {
    receipt: 'R-3',
    currency: 'CNY',
    method: 'bank',
    at: iso(begin + 10 * dayMs),
    reason: 'less',
  };
  // Ten of 365 days are used.
  await refused(headers, '/api/sales/SA-1/refunds', { ...back, amount: 35_501 }, 'refund-larger');
  const most = await ask('POST', '/api/sales/SA-1/refunds', { headers, body: { ...back, amount: 35_500 } });
  assert.equal(most.status, 201, JSON.stringify(most.body));
  await refused(headers, '/api/sales/SA-1/refunds', { ...back, receipt: 'R-4', amount: 1 }, 'refund-larger');
});

test('signing twice, signing a file that was altered, a text that the font cannot print', async (t) => {
  const { database, ask, session, refused } = await open(t);
  const owner = await session('owner', null);
  const customer = await session('customer', 'c000001');
  const print = await ask('POST', `${url}/document`, { headers: owner, body: { lang: 'zh' } });
  const digest = String(at(print.body, 'digest'));
  const first = await ask('POST', `${url}/signatures`, { headers: owner, body: { digest } });
  assert.equal(first.status, 201, JSON.stringify(first.body));
  await refused(owner, `${url}/signatures`, { digest }, 'already-signed');
  await refused(owner, `${url}/signatures`, { digest: 'ab'.repeat(32) }, 'offer-stale');
  assert.equal((await ask('POST', '/api/signer', { headers: customer, body: { passphrase } })).status, 201);
  await refused(
    customer,
    `${url}/signatures`,
    { digest, passphrase: 'a wrong one 口令' },
    'passphrase-wrong',
  );
  const unprintable = { title: '补充约定', text: '一。\u{1F600}' };
  await refused(owner, `${url}/annexes`, unprintable, 'glyph-missing');
  await database.db.execute(
    sql`update copies set file = set_byte(file, 5000, (get_byte(file, 5000) + 1) % 256) where holder = 'customer'`,
  );
  await refused(customer, `${url}/signatures`, { digest, passphrase }, 'copy-altered');
  const left = await ask('GET', `${url}/document`, { headers: customer });
  assert.deepEqual(at(left.body, 'left'), ['customer-sealed', 'customer-signed']);
});

test('a P12 with a wrong passphrase, out of its time, or broken', async (t) => {
  if (!needs(t, 'openssl')) return;
  // Long before the file was made: out of its time, whatever the day of the test is.
  const { session, refused } = await open(t, Date.UTC(2020, 0, 1));
  const customer = await session('customer', 'c000001');
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-p12-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'k.pem', '-out', 'c.pem'];
  run('req', '-x509', ...key, '-days', '1', '-subj', '/CN=Lin Shui Tea');
  run(
    'pkcs12',
    '-export',
    '-inkey',
    'k.pem',
    '-in',
    'c.pem',
    '-out',
    'it.p12',
    '-passout',
    'pass:right enough',
  );
  const p12 = readFileSync(join(folder, 'it.p12')).toString('base64');
  await refused(customer, '/api/signer', { passphrase: 'wrong enough', p12 }, 'p12-passphrase');
  await refused(customer, '/api/signer', { passphrase: 'right enough', p12 }, 'certificate-expired');
  const broken = Buffer.from('no p12 at all').toString('base64');
  await refused(customer, '/api/signer', { passphrase: 'right enough', p12: broken }, 'p12-invalid');
});

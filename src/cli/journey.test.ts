import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront, passwordOf } from '../../test/entrance.ts';
import { relayServer, wordsOf } from '../../test/mail.ts';
import { needs } from '../../test/needs.ts';
import {
  begin,
  dayMs,
  makeProber,
  minuteMs,
  must,
  profile,
  quietOf,
  seen,
  slotOf,
} from '../../test/world.ts';
import { verify } from '../agreement/document/verify.ts';
import { addUser } from '../entrance/flow.ts';
import { confirmSpec } from '../hosting/flow.ts';
import { specOf } from '../hosting/host.ts';
import { readHost, readRecords, upsertPlane } from '../hosting/store.ts';
import { syncTargets, takeSigned } from '../measure/flow.ts';
import { wantedTargets } from '../measure/target.ts';
import { mailChannel } from '../notice/channels/mail.ts';
import { sendLetters, setRelay } from '../notice/flow.ts';
import { setProvider } from '../people/flow.ts';
import { apiCommand } from './api.ts';

const now = begin + 10 * minuteMs;
const host = 'h000001';
const number = 'QA-2026-000001';
const passphrase = 'the customer’s own 口令';

/** An empty installation in mainland mode with a real mail relay, and the command line with an owner's key. */
async function open(t: TestContext) {
  const database = await withDatabase(t);
  const front = await openFront(t, database, () => now);
  const { relay, taken } = await relayServer(t);
  const { vault, mishap } = front.house;
  await database.transaction(async (tx) => {
    must(await setProvider(tx, begin, { ...profile('Asia/Shanghai'), mainland: true }));
    await upsertPlane(tx, 'p1', 'embedded', Buffer.alloc(32, 1));
    await setRelay(tx, begin, relay, vault);
  });
  const { headers } = await enter(database, now, 'owner');
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-journey-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'key');
  await writeFile(file, headers.authorization.slice('Bearer '.length));
  const env = { HOSTPLEDGE_URL: front.origin, HOSTPLEDGE_KEY_FILE: file };
  /** One operation of the command line; what it made or read. */
  const run = async (...args: string[]): Promise<unknown> => {
    const said = { out: '', err: '' };
    const keep = (to: 'out' | 'err') => (text: string) => {
      said[to] += text;
    };
    const shell = { out: keep('out'), err: keep('err'), input: (async function* () {})(), env };
    const code = await apiCommand([...args, '--json'], shell);
    assert.equal(code, 0, `${args.join(' ')}: ${said.err}`);
    return JSON.parse(said.out) as unknown;
  };
  const clock = { now: () => now };
  const office = { database, clock, vault, origin: () => front.origin, open: mailChannel, mishap };
  return { ...front, database, run, folder, taken, letters: () => sendLetters(office) };
}
type World = Awaited<ReturnType<typeof open>>;

/** A person's session with a second factor: what a program cannot have, and signing needs. */
async function signIn({ database, ask, origin }: World, role: 'owner' | 'customer', customer: string | null) {
  const email = `${role}-signs@example.cn`;
  const password = passwordOf(email);
  await database.transaction(async (tx) =>
    must(await addUser(tx, now, { email, name: role, role, customer, lang: 'zh', password })),
  );
  const signed = await ask('POST', '/api/auth/sign-in/email', {
    headers: { origin },
    body: { email, password },
  });
  await database.db.execute(sql`update sessions set factor = 'totp'`);
  const given = [signed.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]);
  return { cookie: given.join('; '), origin };
}

/** Customer, checked identity, contact verified by the code that was mailed; gives the customer. */
async function makeCustomer({ run, letters, taken }: World): Promise<string> {
  const made = await run(
    'customers.add',
    'kind=company',
    'particulars.name=青禾书店有限公司',
    'particulars.email=li@customer.example',
  );
  const id = String(at(made, 'id'));
  await run('identities.check', `id=${id}`, 'number=91350100M000100Y43', 'way=original');
  const person = await run('persons.add', `id=${id}`, 'name=李青');
  const contact = await run(
    'contacts.add',
    `id=${at(person, 'id')}`,
    'channel=email',
    'value=li@customer.example',
  );
  const which = `id=${at(contact, 'id')}`;
  await run('contacts.ask', which);
  assert.equal(await letters(), 1);
  const code = /^\d{4} \d{4}$/m.exec(wordsOf(taken[0]!))![0];
  assert.equal(at(await run('contacts.verify', which, `code=${code}`), 'state'), 'verified');
  const customer = await run('customers.read', `id=${id}`);
  assert.deepEqual([at(customer, 'identityChecked'), at(customer, 'reachable')], [true, true]);
  return id;
}

/** A published plan, a filed domain's host that the plane serves and a prober sees, sold for a year and paid. */
async function sell({ run, database }: World, customer: string): Promise<void> {
  const functions = [
    'spaceMb=100',
    'trafficGb=10',
    'domains=2',
    'ftp.accounts=2',
    'ftp.tls=optional',
    'php=null',
    'tls=true',
  ];
  await run(
    'plans.draft',
    ...[
      'plan=standard',
      'name.zh=标准型',
      'name.en=Standard',
      'price=36500',
      'currency=CNY',
      'termMonths=12',
    ],
    ...['stage=released', 'problems=[]', ...functions.map((one) => `functions.${one}`)],
  );
  await run('plans.publish', 'plan=standard', 'version=1');
  const order = ['plan=standard', 'version=1', `customer=${customer}`, 'domain=www.customer.example'];
  await run('hosts.order', ...order, 'filing=京ICP备12345678号-1');
  await database.transaction(async (tx) => {
    must(await confirmSpec(tx, now, 'p1', { host, revision: 1, quarantine: null }));
    const [record] = await readRecords(tx, [(await readHost(tx, host))!]);
    const doors = { address: '127.0.0.1', httpPort: 8081, ftpPort: 2121 };
    const version = await syncTargets(tx, wantedTargets(specOf(record!, now), doors));
    const { prober, say } = await makeProber(tx, 'a');
    const turns = ['web', 'ftp'].map((check) =>
      seen(`${check}:${host}`, slotOf(`${check}:${host}`, 1), 'pass'),
    );
    must(await takeSigned(tx, now, prober, say('turns', { turns })));
    must(await takeSigned(tx, now, prober, say('quiet', quietOf(1, 9, version))));
  });
  const [from, to] = [new Date(begin).toISOString(), new Date(begin + 365 * dayMs).toISOString()];
  const names = ['name=虚拟主机销售协议', 'document=HP-S-001', 'edition=2026-11', 'management=M-0001'];
  const what = ['plan=standard', 'version=1', `from=${from}`, `to=${to}`, 'price=36500', 'currency=CNY'];
  await run('sales.record', `id=${host}`, 'number=SA-1', ...names, ...what);
  const money = ['receipt=R-1', 'amount=36500', 'currency=CNY', 'method=bank', `at=${from}`];
  await run('sales.pay', 'number=SA-1', ...money);
}

test('from nothing to in force by the command line: mailed code, sale, payment, offer, both signatures', async (t) => {
  const world = await open(t);
  const { run, ask, mishaps } = world;
  const customer = await makeCustomer(world);
  await sell(world, customer);
  const unsigned = await run('agreements.unsigned');
  assert.equal(at(unsigned, 'items', 0, 'host'), host, 'paid, served and not signed');
  const offered = await run('agreements.offer', `id=${host}`);
  assert.deepEqual([at(offered, 'number'), at(offered, 'guarantees')], [number, ['web', 'ftp']]);
  assert.equal(at(offered, 'missing', 0, 'fact'), 'signed');
  const printed = await run('documents.print', `number=${number}`, 'lang=zh');
  const digest = String(at(printed, 'digest'));
  const [owner, signer] = [await signIn(world, 'owner', null), await signIn(world, 'customer', customer)];
  await ask('POST', '/api/signer', { headers: signer, body: { passphrase } });
  const path = `/api/agreements/${number}/signatures`;
  assert.equal((await ask('POST', path, { headers: owner, body: { digest } })).status, 201);
  const signed = await ask('POST', path, { headers: signer, body: { digest, passphrase } });
  assert.deepEqual(at(signed.body, 'left'), [], JSON.stringify(signed.body));
  const standing = await run('agreements.read', `number=${number}`);
  assert.deepEqual([at(standing, 'missing'), at(standing, 'unsigned')], [[], null]);
  assert.equal(at(standing, 'inForce', 0, 1), new Date(begin + 365 * dayMs).toISOString());
  const due = await run('renewals.list');
  assert.deepEqual(mishaps, []);
  assert.deepEqual(at(due, 'items', 0, 'reachable'), true);
  await checkCopies(t, world, digest);
});

/** Both originals: every signature valid by our own reading and by pdfsig; one flipped byte breaks them. */
async function checkCopies(t: TestContext, { run, folder }: World, digest: string): Promise<void> {
  if (!needs(t, 'pdfsig')) return;
  for (const holder of ['provider', 'customer']) {
    const copy = await run('documents.copy', `number=${number}`, `holder=${holder}`);
    const file = Buffer.from(String(at(copy, 'base64')), 'base64');
    const verdict = await verify(file);
    assert.deepEqual([verdict.whole, verdict.contentDigest], [true, digest]);
    assert.equal(validIn(folder, file), 4);
    file[1000]! ^= 1;
    assert.equal((await verify(file)).whole, false);
    assert.equal(validIn(folder, file), 0);
  }
}

function validIn(folder: string, file: Buffer): number {
  const path = join(folder, 'copy.pdf');
  writeFileSync(path, file);
  const said = execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8' });
  return said.match(/Signature is Valid/g)?.length ?? 0;
}

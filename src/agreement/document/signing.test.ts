import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../../test/database.ts';
import { needs } from '../../../test/needs.ts';
import { worked } from '../../../test/paper.ts';
import {
  begin,
  codeOf,
  dayMs,
  makeHost,
  makeWorld,
  must,
  paymentOf,
  saleOf,
  workingIn,
} from '../../../test/world.ts';
import { sqlState, type Tx } from '../../db/connection.ts';
import { bindDomain } from '../../hosting/flow.ts';
import { changeCustomer } from '../../people/flow.ts';
import { readCustomer } from '../../people/store.ts';
import { gatherFacts, offer, recordPayment, recordSale } from '../flow.ts';
import { force } from '../force.ts';
import * as store from '../store.ts';
import { issueAnnex } from './annex.ts';
import { openAuthority } from './authority.ts';
import { issueDocument, previewDocument } from './draft.ts';
import { bringSigner, type Chancery, makeSigner, openSigner } from './keeper.ts';
import { findRecord } from './record.ts';
import { leftOf, type Signer, signDocument } from './signing.ts';
import { verify } from './verify.ts';

const passphrase = 'the customer’s own 口令';
const now = begin + 5 * dayMs;

async function makeChancery(t: Pick<TestContext, 'after'>): Promise<Chancery & { folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-signing-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const authority = await openAuthority(join(folder, 'authority.pem'), now);
  return { authority, secret: 'ab'.repeat(32), timestamp: null, folder };
}

/** An agreement that is offered, with its document printed. */
async function makeOffer(tx: Tx, domain: string, customer?: string) {
  const { id } = await makeHost(tx, domain, customer);
  const sale = saleOf(id, `SA-${id}`, begin, begin + 365 * dayMs);
  must(await recordSale(tx, begin, sale));
  must(await recordPayment(tx, begin, paymentOf(sale, `R-${id}`)));
  const guarantees = ['web', 'ftp'];
  const sources = new Set(guarantees);
  const zone = 'Asia/Shanghai';
  const input = { host: id, guarantees, sources, working: workingIn(zone), zone };
  const number = must(await offer(tx, begin, input));
  const document = must(await issueDocument(tx, begin, number, 'zh', 'sales', worked));
  return { number, host: id, document };
}

const askOf = (number: string, digest: string, party: 'provider' | 'customer'): Signer => ({
  number,
  party,
  acts: [],
  digest,
  passphrase: party === 'customer' ? passphrase : null,
  actor: party,
  address: '192.0.2.7',
  agent: 'test/1',
});

test('both parties sign and seal both originals, and the agreement is in force by these facts', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const chancery = await makeChancery(t);
  const { number, document } = await makeOffer(db, 'one.example');
  const agreement = (await store.readAgreement(db, number))!;
  const inForce = async () =>
    force((await gatherFacts(db, agreement, now + dayMs)).facts, agreement.zone, null);
  must(await signDocument(db, now, chancery, askOf(number, document.digest, 'provider'), worked));
  assert.deepEqual(await inForce(), []);
  must(await makeSigner(db, now, chancery, 'c000001', passphrase));
  const made = must(
    await signDocument(db, now, chancery, askOf(number, document.digest, 'customer'), worked),
  );
  assert.equal(made.length, 4);
  assert.equal((await inForce()).length, 2);
  const copies = await store.readCopies(db, number, 1);
  const past = await store.readSignatures(db, number);
  assert.deepEqual(leftOf(copies, past), []);
  for (const copy of copies) {
    const verdict = await verify(copy.file);
    assert.deepEqual(verdict.faults, []);
    assert.equal(verdict.signatures.length, 4);
    assert.equal(verdict.contentDigest, document.digest, 'both originals say the same');
    const mine = past.filter((one) => one.holder === copy.holder);
    for (const [i, one] of mine.entries()) if (i > 0) assert.equal(one.before, mine[i - 1]!.after);
    assert.deepEqual([mine.at(-1)!.after, mine.at(-1)!.address], [verdict.fileDigest, '192.0.2.7']);
  }
  if (!needs(t, 'pdfsig')) return;
  for (const { holder, file } of copies) {
    writeFileSync(join(chancery.folder, `${holder}.pdf`), file);
    const said = execFileSync('pdfsig', [`${holder}.pdf`], { cwd: chancery.folder, encoding: 'utf8' });
    assert.equal(said.match(/Signature is Valid/g)?.length, 4, holder);
  }
});

test('signing twice, without a key, with a wrong passphrase, or what was not seen is refused', async (t) => {
  const database = await withDatabase(t);
  const { db } = database;
  await makeWorld(db);
  const chancery = await makeChancery(t);
  const { number, document } = await makeOffer(db, 'one.example');
  const ask = (party: 'provider' | 'customer', change: Partial<Signer> = {}, at = now) =>
    database.transaction((tx) =>
      signDocument(tx, at, chancery, { ...askOf(number, document.digest, party), ...change }, worked),
    );
  assert.equal(codeOf(await ask('customer')), 'signer-missing');
  assert.equal(codeOf(await makeSigner(db, now, chancery, 'c000001', 'short')), 'passphrase-short');
  must(await makeSigner(db, now, chancery, 'c000001', passphrase));
  assert.equal(codeOf(await ask('customer', { passphrase: 'not the right one' })), 'passphrase-wrong');
  assert.equal(codeOf(await ask('customer', { passphrase: null })), 'passphrase-missing');
  assert.equal(codeOf(await ask('customer', { digest: '0'.repeat(64) })), 'offer-stale');
  assert.equal(codeOf(await ask('customer', { number: 'QA-9' })), 'agreement-unknown');
  assert.equal(codeOf(await ask('provider', {}, begin + 400 * dayMs)), 'offer-over');
  assert.deepEqual(await store.readSignatures(db, number), [], 'refused: nothing is half done');
  must(await ask('customer', { acts: ['signed'] }));
  assert.equal(codeOf(await ask('customer', { acts: ['signed', 'sealed'] })), 'already-signed');
  must(await ask('customer'));
  assert.equal(codeOf(await ask('customer')), 'already-signed');
  const [first, second] = await Promise.all([ask('provider'), ask('provider')]);
  assert.deepEqual([codeOf(first), codeOf(second)].sort(), ['already-signed', null]);
});

test('a natural person signs, which counts as both, and has no seal', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const chancery = await makeChancery(t);
  const { number, document } = await makeOffer(db, 'one.example', 'c000002');
  must(await makeSigner(db, now, chancery, 'c000002', passphrase));
  const ask = askOf(number, document.digest, 'customer');
  assert.equal(
    codeOf(await signDocument(db, now, chancery, { ...ask, acts: ['sealed'] }, worked)),
    'seal-foreign',
  );
  must(await signDocument(db, now, chancery, ask, worked));
  const acts = (await store.readActs(db, [number])).map(({ act }) => act).sort();
  assert.deepEqual(acts, ['sealed', 'signed']);
});

test('what changed since it was printed is printed again; what was signed stays', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const chancery = await makeChancery(t);
  const { number, host, document } = await makeOffer(db, 'one.example');
  assert.deepEqual(must(await issueDocument(db, now, number, 'zh', 'sales', worked)), document);
  must(await bindDomain(db, now, host, 'two.example'));
  const provider = askOf(number, document.digest, 'provider');
  assert.equal(codeOf(await signDocument(db, now, chancery, provider, worked)), 'offer-stale');
  const again = must(await issueDocument(db, now, number, 'en', 'sales', worked));
  assert.equal(again.revision, 2);
  must(await signDocument(db, now, chancery, { ...provider, digest: again.digest }, worked));
  const { kind, particulars } = (await readCustomer(db, 'c000001'))!;
  must(await changeCustomer(db, 'c000001', { kind, particulars: { ...particulars, name: 'Another' } }));
  assert.equal(codeOf(await issueDocument(db, now, number, 'en', 'sales', worked)), 'document-signed');
  must(await makeSigner(db, now, chancery, 'c000001', passphrase));
  must(await signDocument(db, now, chancery, askOf(number, again.digest, 'customer'), worked));
  const draft = must(await previewDocument(db, (await store.readAgreement(db, number))!, 'zh', worked));
  assert.equal((await verify(draft)).whole, false);
});

test('what the parties agree in addition is an annex of its own, signed by both, which changes no fact', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const chancery = await makeChancery(t);
  const { number, document } = await makeOffer(db, 'one.example');
  const terms = {
    title: '补充约定',
    text: '甲方每月十日前寄送纸质结算书。\n\n寄送地址以本协议首页所载为准。',
  };
  assert.equal(codeOf(await issueAnnex(db, now, number, terms, 'sales')), 'document-unsigned');
  must(await signDocument(db, now, chancery, askOf(number, document.digest, 'provider'), worked));
  const annex = must(await issueAnnex(db, now, number, terms, 'sales'));
  assert.equal(annex.agreement, `${number}/A1`);
  must(await makeSigner(db, now, chancery, 'c000001', passphrase));
  for (const party of ['provider', 'customer'] as const) {
    const ask = { ...askOf(number, annex.digest, party), annex: 'A1' };
    must(await signDocument(db, now, chancery, ask, worked));
    assert.equal(codeOf(await signDocument(db, now, chancery, ask, worked)), 'already-signed');
  }
  for (const { file } of await store.readCopies(db, `${number}/A1`, 1)) {
    const verdict = await verify(file);
    assert.deepEqual([verdict.faults, verdict.number], [[], `${number}/A1`]);
    assert.equal((await findRecord(db, verdict))?.copiesAgree, true);
  }
  const acts = await store.readActs(db, [number]);
  assert.deepEqual(new Set(acts.map((one) => one.party)), new Set(['provider']), 'no fact by an annex');
  assert.equal(must(await issueAnnex(db, now, number, terms, 'sales')).agreement, `${number}/A2`);
  assert.deepEqual(
    (await store.readAnnexes(db, number)).map((one) => one.agreement),
    [`${number}/A1`, `${number}/A2`],
  );
  const unprintable = { ...terms, text: 'a cup of 🍵' };
  assert.equal(codeOf(await issueAnnex(db, now, number, unprintable, 'sales')), 'glyph-missing');
  const missing = { ...askOf(number, annex.digest, 'provider'), annex: 'A9' };
  assert.equal(codeOf(await signDocument(db, now, chancery, missing, worked)), 'document-missing');
});

test('a file that was changed where it is kept is signed by nobody', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const chancery = await makeChancery(t);
  const { number, document } = await makeOffer(db, 'one.example');
  must(await signDocument(db, now, chancery, askOf(number, document.digest, 'provider'), worked));
  must(await makeSigner(db, now, chancery, 'c000001', passphrase));
  await db.execute(
    sql.raw(
      `update copies set file = set_byte(file, 5000, 65 - get_byte(file, 5000) / 2) where holder = 'customer'`,
    ),
  );
  const refused = await signDocument(db, now, chancery, askOf(number, document.digest, 'customer'), worked);
  assert.equal(codeOf(refused), 'copy-altered');
  for (const statement of ['update signatures set after = before', 'delete from documents'])
    await assert.rejects(
      async () => void (await db.execute(sql.raw(statement))),
      (error) => sqlState(error) === 'HP001',
    );
});

test('the provider’s own P12 takes the place of the key that was made', async (t) => {
  if (!needs(t, 'openssl')) return;
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const chancery = await makeChancery(t);
  const cwd = chancery.folder;
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd, stdio: 'pipe' });
  const req = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'k', '-out', 'c', '-days', '3650'];
  run('req', ...req, '-subj', '/CN=The provider');
  run('pkcs12', '-export', '-inkey', 'k', '-in', 'c', '-out', 'p', '-passout', 'pass:right');
  const file = execFileSync('cat', ['p'], { cwd });
  const today = Date.parse(execFileSync('date', ['-u', '+%FT%TZ'], { encoding: 'utf8' }).trim());
  assert.equal(codeOf(await bringSigner(db, today, chancery, 'provider', file, 'wrong')), 'p12-passphrase');
  const brought = must(await bringSigner(db, today, chancery, 'provider', file, 'right'));
  assert.equal(brought.subject, 'The provider');
  const opened = must(await openSigner(db, today, chancery, 'provider', null));
  assert.equal(opened.fingerprint, brought.fingerprint);
  assert.equal(
    codeOf(await bringSigner(db, today + 3651 * dayMs, chancery, 'provider', file, 'right')),
    'certificate-expired',
  );
});

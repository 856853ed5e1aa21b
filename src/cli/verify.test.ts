import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at } from '../../test/entrance.ts';
import { begin, dayMs, makeHost, makeWorld, must, paymentOf, saleOf, workingIn } from '../../test/world.ts';
import { openAuthority } from '../agreement/document/authority.ts';
import { verify } from '../agreement/document/verify.ts';
import { offer, recordPayment, recordSale } from '../agreement/flow.ts';
import { paperRoutes } from '../api/paper.ts';
import { createServer } from '../api/server.ts';
import type { Shell } from './command.ts';
import { verifyCommand } from './verify.ts';

const now = begin + dayMs;

/** The control socket's routes about documents, with one agreement offered. */
async function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-paper-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const database = await withDatabase(t);
  const number = await database.transaction(async (tx) => {
    await makeWorld(tx);
    const { id } = await makeHost(tx);
    const sale = saleOf(id, 'SA-1', begin, begin + 365 * dayMs);
    must(await recordSale(tx, begin, sale));
    must(await recordPayment(tx, begin, paymentOf(sale, 'R-1')));
    const sources = new Set(['web']);
    const asked = { host: id, guarantees: ['web'], sources, working: workingIn('UTC'), zone: 'UTC' };
    return must(await offer(tx, begin, asked));
  });
  const authority = await openAuthority(join(folder, 'authority.pem'), now);
  const chancery = async () => ({ authority, secret: 'd'.repeat(64), timestamp: null });
  const server = createServer(1 << 20, (error) => assert.fail(error));
  paperRoutes(server, { database, clock: { now: () => now }, chancery });
  t.after(() => server.close());
  const post = async (url: string, body: object) => {
    const { statusCode, payload } = await server.inject({ method: 'POST', url, payload: body });
    return { status: statusCode, body: JSON.parse(payload) as unknown };
  };
  return { number, post, folder, database };
}

test('by the command line alone: printed, signed and sealed by both, and the record knows both originals', async (t) => {
  const { number, post, folder } = await open(t);
  const early = { number, party: 'provider', passphrase: null, p12: null };
  assert.equal(at((await post('/control/sign', early)).body, 'code'), 'document-missing');
  const printed = await post('/control/document', { number, lang: 'en' });
  assert.equal(printed.status, 200, JSON.stringify(printed.body));
  const short = { number, party: 'customer', passphrase: 'short', p12: null };
  assert.equal(at((await post('/control/sign', short)).body, 'code'), 'passphrase-short');
  for (const party of ['provider', 'customer']) {
    const signed = await post('/control/sign', {
      number,
      party,
      passphrase: 'long enough for it',
      p12: null,
    });
    assert.equal(at(signed.body, 'acts', 'length'), 4, JSON.stringify(signed.body));
    const twice = await post('/control/sign', { number, party, passphrase: 'long enough for it', p12: null });
    assert.equal(at(twice.body, 'code'), 'already-signed');
  }
  const copies = at((await post('/control/document', { number, lang: null })).body, 'copies');
  for (const i of [0, 1]) {
    const holder = String(at(copies, i, 'holder'));
    const file = Buffer.from(String(at(copies, i, 'base64')), 'base64');
    writeFileSync(join(folder, `${holder}.pdf`), file);
    const { contentDigest, fileDigest, signatures, whole } = await verify(file);
    assert.ok(whole);
    const brief = signatures.map(({ field, fingerprint }) => ({ field, fingerprint }));
    const asked = { number, contentDigest, fileDigest, signatures: brief };
    const all = { sameContent: true, holder, latest: true, sameSigners: true, copiesAgree: true };
    assert.deepEqual((await post('/control/record', asked)).body, { record: all });
    const other = await post('/control/record', { ...asked, contentDigest: '0'.repeat(64) });
    assert.equal(at(other.body, 'record', 'sameContent'), false);
    const foreign = await post('/control/record', { ...asked, number: 'QA-1' });
    assert.deepEqual(foreign.body, { record: null });
  }
  const { code, text } = await said(folder, 'customer.pdf');
  assert.equal(code, 0, text);
  assert.match(text, /^whole: /);
  assert.match(text, /customer-sealed: Party, 2026-09-02T00:00:00\.000Z, certified by Hostpledge/);
});

test('verify: a changed file is a no with a reason, what is not there is refused', async (t) => {
  const { number, post, folder } = await open(t);
  await post('/control/document', { number, lang: 'zh' });
  await post('/control/sign', { number, party: 'provider', passphrase: null, p12: null });
  const copies = at((await post('/control/document', { number, lang: null })).body, 'copies');
  const file = Buffer.from(String(at(copies, 0, 'base64')), 'base64');
  file[4_000]! ^= 1;
  writeFileSync(join(folder, 'changed.pdf'), file);
  const changed = await said(folder, 'changed.pdf');
  assert.equal(changed.code, 1);
  assert.match(changed.text, /NOT whole: .*bytes were changed after it was signed/);
  const json = await said(folder, 'changed.pdf', '--json');
  assert.equal(at(JSON.parse(json.text), 'whole'), false);
  assert.equal((await said(folder, 'none.pdf')).code, 2);
  writeFileSync(join(folder, 'text.pdf'), readFileSync(import.meta.filename));
  assert.equal((await said(folder, 'text.pdf')).code, 1);
});

async function said(folder: string, name: string, ...flags: string[]) {
  let text = '';
  const take = (more: string): void => {
    text += more;
  };
  const shell: Shell = { out: take, err: take, input: process.stdin, env: {} };
  const code = await verifyCommand([join(folder, name), '--data', folder, ...flags], shell);
  return { code, text };
}

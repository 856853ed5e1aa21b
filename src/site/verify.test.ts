import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at } from '../../test/entrance.ts';
import { worked } from '../../test/paper.ts';
import { begin, dayMs, makeHost, makeWorld, must, saleOf, workingIn } from '../../test/world.ts';
import { openAuthority } from '../agreement/document/authority.ts';
import { issueDocument } from '../agreement/document/draft.ts';
import { signDocument } from '../agreement/document/signing.ts';
import { offer, recordSale } from '../agreement/flow.ts';
import { readCopies } from '../agreement/store.ts';
import { createServer } from '../api/server.ts';
import { verifyRoutes } from './verify.ts';

/** The page over a real socket, and a copy that the provider has signed. */
async function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-verify-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const database = await withDatabase(t);
  const { db } = database;
  await makeWorld(db);
  const { id } = await makeHost(db);
  must(await recordSale(db, begin, saleOf(id, 'SA-1', begin, begin + 365 * dayMs)));
  const sources = new Set(['web']);
  const asked = { host: id, guarantees: ['web'], sources, working: workingIn('UTC'), zone: 'UTC' };
  const number = must(await offer(db, begin, asked));
  const { digest } = must(await issueDocument(db, begin, number, 'zh', 'sales', worked));
  const authority = await openAuthority(join(folder, 'authority.pem'), begin);
  const chancery = { authority, secret: 'e'.repeat(64), timestamp: null };
  const by = { actor: 'owner', address: '192.0.2.1', agent: 'test', passphrase: null, acts: [] };
  must(await signDocument(db, begin, chancery, { number, party: 'provider', digest, ...by }, worked));
  const file = (await readCopies(db, number, 1))[0]!.file;
  const server = createServer(1 << 20, (error) => assert.fail(error));
  verifyRoutes(server, database);
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  return { file, url: `${origin}/verify`, number };
}

function formOf(file: Buffer): FormData {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(file)], { type: 'application/pdf' }), 'it.pdf');
  return form;
}

test('a visitor shows a file in a form and reads who signed it, in either language', async (t) => {
  const { file, url, number } = await open(t);
  const headers = { accept: 'text/html' };
  const empty = await (await fetch(url, { headers })).text();
  assert.match(empty, /enctype="multipart\/form-data"/);
  const zh = await fetch(`${url}?lang=zh`, { method: 'POST', headers, body: formOf(file) });
  const page = await zh.text();
  assert.equal(zh.status, 200);
  assert.match(page, /文件完整，全部签名有效。/);
  assert.match(page, /甲方盖章/);
  assert.ok(page.includes(number));
  assert.match(page, /内容与记录一致；是甲方执的原件/);
  assert.match(zh.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const changed = Buffer.from(file);
  changed[5_000]! ^= 4;
  const en = await (await fetch(`${url}?lang=en`, { method: 'POST', headers, body: formOf(changed) })).text();
  assert.match(en, /not whole/);
  assert.match(en, /bytes were changed after it was signed/);
  const none = await (await fetch(url, { method: 'POST', headers, body: new FormData() })).text();
  assert.match(none, /role="alert"/);
});

test('a copy that somebody made with an authority of their own is whole, and not ours', async (t) => {
  const { url } = await open(t);
  const other = await open(t);
  const headers = { accept: 'text/html' };
  const page = await (
    await fetch(`${url}?lang=zh`, { method: 'POST', headers, body: formOf(other.file) })
  ).text();
  assert.match(page, /与我们的记录不符/);
  assert.match(page, /证书与记录不一致/);
  assert.doesNotMatch(page, /文件完整，全部签名有效/);
});

test('a program sends the file itself and gets JSON; what is too long or nothing is refused', async (t) => {
  const { file, url, number } = await open(t);
  const send = (body: Buffer, type = 'application/pdf') =>
    fetch(url, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) });
  const said: unknown = await (await send(file)).json();
  assert.deepEqual(
    [at(said, 'verdict', 'whole'), at(said, 'verdict', 'number'), at(said, 'record', 'holder')],
    [true, number, 'provider'],
  );
  const other: unknown = await (await send(Buffer.from('hello'))).json();
  assert.deepEqual([at(other, 'verdict', 'whole'), at(other, 'record')], [false, null]);
  assert.equal((await send(Buffer.alloc(0))).status, 422);
  assert.equal((await send(Buffer.alloc(5 << 20, 1))).status, 413);
  assert.equal((await send(file, 'text/plain')).status, 422);
  assert.equal((await send(file, 'image/png')).status, 415);
  const broken = await send(Buffer.from('--x\r\nno form'), 'multipart/form-data; boundary=x');
  assert.equal(broken.status, 422);
});

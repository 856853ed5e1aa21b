import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { createServer } from '../api/server.ts';
import { consoleRoutes } from './console.ts';

const script = `export const long = '${'a'.repeat(4000)}';\n`;

async function serve(t: TestContext, isBuilt = true) {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-console-'));
  t.after(() => rm(folder, { recursive: true }));
  if (isBuilt) {
    await mkdir(join(folder, 'assets'));
    const page =
      '<!doctype html><script nonce="NONCE-OF-THIS-ANSWER">1</script><style nonce="NONCE-OF-THIS-ANSWER">';
    await writeFile(join(folder, 'index.html'), page);
    await writeFile(join(folder, 'digest.txt'), 'not for the world');
    await writeFile(join(folder, 'assets/index-AbC.js'), script);
    await writeFile(join(folder, 'assets/index-AbC.js.gz'), gzipSync(script));
  }
  const server = createServer(1000, () => {});
  consoleRoutes(server, folder);
  await server.ready();
  t.after(() => server.close());
  const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });
  return { get };
}

test('every path below the console is its one page, with a nonce of its own and a strict policy', async (t) => {
  const { get } = await serve(t);
  const nonces = new Set<string>();
  for (const path of [
    '/console/',
    '/console/hosts/h000001?tab=usage',
    '/console/sign-in',
    '/console/digest.txt',
  ]) {
    const answer = await get(path);
    assert.equal(answer.statusCode, 200, path);
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.ok(answer.headers['referrer-policy'] !== undefined);
    const policy = String(answer.headers['content-security-policy']);
    const nonce = /script-src 'self' 'nonce-([\w-]{24})'/.exec(policy)?.[1] ?? '';
    assert.match(policy, /^default-src 'none';.*base-uri 'none'.*frame-ancestors 'none'$/);
    assert.ok(!policy.includes('unsafe'));
    assert.deepEqual(answer.body.match(new RegExp(`nonce="${nonce}"`, 'g'))?.length, 2);
    assert.ok(!answer.body.includes('NONCE') && !answer.body.includes('not for the world'));
    nonces.add(nonce);
  }
  assert.equal(nonces.size, 4);
});

test('parts are kept for ever and sent as small as the browser takes them', async (t) => {
  const { get } = await serve(t);
  const part = '/console/assets/index-AbC.js';
  const plain = await get(part);
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(plain.body, script);
  const small = await get(part, { 'accept-encoding': 'br, gzip' });
  assert.equal(small.headers['content-encoding'], 'gzip', 'the smallest that there is');
  assert.equal(gunzipSync(small.rawPayload).toString(), script);
  const none = await get(part, { 'accept-encoding': 'gzip;q=0, identity' });
  assert.equal(none.headers['content-encoding'], undefined);
  assert.equal((await get('/console/assets/gone-Xyz.js')).statusCode, 404, 'what is gone is not the page');
  assert.equal((await get('/console/assets/../digest.txt')).body.includes('not for the world'), false);
  assert.equal((await get('/console/assets/%2e%2e/digest.txt')).body.includes('not for the world'), false);
});

test('the bare name leads to the folder, with its query', async (t) => {
  const { get } = await serve(t);
  const answer = await get('/console?to=1');
  assert.deepEqual([answer.statusCode, answer.headers.location], [308, '/console/?to=1']);
});

test('what was never built says what to do', async (t) => {
  const { get } = await serve(t, false);
  const answer = await get('/console/');
  assert.equal(answer.statusCode, 503);
  assert.match(answer.body, /node bin\/console\.mjs/);
});

test('what the build made is there, in brotli too', async (t) => {
  const server = createServer(1000, () => {});
  consoleRoutes(server);
  await server.ready();
  t.after(() => server.close());
  const page = await server.inject('/console/');
  const entry = /src="(\/console\/assets\/[\w-]+\.js)"/.exec(page.body)?.[1];
  assert.ok(entry !== undefined, page.body);
  const answer = await server.inject({ url: entry, headers: { 'accept-encoding': 'br' } });
  assert.equal(answer.headers['content-encoding'], 'br');
  assert.ok(brotliDecompressSync(answer.rawPayload).length > answer.rawPayload.length);
});

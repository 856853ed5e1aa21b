import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, readFile, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import { ask, hostSpec, parse, raw, startPlane } from '../../../../../test/embedded.ts';
import { needs } from '../../../../../test/needs.ts';
import { probeMark } from '../../../mark.ts';
import { defaultSettings } from '../../../spec.ts';

const name = 'h1.test';
const h1 = hostSpec('h1');

async function world(t: TestContext, settings = {}, more = {}) {
  return startPlane(t, [hostSpec('h1', { settings: { ...defaultSettings, ...settings } })], more);
}

test('a file is sent with what identifies it, and not sent again to who has it', async (t) => {
  const { port, put } = await world(t);
  const path = await put('h1', 'a/page.html', '<p>hi');
  await utimes(path, 1_700_000_000, 1_700_000_000);
  for (const turn of ['from disk', 'from memory']) {
    const first = await ask(port, name, '/a/page.html');
    assert.equal(first.status, 200, turn);
    assert.equal(first.body, '<p>hi');
    assert.equal(first.fields.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(first.fields.get('last-modified'), 'Tue, 14 Nov 2023 22:13:20 GMT');
    const etag = first.fields.get('etag') ?? '';
    assert.match(etag, /^"[a-z0-9-]+"$/);
    const again = await ask(port, name, '/a/page.html', { fields: { 'If-None-Match': etag } });
    assert.deepEqual([again.status, again.body], [304, '']);
    const date = { 'If-Modified-Since': 'Tue, 14 Nov 2023 22:13:20 GMT' };
    assert.equal((await ask(port, name, '/a/page.html', { fields: date })).status, 304);
    const stale = await ask(port, name, '/a/page.html', { fields: { ...date, 'If-None-Match': '"x"' } });
    assert.equal(stale.status, 200);
    assert.equal((await ask(port, name, '/a/page.html', { fields: { 'If-Match': '"x"' } })).status, 412);
    const head = await ask(port, name, '/a/page.html', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body, head.fields.get('content-length')], [200, '', '5']);
  }
});

test('a range of a small and of a large file is sent exactly', async (t) => {
  const { port, put } = await world(t);
  const large = Buffer.alloc(900_000, 0);
  for (let at = 0; at < large.length; at += 1) large[at] = 97 + (at % 26);
  await put('h1', 'large.bin', large);
  await put('h1', 'small.bin', large.subarray(0, 1000));
  for (const [path, size] of [
    ['/large.bin', 900_000],
    ['/small.bin', 1000],
    ['/small.bin', 1000],
  ] as const) {
    const range = async (field: string, more = {}) =>
      ask(port, name, path, { fields: { Range: field, ...more } });
    const part = await range(`bytes=${size - 300}-${size - 1}`);
    assert.equal(part.status, 206);
    assert.equal(part.fields.get('content-range'), `bytes ${size - 300}-${size - 1}/${size}`);
    assert.equal(part.fields.get('content-length'), '300');
    assert.equal(part.body, large.toString('latin1', size - 300, size));
    assert.equal((await range('bytes=-10')).body, large.toString('latin1', size - 10, size));
    const beyond = await range(`bytes=${size}-`);
    assert.deepEqual([beyond.status, beyond.fields.get('content-range')], [416, `bytes */${size}`]);
    assert.equal((await range('bytes=0-1,5-6')).status, 200, 'several ranges: the whole');
    assert.equal((await range('bytes=0-1', { 'If-Range': '"other"' })).status, 200);
    assert.equal((await range('bytes=0-1', { 'If-Range': part.fields.get('etag') })).status, 206);
    assert.equal((await ask(port, name, path)).body.length, size);
  }
});

test('a changed, replaced or removed file is seen within about a second', async (t) => {
  const { port, put } = await world(t);
  const path = await put('h1', 'a.txt', 'first');
  const body = async () => (await ask(port, name, '/a.txt')).body;
  assert.equal(await body(), 'first');
  await writeFile(`${path}.new`, 'second');
  await rename(`${path}.new`, path);
  await delay(1100);
  assert.equal(await body(), 'second');
  await rm(path);
  await delay(1100);
  assert.equal((await ask(port, name, '/a.txt')).status, 404);
});

test('an index is found in the order of the settings, and a folder gets its slash', async (t) => {
  const { port, put } = await world(t, { index: ['default.htm', 'index.html'] });
  await put('h1', 'both/index.html', 'second choice');
  await put('h1', 'both/default.htm', 'first choice');
  await put('h1', 'sp ace/index.html', 'space');
  await put('h1', 'empty/note.txt', '');
  assert.equal((await ask(port, name, '/both/')).body, 'first choice');
  const moved = await ask(port, name, '/both?a=b');
  assert.deepEqual([moved.status, moved.fields.get('location')], [301, '/both/?a=b']);
  assert.equal((await ask(port, name, '/sp%20ace')).fields.get('location'), '/sp%20ace/');
  assert.equal((await ask(port, name, '//both')).fields.get('location'), '/both/');
  assert.equal((await ask(port, name, '/empty/')).status, 403);
  assert.equal((await ask(port, name, '/both/index.html/')).status, 404);
});

test('a folder is listed where the customer wants it, without what is hidden', async (t) => {
  const { port, put, folder } = await world(t, { listFolders: true, index: [] });
  await put('h1', 'd/a <b>.txt', 'x');
  await put('h1', 'd/.secret', 'x');
  await put('h1', 'd/sub/x', 'x');
  await symlink('/etc', join(folder, 'hosts/h1/web/d/etc'));
  const { status, body } = await ask(port, name, '/d/');
  assert.equal(status, 200);
  assert.ok(
    body.includes('a &lt;b&gt;.txt') && body.includes('./a%20%3Cb%3E.txt') && body.includes('./sub/'),
    body,
  );
  assert.ok(!body.includes('secret') && !body.includes('etc'));
});

test('the customer’s own error page is shown with the status, ours where it is missing', async (t) => {
  const { port, put } = await world(t, {
    errorPages: { '404': 'errors/404.html', '403': 'gone.html' },
    index: [],
  });
  await put('h1', 'errors/404.html', 'my own 404');
  const missing = await ask(port, name, '/nothing');
  assert.deepEqual([missing.status, missing.body], [404, 'my own 404']);
  const denied = await ask(port, name, '/errors/');
  assert.equal(denied.status, 403);
  assert.match(Buffer.from(denied.body, 'latin1').toString(), /禁止访问.*Access denied/s);
});

test('links, hidden files, pipes and scripts without PHP are not there', async (t) => {
  const { port, put, folder } = await world(t);
  const web = join(folder, 'hosts/h1/web');
  await put('h1', 'real/a.txt', 'real');
  await put('h1', '.git/config', 'secret');
  await put('h1', 'real/.htpasswd', 'secret');
  await put('h1', '.well-known/acme-challenge/token', 'token');
  await put('h1', '.well-known/.hidden', 'secret');
  await writeFile(join(folder, 'outside.txt'), 'secret');
  await symlink(join(folder, 'outside.txt'), join(web, 'file.txt'));
  await symlink(join(folder), join(web, 'folder'));
  await symlink('real', join(web, 'same'));
  await link(join(folder, 'outside.txt'), join(web, 'hard.txt'));
  for (const script of ['a.php', 'a.PHP', 'a.phtml', 'a.php5', 'a.phar', 'real/b.inc']) {
    await put('h1', script, '<?php secret');
    assert.equal((await ask(port, name, `/${script}`)).status, 404, script);
  }
  const refused = [
    '/file.txt',
    '/folder/outside.txt',
    '/same/a.txt',
    '/hard.txt',
    '/.git/config',
    '/real/.htpasswd',
  ];
  for (const path of [...refused, '/.well-known/.hidden', '/a.php/x', '/real/a.txt/x']) {
    const answer = await ask(port, name, path);
    assert.equal(answer.status, 404, path);
    assert.ok(!answer.body.includes('secret'), path);
  }
  assert.equal((await ask(port, name, '/real/a.txt')).body, 'real');
  assert.equal((await ask(port, name, '/.well-known/acme-challenge/token')).body, 'token');
});

test('a folder that becomes a link is followed for no longer than a second', async (t) => {
  const { port, put, folder } = await world(t);
  await put('h1', 'd/a.txt', 'own');
  await put('h1', 'd/never-asked.txt', 'own');
  assert.equal((await ask(port, name, '/d/a.txt')).body, 'own');
  await mkdir(join(folder, 'elsewhere'));
  await writeFile(join(folder, 'elsewhere/never-asked.txt'), 'secret');
  await rename(join(folder, 'hosts/h1/web/d'), join(folder, 'hosts/h1/web/was'));
  await symlink(join(folder, 'elsewhere'), join(folder, 'hosts/h1/web/d'));
  const { status, body } = await ask(port, name, '/d/never-asked.txt');
  assert.deepEqual([status, body.includes('secret')], [404, false], 'not even while the folder is believed');
  await delay(1100);
  assert.equal((await ask(port, name, '/d/a.txt')).status, 404);
});

test('a malformed or hostile request is answered 400 and harms nobody', async (t) => {
  const { port } = await world(t);
  const bad: [string, number][] = [
    ['GET / HTTP/1.1\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: h1.test\r\nHost: h1.test\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: h1.test\r\nhost: h2.test\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: a..b\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: ../h1\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost:\r\n\r\n', 400],
    ['GET / HTTP/1.0\r\n\r\n', 400],
    ['GET /../../etc/passwd HTTP/1.1\r\nHost: h1.test\r\n\r\n', 400],
    ['GET /%2e%2e/ HTTP/1.1\r\nHost: h1.test\r\n\r\n', 400],
    ['GET /a%2fb HTTP/1.1\r\nHost: h1.test\r\n\r\n', 400],
    ['GET /a%00.txt HTTP/1.1\r\nHost: h1.test\r\n\r\n', 400],
    ['GET /a\\b HTTP/1.1\r\nHost: h1.test\r\n\r\n', 400],
    [
      'POST / HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['POST / HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc', 400],
    ['GET / HTTP/1.1\r\nHost: h1.test\r\nX: a\0b\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost : h1.test\r\n\r\n', 400],
    ['\x16\x03\x01\x02\0\x01', 400],
    [`GET / HTTP/1.1\r\nHost: h1.test\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['GET http://unknown.test/ HTTP/1.1\r\nHost: h1.test\r\n\r\n', 404],
    ['GET http://h1.test/ HTTP/1.1\r\nHost: unknown.test\r\n\r\n', 200],
    ['GET / HTTP/1.1\r\nHost: H1.TEST.:80\r\n\r\n', 200],
    ['GET / HTTP/1.1\r\nHost: h1.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 200],
    ['OPTIONS / HTTP/1.1\r\nHost: h1.test\r\n\r\n', 405],
    ['DELETE / HTTP/1.1\r\nHost: h1.test\r\n\r\n', 405],
    ['TRACE / HTTP/1.1\r\nHost: h1.test\r\n\r\n', 405],
    ['POST / HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 3\r\n\r\nabc', 405],
    ['GET / HTTP/1.1\r\nHost: h1.test\r\nExpect: 200-ok\r\n\r\n', 417],
    ['POST / HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 99999999999\r\n\r\n', 413],
  ];
  for (const [request, status] of bad) {
    assert.equal(parse(await raw(port, request, 100)).status, status, JSON.stringify(request.slice(0, 80)));
  }
  assert.equal((await ask(port, name)).status, 200);
});

test('pipelined requests are answered in their order, each with its own line', async (t) => {
  const { port, put, lines } = await world(t);
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  for (const number of numbers) await put('h1', `${number}.txt`, `<${number}>`);
  const requests = numbers.map((number) => `GET /${number}.txt HTTP/1.1\r\nHost: h1.test\r\n\r\n`).join('');
  const text = await raw(port, requests);
  assert.deepEqual(
    [...text.matchAll(/<(\d+)>/g)].map((found) => Number(found[1])),
    numbers,
  );
  const logged = await lines();
  assert.deepEqual(logged.map((line) => line[14]).sort(), numbers.map((number) => `/${number}.txt`).sort());
  const sum = (field: number) => logged.reduce((all, line) => all + Number(line[field]), 0);
  assert.deepEqual([sum(7), sum(8)], [requests.length, text.length], 'bytes in and out');
});

test('a line tells bytes, times, client and the probe’s mark, and cannot be forged', async (t) => {
  const { port, put, lines } = await world(t);
  await put('h1', 'a.txt', 'hello');
  const mark = probeMark(Buffer.alloc(32, 7), name, Date.now(), '0123456789abcdef');
  const fields = { 'X-Hostpledge-Probe': mark, 'User-Agent': 'a\tb"c', Referer: 'http://x/\xe9' };
  await ask(port, name, '/a.txt?x=1', { fields });
  const [line] = await lines();
  assert.equal(line?.length, 17);
  assert.deepEqual([line?.[0], line?.[6], line?.[9], line?.[10]], [name, '200', '127.0.0.1', mark]);
  assert.deepEqual(line?.slice(11, 15), ['text/plain; charset=utf-8', 'http', 'GET', '/a.txt?x=1']);
  assert.equal(line?.[16], 'a\\x09b\\x22c');
  assert.deepEqual([line?.[4], line?.[5]], ['-', '-']);
});

test('the time that a client takes to upload is not the server’s', async (t) => {
  const { port, lines } = await world(t);
  const socket = connectPlain(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: h1.test\r\nConnection: close\r\nContent-Length: 2\r\n\r\na');
  await delay(700);
  socket.write('b');
  await once(socket.resume(), 'close');
  const [line] = await lines();
  assert.equal(line?.[6], '405');
  assert.ok(Number(line?.[3]) >= 0.65, 'head from the first byte');
  assert.ok(Number(line?.[4]) < 0.3, `upstreamHead ${line?.[4]}`);
});

test('a client that leaves before there is an answer is 499 without a head', async (t) => {
  const { port, lines } = await world(t);
  const socket = connectPlain(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 5\r\n\r\na');
  await delay(100);
  socket.destroy();
  await delay(100);
  const [line] = await lines();
  assert.deepEqual([line?.[3], line?.[6]], ['-', '499']);
});

test('slow heads and silent uploads are ended, and too many connections refused', async (t) => {
  const { port, lines } = await world(t, {}, { webLimits: { headMs: 300, idleMs: 2000, perAddress: 3 } });
  const start = performance.now();
  const slow = await raw(port, 'GET / HTTP/1.1\r\nHost: h1', 30_000);
  assert.match(slow, /^HTTP\/1\.1 408 /);
  const upload = await raw(port, 'POST / HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 5\r\n\r\na', 30_000);
  assert.equal(upload, '');
  assert.ok(performance.now() - start < 25_000);
  const open = [1, 2, 3].map(() => connectPlain(port, '127.0.0.1'));
  await Promise.all(open.map((socket) => once(socket, 'connect')));
  assert.equal(await raw(port, 'GET / HTTP/1.1\r\nHost: h1.test\r\n\r\n'), '');
  for (const socket of open) socket.destroy();
  await delay(50);
  assert.equal((await ask(port, name)).status, 200);
  assert.deepEqual(
    (await lines()).map((line) => line[6]),
    ['408', '499', '200'],
  );
});

test('an upload is invited only where somebody wants it', async (t) => {
  const { port } = await world(t);
  const text = await raw(
    port,
    'POST / HTTP/1.1\r\nHost: h1.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
  );
  assert.match(text, /^HTTP\/1\.1 405 /);
  assert.match(text, /connection: close/i);
});

test('a file that shrinks while it is sent ends the connection', async (t) => {
  const { port, put } = await world(t);
  const size = 60_000_000;
  const path = await put('h1', 'shrinks.bin', '');
  await truncate(path, size);
  const socket = connectPlain(port, '127.0.0.1');
  let got = 0;
  socket.on('error', () => undefined);
  socket.write('GET /shrinks.bin HTTP/1.1\r\nHost: h1.test\r\n\r\n');
  await once(socket, 'readable');
  await truncate(path, 1000);
  socket.on('data', (bytes: Buffer) => {
    got += bytes.length;
  });
  await once(socket, 'close');
  assert.ok(got < size, String(got));
});

test('each name gets its own certificate, and any other the plane’s, kept over a restart', async (t) => {
  const made = await generate([{ name: 'commonName', value: 'h1.test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  const other = await generate([{ name: 'commonName', value: 'x' }], { keyType: 'ec', algorithm: 'sha256' });
  const certificate = { cert: made.cert, key: made.private };
  const specs = [hostSpec('h1', { certificate }), hostSpec('h2')];
  const first = await startPlane(t, specs, { httpsPort: 0 });
  const mismatched = hostSpec('h1', { revision: 2, certificate: { ...certificate, key: other.private } });
  assert.equal((await first.plane.apply(mismatched)).kind, 'quarantined');
  assert.deepEqual(await secureAsk(first.plane.health().web.https?.port ?? 0, 'h1.test'), ['h1.test', 200]);
  assert.deepEqual(await secureAsk(first.plane.health().web.https?.port ?? 0, 'h2.test'), [
    'hostpledge',
    200,
  ]);
  const pem = await readFile(join(first.folder, 'tls.pem'), 'utf8');
  const [line] = await first.lines();
  assert.equal(line?.[12], 'https');
  assert.ok(Number(line?.[8]) > 100 && Number(line?.[7]) > 20, 'bytes without the TLS around them');
  await first.plane.close();
  const again = await startPlane(t, [], { folder: first.folder, httpsPort: 0 });
  assert.deepEqual(await secureAsk(again.plane.health().web.https?.port ?? 0, 'h1.test'), ['h1.test', 200]);
  assert.equal(await readFile(join(first.folder, 'tls.pem'), 'utf8'), pem);
});

async function secureAsk(port: number, servername: string): Promise<[string, number]> {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const subject = String(socket.getPeerCertificate().subject.CN);
  socket.write(`GET / HTTP/1.1\r\nHost: ${servername}\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const bytes of socket) text += String(bytes);
  return [subject, parse(text).status];
}

test('curl resumes a download where it stopped', async (t) => {
  if (!needs(t, 'curl')) return;
  const { port, put, folder } = await world(t);
  const content = Buffer.alloc(500_000, 'abc');
  await put('h1', 'big.bin', content);
  const target = join(folder, 'got.bin');
  await writeFile(target, content.subarray(0, 123_456));
  const to = ['--resolve', `h1.test:${port}:127.0.0.1`, `http://h1.test:${port}/big.bin`];
  const child = spawn('curl', ['-sS', '-C', '-', '-o', target, ...to], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.ok((await readFile(target)).equals(content));
});

test('settings that change take the remembered files with them', async (t) => {
  const { port, put, plane } = await startPlane(t, [h1]);
  await put('h1', 'index.html', 'old');
  await put('h1', 'new.html', 'new');
  assert.equal((await ask(port, name)).body, 'old');
  const settings = { ...defaultSettings, index: ['new.html'] };
  await plane.apply(hostSpec('h1', { revision: 2, settings }));
  assert.equal((await ask(port, name)).body, 'new');
});

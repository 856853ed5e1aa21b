import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { isBearer } from './control.ts';
import { createLink, type LinkOptions } from './link.ts';

const token = 't'.repeat(40);

interface Seen {
  method: string;
  url: string;
  encoding: string | undefined;
  bearer: boolean;
  body: string;
  port: number | undefined;
}

/** Notes what was asked, and answers. */
function echo(seen: Seen[] = []): RequestListener {
  return async (request, response) => {
    seen.push(await read(request));
    response.setHeader('content-type', 'application/json').end('{"ok":true}');
  };
}

async function read(request: IncomingMessage): Promise<Seen> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const bytes = Buffer.concat(parts);
  const encoding = request.headers['content-encoding'];
  return {
    method: request.method!,
    url: request.url!,
    encoding,
    bearer: isBearer(request.headers.authorization, token),
    body: (encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString(),
    port: request.socket.remotePort,
  };
}

async function serve(t: TestContext, listener: RequestListener, options?: LinkOptions) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`;
  const link = createLink({ url, token }, options);
  t.after(() => {
    link.close();
    server.closeAllConnections();
    server.close();
  });
  return { link, server };
}

test('over an address it carries the token, keeps the connection and the path before it', async (t) => {
  const seen: Seen[] = [];
  const { link } = await serve(t, echo(seen));
  assert.deepEqual(await link.get('/a?b=1'), { status: 200, body: { ok: true } });
  await link.post('/c', { d: 1 });
  assert.deepEqual(
    seen.map((one) => [one.method, one.url, one.bearer, one.encoding, one.body]),
    [
      ['GET', '/base/a?b=1', true, undefined, ''],
      ['POST', '/base/c', true, undefined, '{"d":1}'],
    ],
  );
  assert.equal(seen[0]!.port, seen[1]!.port);
});

test('over a socket it needs no token', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-link-'));
  const socketPath = join(folder, 's');
  const seen: Seen[] = [];
  const server = createServer(echo(seen)).listen(socketPath);
  await once(server, 'listening');
  const link = createLink({ socketPath });
  t.after(async () => {
    link.close();
    server.close();
    await rm(folder, { recursive: true });
  });
  assert.deepEqual(await link.post('/x', []), { status: 200, body: { ok: true } });
  assert.equal(seen[0]!.bearer, false);
});

test('over TLS it accepts the certificate it was given and refuses any other', async (t) => {
  const names = { name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] };
  const made = await generate([{ name: 'commonName', value: 'centre' }], { extensions: [names] });
  const server = createTlsServer({ cert: made.cert, key: made.private }, echo()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const known = createLink({ url, token, authorities: [made.cert] });
  const unknown = createLink({ url, token });
  t.after(() => {
    known.close();
    unknown.close();
    server.closeAllConnections();
    server.close();
  });
  assert.equal((await known.get('/')).status, 200);
  await assert.rejects(unknown.get('/'), /self-signed certificate/);
});

test('a long body is sent gzipped and a gzipped answer is unpacked', async (t) => {
  const seen: Seen[] = [];
  const { link } = await serve(t, async (request, response) => {
    seen.push(await read(request));
    response.writeHead(201, { 'content-encoding': 'gzip' }).end(gzipSync('{"long":"answer"}'));
  });
  const body = { text: '汉'.repeat(2000) };
  assert.deepEqual(await link.post('/', body), { status: 201, body: { long: 'answer' } });
  assert.deepEqual([seen[0]!.encoding, JSON.parse(seen[0]!.body)], ['gzip', body]);
});

test('a refusal’s status and body are returned, an empty answer is null', async (t) => {
  const { link } = await serve(t, (request, response) => {
    if (request.url === '/base/empty') response.writeHead(204).end();
    else response.writeHead(422).end('{"refused":true}');
  });
  assert.deepEqual(await link.get('/x'), { status: 422, body: { refused: true } });
  assert.deepEqual(await link.get('/empty'), { status: 204, body: null });
});

for (const [what, listener, expected] of [
  ['no answer in time', () => {}, /no answer within 200 ms/],
  ['an answer that is not JSON', (_, response) => response.end('<html>'), /not valid JSON/],
  [
    'an answer that breaks off',
    (_, response) => response.writeHead(200, { 'content-length': 9 }).write('{', () => response.destroy()),
    /aborted/,
  ],
  ['an answer without end', (_, response) => response.end('x'.repeat(5000)), /longer than 1000 bytes/],
  [
    'a packed answer without end',
    (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('1'.repeat(5000))),
    /larger than 1000/,
  ],
] as readonly [string, RequestListener, RegExp][]) {
  test(`${what} is thrown with its cause`, async (t) => {
    const { link } = await serve(t, listener, { timeoutMs: 200, answerBytes: 1000 });
    await assert.rejects(link.get('/x'), (error: Error) => {
      assert.match(error.message, /^GET \/x at 127\.0\.0\.1:\d+: /);
      assert.match(error.message, expected);
      return error.cause instanceof Error;
    });
  });
}

test('nobody there is thrown, with the address', async () => {
  const link = createLink({ url: 'http://127.0.0.1:1', token });
  await assert.rejects(link.post('/x', 1), /POST \/x at 127\.0\.0\.1:1: .*ECONNREFUSED/);
  link.close();
});

test('a connection that the other side closed in between fails no reading', async (t) => {
  const { link, server } = await serve(t, echo());
  server.on('connection', (socket) => socket.setNoDelay(true));
  for (let i = 0; i < 20; i += 1) {
    assert.equal((await link.get('/')).status, 200);
    server.closeAllConnections();
  }
});

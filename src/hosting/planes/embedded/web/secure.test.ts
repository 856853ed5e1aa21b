import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { hostSpec, raw, startPlane } from '../../../../../test/embedded.ts';

async function world(t: TestContext, more = {}) {
  const specs = [hostSpec('h1', { domains: ['h1.test', 'www.h1.test'] }), hostSpec('h2')];
  const { plane, put, lines, errors } = await startPlane(t, specs, { httpsPort: 0, ...more });
  await put('h1', 'a.txt', 'of the first');
  await put('h2', 'a.txt', 'of the second');
  return { port: plane.health().web.https!.port, lines, errors };
}

async function shake(t: TestContext, port: number, more: object): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...more });
  t.after(() => socket.destroy());
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

async function told(socket: TLSSocket, request: string): Promise<string> {
  socket.write(request);
  let text = '';
  for await (const piece of socket) text += String(piece);
  return text;
}

/** Handshake's name, request's target, Host field, status. */
const names: readonly (readonly [sni: string, target: string, host: string, status: number])[] = [
  ['h1.test', '/a.txt', 'h1.test', 200],
  ['h1.test', '/a.txt', 'www.h1.test:443', 200],
  ['H1.TEST', '/a.txt', 'H1.test.', 200],
  ['h1.test', '/a.txt', 'h2.test', 421],
  ['h1.test', '/a.txt', 'H2.test:443', 421],
  ['h1.test', 'https://h2.test/a.txt', 'h1.test', 421],
  ['h1.test', 'https://h1.test/a.txt', 'h2.test', 200],
  ['h1.test', '/a.txt', 'nobody.test', 421],
  ['nobody.test', '/a.txt', 'h2.test', 200],
  ['', '/a.txt', 'h2.test', 200],
];

test('a connection that was made for one host serves no other', async (t) => {
  const { port, lines, errors } = await world(t);
  for (const [servername, target, host, status] of names) {
    const socket = await shake(t, port, { servername });
    const text = await told(socket, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `), `${servername} ${target} ${host}`);
    if (status === 421) assert(!text.includes('of the second'));
  }
  assert.equal((await lines()).length, names.length);
  assert.deepEqual(errors, []);
});

test('another protocol on the TLS port, and versions before 1.2, get nothing, and the next is served', async (t) => {
  const { port, errors } = await world(t);
  for (const bytes of ['GET /a.txt HTTP/1.1\r\nHost: h1.test\r\n\r\n', '\0'.repeat(5000), 'SSH-2.0-x\r\n']) {
    assert.doesNotMatch(await raw(port, bytes, 2000), /HTTP/);
  }
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await assert.rejects(shake(t, port, old));
  const socket = await shake(t, port, { servername: 'h1.test', maxVersion: 'TLSv1.2' });
  const text = await told(socket, 'GET /a.txt HTTP/1.1\r\nHost: h1.test\r\nConnection: close\r\n\r\n');
  assert.match(text, /of the first$/);
  assert.deepEqual(errors, []);
});

test('a second handshake on a connection is refused', async (t) => {
  const { port } = await world(t, { webLimits: { headMs: 500 } });
  const socket = await shake(t, port, { servername: 'h1.test', maxVersion: 'TLSv1.2' });
  const outcome = await new Promise<string>((done) => {
    socket.once('close', () => done('closed'));
    socket.renegotiate({ rejectUnauthorized: false }, (error) => done(error === null ? 'done' : 'refused'));
  });
  assert.notEqual(outcome, 'done');
});

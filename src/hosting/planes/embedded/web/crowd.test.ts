import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { ask, hostSpec, raw, startPlane } from '../../../../../test/embedded.ts';
import { webLimits } from './world.ts';

const total = 20;
const limits = { webLimits: { ...webLimits, total, perAddress: 12 } };

/** Connections from `127.0.3.x`, each of which sends this and no more. */
async function crowd(t: TestContext, port: number, count: number, words: string): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let n = 0; n < count; n += 1) {
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.3.${1 + (n % 5)}` });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(words);
    sockets.push(socket);
  }
  await delay(400);
  return sockets;
}

test('who keeps us waiting longest gives its place to who comes, whatever it sends slowly', async (t) => {
  const { port, put } = await startPlane(t, [hostSpec('h1')], limits);
  await put('h1', 'a.txt', 'served');
  const slow = [
    '',
    'GET / HTTP/1.1\r\nHost: h1',
    'POST / HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 9\r\n\r\na',
    'GET /a.txt HTTP/1.1\r\nHost: h1.test\r\n\r\n',
  ];
  for (const words of slow) {
    const sockets = await crowd(t, port, total, words);
    for (let n = 0; n < 3; n += 1) assert.equal((await ask(port, 'h1.test', '/a.txt')).body, 'served', words);
    assert(sockets.some((socket) => !socket.destroyed && socket.readyState === 'open') || words === slow[3]);
    for (const socket of sockets) socket.destroy();
    await delay(100);
  }
});

test('handshakes that never end give their places too', async (t) => {
  const { plane, put } = await startPlane(t, [hostSpec('h1')], { ...limits, httpsPort: 0 });
  await put('h1', 'a.txt', 'served');
  const { port } = plane.health().web.https!;
  await crowd(t, port, total, '\x16\x03\x01');
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'h1.test', rejectUnauthorized: false });
  t.after(() => socket.destroy());
  await once(socket, 'secureConnect');
  socket.write('GET /a.txt HTTP/1.1\r\nHost: h1.test\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const piece of socket) text += String(piece);
  assert.match(text, /served$/);
});

test('who is being served keeps the place: then it is the newcomer that is refused', async (t) => {
  const { plane, port, put } = await startPlane(t, [hostSpec('h1')], limits);
  await put('h1', 'a.txt', 'served');
  plane.drill('slow', true);
  const sockets = await crowd(
    t,
    port,
    total,
    'GET /a.txt HTTP/1.1\r\nHost: h1.test\r\nConnection: close\r\n\r\n',
  );
  const answers = sockets.map(async (socket) => {
    let text = '';
    for await (const piece of socket) text += String(piece);
    return text;
  });
  assert.equal(await raw(port, 'GET /a.txt HTTP/1.1\r\nHost: h1.test\r\n\r\n'), '');
  for (const answer of answers) assert.match(await answer, /served$/);
});

import assert from 'node:assert/strict';
import { rename, symlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, hostSpec, raw, startPlane } from '../../../../../test/embedded.ts';
import { needs } from '../../../../../test/needs.ts';
import { defaultSettings } from '../../../spec.ts';

const host = 'Host: h1.test\r\n';
/** A second request behind the first: answered only where the first one's end is beyond doubt. */
const smuggled = `GET /secret.txt HTTP/1.1\r\n${host}\r\n`;

/** What is sent before the smuggled request, and the status of the one answer that there is. */
const refused: readonly (readonly [about: string, bytes: string, status: number])[] = [
  [
    'a length and chunks',
    `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'chunks and a length',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['two lengths that agree', `POST / HTTP/1.1\r\n${host}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`, 400],
  ['a list of lengths', `POST / HTTP/1.1\r\n${host}Content-Length: 0, 0\r\n\r\n`, 400],
  ['a length with a sign', `POST / HTTP/1.1\r\n${host}Content-Length: +0\r\n\r\n`, 400],
  ['a length in hexadecimal', `POST / HTTP/1.1\r\n${host}Content-Length: 0x0\r\n\r\n`, 400],
  ['an empty length', `POST / HTTP/1.1\r\n${host}Content-Length:\r\n\r\n`, 400],
  ['two codings', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 400],
  [
    'chunked twice',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'a coding that is nearly chunked',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['an unknown coding', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: identity\r\n\r\n`, 501],
  ['chunks in HTTP/1.0', `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a space before the colon', `POST / HTTP/1.1\r\n${host}Content-Length : 0\r\n\r\n`, 400],
  ['a folded line', `GET / HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`, 400],
  ['a first line that is folded', `GET / HTTP/1.1\r\n ${host}\r\n`, 400],
  ['lines that end with LF alone', `GET / HTTP/1.1\nHost: h1.test\n\n`, 400],
  ['a CR within a field', `GET / HTTP/1.1\r\n${host}X: a\rb\r\n\r\n`, 400],
  ['NUL in a field', `GET / HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`, 400],
  ['a version to come', `GET / HTTP/2.0\r\n${host}\r\n`, 505],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ['a version of two digits', `GET / HTTP/1.10\r\n${host}\r\n`, 400],
  ['no version', `GET /\r\n${host}\r\n`, 400],
  ['two spaces', `GET  / HTTP/1.1\r\n${host}\r\n`, 400],
  ['a method without end', `${'G'.repeat(33)} / HTTP/1.1\r\n${host}\r\n`, 501],
  ['a target of 9 kB', `GET /${'a'.repeat(9000)} HTTP/1.1\r\n${host}\r\n`, 414],
  ['101 fields', `GET / HTTP/1.1\r\n${host}${'X: y\r\n'.repeat(100)}\r\n`, 431],
  ['a head of a megabyte', `GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(1_048_576)}\r\n\r\n`, 431],
  ['a head of a megabyte in one line', 'a'.repeat(1_048_576), 431],
  [
    'a chunk that is longer than it says',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n`,
    400,
  ],
  [
    'a chunk’s size beyond measure',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
    400,
  ],
  [
    'a chunk’s size with LF alone',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\n\r\n`,
    400,
  ],
  [
    'an extension without end',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0;${'a'.repeat(9000)}\r\n\r\n`,
    400,
  ],
];

async function world(t: TestContext) {
  const { port, put, lines, errors } = await startPlane(t, [hostSpec('h1'), hostSpec('h2')]);
  await put('h1', 'secret.txt', 'the smuggled answer\n');
  await put('h2', 'own.txt', 'of the second host\n');
  return { port, lines, errors };
}

/** The statuses of all answers on a connection, those of a body's text not among them. */
function statuses(text: string): number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((found) => Number(found[1]));
}

test('what two programs could read in two ways is refused, and nothing behind it is a request', async (t) => {
  const { port, lines, errors } = await world(t);
  for (const [about, bytes, status] of refused) {
    const text = await raw(port, bytes + smuggled, 2000);
    // A POST to a file is refused for its method before its body is looked at: the connection ends either way.
    const answers = statuses(text);
    assert.equal(answers.length, 1, `${about}: ${answers}`);
    assert([status, 405].includes(answers[0]!) && (answers[0] !== 405 || bytes.startsWith('POST')), about);
    assert(!text.includes('smuggled'), about);
  }
  assert.equal((await lines()).length, refused.length, 'one line each');
  assert.deepEqual(errors, []);
});

test('where a body ends is beyond doubt: what follows it is answered, or the connection ended', async (t) => {
  const { port } = await world(t);
  const bodies = [
    `POST /secret.txt HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\n12345`,
    `POST /secret.txt HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n`,
    `POST /secret.txt HTTP/1.1\r\n${host}Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
  ];
  for (const bytes of bodies) {
    const answers = statuses(await raw(port, bytes + smuggled.replace('GET', 'HEAD'), 1000));
    assert.equal(answers[0], 405);
    assert(answers.length === 1 || (answers.length === 2 && answers[1] === 200), String(answers));
  }
});

test('a name in the target counts alone, and a connection serves each request by its own name', async (t) => {
  const { port } = await world(t);
  const text = await raw(
    port,
    `GET /own.txt HTTP/1.1\r\nHost: h2.test\r\n\r\nGET http://h1.test/own.txt HTTP/1.1\r\nHost: h2.test\r\n\r\n` +
      `GET http://h2.test/own.txt HTTP/1.1\r\nHost: h1.test\r\nConnection: close\r\n\r\n`,
  );
  assert.deepEqual(statuses(text), [200, 404, 200]);
  assert.equal(text.match(/of the second host/g)?.length, 2);
});

/** How much of `bytes`, sent again and again, is taken from a client that never reads, until nothing more is. */
async function takenUnread(t: TestContext, port: number, bytes: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  socket.pause();
  const atMost = 200 * 1_048_576;
  const taken = () => socket.bytesWritten - socket.writableLength;
  for (let last = -1; taken() !== last && taken() < atMost; ) {
    last = taken();
    while (!socket.destroyed && socket.writableLength < 4 * bytes.length) socket.write(bytes);
    for (let turn = 0; turn < 20 && taken() === last; turn += 1) await delay(50);
  }
  return taken();
}

test('of a client that sends on and never reads no more is taken than sockets hold', async (t) => {
  const { port } = await world(t);
  const many = `GET /secret.txt HTTP/1.1\r\n${host}\r\n`.repeat(10_000);
  const taken = (await takenUnread(t, port, many)) / 1_048_576;
  // Linux lets a socket grow to some megabytes at either end.
  assert(taken > 0.1 && taken < 32, `${taken.toFixed(1)} MB`);
});

test('a folder that becomes a link within the second that it is believed shows nobody else’s names', async (t) => {
  const settings = { ...defaultSettings, listFolders: true };
  const { port, put, folder } = await startPlane(t, [hostSpec('h1', { settings }), hostSpec('h2')]);
  await put('h1', 'a/b/own.txt', '');
  await put('h2', 'b/secret.txt', '');
  assert.match((await ask(port, 'h1.test', '/a/b/')).body, /own\.txt/);
  const way = join(folder, 'hosts/h1/web/a');
  await rename(way, `${way}.before`);
  await symlink(join(folder, 'hosts/h2/web'), way);
  for (let turn = 0; turn < 5; turn += 1) {
    const answer = await ask(port, 'h1.test', '/a/b/');
    assert.deepEqual([answer.status, answer.body.includes('secret')], [404, false]);
  }
});

test('an upload of a byte a chunk is kept in bytes, not in objects, and arrives whole', async (t) => {
  if (!needs(t, 'php-fpm8.2')) return;
  const { port, put } = await startPlane(t, [hostSpec('h1', { php: { version: '8.2' } })]);
  await put('h1', 'count.php', '<?php echo "<", strlen(file_get_contents("php://input")), ">";');
  const head = `POST /count.php HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`;
  const text = await raw(
    port,
    `${head.replace('\r\n', '\r\nConnection: close\r\n')}${'1\r\na\r\n'.repeat(300_000)}0\r\n\r\n`,
    5000,
  );
  assert.match(text, /<300000>/);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const open: Socket[] = [];
  for (let n = 0; n < 20; n += 1) {
    const socket = connect(port, '127.0.0.1');
    open.push(socket);
    t.after(() => socket.destroy());
    socket.on('error', () => undefined);
    await new Promise((done) => socket.write(head + '1\r\na\r\n'.repeat(60_000), done));
  }
  await delay(500);
  const grown = (process.memoryUsage().rss - before) / 1_048_576;
  for (const socket of open) socket.destroy();
  assert(grown < 100, `${grown.toFixed(0)} MB for 20 bodies of 60 kB`);
});

test('what HTTP/1.0 cannot expect is ignored, what HTTP/1.1 expects beyond 100-continue is refused', async (t) => {
  const { port } = await world(t);
  const asked = (minor: number, expect: string) =>
    raw(port, `GET /secret.txt HTTP/1.${minor}\r\n${host}Expect: ${expect}\r\n\r\n`);
  assert.deepEqual(statuses(await asked(0, '100-continue')), [200]);
  assert.deepEqual(statuses(await asked(1, '200-ok')), [417]);
});

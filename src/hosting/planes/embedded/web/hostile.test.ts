import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { hostSpec, raw, startPlane } from '../../../../../test/embedded.ts';

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

test('a client that sends on and never reads holds no more than a little memory', async (t) => {
  const { port } = await world(t);
  const before = process.memoryUsage().rss;
  const many = `GET /secret.txt HTTP/1.1\r\n${host}\r\n`.repeat(200_000);
  await raw(port, many, 400);
  const grown = (process.memoryUsage().rss - before) / 1_048_576;
  assert(grown < 150, `${grown.toFixed(0)} MB more`);
});

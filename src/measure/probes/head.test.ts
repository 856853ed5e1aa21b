import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Head, HeadReader, headLimit } from './head.ts';

function read(text: string, cuts: readonly number[] = []): ReturnType<HeadReader['take']> {
  const bytes = Buffer.from(text, 'utf8');
  const reader = new HeadReader();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let from = 0;
  // One buffer that is written over each time, as a socket's is.
  const shared = Buffer.alloc(bytes.length + 8, 0x0a);
  for (const end of ends) {
    const size = bytes.copy(shared, 0, from, end);
    from = end;
    const found = reader.take(shared, size);
    if (found !== null) return found;
  }
  return null;
}

const page = 'HTTP/1.1 200 OK\r\nServer: x\r\nLocation: /no\r\n\r\n<html>\r\n\r\n';
const moved = 'HTTP/1.0 301 Moved\r\nserver: x\r\nLOCATION:  https://a.test/ü \r\n\r\n';

test('a head says its status; a location only when it redirects', () => {
  assert.deepEqual(read(page), { status: 200, line: 'HTTP/1.1 200 OK', location: null });
  assert.deepEqual(read(moved), { status: 301, line: 'HTTP/1.0 301 Moved', location: 'https://a.test/ü' });
  assert.equal((read('HTTP/1.1 301 x\r\nLocation:\r\n\r\n') as Head).location, null);
  assert.equal((read('HTTP/1.1 301 x\r\nX-Location: /no\r\n\r\n') as Head).location, null);
});

test('a reason is not needed, and a bare line feed ends a line', () => {
  assert.equal((read('HTTP/1.1 204\r\n\r\n') as Head).status, 204);
  assert.equal((read('HTTP/1.1 204 \nA: b\n\n') as Head).status, 204);
});

test('interim answers are passed over, a switch of protocols is not', () => {
  assert.equal(
    (read(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n${page}`) as Head).status,
    200,
  );
  assert.equal(read('HTTP/1.1 100 Continue\r\n\r\n'), null);
  assert.equal((read('HTTP/1.1 101 Switching\r\n\r\n') as Head).status, 101);
});

test('how the bytes are cut changes nothing', () => {
  const texts = [
    page,
    moved,
    `HTTP/1.1 100 Continue\r\n\r\n${page}`,
    'HTTP/1.1 200 OK\nA: b\n\r\n',
    'HTTP/2 200\r\n\r\n',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(fc.nat(200), { maxLength: 200 }), (text, cuts) => {
      assert.deepEqual(read(text, cuts), read(text));
    }),
  );
});

test('what is not HTTP/1 is refused as soon as it shows', () => {
  for (const text of [
    'SSH-2.0-x\r\n',
    '\r\n',
    'HTTQ',
    'HTTP/2 200 OK\r\n\r\n',
    '<html>',
    'HTTP/1.x 200 OK\r\n\r\n',
  ]) {
    assert.equal(read(text), 'not-http', text);
  }
  for (const line of [
    'HTTP/1.1 2000 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 099 x',
    'HTTP/1.1 600 x',
    'HTTP/1.1 2x0',
  ]) {
    assert.equal(read(`${line}\r\n\r\n`), 'not-http', line);
  }
});

test('an incomplete head is no head, however near its end', () => {
  for (let cut = 0; cut < moved.length - 1; cut++) assert.equal(read(moved.slice(0, cut)), null);
});

test('a head may have 64 kB and not a byte more', () => {
  const head = (size: number) => `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(size - 24)}\r\n\r\n`;
  assert.equal((read(head(headLimit), [1_000, 40_000]) as Head).status, 200);
  assert.equal(read(head(headLimit + 1), [1_000]), 'head-too-large');
  assert.equal(read(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(20_000)}`, [9, 99]), 'head-too-large');
  assert.equal(read('HTTP/1.1 100 Continue\r\n\r\n'.repeat(3_000)), 'head-too-large');
});

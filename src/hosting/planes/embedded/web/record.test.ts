import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerReader } from './answer.ts';
import { frames, opening, RecordReader, recordType } from './record.ts';

test('what is framed is read back whole, however it is cut', () => {
  const long = Buffer.alloc(150_000, 'x');
  const bytes = Buffer.concat([
    ...frames(recordType.stdout, long),
    ...frames(recordType.end, Buffer.alloc(8)),
  ]);
  for (const step of [7, 8, 9, 65_543, 1_000_000]) {
    const reader = new RecordReader();
    let size = 0;
    const types = new Set<number>();
    for (let at = 0; at < bytes.length; at += step) {
      for (const { type, content } of reader.take(bytes.subarray(at, at + step))) {
        types.add(type);
        if (type === recordType.stdout) size += content.length;
      }
    }
    assert.equal(size, long.length, String(step));
    assert.deepEqual([...types], [recordType.stdout, recordType.end]);
  }
});

test('padding is skipped and another version is refused', () => {
  const padded = Buffer.from([1, 6, 0, 1, 0, 2, 3, 0, 65, 66, 0, 0, 0]);
  assert.deepEqual(new RecordReader().take(padded), [{ type: 6, content: Buffer.from('AB') }]);
  assert.throws(() => new RecordReader().take(Buffer.from([2, 6, 0, 1, 0, 0, 0, 0])), /not FastCGI/);
});

test('a request opens with its role and its parameters, long values with four-byte lengths', () => {
  const bytes = opening([
    ['A', 'b'],
    ['LONG', 'v'.repeat(128)],
  ]);
  const [begin, params, end] = new RecordReader().take(bytes);
  assert.deepEqual([...(begin?.content ?? [])], [0, 1, 0, 0, 0, 0, 0, 0]);
  const content = params?.content ?? Buffer.alloc(0);
  assert.equal(content.subarray(0, 4).toString('latin1'), '\x01\x01Ab');
  assert.deepEqual([...content.subarray(4, 9)], [4, 0x80, 0, 0, 128]);
  assert.equal(content.length, 4 + 5 + 4 + 128);
  assert.deepEqual(end, { type: recordType.params, content: Buffer.alloc(0) });
});

test('a script states status, fields and body', () => {
  const taken = new AnswerReader().take(
    Buffer.from('Status: 404 Gone away\r\nX-A: 1\r\nContent-type: text/x\r\n\r\nbody'),
  );
  assert.deepEqual(taken?.head, {
    status: 404,
    fields: ['X-A', '1', 'Content-type', 'text/x'],
    type: 'text/x',
    bytes: null,
  });
  assert.equal(taken?.rest.toString(), 'body');
});

test('a script cannot reach the framing of the connection', () => {
  const head =
    'Connection: close\nTransfer-Encoding: chunked\nContent-Length: 3\nSet-Cookie: a\nSet-Cookie: b\nbad name: x\nX: a\x00b\n\n';
  const taken = new AnswerReader().take(Buffer.from(head));
  assert.deepEqual(taken?.head, {
    status: 200,
    fields: ['Set-Cookie', 'a', 'Set-Cookie', 'b'],
    type: '',
    bytes: 3,
  });
});

test('a redirect without status is 302, and a status that is none is the script’s error', () => {
  const status = (text: string) => new AnswerReader().take(Buffer.from(`${text}\n\n`))?.head.status;
  assert.equal(status('Location: /x'), 302);
  assert.equal(status('Location: /x\nStatus: 301'), 301);
  for (const bad of ['Status: 99', 'Status: 100', 'Status: 700', 'Status: x', 'Status: 2000'])
    assert.equal(status(bad), 500, bad);
  assert.equal(new AnswerReader().take(Buffer.from('\nbody'))?.head.status, 200);
});

test('a head comes in pieces, and not without end', () => {
  const reader = new AnswerReader();
  assert.equal(reader.take(Buffer.from('X-A: 1\r')), null);
  assert.equal(reader.take(Buffer.from('\n\r')), null);
  assert.equal(reader.take(Buffer.from('\nrest'))?.rest.toString(), 'rest');
  assert.throws(() => new AnswerReader().take(Buffer.alloc(70_000, 'x')), /without a head/);
});

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { extendedPort, passiveAddress, type Reply, ReplyReader } from './reply.ts';

function read(text: string, cuts: readonly number[] = []): (Reply | string)[] {
  const reader = new ReplyReader();
  let from = 0;
  for (const end of [...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]) {
    reader.take(text.slice(from, end));
    from = end;
  }
  const replies: (Reply | string)[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) {
    replies.push(next);
    if (typeof next === 'string') break;
  }
  return replies;
}

const long = '220-Welcome\r\n230 not yet\r\n 220 neither\r\n220-\r\n220 now\r\n331 word?\r\n';

test('a reply of many lines ends with its own number and a space', () => {
  assert.deepEqual(read(long), [
    { code: 220, text: '220 now' },
    { code: 331, text: '331 word?' },
  ]);
  assert.deepEqual(read('200\n'), [{ code: 200, text: '200' }]);
});

test('how the stream is cut changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { maxLength: 60 }), (cuts) => {
      assert.deepEqual(read(long, cuts), read(long));
    }),
  );
});

test('what is no reply is a fault, at its first wrong byte', () => {
  for (const text of ['\r\n', 'SSH-2.0', '22\r\n', '620 x\r\n', '2200 x', '<html>', '220_x']) {
    assert.deepEqual(read(text), ['not-ftp'], text);
  }
});

test('a reply before the fault is still read', () => {
  assert.deepEqual(read('220 hello\r\nnonsense\r\n'), [{ code: 220, text: '220 hello' }, 'not-ftp']);
});

test('a reply without end is a fault', () => {
  assert.deepEqual(read(`220-a\r\n${'x\r\n'.repeat(70_000)}`), ['reply-too-large']);
  assert.deepEqual(read(`220 ${'x'.repeat(5_000)}`), ['reply-too-large']);
});

test('EPSV gives a port between any four equal marks', () => {
  assert.equal(extendedPort('229 Entering (|||6446|)'), 6446);
  assert.equal(extendedPort('229 Entering (!!!65535!)'), 65_535);
  for (const text of [
    '229 ok',
    '229 (|||0|)',
    '229 (|||65536|)',
    '229 (||6446|)',
    '229 (|1|127.0.0.1|6446|)',
  ]) {
    assert.equal(extendedPort(text), null, text);
  }
});

test('PASV gives an address and a port, with or without brackets', () => {
  assert.deepEqual(passiveAddress('227 Entering (127,0,0,1,25,46).'), { address: '127.0.0.1', port: 6446 });
  assert.deepEqual(passiveAddress('227 =127,0,0,1,25,46'), { address: '127.0.0.1', port: 6446 });
  for (const text of ['227 ok', '227 (127,0,0,1,25)', '227 (127,0,0,256,1,1)', '227 (127,0,0,1,0,0)']) {
    assert.equal(passiveAddress(text), null, text);
  }
});

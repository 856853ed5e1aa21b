import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSecret, hashSecret } from './secret.ts';

test('a secret accepts its own password and refuses every other', async () => {
  const stored = await hashSecret('pässword 一');
  assert.match(stored, /^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  assert.equal(await checkSecret(stored, 'pässword 一'), true);
  for (const wrong of ['', 'pässword', 'pässword 一 ', 'PÄSSWORD 一']) {
    assert.equal(await checkSecret(stored, wrong), false, wrong);
  }
});

test('two secrets of one password differ', async () => {
  assert.notEqual(await hashSecret('same'), await hashSecret('same'));
});

test('a secret with other parameters is still checked', async () => {
  // RFC 7914 §12, second vector: scrypt("password", "NaCl", N=1024, r=8, p=16) is out of our bounds for p …
  const vector = 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162';
  const hash = Buffer.from(vector, 'hex').toString('base64url');
  const salt = Buffer.from('NaCl').toString('base64url');
  assert.equal(await checkSecret(`scrypt$1024$8$16$${salt}$${hash}`, 'password'), false);
  // … the third is within them: N=16384, r=8, p=1, "pleaseletmein", "SodiumChloride", first 32 bytes.
  const third = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2';
  const known = Buffer.from(third, 'hex').toString('base64url');
  const sodium = Buffer.from('SodiumChloride').toString('base64url');
  assert.equal(await checkSecret(`scrypt$16384$8$1$${sodium}$${known}`, 'pleaseletmein'), true);
});

test('a malformed secret is nobody’s', async () => {
  const good = await hashSecret('x');
  const bad = [
    '',
    'x',
    'scrypt$16384$8$1$AA$',
    good.slice(0, -40),
    `${good}$`,
    good.replace('scrypt', 'bcrypt'),
    good.replace('16384', '16383'),
    good.replace('16384', '4194304'),
    good.replace('$8$', '$0$'),
    good.replace('$1$', '$99$'),
  ];
  for (const stored of bad) assert.equal(await checkSecret(stored, 'x'), false, stored);
});

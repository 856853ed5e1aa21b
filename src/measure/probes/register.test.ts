import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ftpCodes } from './ftp.ts';
import { probeKinds, probes } from './register.ts';
import { webCodes } from './web.ts';

test('the kinds of probes are those of the map', () => {
  assert.deepEqual(probeKinds, ['web', 'ftp']);
  for (const kind of probeKinds) assert.equal(typeof probes[kind], 'function');
});

test('codes are permanent words, each once', () => {
  for (const codes of [webCodes, ftpCodes] as readonly (readonly string[])[]) {
    assert.equal(new Set(codes).size, codes.length);
    for (const code of codes) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
  }
});

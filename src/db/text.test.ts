import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packText, unpackText } from './text.ts';

test('text comes back as it was packed, be it ASCII, beyond, or not JSON at all', () => {
  const some = [
    '',
    '1',
    ',',
    '1,',
    '[1,2,,3,]',
    '{"a":[1,22,null,3]}',
    '网站',
    '9,网',
    '\u0080\u0089',
    '(1,',
  ];
  for (const text of some) assert.equal(unpackText(packText(text)), text);
  const any = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.array(fc.nat(30)).map(String));
  fc.assert(fc.property(any, (text) => assert.equal(unpackText(packText(text)), text.toWellFormed())));
});

test('text that was stored before it was packed is read too', () => {
  assert.equal(unpackText(Buffer.from('{"zone":"亚洲"}')), '{"zone":"亚洲"}');
});

test('a month of minutes takes less than half a byte each when our own checks are all there is', () => {
  const values = Array.from({ length: 43_200 }, (_, i) => 1 + (((i * 2_654_435_761) >>> 13) % 3));
  const packed = packText(JSON.stringify({ values }));
  assert.ok(packed.length < 43_200 / 2, `${packed.length}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonical } from './canonical.ts';

test('the canonical text is that of RFC 8785', () => {
  // The RFC's own example of sorting (3.2.3), and keys that engines put before others.
  const keys = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '10': 5, '2': 6, '😀': 7, '\u0080': 8, ö: 9, '-': 10 };
  assert.equal(
    canonical(keys),
    '{"\\r":2,"-":10,"1":4,"10":5,"2":6,"\u0080":8,"ö":9,"€":1,"😀":7,"\ufb33":3}',
  );
  assert.equal(canonical([1e21, 1e-7, 0.1, -0, 333333333.3333333]), '[1e+21,1e-7,0.1,0,333333333.3333333]');
});

test('any JSON has the text that the canonicalize package gives it', () => {
  const whole = fc.jsonValue({ noUnicodeString: false, maxDepth: 5 });
  fc.assert(
    fc.property(whole, (value) => {
      assert.equal(canonical(value), canonicalize(value));
      assert.deepEqual(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTwoDecimalCurrency, parseMinor, printMinor } from './amount.ts';

test('money is read into minor units and printed back', () => {
  assert.equal(parseMinor('600.00'), 60_000n);
  assert.equal(parseMinor('0.01'), 1n);
  assert.equal(printMinor(1n), '0.01');
  assert.equal(printMinor(-5n), '-0.05');
  assert.equal(printMinor(0n), '0.00');
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (minor) => {
      assert.equal(parseMinor(printMinor(minor)), minor);
    }),
  );
});

test('money without exactly two decimals, with a sign, marks or blanks is refused', () => {
  for (const text of [
    '',
    '600',
    '600.',
    '600.0',
    '600.000',
    '.50',
    '-1.00',
    '+1.00',
    '1,000.00',
    '1e2.00',
    ' 1.00',
    '1.00\n',
    '１.００',
    '1.0０',
  ]) {
    assert.equal(parseMinor(text), null, JSON.stringify(text));
  }
});

test('only currencies of ISO 4217 with two decimals', () => {
  for (const code of ['CNY', 'USD', 'EUR', 'HKD']) assert(isTwoDecimalCurrency(code), code);
  for (const code of ['JPY', 'KRW', 'KWD', 'cny', 'CN', 'CNYY', '', 'ZZZ', '¥', '__proto__']) {
    assert(!isTwoDecimalCurrency(code), code);
  }
});

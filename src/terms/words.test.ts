import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDecimal } from '../money/fraction.ts';
import { decimalWords, durationWords, fillHoles, moneyWords, percentWords } from './words.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test('a duration is said in its two largest units, below a minute in seconds', () => {
  const rows: readonly (readonly [number, string, string])[] = [
    [0, '0 秒', '0 s'],
    [99, '0 秒', '0 s'],
    [1_500, '1.5 秒', '1.5 s'],
    [10_900, '10 秒', '10 s'],
    [59_999, '59 秒', '59 s'],
    [minute, '1 分', '1 min'],
    [minute + 59_999, '1 分', '1 min'],
    [4 * hour + 22 * minute, '4 小时 22 分', '4 h 22 min'],
    [hour, '1 小时', '1 h'],
    [day - 1, '23 小时 59 分', '23 h 59 min'],
    [day, '1 天', '1 d'],
    [31 * day + 2 * hour + 5 * minute, '31 天 2 小时', '31 d 2 h'],
    [-65 * minute, '−1 小时 5 分', '−1 h 5 min'],
  ];
  for (const [ms, zh, en] of rows) {
    assert.equal(durationWords(ms, 'zh'), zh);
    assert.equal(durationWords(ms, 'en'), en);
  }
});

test('a unit between two others is not made up: a day and five minutes keeps both', () => {
  assert.equal(durationWords(day + 5 * minute, 'zh'), '1 天 5 分');
  assert.equal(durationWords(day + 5 * minute, 'en'), '1 d 5 min');
});

test('money has thousands marks and two decimals, in either sign', () => {
  assert.equal(moneyWords(123_456_789, 'CNY', 'zh'), '¥1,234,567.89');
  assert.equal(moneyWords(123_456_789, 'CNY', 'en'), 'CNY 1,234,567.89');
  assert.equal(moneyWords(5, 'CNY', 'zh'), '¥0.05');
  assert.equal(moneyWords(0, 'EUR', 'zh'), 'EUR 0.00');
  assert.equal(moneyWords(-99_900n, 'CNY', 'en'), '−CNY 999.00');
});

test('a percent is cut, never rounded up to the promise', () => {
  assert.equal(percentWords('98.999999'), '98.999 %');
  assert.equal(percentWords('99.412345'), '99.412 %');
  assert.equal(percentWords('99.999999', 0), '99 %');
  assert.equal(percentWords('99.500000'), '99.5 %');
  assert.equal(percentWords('100.000000'), '100 %');
  assert.equal(percentWords('0.000999', 2), '0 %');
});

test('a cut percent is never above the exact one, nor a whole step below it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000_000 }),
      fc.integer({ min: 0, max: 6 }),
      (units, decimals) => {
        const exact = `${Math.floor(units / 1_000_000)}.${String(units % 1_000_000).padStart(6, '0')}`;
        const said = Math.round(Number(percentWords(exact, decimals).replace(' %', '')) * 1_000_000);
        assert.ok(said <= units && units - said < 10 ** (6 - decimals));
      },
    ),
  );
});

test('a decimal of the terms is said as it was written', () => {
  for (const text of ['0', '2', '1.5', '0.999', '99.95', '100']) {
    assert.equal(decimalWords(parseDecimal(text)!), text);
  }
  assert.equal(decimalWords({ numerator: 9900n, denominator: 100n }), '99');
});

test('a fraction without an end is a bug, not a decimal', () => {
  assert.throws(() => decimalWords({ numerator: 1n, denominator: 3n }), /not a decimal/);
});

test('filled text has no hole left, and each value where its hole was', () => {
  const name = fc.stringMatching(/^[a-z][a-z-]{0,8}(\.[a-zA-Z]{1,8})?$/);
  const plain = fc.stringMatching(/^[^{}]{0,12}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(plain, name, plain), { maxLength: 6 }), plain, (pieces, end) => {
      const values = Object.fromEntries(pieces.map(([, key, value]) => [key, value]));
      const text = pieces.map(([before, key]) => `${before}{${key}}`).join('') + end;
      const filled = pieces.map(([before, key]) => before + values[key]).join('') + end;
      assert.equal(fillHoles(text, values), filled);
    }),
  );
});

test('a hole without a value of its own is a bug', () => {
  assert.throws(() => fillHoles('{web.atLeast}', {}), /no value for \{web\.atLeast\}/);
  assert.throws(() => fillHoles('{constructor}', {}), /no value/);
  assert.throws(() => fillHoles('{}', { a: '1' }), /no value/);
  assert.throws(() => fillHoles('{a}', { a: undefined }), /no value/);
});

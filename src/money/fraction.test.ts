import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  add,
  compare,
  complement,
  type Fraction,
  floorOf,
  multiply,
  parseDecimal,
  roundDown,
  roundUp,
  whole,
} from './fraction.ts';

const anyFraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 20n }))
  .map(([numerator, denominator]): Fraction => ({ numerator, denominator }));

test('rounding goes to the whole number below and above, for negative ones too', () => {
  const cases: readonly (readonly [bigint, bigint, bigint, bigint])[] = [
    [7n, 2n, 3n, 4n],
    [-7n, 2n, -4n, -3n],
    [6n, 2n, 3n, 3n],
    [-6n, 2n, -3n, -3n],
    [0n, 5n, 0n, 0n],
    [1n, 1000n, 0n, 1n],
    [-1n, 1000n, -1n, 0n],
  ];
  for (const [numerator, denominator, down, up] of cases) {
    assert.equal(roundDown({ numerator, denominator }), down);
    assert.equal(roundUp({ numerator, denominator }), up);
  }
});

test('rounding is never a whole unit away', () => {
  fc.assert(
    fc.property(anyFraction, (f) => {
      const down = whole(roundDown(f));
      assert(compare(down, f) <= 0 && compare(f, add(down, whole(1))) < 0);
      assert(compare(whole(roundUp(f)), f) >= 0);
    }),
  );
});

test('sums and products are exact', () => {
  const third: Fraction = { numerator: 1n, denominator: 3n };
  assert.equal(compare(add(add(third, third), third), whole(1)), 0);
  assert.equal(compare(multiply(third, whole(3)), whole(1)), 0);
  assert.equal(compare(complement(third), add(third, third)), 0);
  const big = 10n ** 40n;
  assert.equal(
    compare({ numerator: big, denominator: big + 1n }, { numerator: big - 1n, denominator: big }),
    1,
  );
});

test('a share of a count is floored exactly, small or large', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 25n }),
      fc.bigInt({ min: 1n, max: 10n ** 25n }),
      fc.nat(Number.MAX_SAFE_INTEGER),
      (a, b, count) => {
        const share = a < b ? { numerator: a, denominator: b } : { numerator: b, denominator: a };
        const exact = (share.numerator * BigInt(count)) / share.denominator;
        assert.equal(floorOf(share, count), Number(exact));
      },
    ),
  );
  assert.equal(floorOf({ numerator: 99n, denominator: 100n }, 2_678_400_000), 2_651_616_000);
  assert.equal(floorOf({ numerator: 1n, denominator: 3n }, 9_007_199_254_740_991), 3_002_399_751_580_330);
});

test('a decimal is read exactly as written, anything else is none', () => {
  assert.deepEqual(parseDecimal('0.99'), { numerator: 99n, denominator: 100n });
  assert.deepEqual(parseDecimal('2'), { numerator: 2n, denominator: 1n });
  assert.deepEqual(parseDecimal('1.000'), { numerator: 1000n, denominator: 1000n });
  for (const text of ['', '.5', '5.', '-1', '+1', '1e3', '1,5', ' 1', '1 ', '0x10', 'NaN', '½', '１']) {
    assert.equal(parseDecimal(text), null, text);
  }
});

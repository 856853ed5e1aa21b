import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compare, type Fraction, roundUp, whole } from '../money/fraction.ts';
import { lengthOf, never, type Timeline, timelineOf, union } from '../timeline/timeline.ts';
import { type Fee, remedy, remedyPart } from './remedy.ts';

const two = whole(2);
const fee = (number: string, from: number, to: number, paid: bigint): Fee => ({ number, from, to, paid });

test('twice the fee of the deficient time', () => {
  const { minor, lines } = remedy(two, [fee('SA-1', 0, 1000, 50_000n)], [100, 200]);
  assert.equal(minor, 10_000n);
  assert.deepEqual(lines, [{ sales: 'SA-1', deficientMs: 100, termMs: 1000, paid: 50_000n }]);
});

test('several sales agreements are added exactly and rounded up once', () => {
  const fees = [fee('SA-1', 0, 3000, 100n), fee('SA-2', 3000, 6000, 100n), fee('SA-3', 6000, 9000, 100n)];
  // Each owes 2 · 100 · 5 / 3000 = 1/3: together one, not three times one.
  assert.equal(remedy(two, fees, [2995, 3005, 6000, 6005]).minor, 1n);
  assert.equal(remedy(two, fees, [2995, 3005, 6000, 6006]).minor, 2n);
});

test('only agreements with deficient time in them have a line, a gift has one with nothing owed', () => {
  const fees = [fee('SA-1', 0, 10, 5n), fee('SA-2', 10, 20, 0n), fee('SA-3', 20, 30, 5n)];
  const { minor, lines } = remedy(two, fees, [10, 15]);
  assert.equal(minor, 0n);
  assert.deepEqual(
    lines.map((line) => line.sales),
    ['SA-2'],
  );
});

test('without deficient time nothing is owed', () => {
  assert.deepEqual(remedy(two, [fee('SA-1', 0, 10, 5n)], never), { minor: 0n, lines: [] });
});

test('a factor with decimals is exact', () => {
  const factor: Fraction = { numerator: 2125n, denominator: 1000n };
  assert.equal(remedy(factor, [fee('SA-1', 0, 1000, 8000n)], [0, 1]).minor, 17n);
  assert.equal(
    compare(remedyPart(factor, { sales: 'x', deficientMs: 1, termMs: 1000, paid: 8000n }), whole(17)),
    0,
  );
});

const anyLine = fc
  .array(fc.tuple(fc.nat(900), fc.nat(900)), { maxLength: 6 })
  .map((list): Timeline => timelineOf(list));
const anyFees = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 10n ** 9n }))
  .map(([a, b]) => [fee('SA-1', 0, 365, a), fee('SA-2', 400, 900, b)]);

test('more deficient time never pays less, and the sum is never a unit too much', () => {
  fc.assert(
    fc.property(anyFees, anyLine, anyLine, (fees, a, b) => {
      const less = remedy(two, fees, a);
      assert(remedy(two, fees, union(a, b)).minor >= less.minor);
      const parts = less.lines.map((line) => roundUp(remedyPart(two, line)));
      const apart = parts.reduce((sum, part) => sum + part, 0n);
      assert(less.minor <= apart && apart <= less.minor + BigInt(Math.max(0, parts.length - 1)));
      assert(less.lines.every((line) => line.deficientMs <= Math.min(line.termMs, lengthOf(a))));
    }),
  );
});

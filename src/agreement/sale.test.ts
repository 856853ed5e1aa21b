import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { admitPayment, admitSale, type Payment, type Sold, saleRows, saleShape, unusedOf } from './sale.ts';

const first: Sold = {
  number: 'SA-1',
  host: 'h1',
  name: 'Hosting',
  document: 'D-1',
  edition: '1',
  management: 'M-1',
  plan: 'basic',
  version: 1,
  from: 0,
  to: 1000,
  price: 60_000,
  currency: 'CNY',
  cut: null,
};
const payment: Payment = {
  receipt: 'R-1',
  sale: 'SA-1',
  amount: 60_000,
  currency: 'CNY',
  method: 'transfer',
  at: 5,
  actor: 'finance',
  reason: null,
};

test('a renewal follows the chain, at once or later', () => {
  assert.equal(admitSale([], first), null);
  assert.equal(admitSale([first], { ...first, number: 'SA-2', from: 1000, to: 2000 }), null);
  assert.equal(admitSale([first], { ...first, number: 'SA-2', from: 1500, to: 2000 }), null);
});

test('a renewal that overlaps, is empty or changes the currency is refused', () => {
  assert.equal(admitSale([first], { ...first, from: 999, to: 2000 })?.code, 'sale-overlaps');
  assert.equal(admitSale([], { ...first, to: 0 })?.code, 'sale-empty');
  const dollars = { ...first, from: 1000, to: 2000, currency: 'USD' };
  assert.equal(admitSale([first], dollars)?.code, 'sale-currency');
});

test('a sale is paid up to its price, in parts if need be, in its currency', () => {
  assert.equal(admitPayment(first, [], payment), null);
  const part = { ...payment, amount: 20_000 };
  assert.equal(admitPayment(first, [part], { ...payment, receipt: 'R-2', amount: 40_000 }), null);
  assert.equal(admitPayment(first, [part], { ...payment, amount: 40_001 })?.code, 'payment-amount');
  assert.equal(admitPayment(first, [payment], { ...payment, receipt: 'R-2' })?.code, 'already-paid');
  assert.equal(admitPayment(first, [], { ...payment, amount: 0 })?.code, 'payment-amount');
  assert.equal(admitPayment(first, [], { ...payment, currency: 'USD' })?.code, 'payment-currency');
  assert.equal(admitPayment({ ...first, price: 0 }, [], { ...payment, amount: 0 }), null, 'a gift');
  assert.equal(admitPayment({ ...first, cut: 500 }, [], payment)?.code, 'sale-cut');
});

test('rows split where the fee changes, and their fees sum to what was paid', () => {
  const second = { ...payment, receipt: 'R-2', amount: 12_345, at: 333 };
  const refund = { ...payment, receipt: 'R-3', amount: -9_999, at: 777, reason: 'gone' };
  const moves = [{ ...payment, amount: 40_000 }, second, refund];
  const rows = saleRows([first], moves);
  assert.deepEqual(
    rows.map(({ from, to, paid, paidAt }) => [from, to, paid, paidAt]),
    [
      [0, 333, 13_320n, 5],
      [333, 777, 25_977n, 5],
      [777, 1000, 3_049n, 5],
    ],
  );
  assert.equal(
    rows.reduce((sum, row) => sum + row.paid, 0n),
    BigInt(40_000 + 12_345 - 9_999),
  );
  assert.deepEqual(saleRows([first], moves, 333).length, 1);
  assert.equal(unusedOf(first, moves, 1000), 0);
  assert.equal(unusedOf(first, [], 500), 0, 'unpaid');
});

test('any order of payments and refunds sums to the whole, row by row', () => {
  const moves = fc.array(fc.tuple(fc.integer({ min: -50, max: 2000 }), fc.integer({ min: 1, max: 9999 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(moves, fc.option(fc.integer({ min: 1, max: 999 }), { nil: null }), (told, cut) => {
      const all = told.map(([at, amount], i) => ({ ...payment, receipt: `R-${i}`, at, amount }));
      const rows = saleRows([{ ...first, cut }], all);
      const kept = rows.reduce((sum, row) => sum + row.paid, 0n);
      const whole = BigInt(all.reduce((sum, one) => sum + one.amount, 0));
      assert.equal(rows[0]!.from, 0);
      assert.equal(rows.at(-1)!.to, cut ?? 1000);
      for (const [i, row] of rows.entries()) {
        assert(row.paid >= 0n && row.to > row.from);
        if (i > 0) assert.equal(row.from, rows[i - 1]!.to);
      }
      if (cut === null) assert.equal(kept, whole);
      else assert(kept <= whole);
    }),
  );
});

test('the rows of a case keep what is unpaid, as unpaid', () => {
  const chain = [first, { ...first, number: 'SA-2', from: 1000, to: 2000 }];
  const rows = saleRows(chain, [payment]);
  assert.deepEqual(
    rows.map((row) => [row.number, row.paid, row.paidAt]),
    [
      ['SA-1', 60_000n, 5],
      ['SA-2', 60_000n, null],
    ],
  );
});

test('a sale from outside is read strictly', () => {
  const { cut: _, ...told } = first;
  assert(saleShape.safeParse(told).success);
  for (const wrong of [{ price: -1 }, { price: 1.5 }, { currency: 'JPY' }, { number: ' ' }, { extra: 1 }]) {
    assert(!saleShape.safeParse({ ...told, ...wrong }).success, JSON.stringify(wrong));
  }
});

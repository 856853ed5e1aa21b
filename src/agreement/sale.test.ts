import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitPayment, admitSale, type Payment, type SaleRecord, saleRows, saleShape } from './sale.ts';

const first: SaleRecord = {
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
};
const payment: Payment = {
  receipt: 'R-1',
  sale: 'SA-1',
  amount: 60_000,
  currency: 'CNY',
  method: 'transfer',
  at: 5,
  actor: 'finance',
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

test('a sale is paid once, in one sum, in its currency', () => {
  assert.equal(admitPayment(first, [], payment), null);
  assert.equal(admitPayment(first, [payment], { ...payment, receipt: 'R-2' })?.code, 'already-paid');
  assert.equal(admitPayment(first, [], { ...payment, amount: 59_999 })?.code, 'payment-amount');
  assert.equal(admitPayment(first, [], { ...payment, currency: 'USD' })?.code, 'payment-currency');
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
  assert(saleShape.safeParse(first).success);
  for (const wrong of [{ price: -1 }, { price: 1.5 }, { currency: 'JPY' }, { number: ' ' }, { extra: 1 }]) {
    assert(!saleShape.safeParse({ ...first, ...wrong }).success, JSON.stringify(wrong));
  }
});

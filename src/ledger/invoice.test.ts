import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { begin, codeOf, dayMs, makeHost, makeWorld, must, paymentOf, saleOf } from '../../test/world.ts';
import { recordPayment, recordSale, replaceSale } from '../agreement/flow.ts';
import type { Tx } from '../db/connection.ts';
import { isRefusal } from '../refusal.ts';
import { askInvoice, roomFor, stepInvoice } from './invoice/flow.ts';
import {
  admitInvoiceStep,
  admitLines,
  admitParticulars,
  type InvoicedLine,
  invoiceShape,
  type Move,
  roomOf,
} from './invoice.ts';
import { pageInvoices } from './store.ts';

const now = begin + 30 * dayMs;
const customer = 'c000001';
/** A code whose check digit fits. */
const taxNumber = '91350100M000100Y43';
const wish = (lines: readonly InvoicedLine[], change: object = {}) => ({
  ...{ kind: 'normal', title: '临水茶业有限公司', taxNumber, email: 'ap@customer.example', lines },
  ...change,
});

const move = (receipt: string, amount: number, host = 'h1', method = 'bank'): Move => ({
  ...{ receipt, sale: `SA-${host}`, amount, currency: 'CNY', method, host },
  ...{ at: 0, actor: 'finance', reason: null },
});

test('what is left of a receipt is what was paid, not yet invoiced, and not paid back of its chain', () => {
  const moves = [move('R-1', 600), move('R-2', 400), move('R-3', -300), move('R-4', 100, 'h2')];
  const left = (taken: readonly InvoicedLine[]) => roomOf(moves, taken).map((room) => room.left);
  assert.deepEqual(left([]), [600, 400, 100]);
  assert.deepEqual(left([{ receipt: 'R-1', amount: 600 }]), [0, 100, 100]);
  assert.deepEqual(
    left([
      { receipt: 'R-2', amount: 400 },
      { receipt: 'R-1', amount: 300 },
    ]),
    [0, 0, 100],
  );
});

test('a credit of a change of plan is no money that came in: it was invoiced with the sale that it came from', () => {
  const moves = [move('R-1', 600), move('SA-h1/credit', 250, 'h1', 'credit'), move('R-2', 50)];
  assert.deepEqual(
    roomOf(moves, []).map(({ receipt, left }) => [receipt, left]),
    [
      ['R-1', 600],
      ['R-2', 50],
    ],
  );
});

test('however customers ask, no receipt is invoiced twice and no chain beyond what was kept', () => {
  const amounts = fc.array(fc.integer({ min: -400, max: 600 }), { minLength: 1, maxLength: 8 });
  const asks = fc.array(fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 700 })), { maxLength: 30 });
  fc.assert(
    fc.property(amounts, asks, (paid, wanted) => {
      const moves = paid.map((amount, i) => move(`R-${i}`, amount, `h${i % 2}`));
      const taken: InvoicedLine[] = [];
      for (const [i, amount] of wanted) {
        const line = { receipt: `R-${i}`, amount };
        const admitted = admitLines(invoiceShape.parse(wish([line])), moves, taken);
        if (!isRefusal(admitted)) taken.push(line);
        const room = roomOf(moves, taken);
        assert.ok(room.every((one) => one.invoiced <= one.paid && one.left >= 0));
      }
      for (const host of ['h0', 'h1']) {
        const net = moves.filter((one) => one.host === host).reduce((sum, { amount }) => sum + amount, 0);
        const own = new Set(moves.filter((one) => one.host === host).map(({ receipt }) => receipt));
        const sum = taken
          .filter(({ receipt }) => own.has(receipt))
          .reduce((all, { amount }) => all + amount, 0);
        assert.ok(sum <= Math.max(0, net), `${sum} of ${net}`);
      }
    }),
  );
});

const particulars: readonly (readonly [string, object, boolean, string | null])[] = [
  ['a company with its number', {}, true, null],
  ['a company without one', { taxNumber: null }, true, 'tax-number-missing'],
  ['a number with a wrong check digit', { taxNumber: '91350100M000100Y44' }, true, 'identity-invalid'],
  ['a number that is too short', { taxNumber: '9135' }, true, 'identity-invalid'],
  ['a person without a number', { taxNumber: null }, false, null],
  ['a special one of a person', { kind: 'special' }, false, 'invoice-kind'],
  ['a special one without a bank', { kind: 'special', address: 'x', phone: '1' }, true, 'bank-missing'],
  ['a special one', { kind: 'special', address: 'x', phone: '1', bank: 'b 1' }, true, null],
  ['one that goes nowhere', { email: null }, true, 'address-missing'],
];
for (const [what, change, isCompany, wanted] of particulars)
  test(`particulars: ${what}: ${wanted ?? 'admitted'}`, () => {
    const parsed = invoiceShape.parse(wish([{ receipt: 'R-1', amount: 1 }], change));
    assert.equal(codeOf(admitParticulars(parsed, isCompany)), wanted);
  });

test('a request is issued or refused, only what is issued is flushed; numbers have eight or twenty digits', () => {
  const issue = { kind: 'issued', number: '12345678', day: '2026-10-01', reason: '' } as const;
  const flush = { ...issue, kind: 'flushed' } as const;
  assert.equal(admitInvoiceStep('requested', issue, false), null);
  assert.equal(admitInvoiceStep('requested', { ...issue, number: '1' }, false)?.code, 'invoice-number');
  assert.equal(admitInvoiceStep('issued', issue, false)?.code, 'invoice-state');
  assert.equal(admitInvoiceStep('requested', flush, true)?.code, 'invoice-state');
  assert.equal(admitInvoiceStep('issued', flush, true), null);
  assert.equal(admitInvoiceStep('issued', flush, false)?.code, 'reason-missing');
  assert.equal(admitInvoiceStep('issued', { ...flush, reason: 'wrong title' }, false), null);
  const refusal = { kind: 'refused', number: '', day: '2026-10-01', reason: '' } as const;
  assert.equal(admitInvoiceStep('requested', refusal, false)?.code, 'reason-missing');
});

async function sold(tx: Tx): Promise<string> {
  await makeWorld(tx);
  const { id } = await makeHost(tx);
  const sale = saleOf(id, 'SA-1', begin, begin + 365 * dayMs);
  must(await recordSale(tx, begin, sale));
  must(await recordPayment(tx, now, { ...paymentOf(sale, 'R-1'), amount: 30_000 }));
  must(await recordPayment(tx, now, { ...paymentOf(sale, 'R-2'), amount: 6_500, at: begin + 1 }));
  return id;
}

const refund = { receipt: 'R-3', sale: 'SA-1', amount: -10_000, currency: 'CNY', method: 'bank' };

test('asked, issued, flushed after a refund, asked again for what was kept: each by its state, each fen once', async (t) => {
  const { db } = await withDatabase(t);
  await sold(db);
  const ask = (lines: readonly InvoicedLine[], change: object = {}) =>
    askInvoice(db, now, customer, wish(lines, change), 'li');
  const made = must(await ask([{ receipt: 'R-1', amount: 30_000 }]));
  assert.deepEqual([made.number, made.amount, made.taxNumber], ['FP-2026-000001', 30_000, taxNumber]);
  assert.equal(codeOf(await ask([{ receipt: 'R-1', amount: 1 }])), 'invoice-larger');
  assert.equal(codeOf(await ask([{ receipt: 'R-9', amount: 1 }])), 'receipt-unknown');
  assert.equal(
    codeOf(
      await ask([
        { receipt: 'R-2', amount: 1 },
        { receipt: 'R-2', amount: 1 },
      ]),
    ),
    'receipt-twice',
  );
  assert.equal(codeOf(await ask([{ receipt: 'R-2', amount: 1 }], { more: 1 })), 'invoice-invalid');
  assert.equal(
    codeOf(await askInvoice(db, now, 'c000002', wish([{ receipt: 'R-2', amount: 1 }]), 'x')),
    'receipt-unknown',
  );
  const step = { kind: 'issued', number: '12345678', day: '2026-10-01', reason: '' } as const;
  must(await stepInvoice(db, now, made.number, step, 'finance'));
  assert.equal(codeOf(await stepInvoice(db, now, made.number, step, 'finance')), 'invoice-state');
  const second = must(await ask([{ receipt: 'R-2', amount: 6_500 }]));
  assert.equal(codeOf(await stepInvoice(db, now, second.number, step, 'finance')), 'invoice-number-known');
  must(await recordPayment(db, now, { ...refund, at: begin + 2, actor: 'finance', reason: 'less' }));
  const other = { ...step, number: '12345679' };
  assert.equal(
    codeOf(await stepInvoice(db, now, second.number, other, 'finance')),
    'invoice-larger',
    'paid back meanwhile',
  );
  assert.equal((await roomFor(db, customer)).chains[0]?.excess, 10_000);
  const no = { kind: 'refused', number: '', day: '2026-10-01', reason: '已退款' } as const;
  must(await stepInvoice(db, now, second.number, no, 'finance'));
  const red = { ...step, kind: 'flushed', number: '22345678' } as const;
  must(await stepInvoice(db, now, made.number, red, 'finance'));
  assert.equal(codeOf(await ask([{ receipt: 'R-1', amount: 26_501 }])), 'invoice-larger');
  must(await ask([{ receipt: 'R-1', amount: 26_500 }]));
  const states = (await pageInvoices(db, { customer, state: null }, '', 10)).map(({ number, steps }) => [
    number,
    steps.at(-1)?.kind,
  ]);
  assert.deepEqual(states, [
    ['FP-2026-000003', undefined],
    ['FP-2026-000002', 'refused'],
    ['FP-2026-000001', 'flushed'],
  ]);
  assert.equal((await pageInvoices(db, { customer, state: 'requested' }, '', 10)).length, 1);
  assert.deepEqual(await pageInvoices(db, { customer: 'c000002', state: null }, '', 10), []);
});

test('after a change of plan the credit is not invoiced a second time', async (t) => {
  const { db } = await withDatabase(t);
  const id = await sold(db);
  const next = { ...saleOf(id, 'SA-2', begin + 10 * dayMs, begin + 375 * dayMs), price: 60_000 };
  must(await replaceSale(db, now, next, 'sales'));
  const { rooms } = await roomFor(db, customer);
  assert.deepEqual(
    rooms.map(({ receipt, left }) => [receipt, left]),
    [
      ['R-1', 30_000],
      ['R-2', 6_500],
    ],
  );
});

// Needs two connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together('two who ask for the same fen at the same time get one invoice', async (t) => {
  const database = await withDatabase(t);
  await database.transaction(sold);
  const ask = () =>
    database.transaction((tx) =>
      askInvoice(tx, now, customer, wish([{ receipt: 'R-1', amount: 20_000 }]), 'li'),
    );
  const said = (await Promise.all([ask(), ask(), ask()])).map(codeOf);
  assert.equal(said.filter((code) => code === null).length, 1, JSON.stringify(said));
  assert.equal(said.filter((code) => code === 'invoice-larger').length, 2);
});

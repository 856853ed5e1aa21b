import { z } from 'zod';
import { isTwoDecimalCurrency } from '../money/amount.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { Sale } from './force.ts';

/** A sales agreement as recorded (clauses 1.1, 4-2). Instants in epoch ms, price in minor units for the whole term. */
export const saleShape = z.strictObject({
  number: z.string().trim().min(1).max(60),
  host: z.string(),
  name: z.string().trim().min(1).max(200),
  document: z.string().trim().max(60),
  edition: z.string().trim().max(60),
  management: z.string().trim().max(60),
  plan: z.string(),
  version: z.int(),
  from: z.int(),
  to: z.int(),
  price: z.int().min(0),
  currency: z.string().refine(isTwoDecimalCurrency, 'an ISO 4217 currency with two decimals'),
});
export type SaleRecord = z.output<typeof saleShape>;

/** One movement of a sale's fee: what was paid, or below zero what was paid back. */
export interface Payment {
  readonly receipt: string;
  readonly sale: string;
  /** Minor units; a refund is below zero. */
  readonly amount: number;
  readonly currency: string;
  readonly method: string;
  readonly at: number;
  readonly actor: string;
  /** Why it was paid back; null for what was paid. */
  readonly reason: string | null;
}

/** A sale as it stands: `cut` is when a change of plan ended it before its term; null: it was not. */
export interface Sold extends SaleRecord {
  readonly cut: number | null;
}

/** A renewal follows the chain: no overlap, one currency (SEMANTICS §2). */
export function admitSale(chain: readonly Sold[], next: SaleRecord): Refusal | null {
  if (next.to <= next.from) return refuse('sale-empty', 'to', 'the term ends after it begins');
  const last = chain.at(-1);
  if (last !== undefined && next.from < endOf(last)) {
    return refuse('sale-overlaps', 'from', `a renewal begins when ${last.number} ends, or later`);
  }
  if (last !== undefined && next.currency !== last.currency) {
    return refuse('sale-currency', 'currency', `the chain is in ${last.currency}`);
  }
  return null;
}

function endOf(sale: Sold): number {
  return sale.cut ?? sale.to;
}

/** What may be paid or paid back: never more than the price, never back what was used or not paid. */
export function admitPayment(sale: Sold, moves: readonly Payment[], next: Payment): Refusal | null {
  if (next.currency !== sale.currency)
    return refuse('payment-currency', 'currency', `${sale.number} is in ${sale.currency}`);
  if (sale.cut !== null) return refuse('sale-cut', 'sale', `${sale.number} was replaced by a change of plan`);
  if (next.amount === 0 && (sale.price !== 0 || moves.length > 0))
    return refuse('payment-amount', 'amount', 'an amount that is not zero');
  const paid = moves.reduce((sum, move) => sum + move.amount, 0);
  if (next.amount > 0) {
    if (paid >= sale.price && moves.length > 0)
      return refuse('already-paid', 'receipt', `${sale.number} was paid by ${moves[0]!.receipt}`);
    return paid + next.amount <= sale.price
      ? null
      : refuse('payment-amount', 'amount', `of ${sale.number} ${sale.price - paid} are left to pay`);
  }
  return next.amount === 0 ? null : admitRefund(sale, moves, next);
}

function admitRefund(sale: Sold, moves: readonly Payment[], next: Payment): Refusal | null {
  if ((next.reason ?? '').trim() === '') return refuse('reason-missing', 'reason', 'why it is paid back');
  const last = moves.at(-1);
  if (last === undefined || next.at < last.at)
    return refuse('refund-early', 'at', 'a refund comes after what was paid and paid back before it');
  const left = unusedOf(sale, moves, next.at);
  return -next.amount <= left
    ? null
    : refuse('refund-larger', 'amount', `of ${sale.number} ${left} are paid and not used at that instant`);
}

/** The new sale of a change of plan takes all that is left of the old one. */
export function admitCredit(old: Sold, moves: readonly Payment[], next: SaleRecord): Refusal | null {
  const left = unusedOf(old, moves, next.from);
  if (left <= next.price) return null;
  return refuse(
    'credit-larger',
    'price',
    `${left} are left of ${old.number}: pay back ${left - next.price} first`,
  );
}

export function creditOf(old: Sold, moves: readonly Payment[], next: SaleRecord, actor: string): Payment {
  const { number, currency, from: at } = next;
  const amount = unusedOf(old, moves, at);
  const reason = `change of plan from ${old.number}`;
  return {
    receipt: `${old.number}/credit`,
    sale: number,
    amount,
    currency,
    method: 'credit',
    at,
    actor,
    reason,
  };
}

/** What is paid for the time from `at` on, in minor units: rounded up, since what was used is rounded down. */
export function unusedOf(sale: Sold, moves: readonly Payment[], at: number): number {
  const last = partsOf(sale, moves).at(-1)!;
  if (last.paidAt === null || at >= last.to) return 0;
  return Number(splitAt(last, at)[1].paid);
}

/**
 * The rows of a case file's `agreement.sales`, each with one fee density: a part payment, a refund and a change
 * of plan split a row at their date (SEMANTICS §2). Unpaid ones stand with `paidAt` null. What is at or after
 * `until` has not happened yet.
 */
export function saleRows(
  chain: readonly Sold[],
  payments: readonly Payment[],
  until = Number.POSITIVE_INFINITY,
): readonly Sale[] {
  const rows: Sale[] = [];
  for (const sale of chain) {
    const moves = payments.filter((move) => move.sale === sale.number && move.at < until);
    const parts = partsOf(sale, moves);
    if (sale.cut === null) rows.push(...parts);
    // What replaced it is not there yet either.
    else if (sale.cut >= until) return [...rows, ...parts];
    else rows.push(...cutOff(parts, sale.cut));
  }
  return rows;
}

/** A sale's rows: the first payment pays it from its beginning, each later movement changes what is left. */
function partsOf(sale: SaleRecord, moves: readonly Payment[]): readonly [...Sale[], Sale] {
  const { number, from, to, price, currency } = sale;
  const parts: Sale[] = [];
  let last: Sale = { number, from, to, paid: BigInt(price), currency, paidAt: null };
  for (const { at, amount } of moves.toSorted((a, b) => a.at - b.at)) {
    if (last.paidAt === null) {
      last = { ...last, paid: BigInt(amount), paidAt: at };
      continue;
    }
    // What is paid when the time is over belongs to the time that it was paid for.
    if (at > last.from && at < last.to) {
      const [used, left] = splitAt(last, at);
      parts.push(used);
      last = left;
    }
    last = { ...last, paid: last.paid + BigInt(amount) };
  }
  return [...parts, last];
}

/** One row as two: the first one's fee rounded down, so that both sum to the whole. */
function splitAt(row: Sale, at: number): readonly [Sale, Sale] {
  const cut = Math.min(Math.max(at, row.from), row.to);
  const paid = (row.paid * BigInt(cut - row.from)) / BigInt(row.to - row.from);
  return [
    { ...row, to: cut, paid },
    { ...row, from: cut, paid: row.paid - paid },
  ];
}

function cutOff(parts: readonly Sale[], cut: number): readonly Sale[] {
  return parts
    .filter((part) => part.from < cut)
    .map((part) => (part.to > cut ? splitAt(part, cut)[0] : part));
}

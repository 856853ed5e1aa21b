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

export interface Payment {
  readonly receipt: string;
  readonly sale: string;
  readonly amount: number;
  readonly currency: string;
  readonly method: string;
  readonly at: number;
  readonly actor: string;
}

/** A renewal follows the chain: no overlap, one currency (SEMANTICS §2). */
export function admitSale(chain: readonly SaleRecord[], next: SaleRecord): Refusal | null {
  if (next.to <= next.from) return refuse('sale-empty', 'to', 'the term ends after it begins');
  const last = chain.at(-1);
  if (last !== undefined && next.from < last.to) {
    return refuse('sale-overlaps', 'from', `a renewal begins when ${last.number} ends, or later`);
  }
  if (last !== undefined && next.currency !== last.currency) {
    return refuse('sale-currency', 'currency', `the chain is in ${last.currency}`);
  }
  return null;
}

/** A sales agreement is paid in one sum, its price: then each has one fee density. */
export function admitPayment(sale: SaleRecord, paid: readonly Payment[], next: Payment): Refusal | null {
  if (paid.length > 0)
    return refuse('already-paid', 'receipt', `${sale.number} was paid by ${paid[0]!.receipt}`);
  if (next.currency !== sale.currency)
    return refuse('payment-currency', 'currency', `${sale.number} is in ${sale.currency}`);
  if (next.amount !== sale.price) {
    return refuse('payment-amount', 'amount', `${sale.number} is paid in one sum, its price`);
  }
  return null;
}

/** The rows of a case file's `agreement.sales`: unpaid ones stand with `paidAt` null. */
export function saleRows(chain: readonly SaleRecord[], payments: readonly Payment[]): readonly Sale[] {
  return chain.map((sale) => {
    const payment = payments.find((p) => p.sale === sale.number) ?? null;
    return {
      number: sale.number,
      from: sale.from,
      to: sale.to,
      paid: BigInt(payment?.amount ?? sale.price),
      currency: sale.currency,
      paidAt: payment?.at ?? null,
    };
  });
}

import { z } from 'zod';
import type { Payment } from '../agreement/sale.ts';
import { readCreditCode } from '../people/identity.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';

/**
 * Invoices (发票) over what a customer paid. Every fen is invoiced once, and never more than was paid and not paid
 * back. Arguments in, value out; amounts in minor units.
 */

const line = z.strictObject({
  receipt: z.string().trim().min(1).max(100),
  amount: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
});

export const invoiceShape = z.strictObject({
  /** `normal` 普通发票, `special` 增值税专用发票. */
  kind: z.enum(['normal', 'special']),
  /** Whose name stands on it. */
  title: z.string().trim().min(1).max(200),
  /** Unified social credit code (GB 32100); a person has none. */
  taxNumber: z.string().trim().max(20).nullable().default(null),
  /** Where it goes: an address to mail it to, or a postal one. */
  email: z.email().max(254).nullable().default(null),
  address: z.string().trim().max(300).default(''),
  phone: z.string().trim().max(40).default(''),
  /** Of a special one: bank and account. */
  bank: z.string().trim().max(200).default(''),
  lines: z.array(line).min(1).max(200),
});
export type InvoiceWish = z.output<typeof invoiceShape>;

export const invoiceStates = ['requested', 'issued', 'refused', 'flushed'] as const;
export type InvoiceState = (typeof invoiceStates)[number];

/** Who may be named how, and where it can go. Gives the wish with its number as it is written. */
export function admitParticulars(wish: InvoiceWish, isCompany: boolean): InvoiceWish | Refusal {
  const { kind, taxNumber, email, address, phone, bank } = wish;
  if (email === null && address === '')
    return refuse('address-missing', 'email', 'an address that it can go to');
  if (kind === 'special' && !isCompany)
    return refuse('invoice-kind', 'kind', 'a special one is for companies');
  if (kind === 'special' && (address === '' || phone === '' || bank === ''))
    return refuse('bank-missing', 'bank', 'address, phone and bank account of the company');
  if (taxNumber === null)
    return isCompany ? refuse('tax-number-missing', 'taxNumber', 'the company’s tax number') : wish;
  const read = readCreditCode(taxNumber, 'taxNumber');
  return isRefusal(read) ? read : { ...wish, taxNumber: read };
}

/** What stands invoiced of a receipt: requested or issued, not refused, not flushed. */
export interface InvoicedLine {
  readonly receipt: string;
  readonly amount: number;
}

/** A payment and the chain of sales that it was for. */
export interface Move extends Payment {
  readonly host: string;
}

/** What can still be invoiced of each receipt. */
export interface Room {
  readonly receipt: string;
  readonly host: string;
  readonly sale: string;
  readonly at: number;
  readonly currency: string;
  readonly paid: number;
  readonly invoiced: number;
  /** Below zero of none; what was paid back of the chain leaves less of its receipts. */
  readonly left: number;
}

export interface Chain {
  readonly host: string;
  /** Paid less paid back: all that may be invoiced. */
  readonly net: number;
  readonly invoiced: number;
  /** More is invoiced than was kept: so much must be flushed. */
  readonly excess: number;
}

/** Money that really came or went: a credit of a change of plan was invoiced with the sale that it came from. */
function isMoney({ method, amount }: Move): boolean {
  return method !== 'credit' && amount !== 0;
}

export function chainsOf(moves: readonly Move[], taken: readonly InvoicedLine[]): readonly Chain[] {
  const byReceipt = sums(taken);
  return [...Map.groupBy(moves.filter(isMoney), ({ host }) => host)].map(([host, some]) => {
    const net = some.reduce((sum, { amount }) => sum + amount, 0);
    const invoiced = some.reduce((sum, { receipt }) => sum + (byReceipt.get(receipt) ?? 0), 0);
    return { host, net, invoiced, excess: Math.max(0, invoiced - net) };
  });
}

export function roomOf(moves: readonly Move[], taken: readonly InvoicedLine[]): readonly Room[] {
  const byReceipt = sums(taken);
  const chains = new Map(chainsOf(moves, taken).map((chain) => [chain.host, chain]));
  return moves
    .filter((move) => isMoney(move) && move.amount > 0)
    .map(({ receipt, host, sale, at, currency, amount }) => {
      const invoiced = byReceipt.get(receipt) ?? 0;
      const { net, invoiced: all } = chains.get(host)!;
      const left = Math.max(0, Math.min(amount - invoiced, net - all));
      return { receipt, host, sale, at, currency, paid: amount, invoiced, left };
    });
}

function sums(lines: readonly InvoicedLine[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const { receipt, amount } of lines) all.set(receipt, (all.get(receipt) ?? 0) + amount);
  return all;
}

/** The wish's sum and currency, or what of it was never paid, was paid back, or stands invoiced already. */
export function admitLines(
  wish: InvoiceWish,
  moves: readonly Move[],
  taken: readonly InvoicedLine[],
): { readonly amount: number; readonly currency: string } | Refusal {
  const rooms = new Map(roomOf(moves, []).map((room) => [room.receipt, room]));
  const seen = new Set<string>();
  for (const [i, { receipt }] of wish.lines.entries()) {
    if (seen.has(receipt)) return refuse('receipt-twice', `lines[${i}].receipt`, 'each receipt once');
    seen.add(receipt);
    if (!rooms.has(receipt))
      return refuse('receipt-unknown', `lines[${i}].receipt`, 'a receipt of a payment of this customer');
  }
  const currencies = new Set(wish.lines.map(({ receipt }) => rooms.get(receipt)!.currency));
  if (currencies.size > 1) return refuse('invoice-currency', 'lines', 'receipts in one currency');
  const all = [...taken, ...wish.lines];
  const asked = sums(all);
  for (const [i, { receipt, amount }] of wish.lines.entries()) {
    const { paid } = rooms.get(receipt)!;
    const over = asked.get(receipt)! - paid;
    if (over > 0)
      return refuse(
        'invoice-larger',
        `lines[${i}].amount`,
        `of ${receipt} ${Math.max(0, amount - over)} are not invoiced yet`,
      );
  }
  const excess = refuseExcess(moves, all, wish.lines);
  if (excess !== null) return excess;
  return { amount: wish.lines.reduce((sum, { amount }) => sum + amount, 0), currency: [...currencies][0]! };
}

/** Of the chains that some lines are about: more is invoiced than was paid and kept. */
export function refuseExcess(
  moves: readonly Move[],
  all: readonly InvoicedLine[],
  lines: readonly InvoicedLine[],
): Refusal | null {
  const hosts = new Map(moves.map(({ receipt, host }) => [receipt, host]));
  const touched = new Set(lines.map(({ receipt }) => hosts.get(receipt)));
  const over = chainsOf(moves, all).find(({ host, excess }) => touched.has(host) && excess > 0);
  if (over === undefined) return null;
  return refuse(
    'invoice-larger',
    'lines',
    `${over.net} were paid for ${over.host} and not paid back, ${over.invoiced} would be invoiced`,
  );
}

/** What finance does about an invoice. */
export interface InvoiceStep {
  readonly kind: Exclude<InvoiceState, 'requested'>;
  /** The tax office's number; of a flush that of the red one. '' of a refusal. */
  readonly number: string;
  /** The day that stands on it. */
  readonly day: string;
  readonly reason: string;
}

export function stateOf(steps: readonly Pick<InvoiceStep, 'kind'>[]): InvoiceState {
  return steps.at(-1)?.kind ?? 'requested';
}

/** requested → issued or refused; issued → flushed. `isRefunded`: something of its chains was paid back. */
export function admitInvoiceStep(
  state: InvoiceState,
  step: InvoiceStep,
  isRefunded: boolean,
): Refusal | null {
  const from = step.kind === 'flushed' ? 'issued' : 'requested';
  if (state !== from) return refuse('invoice-state', 'number', `an invoice that is ${from}; it is ${state}`);
  if (step.kind === 'refused')
    return step.reason.trim() === '' ? refuse('reason-missing', 'reason', 'why it is refused') : null;
  // Eight digits on paper, twenty of a fully digital one.
  if (!/^(?:\d{8}|\d{20})$/.test(step.number))
    return refuse('invoice-number', 'official', 'eight digits, or twenty of a digital one');
  if (step.kind === 'flushed' && !isRefunded && step.reason.trim() === '')
    return refuse('reason-missing', 'reason', 'why: nothing of it was paid back');
  return null;
}

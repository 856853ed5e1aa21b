import { type Refusal, refuse } from '../refusal.ts';

/** Double entry: postings of one entry sum to zero per currency. Debit positive, credit negative, minor units. */
export interface Entry {
  /** Names the business fact; the same key is posted once. */
  readonly key: string;
  readonly kind: string;
  readonly at: number;
  readonly detail: Readonly<Record<string, string | number>>;
  readonly postings: readonly Posting[];
}

export interface Posting {
  readonly account: string;
  readonly amount: number;
  readonly currency: string;
}

export function admitEntry(entry: Entry): Refusal | null {
  if (entry.postings.length < 2) return refuse('entry-onesided', 'postings', 'at least two postings');
  const sums = new Map<string, number>();
  for (const [i, posting] of entry.postings.entries()) {
    if (!Number.isSafeInteger(posting.amount) || posting.amount === 0) {
      return refuse('amount-invalid', `postings[${i}].amount`, 'whole minor units, not zero');
    }
    sums.set(posting.currency, (sums.get(posting.currency) ?? 0) + posting.amount);
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0)
      return refuse('entry-unbalanced', 'postings', `${currency} postings sum to ${sum}, not to zero`);
  }
  return null;
}

/** Compensation and refund are different accounts (SEMANTICS §7). */
export const accounts = {
  /** What the provider has to bear for broken promises. */
  compensationCost: 'provider:compensation',
  /** What came in and went out: bank, cash, payment services. */
  received: 'provider:received',
  /** What the customer paid for sales agreements. */
  fees: (customer: string): string => `customer:${customer}:fees`,
  /** What of it was paid back. */
  refunds: (customer: string): string => `customer:${customer}:refunds`,
  /** What the customer is owed as compensation. */
  compensationOwed: (customer: string): string => `customer:${customer}:compensation`,
  /** Compensation that the customer took as a balance; it may be withdrawn. */
  balance: (customer: string): string => `customer:${customer}:balance`,
  /** What was asked to be transferred and is set aside until it is (transfer.ts). */
  transfer: (customer: string): string => `customer:${customer}:transfer`,
} as const;

/** All accounts of a customer, in the order in which they are shown. */
export function accountsOf(customer: string): readonly string[] {
  const { fees, refunds, compensationOwed, balance, transfer } = accounts;
  return [fees, refunds, compensationOwed, balance, transfer].map((named) => named(customer));
}

/** What the agreements tell of a payment; below zero it was paid back. */
export interface Paid {
  readonly receipt: string;
  readonly sale: string;
  readonly customer: string;
  readonly amount: number;
  readonly currency: string;
  readonly method: string;
  readonly at: number;
}

/** A fee that came in, or a part of one that went out again. Once per receipt. */
export function paymentEntry({ receipt, sale, customer, amount, currency, method, at }: Paid): Entry {
  const isRefund = amount < 0;
  return {
    key: `payment:${receipt}`,
    kind: isRefund ? 'refund' : 'payment',
    at,
    detail: { receipt, sale, method },
    postings: [
      { account: accounts.received, amount, currency },
      { account: isRefund ? accounts.refunds(customer) : accounts.fees(customer), amount: -amount, currency },
    ],
  };
}

/** How a customer takes what is owed: as a balance, or back the way that the fee came. `withdrawal`: the balance paid out. */
export const payoutWays = ['balance', 'original', 'withdrawal'] as const;
export type PayoutWay = (typeof payoutWays)[number];

export interface Payout {
  /** Of whoever asks: the same key is one payout. */
  readonly key: string;
  readonly customer: string;
  readonly way: PayoutWay;
  /** Minor units, above zero. */
  readonly amount: number;
  readonly currency: string;
  /** The bank's or service's own number of the transfer; '' for a balance, which moves no money. */
  readonly reference: string;
  readonly actor: string;
}

export function payoutEntry(payout: Payout, at: number): Entry {
  const { key, customer, way, amount, currency, reference, actor } = payout;
  const owed = accounts.compensationOwed(customer);
  const balance = accounts.balance(customer);
  const [from, to] = {
    balance: [owed, balance],
    original: [owed, accounts.received],
    withdrawal: [balance, accounts.received],
  }[way] as [string, string];
  return {
    key: `payout:${key}`,
    kind: `payout-${way}`,
    at,
    detail: { reference, actor },
    postings: [
      { account: from, amount, currency },
      { account: to, amount: -amount, currency },
    ],
  };
}

/** The account that a payout takes from; what is in it stands as a credit, below zero. */
export function sourceOf({ customer, way }: Pick<Payout, 'customer' | 'way'>): string {
  return way === 'withdrawal' ? accounts.balance(customer) : accounts.compensationOwed(customer);
}

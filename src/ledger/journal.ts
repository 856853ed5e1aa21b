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
  /** What the customer is owed as compensation. */
  compensationOwed: (customer: string): string => `customer:${customer}:compensation`,
} as const;

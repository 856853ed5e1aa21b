import { createHash } from 'node:crypto';
import { accounts, type Entry } from '../ledger/journal.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { Case } from './case.ts';
import { judge } from './evaluate.ts';
import { settlementOf, settlementText } from './settlement.ts';

/** A judged month as it is filed. Amounts in minor units; `difference` is against the revision before. */
export interface Statement {
  readonly agreement: string;
  readonly month: string;
  readonly revision: number;
  readonly caseText: string;
  readonly caseDigest: Buffer;
  readonly settlement: string;
  readonly amount: number;
  readonly difference: number;
  readonly currency: string;
  readonly reason: string | null;
  readonly actor: string;
  readonly madeAt: number;
  /** Null: a draft (approval.ts). */
  readonly postedAt: number | null;
  readonly dueAt: number;
  readonly approvers: number;
}

/** A statement without its case, which is long: what lists and views show. */
export type Filed = Omit<Statement, 'caseText'>;

export type Finding = Pick<Statement, 'caseText' | 'caseDigest' | 'settlement' | 'amount' | 'currency'>;

/** How long late data is waited for after the month's end (SEMANTICS §11). */
export const latenessMs = 24 * 3_600_000;

/**
 * The next revision, or null when the finding says what already stands. A revision never lowers what was paid
 * without a person's reason.
 */
export function revise(
  standing: Statement | null,
  finding: Finding,
  by: { readonly actor: string; readonly reason: string | null },
): Pick<Statement, 'revision' | 'difference' | 'reason'> | Refusal | null {
  if (standing === null) return { revision: 1, difference: finding.amount, reason: null };
  if (standing.settlement === finding.settlement) return null;
  const difference = finding.amount - standing.amount;
  if (difference < 0 && (by.reason === null || by.reason.trim() === '')) {
    return refuse(
      'lowers-paid',
      'reason',
      `${standing.month} was paid: only a person lowers it, with a reason`,
    );
  }
  return { revision: standing.revision + 1, difference, reason: by.reason };
}

/** What a case comes to; `text` is its canonical text. */
export function findingOf(text: string, input: Case): Finding {
  const judgement = judge(input);
  return {
    caseText: text,
    caseDigest: createHash('sha256').update(text).digest(),
    settlement: settlementText(settlementOf(judgement)),
    amount: Number(judgement.amount),
    currency: judgement.currency,
  };
}

/** `QA-2026-000001/2026-10/1`: by what a statement is known in the ledger and in the evidence chain. */
export function nameOf({ agreement, month, revision }: Pick<Filed, 'agreement' | 'month' | 'revision'>) {
  return `${agreement}/${month}/${revision}`;
}

/** The statement's difference in the ledger: what the provider bears, the customer is owed. Null: there is none. */
export function entryOf(made: Filed, customer: string, at: number): Entry | null {
  const { agreement, month, revision, difference, currency } = made;
  if (difference === 0) return null;
  return {
    key: `statement:${nameOf(made)}`,
    kind: 'compensation',
    at,
    detail: { agreement, month, revision },
    postings: [
      { account: accounts.compensationCost, amount: difference, currency },
      { account: accounts.compensationOwed(customer), amount: -difference, currency },
    ],
  };
}

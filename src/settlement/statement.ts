import { type Refusal, refuse } from '../refusal.ts';

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
  readonly postedAt: number | null;
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

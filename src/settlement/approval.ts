import { createHash } from 'node:crypto';
import { z } from 'zod';
import { afterWorkingDays, type Working } from '../calendar/working.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { canonical } from './canonical.ts';

/**
 * Between judging a month and posting it: the review (decisions/0010). Arguments in, value out; what people did is a
 * list of steps, to which only another is added. Money is in minor units, and what counts is the size of what would
 * be posted, whichever way it goes.
 */

const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const limitsShape = z.strictObject({
  /** Whole working days of the provider's calendar between judging and posting. */
  reviewDays: z.int().min(0).max(60),
  /** By currency: below `small` nobody waits, above `large` two people must agree; null: one never must. */
  amounts: z.record(
    z.string().regex(/^[A-Z]{3}$/),
    z
      .strictObject({ small: amount, large: amount.nullable() })
      .refine(({ small, large }) => large === null || small <= large, 'the small limit is the lower one'),
  ),
});
export type Limits = z.output<typeof limitsShape>;

/** Until the provider says otherwise. */
export const defaultLimits: Limits = { reviewDays: 3, amounts: {} };

/** What a draft waits for, fixed when it is made: limits that change later do not reach back. */
export interface Review {
  /** Not posted before this instant. */
  readonly dueAt: number;
  /** How many people must agree: none, or two. */
  readonly approvers: number;
}

export function reviewOf(
  limits: Limits,
  difference: number,
  currency: string,
  working: Working,
  madeAt: number,
): Review {
  const size = Math.abs(difference);
  const { small, large } = limits.amounts[currency] ?? { small: 0, large: null };
  // Nothing to post is nothing to review.
  if (size === 0 || size < small) return { dueAt: madeAt, approvers: 0 };
  const { reviewDays } = limits;
  // Without any working day in the calendar, days of the almanac.
  const dueAt = afterWorkingDays(working, madeAt, reviewDays) ?? madeAt + reviewDays * 86_400_000;
  return { dueAt, approvers: large !== null && size > large ? 2 : 0 };
}

export const stepKinds = ['held', 'released', 'approved'] as const;
export type StepKind = (typeof stepKinds)[number];

/** What somebody did about a draft. */
export interface Step {
  readonly kind: StepKind;
  /** The person, however they are called today. */
  readonly by: string;
  readonly name: string;
  /** Why; '' for an approval without a remark. */
  readonly reason: string;
  readonly at: number;
}

export interface Draft extends Review {
  readonly postedAt: number | null;
  /** An earlier revision of the month is not posted yet: a month is posted in the order of its revisions. */
  readonly isBlocked: boolean;
}

interface Revision extends Review {
  readonly revision: number;
  readonly postedAt: number | null;
}

/** A revision among those of its month. */
export function draftOf(row: Revision, month: readonly Revision[]): Draft {
  const { dueAt, approvers, postedAt } = row;
  const isBlocked = month.some((one) => one.revision < row.revision && one.postedAt === null);
  return { dueAt, approvers, postedAt, isBlocked };
}

export type State = 'draft' | 'held' | 'ready' | 'posted';
export type Missing = 'release' | 'review-time' | 'first-approval' | 'second-approval' | 'earlier-revision';

export interface Standing {
  /** `ready`: nothing is missing, the next wake-up posts it. */
  readonly state: State;
  readonly dueAt: number;
  readonly missing: readonly Missing[];
}

/** How a draft stands at an instant, and all that is missing until it is posted. */
export function standingOf(draft: Draft, steps: readonly Step[], now: number): Standing {
  const { dueAt } = draft;
  if (draft.postedAt !== null) return { state: 'posted', dueAt, missing: [] };
  const approved = steps.filter(({ kind }) => kind === 'approved').length;
  const missing: Missing[] = [];
  if (isHeld(steps)) missing.push('release');
  if (draft.isBlocked) missing.push('earlier-revision');
  if (now < dueAt) missing.push('review-time');
  if (approved < draft.approvers) missing.push(approved === 0 ? 'first-approval' : 'second-approval');
  const state = isHeld(steps) ? 'held' : missing.length === 0 ? 'ready' : 'draft';
  return { state, dueAt, missing };
}

export function isHeld(steps: readonly Step[]): boolean {
  return steps.findLast(({ kind }) => kind !== 'approved')?.kind === 'held';
}

/**
 * May this step follow? `seen`: how many steps the draft had when whoever takes this one looked at it; of two
 * at once the later one saw fewer than there are.
 */
export function admitStep(draft: Draft, steps: readonly Step[], step: Step, seen: number): Refusal | null {
  if (seen !== steps.length)
    return refuse(
      'approval-stale',
      'seen',
      `somebody was there meanwhile: look again (${steps.length} steps)`,
    );
  if (draft.postedAt !== null)
    return refuse('statement-posted', 'revision', 'a statement that is not posted yet');
  if (step.kind !== 'approved' && step.reason.trim() === '')
    return refuse('reason-missing', 'reason', 'why; the customer reads it');
  if (step.kind === 'held')
    return isHeld(steps) ? refuse('statement-held', 'revision', 'it is held already') : null;
  if (step.kind === 'released')
    return isHeld(steps) ? null : refuse('statement-free', 'revision', 'a statement that is held');
  return admitApproval(draft, steps, step);
}

/** The second to agree is neither the first nor anybody who held it. */
function admitApproval(draft: Draft, steps: readonly Step[], step: Step): Refusal | null {
  const approved = steps.filter(({ kind }) => kind === 'approved');
  if (isHeld(steps)) return refuse('statement-held', 'revision', 'release it first');
  if (approved.length >= draft.approvers)
    return refuse('approval-needless', 'revision', 'it needs nobody’s approval: it posts by itself');
  if (approved.length === 0) return null;
  const involved = steps.some(({ by, kind }) => by === step.by && kind !== 'released');
  return involved
    ? refuse('second-person-needed', 'actor', 'somebody who neither approved nor held it')
    : null;
}

/** A step as it is kept, beside the statement that it is about. */
export interface TakenStep extends Step {
  readonly agreement: string;
  readonly month: string;
  readonly revision: number;
  /** From 1. */
  readonly step: number;
}

/** What a step's leaf in the evidence chain must be: the step, and the digest of the case that it was taken on. */
export function stepDigest(taken: TakenStep, caseDigest: Buffer): Buffer {
  const { agreement, month, revision, step, kind, by, name, reason, at } = taken;
  const told = {
    agreement,
    month,
    revision,
    step,
    kind,
    by,
    name,
    reason,
    at,
    case: caseDigest.toString('hex'),
  };
  return createHash('sha256').update(canonical(told)).digest();
}

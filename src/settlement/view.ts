import type { Text } from '../terms/words.ts';

/** What a judged month looks like to a person, as data. Instants are epoch milliseconds, money is in minor units. */

export type Status = 'kept' | 'breached' | 'nothing-measured';

export interface GuaranteeView {
  readonly id: string;
  readonly clause: string;
  readonly name: Text;
  /** The promise in the agreement's words. */
  readonly promise: Text;
  readonly status: Status;
  /** Printed percent, floored (`"99.412345"`); null when nothing was measured. */
  readonly attained: string | null;
  /** Bad time as judged (after the coverage rule). */
  readonly badMs: number;
  /** How much bad time the month allows; null where the promise knows no allowance. */
  readonly allowanceMs: number | null;
  /** What is left of it, negative when it is overdrawn. */
  readonly headroomMs: number | null;
  readonly classes: ClassesView;
  /** In time order and disjoint; good time is what no stretch covers. */
  readonly stretches: readonly StretchView[];
}

/** Milliseconds by class, before the coverage rule. */
export interface ClassesView {
  readonly outside: number;
  readonly bad: number;
  readonly unobserved: number;
  readonly good: number;
  readonly excluded: readonly {
    readonly cause: string;
    readonly name: Text;
    readonly clause: string;
    readonly ms: number;
  }[];
}

export type StretchKind = 'outside' | 'excluded' | 'bad' | 'unobserved';

export interface StretchView {
  readonly from: number;
  readonly to: number;
  readonly kind: StretchKind;
  readonly cause: Text | null;
  readonly clause: string | null;
  /** Ids of what proves it. */
  readonly evidence: readonly string[];
  readonly firstFail: number | null;
  readonly lastFail: number | null;
  /** Code of the failing observations. */
  readonly code: string | null;
}

/** A judged month as it was filed. */
export interface StatementView {
  readonly agreement: string;
  readonly month: string;
  readonly revision: number;
  readonly madeAt: number;
  /** When it was posted to the customer's account; null: a draft. */
  readonly postedAt: number | null;
  /** A draft is posted by itself from then on, unless somebody holds it. */
  readonly dueAt: number;
  readonly isHeld: boolean;
  readonly currency: string;
  readonly amountMinor: number;
  /** Against the revision before. */
  readonly differenceMinor: number;
  /** SHA-256 of the case file, hexadecimal. */
  readonly digest: string;
  /** The remedy's factor as a decimal (`"2"`). */
  readonly factor: string;
  readonly lines: readonly {
    readonly sales: string;
    readonly deficientMs: number;
    readonly termMs: number;
    readonly paidMinor: number;
  }[];
  readonly guarantees: readonly {
    readonly id: string;
    readonly name: Text;
    readonly clause: string;
    readonly status: Status;
    readonly attained: string | null;
  }[];
  /** The union of the deficient time, `[from, to)`. */
  readonly deficient: readonly (readonly [number, number])[];
}

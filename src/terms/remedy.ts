import { add, type Fraction, multiply, roundUp, whole, zero } from '../money/fraction.ts';
import { intersect, lengthOf, span, type Timeline } from '../timeline/timeline.ts';

/** What one sales agreement contributes: the fee `paid` bought `[from, to)`. Minor units, epoch ms. */
export interface Fee {
  readonly number: string;
  readonly from: number;
  readonly to: number;
  readonly paid: bigint;
}

export interface RemedyLine {
  readonly sales: string;
  readonly deficientMs: number;
  readonly termMs: number;
  readonly paid: bigint;
}

/**
 * Clause 3-1: `Σ factor · paid · |deficient ∩ bought| / bought`, an exact fraction, rounded up to the minor
 * unit once. Lines only for agreements with deficient time in them.
 */
export function remedy(factor: Fraction, fees: readonly Fee[], deficient: Timeline) {
  const lines: RemedyLine[] = [];
  let owed = zero;
  for (const fee of fees) {
    const deficientMs = lengthOf(intersect(deficient, span(fee.from, fee.to)));
    if (deficientMs === 0) continue;
    const termMs = fee.to - fee.from;
    lines.push({ sales: fee.number, deficientMs, termMs, paid: fee.paid });
    const part = { numerator: fee.paid * BigInt(deficientMs), denominator: BigInt(termMs) };
    owed = add(owed, multiply(factor, part));
  }
  return { minor: lines.length === 0 ? roundUp(whole(0)) : roundUp(owed), lines };
}

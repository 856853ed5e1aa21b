import { add, type Fraction, multiply, roundUp, zero } from '../money/fraction.ts';
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

/** What one line owes, exactly: `factor · paid · deficient / bought`, in minor units. */
export function remedyPart(factor: Fraction, line: RemedyLine): Fraction {
  return multiply(factor, {
    numerator: line.paid * BigInt(line.deficientMs),
    denominator: BigInt(line.termMs),
  });
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
    const line = { sales: fee.number, deficientMs, termMs: fee.to - fee.from, paid: fee.paid };
    lines.push(line);
    owed = add(owed, remedyPart(factor, line));
  }
  return { minor: roundUp(owed), lines };
}

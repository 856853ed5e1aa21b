import { type Fraction, multiply, parseDecimal, roundDown, whole } from '../money/fraction.ts';
import { type Lang, moneyWords } from '../terms/words.ts';

/** The arithmetic of a statement as it is shown to a person: the figures are the settlement's own, nothing is judged here. */

/** A sale's part: fee × deficient time ÷ bought time × factor, in minor units, exact. `factor` is a decimal of the terms. */
export function shareOf(
  factor: string,
  line: { readonly paidMinor: number; readonly deficientMs: number; readonly termMs: number },
): Fraction {
  const numerator = BigInt(line.paidMinor) * BigInt(line.deficientMs);
  return multiply(parseDecimal(factor) ?? whole(0), { numerator, denominator: BigInt(line.termMs) });
}

/** `86,400 秒`: what is really multiplied, to the millisecond. */
export function secondsWords(ms: number, lang: Lang): string {
  const rest = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`;
  const digits = String(Math.floor(ms / 1000)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${digits}${rest} ${lang === 'zh' ? '秒' : 's'}`;
}

/** Money before rounding: the whole fen, four decimals of a fen cut off, an ellipsis where more would follow. */
export function exactWords(minor: Fraction, currency: string, lang: Lang): string {
  const cut = roundDown(multiply(minor, whole(10_000)));
  const exact = cut * minor.denominator === minor.numerator * 10_000n;
  const decimals = (cut % 10_000n).toString().padStart(4, '0');
  return `${moneyWords(cut / 10_000n, currency, lang)}${exact && cut % 10_000n === 0n ? '' : decimals}${exact ? '' : '…'}`;
}

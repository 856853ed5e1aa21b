/** An exact share, `numerator / denominator`, the denominator above zero. Not reduced: nothing here grows. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const zero: Fraction = { numerator: 0n, denominator: 1n };

/** `"0.99"` or `"2.125"` exactly; null when the text is not a plain decimal. */
export function parseDecimal(text: string): Fraction | null {
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (parts === null) return null;
  const decimals = parts[2] ?? '';
  return { numerator: BigInt(parts[1]! + decimals), denominator: 10n ** BigInt(decimals.length) };
}

export function add(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** What is left of the whole: `1 − share`. */
export function complement(share: Fraction): Fraction {
  return { numerator: share.denominator - share.numerator, denominator: share.denominator };
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function whole(n: number | bigint): Fraction {
  return { numerator: BigInt(n), denominator: 1n };
}

/** Towards positive infinity, for what is paid. Never below zero here, but right there too. */
export function roundUp(f: Fraction): bigint {
  return -roundDown({ numerator: -f.numerator, denominator: f.denominator });
}

/** Towards negative infinity, for what is printed. */
export function roundDown(f: Fraction): bigint {
  const quotient = f.numerator / f.denominator;
  return f.numerator % f.denominator < 0n ? quotient - 1n : quotient;
}

/** `⌊share · count⌋` for a count of at least zero. Plain numbers while they are exact: judging asks for it often. */
export function floorOf(share: Fraction, count: number): number {
  const product = Number(share.numerator) * count;
  const divisor = Number(share.denominator);
  if (product <= Number.MAX_SAFE_INTEGER && divisor <= Number.MAX_SAFE_INTEGER) {
    return (product - (product % divisor)) / divisor;
  }
  return Number((share.numerator * BigInt(count)) / share.denominator);
}

/** Money: an integer of minor units beside its currency. Only currencies with two decimals (SEMANTICS §2). */
export interface Amount {
  readonly minor: bigint;
  readonly currency: string;
}

/** `"600.00"` → 60000n; null unless it is digits with exactly two decimals and no sign. */
export function parseMinor(text: string): bigint | null {
  return /^\d+\.\d\d$/.test(text) ? BigInt(text.replace('.', '')) : null;
}

/** 60000n → `"600.00"`. */
export function printMinor(minor: bigint): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, '0');
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const decimals = new Map<string, number | undefined>();

/** True for an ISO 4217 code whose money has two decimals. */
export function isTwoDecimalCurrency(code: string): boolean {
  if (!currencies.has(code)) return false;
  const known = decimals.get(code);
  if (known !== undefined) return known === 2;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: code });
  const digits = format.resolvedOptions().maximumFractionDigits;
  decimals.set(code, digits);
  return digits === 2;
}

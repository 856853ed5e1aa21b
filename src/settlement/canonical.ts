/**
 * The canonical text of JSON data (RFC 8785): keys in the order of their UTF-16 units, nothing between. Numbers
 * and strings are written as ECMAScript writes them, which is what the RFC asks for; lists of thousands of
 * them are written in one go. What is not JSON must not come here.
 */
export function canonical(value: unknown): string {
  if (value instanceof Int32Array) return row(value);
  if (Array.isArray(value)) {
    return isFlat(value) ? JSON.stringify(value) : `[${value.map(canonical).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}

/** A list of nothing but numbers, strings and the like. */
function isFlat(list: readonly unknown[]): boolean {
  for (let i = 0; i < list.length; i += 1) if (typeof list[i] === 'object' && list[i] !== null) return false;
  return true;
}

/** Gathered values (terms/ceiling.ts) as the list they stand for: below zero is null. Digit by digit, for a month has 44,640. */
function row(values: Int32Array): string {
  const out = Buffer.allocUnsafe(values.length * mostDigits + 2);
  let at = 0;
  out[at++] = 0x5b;
  for (let i = 0; i < values.length; i += 1) {
    if (i > 0) out[at++] = 0x2c;
    const value = values[i]!;
    if (value >= 0 && value < 10) out[at++] = 0x30 + value;
    else at += out.write(value < 0 ? 'null' : String(value), at, 'latin1');
  }
  out[at++] = 0x5d;
  return out.toString('latin1', 0, at);
}

/** Of a value and the comma before it: 2^31 − 1 has ten digits. */
const mostDigits = 11;

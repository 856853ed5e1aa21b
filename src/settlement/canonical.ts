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
  const most = values.length * mostDigits + 2;
  if (scratch.length < most) scratch = Buffer.allocUnsafe(most);
  const out = scratch;
  let at = 0;
  out[at++] = 0x5b;
  for (const value of values) {
    if (value < 0) at += out.write('null', at, 'latin1');
    else if (value < 1000) at = write(out, at, value);
    else at += out.write(String(value), at, 'latin1');
    out[at++] = 0x2c;
  }
  // The bracket stands in the place of the last comma.
  out[values.length === 0 ? at++ : at - 1] = 0x5d;
  return out.toString('latin1', 0, at);
}

/** Writes up to three digits and gives where they end. */
function write(out: Buffer, at: number, value: number): number {
  let end = at;
  if (value >= 100) out[end++] = 0x30 + Math.floor(value / 100);
  if (value >= 10) out[end++] = 0x30 + (Math.floor(value / 10) % 10);
  out[end++] = 0x30 + (value % 10);
  return end;
}

/** Kept from row to row: half a megabyte that is new each time costs more than writing into it. */
let scratch = Buffer.alloc(0);

/** Of a value and the comma before it: 2^31 − 1 has ten digits. */
const mostDigits = 11;

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

/**
 * Gathered values (terms/ceiling.ts) as the list they stand for: below zero is null. A month has 44,640 of them, so
 * what most are is written as one word of four bytes, and the next begins where the word's text ends.
 */
function row(values: Int32Array): string {
  if (values.length === 0) return '[]';
  const most = values.length * mostDigits + spare;
  if (scratch.byteLength < most) scratch = new DataView(new ArrayBuffer(most));
  const out = scratch;
  out.setUint8(0, 0x5b);
  let at = 1;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (value >= 0 && value < words.length) {
      out.setInt32(at, words[value]!, true);
      at += lengths[value]!;
    } else at += other(out, at, value);
  }
  // The bracket stands in the place of the last comma.
  out.setUint8(at - 1, 0x5d);
  return Buffer.from(out.buffer, 0, at).toString('latin1');
}

/** Writes a value that no word holds, and its comma; gives their length. */
function other(out: DataView, at: number, value: number): number {
  return Buffer.from(out.buffer).write(value < 0 ? 'null,' : `${value},`, at, 'latin1');
}

/** Kept from row to row: half a megabyte that is new each time costs more than writing into it. */
let scratch = new DataView(new ArrayBuffer(0));

/** Of a value and the comma after it: 2^31 − 1 has ten digits. */
const mostDigits = 11;
/** The bracket, and what a word writes beyond its text. */
const spare = 4;

/** Values of up to three digits with the comma after them, their first byte lowest. */
const lengths = Uint8Array.from({ length: 1000 }, (_, value) => `${value},`.length);
const words = Int32Array.from({ length: 1000 }, (_, value) => {
  return Buffer.from(`${value},\0\0`, 'latin1').readInt32LE(0);
});

/**
 * The canonical text of JSON data (RFC 8785): keys in the order of their UTF-16 units, nothing between. Numbers
 * and strings are written as ECMAScript writes them, which is what the RFC asks for; lists of thousands of
 * them are written in one go. What is not JSON must not come here.
 */
export function canonical(value: unknown): string {
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

import { type Refusal, refuse } from '../refusal.ts';

/** Nothing of ours is nested deeper; whoever calls itself for each level stays far from the end of its stack. */
const deepest = 32;

/**
 * What no table and no signed text can keep, found before a schema is asked: NUL, half characters (RFC 8259, 8.2), signs
 * that show letters in another order than they stand in (U+202D, U+202E: Unicode UAX 9, overrides),
 * and nesting without end. Walks with a list of its own, so that it has no end of a stack either.
 */
export function refuseUnkeepable(value: unknown): Refusal | null {
  const left: { readonly value: unknown; readonly path: string; readonly depth: number }[] = [
    { value, path: '', depth: 0 },
  ];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const { value: inner, path, depth } = one;
    if (typeof inner === 'string' && !isKeepable(inner)) return unkeepable(path);
    if (typeof inner !== 'object' || inner === null) continue;
    if (depth >= deepest)
      return refuse('request-invalid', path, `at most ${deepest} levels within each other`);
    for (const [key, below] of Object.entries(inner)) {
      if (!isKeepable(key)) return unkeepable(path);
      left.push({ value: below, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
    }
  }
  return null;
}

function isKeepable(text: string): boolean {
  return !/[\0\u202d\u202e]/.test(text) && text.isWellFormed();
}

function unkeepable(path: string): Refusal {
  return refuse('request-invalid', path, 'text without NUL, half characters and signs that turn it round');
}

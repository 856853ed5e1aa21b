import type { Random } from './random.ts';

/** JSON with something wrong in it: a value, and what is done to it at places that chance picks. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One change. `at` picks the place among all values, whatever their number is then. */
export interface Edit {
  readonly at: number;
  readonly kind: (typeof kinds)[number];
  readonly pick: number;
}

const kinds = ['drop', 'double', 'rename', 'value', 'swap', 'add', 'nest'] as const;

/** What nobody writes on purpose. Numbers beyond JSON stand as text and are put in bare (`textOf`). */
const odd: readonly Json[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e21,
  2 ** 53,
  -(2 ** 53),
  1e308,
  '',
  '0',
  '-1',
  'NaN',
  '\0',
  '\ud800',
  '\u202e\u0000中😀',
  '__proto__',
  '2026-10-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00+23:59',
  'P99999999999999D',
  '999999999999999999999.99',
  'x'.repeat(5000),
  [],
  {},
  [[]],
  'bare:1e999',
  'bare:-0',
  'bare:1E-400',
  'bare:123456789012345678901234567890',
];
const keys = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'a.b',
  'a[0]',
  '"',
  '\0',
  '中',
  'id',
];

export function edits(random: Random): readonly Edit[] {
  return Array.from({ length: 1 + random.size(6) }, () => ({
    at: random.below(2 ** 30),
    kind: random.pick(kinds),
    pick: random.below(2 ** 30),
  }));
}

interface Slot {
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string;
}

/** The document with all changes made, as the text that a sender could send. */
export function textOf(document: string, changes: readonly Edit[]): string {
  const root = { root: JSON.parse(document) as Json };
  for (const change of changes) apply(root, change);
  return JSON.stringify(root.root ?? null).replaceAll(/"bare:([^"]*)"/g, '$1');
}

function apply(root: { root: Json }, { at, kind, pick }: Edit): void {
  const { holder, key } = slotAt(root, at);
  const value = get(holder, key);
  if (kind === 'drop') drop(holder, key);
  else if (kind === 'double' && Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(value));
  else if (kind === 'rename') {
    drop(holder, key);
    set(holder, keys[pick % keys.length]!, value);
  } else if (kind === 'value') set(holder, key, structuredClone(odd[pick % odd.length]!));
  else if (kind === 'swap') {
    const other = slotAt(root, pick);
    set(holder, key, structuredClone(get(other.holder, other.key)));
  } else if (kind === 'add' && typeof value === 'object' && value !== null) {
    set(value, keys[pick % keys.length]!, structuredClone(odd[at % odd.length]!));
  } else if (kind === 'nest') {
    let deep = value;
    for (let i = 0; i < pick % 400; i += 1) deep = i % 2 === 0 ? [deep] : { a: deep };
    set(holder, key, deep);
  }
}

/** A place below the root, walked to by what `at` says at each step; deeper ones as likely as their elders. */
function slotAt(root: { root: Json }, at: number): Slot {
  let slot: Slot = { holder: root, key: 'root' };
  for (
    let left = Math.imul(at, 0x9e3779b1) >>> 0;
    ;
    left = Math.imul(left ^ (left >>> 13), 0x85ebca6b) >>> 0
  ) {
    const value = get(slot.holder, slot.key);
    if (typeof value !== 'object' || value === null || (left >>> 8) % 6 === 0) return slot;
    const names = Object.keys(value);
    if (names.length === 0) return slot;
    slot = { holder: value, key: names[left % names.length]! };
  }
}

function get(holder: Slot['holder'], key: string): Json {
  return Array.isArray(holder) ? (holder[Number(key)] ?? null) : (holder[key] ?? null);
}

/** As an own property, also when it is called `__proto__`. */
function set(holder: Slot['holder'], key: string, value: Json): void {
  if (Array.isArray(holder)) holder[Number(key) || 0] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function drop(holder: Slot['holder'], key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

/** Whether a refusal's path (`a.b[0]["odd key"]`) leads to a place of the document, or to one that is missing in it. */
export function leads(document: unknown, path: string): boolean {
  let here: unknown = document;
  let at = 0;
  const step = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|(?:^|\.)([\w$]*)/y;
  while (at < path.length) {
    step.lastIndex = at;
    const parts = step.exec(path);
    if (parts === null) return false;
    at = step.lastIndex;
    const key = parts[1] ?? parts[3] ?? (JSON.parse(parts[2]!) as string);
    if (typeof here !== 'object' || here === null) return false;
    here = Object.hasOwn(here, key) ? (here as Record<string, unknown>)[key] : undefined;
    if (here === undefined) return at === path.length;
  }
  return true;
}

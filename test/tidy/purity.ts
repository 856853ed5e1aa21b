import type { Check, Finding, Source } from './finding.ts';
import { type Import, imports } from './imports.ts';
import { isShell, isSource, isTest } from './place.ts';
import { scan, type Token } from './scan.ts';

const rule = 'purity';
const move = 'take the value as an argument, or move this into store.ts, flow.ts or an adapter folder';

/** The pure modules of Node, and of some only the named parts; null: all of it. */
const modules: Readonly<Record<string, readonly string[] | null>> = {
  'node:assert': null,
  'node:assert/strict': null,
  'node:buffer': null,
  'node:crypto': ['createHash', 'createHmac', 'timingSafeEqual'],
  // Bytes in, bytes out: the same on every machine.
  'node:zlib': ['constants', 'crc32', 'deflateRawSync', 'deflateSync', 'inflateRawSync', 'inflateSync'],
  'node:url': ['domainToASCII', 'domainToUnicode'],
};
/** A password's hash is slow on purpose and rolls its own salt: one handed in could be handed in twice. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  'src/hosting/secret.ts': ['scrypt', 'scryptSync', 'randomBytes'],
};
/** Packages that are arguments in, value out. Another one is added here on purpose, in the same commit. */
const packages: ReadonlySet<string> = new Set(['zod', 'canonicalize', 'chinese-days']);

/** Outside shells a file is arguments in, value out: no disk, network, database, clock or chance. */
export const purityFindings: Check = (sources) =>
  sources.filter(({ path }) => isSource(path) && !isTest(path)).flatMap(fileFindings);

function fileFindings(source: Source): readonly Finding[] {
  const pure = !isShell(source.path);
  const made: Finding[] = [];
  const add = (line: number, instead: string) => made.push({ path: source.path, line, rule, instead });
  if (pure) {
    for (const one of imports(source)) {
      const instead = importFault(source.path, one);
      if (instead !== null) add(one.line, instead);
    }
  }
  const { tokens, line } = scan(source);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || isMember(tokens, index)) continue;
    const instead =
      clockFault(source.path, pure, tokens, index) ?? (pure ? worldFault(source.path, tokens, index) : null);
    if (instead !== null) add(line(token), instead);
  }
  return made;
}

function importFault(path: string, { from, path: inside, names, typeOnly }: Import): string | null {
  if (from === null || inside !== null || typeOnly) return null;
  if (from.startsWith('node:')) {
    const parts = modules[from];
    if (parts === undefined) return `${from} touches the world: ${move}`;
    const extra =
      parts === null
        ? []
        : names.filter((name) => !parts.includes(name) && !exceptions[path]?.includes(name));
    if (parts === null || extra.length === 0) return null;
    return `of ${from} only ${parts.join(', ')} are pure, imported by name, not ${extra.join(', ')}: ${move}`;
  }
  const name = from.split('/', from.startsWith('@') ? 2 : 1).join('/');
  if (packages.has(name)) return null;
  if (name === 'drizzle-orm' && path.endsWith('/tables.ts')) return null;
  return `the package ${name} is not on the list of pure ones in test/tidy/purity.ts: ${move}`;
}

/** The clock is read in `clock.ts` alone; a shell asks the Clock it was given, so that a virtual year can run. */
function clockFault(path: string, pure: boolean, tokens: readonly Token[], index: number): string | null {
  if (path === 'src/clock.ts') return null;
  const text = tokens[index]!.text;
  const next = (step: number) => tokens[index + step]?.text;
  const reads =
    (text === 'Date' && next(1) === '.' && next(2) === 'now') ||
    (text === 'Date' && next(1) === '(' && next(2) === ')') ||
    (text === 'Date' && tokens[index - 1]?.text === 'new' && next(1) !== '(') ||
    (text === 'Temporal' && next(1) === '.' && next(2) === 'Now');
  if (!reads) return null;
  return pure
    ? 'a pure file has no clock: take the instant as an argument'
    : 'ask the Clock you were given: clock.now()';
}

const chance = new Set(['randomBytes', 'randomUUID', 'randomInt', 'randomFillSync', 'getRandomValues']);
const called = new Set(['fetch', 'setTimeout', 'setInterval', 'setImmediate']);
const objects = new Set(['process', 'console', 'performance', 'localStorage']);

function worldFault(path: string, tokens: readonly Token[], index: number): string | null {
  const { text } = tokens[index]!;
  const next = tokens[index + 1]?.text;
  if (text === 'Math' && next === '.' && tokens[index + 2]?.text === 'random') {
    return 'a pure file does not roll dice: take the number or the nonce as an argument';
  }
  if (text === 'crypto' && next === '.' && chance.has(tokens[index + 2]?.text ?? '')) {
    return 'a pure file does not roll dice: take the bytes or the id as an argument';
  }
  if (text === 'Temporal' && next === '.' && !path.startsWith('src/calendar/')) {
    return 'Temporal lives in src/calendar: use an instant in milliseconds and a function of calendar/';
  }
  if (called.has(text) && next === '(' && tokens[index - 1]?.text !== 'function')
    return `${text}() touches the world: ${move}`;
  if (text === 'WebSocket' && tokens[index - 1]?.text === 'new')
    return `a WebSocket touches the world: ${move}`;
  if (objects.has(text) && (next === '.' || next === '?.')) return `${text} touches the world: ${move}`;
  return null;
}

/** `a.Date`, `a?.fetch`: somebody's own property. `globalThis.fetch` is the real one. */
function isMember(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text;
  if (before !== '.' && before !== '?.') return false;
  return tokens[index - 2]?.text !== 'globalThis';
}

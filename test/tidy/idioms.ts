import type { Check, Finding, Source } from './finding.ts';
import { imports } from './imports.ts';
import { isCode } from './place.ts';
import { scan, type Token } from './scan.ts';

const rule = 'idioms';

/** Ways of writing that hide something: re-exports, default exports, `any`, double casts, muted compilers, enums. */
export const idiomFindings: Check = (sources) =>
  sources.filter(({ path }) => isCode(path) && !path.startsWith('src/db/migrations/')).flatMap(fileFindings);

function fileFindings(source: Source): readonly Finding[] {
  const { tokens, comments, line } = scan(source);
  const made: Finding[] = [];
  const add = (at: number, instead: string) => made.push({ path: source.path, line: at, rule, instead });
  for (const one of imports(source)) {
    if (one.passedOn) add(one.line, 'no re-exports: let the reader import from the file that has it');
  }
  for (const comment of comments) {
    const muted = /@ts-(?:ignore|expect-error|nocheck)/.exec(comment.text)?.[0];
    if (muted !== undefined)
      add(line(comment), `${muted} silences the compiler: mend the type it complains about`);
  }
  for (const [index, token] of tokens.entries()) {
    const instead = token.kind === 'word' ? fault(source.path, tokens, index) : null;
    if (instead !== null) add(line(token), instead);
  }
  return made;
}

function fault(path: string, tokens: readonly Token[], index: number): string | null {
  const text = (step: number) => tokens[index + step]?.text;
  const own = text(-1) === '.' || text(-1) === '?.';
  if (own) return null;
  switch (text(0)) {
    case 'export':
      if (text(1) !== 'default' || path === 'drizzle.config.ts') return null;
      return 'no default exports: give it a name, the same at both ends';
    case 'as':
      if (text(1) !== 'unknown' || text(2) !== 'as') return null;
      return 'a double cast hides a wrong type: narrow with a check or a schema';
    case 'enum':
      if (tokens[index + 1]?.kind !== 'word' || text(2) !== '{') return null;
      return "no enums (types are only stripped): a `const names = ['a', 'b'] as const` and its union";
    case 'any':
      return isAnyType(tokens, index) ? 'no any: unknown and a check, or the real type' : null;
    default:
      return null;
  }
}

const typeFollows = new Set([':', '<', '|', '&', '=>', 'as', 'extends', 'satisfies']);

/** The type, not a property or value of that name (`quorum: { any: 1 }`). */
function isAnyType(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text ?? '';
  const next = tokens[index + 1]?.text ?? '';
  if (next === ':' || next === '(' || next === '.') return false;
  if (typeFollows.has(before)) return true;
  if (before === ',') return next === '>' || (next === '[' && tokens[index + 2]?.text === ']');
  return before === '=' && tokens[index - 3]?.text === 'type';
}

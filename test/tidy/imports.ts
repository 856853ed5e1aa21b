import { posix } from 'node:path';
import type { Source } from './finding.ts';
import { scan, type Token } from './scan.ts';

export interface Import {
  /** As written: `../money/amount.ts`, `node:fs`, `zod`. Null when it is computed. */
  readonly from: string | null;
  /** The file in the repository that a relative one means, else null. */
  readonly path: string | null;
  /** Names that are there at run time, as the other side calls them; `*` for a namespace. */
  readonly names: readonly string[];
  readonly typeOnly: boolean;
  /** `export … from`. */
  readonly passedOn: boolean;
  readonly line: number;
}

const known = new WeakMap<Source, readonly Import[]>();

/** Every import of a file: static, `import type`, for the side effect, dynamic, and passed on. */
export function imports(source: Source): readonly Import[] {
  const before = known.get(source);
  if (before !== undefined) return before;
  const { tokens, line } = scan(source);
  const found: Import[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || (token.text !== 'import' && token.text !== 'export')) continue;
    if (tokens[index - 1]?.text === '.' || tokens[index + 1]?.text === '.') continue;
    const clause = token.text === 'import' && tokens[index + 1]?.text === '(' ? dynamic : fixed;
    const made = clause(tokens, index);
    if (made === null) continue;
    const path = made.from?.startsWith('.') ? posix.join(posix.dirname(source.path), made.from) : null;
    found.push({ ...made, path, passedOn: token.text === 'export', line: line(token) });
  }
  known.set(source, found);
  return found;
}

type Clause = Pick<Import, 'from' | 'names' | 'typeOnly'>;

function dynamic(tokens: readonly Token[], index: number): Clause {
  const asked = tokens[index + 2];
  const whole = tokens[index + 3]?.text === ')' || tokens[index + 3]?.text === ',';
  const literal = whole && (asked?.kind === 'string' || asked?.kind === 'template');
  return { from: literal ? asked.text : null, names: ['*'], typeOnly: false };
}

/** The clause up to its module name, or null when this `import` or `export` names no module. */
function fixed(tokens: readonly Token[], index: number): Clause | null {
  const typeOnly = tokens[index + 1]?.text === 'type' && tokens[index + 2]?.text !== 'from';
  const names: string[] = [];
  for (let at = index + 1; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at]!;
    if (kind === 'string') {
      const named = at === index + 1 || tokens[at - 1]!.text === 'from';
      return named ? { from: text, names: typeOnly ? [] : names, typeOnly } : null;
    }
    if (kind === 'mark' ? !['{', '}', ',', '*'].includes(text) : kind !== 'word') return null;
    if (declares.has(text) && at === index + 1) return null;
    if (text === '*' || (kind === 'word' && isName(tokens, at))) names.push(text);
  }
  return null;
}

const declares = new Set(
  'const let var function async class interface default abstract enum declare'.split(' '),
);

/** The other side's name in a clause: not `as`, not what stands after it, not `type`, not `from`. */
function isName(tokens: readonly Token[], at: number): boolean {
  const { text } = tokens[at]!;
  if (text === 'as' || text === 'type' || text === 'from') return false;
  const before = tokens[at - 1]!.text;
  return before === '{' || before === ',' || before === 'import';
}

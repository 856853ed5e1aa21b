import { type Check, type Finding, lineAt, type Source } from './finding.ts';
import { isCode, isScreen, isTest } from './place.ts';
import { type Scan, scan, type Token } from './scan.ts';

const rule = 'sizes';
const fileLimit = 400;
const testLimit = 600;
const functionLimit = 70;

/** Files up to 400 lines (tests and case suites 600), functions up to 70. Generated migrations are exempt. */
export const sizeFindings: Check = (sources) =>
  sources
    .filter(({ path }) => /^(?:src|test|bench|bin|\.ci|console\/src)\//.test(path))
    .filter(({ path }) => !path.startsWith('src/db/migrations/') && !path.startsWith('test/cases/'))
    .flatMap((source) => [
      ...fileFindings(source),
      ...(isCode(source.path) ? functionFindings(source) : []),
      ...(isScreen(source.path) ? componentFindings(source) : []),
    ]);

/** The scanner knows no JSX. What the formatter has indented begins and ends at the left edge. */
function componentFindings({ path, text }: Source): readonly Finding[] {
  const functions = text.matchAll(/^(?:export )?(?:async )?function [\s\S]*?^}$/gm);
  return [...functions].flatMap(({ 0: whole, index }) => {
    const lines = whole.split('\n').length;
    if (lines <= functionLimit) return [];
    const instead = `a function of ${lines} lines, at most ${functionLimit}: give its parts components of their own`;
    return [{ path, line: lineAt(text, index), rule, instead }];
  });
}

function fileFindings({ path, text }: Source): readonly Finding[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const limit = isTest(path) ? testLimit : fileLimit;
  if (lines <= limit) return [];
  const instead = `${lines} lines, at most ${limit}: find the second noun in it and give that its own file`;
  return [{ path, line: limit + 1, rule, instead }];
}

function functionFindings(source: Source): readonly Finding[] {
  const { tokens, partner, line } = scan(source);
  const made: Finding[] = [];
  for (const [index, token] of tokens.entries()) {
    const body = bodyAt(tokens, partner, index);
    const end = body === -1 ? -1 : partner[body]!;
    if (end === -1) continue;
    const lines = line(tokens[end]!) - line(token) + 1;
    if (lines <= functionLimit) continue;
    const instead = `a function of ${lines} lines, at most ${functionLimit}: keep the branching, move the leaves into named functions below`;
    made.push({ path: source.path, line: line(token), rule, instead });
  }
  return made;
}

const blocks = new Set('if for while switch catch with await'.split(' '));

/** When this token is an arrow or ends a parameter list: the index of its function's `{`, else -1. */
function bodyAt(tokens: readonly Token[], partner: Scan['partner'], index: number): number {
  const { kind, text } = tokens[index]!;
  if (kind !== 'mark') return -1;
  if (text === '=>') return tokens[index + 1]?.text === '{' ? index + 1 : -1;
  if (text !== ')' || partner[index] === -1) return -1;
  const before = tokens[partner[index]! - 1];
  if (before?.kind === 'word' && blocks.has(before.text)) return -1;
  const next = tokens[index + 1]?.text;
  if (next === '{') return index + 1;
  return next === ':' ? bodyPast(tokens, partner, index + 1) : -1;
}

const stops = new Set(['=>', ';', '=', ',', ')', ']', '}', '?']);
const statements = new Set(
  'if for while switch return const let var throw function class import export'.split(' '),
);
const expectsType = new Set([
  ':',
  '|',
  '&',
  '<',
  ',',
  '=>',
  '(',
  '[',
  '?',
  'extends',
  'is',
  'asserts',
  'keyof',
  'readonly',
]);

/** Past a return type: a `{` where a type is expected belongs to the type, the first one after it opens the body. */
function bodyPast(tokens: readonly Token[], partner: Scan['partner'], colon: number): number {
  let angles = 0;
  for (let at = colon + 1; at < tokens.length; at += 1) {
    const { text, kind } = tokens[at]!;
    if (kind === 'word' && statements.has(text)) return -1;
    if (kind !== 'mark') continue;
    if (text === '<') angles += 1;
    if (text === '>') angles -= 1;
    if (angles === 0 && stops.has(text)) return -1;
    if (text === '{' && !expectsType.has(tokens[at - 1]!.text)) return at;
    if (text === '{' || text === '${' || text === '(' || text === '[') {
      if (partner[at] === -1) return -1;
      at = partner[at]!;
    }
  }
  return -1;
}

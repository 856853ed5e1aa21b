import type { Source } from './finding.ts';

/**
 * A scanner for TypeScript that knows just enough for house rules: where words, strings, templates, regular
 * expressions and comments begin and end, and which bracket closes which. It does not parse.
 */
export type Kind = 'word' | 'number' | 'string' | 'template' | 'regex' | 'mark';

export interface Token {
  readonly kind: Kind;
  /** A string's text without its quotes; a template's literal chunk, without what is substituted. */
  readonly text: string;
  readonly at: number;
  /** Of a template chunk: the function that tags it (`sql`), else empty. */
  readonly tag: string;
}

export interface Comment {
  readonly text: string;
  readonly at: number;
}

export interface Scan {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  /** For the index of a bracket token the index of its partner, else -1. */
  readonly partner: readonly number[];
  /** The 1-based line of a token, a comment or anything with an offset. */
  line(thing: { readonly at: number }): number;
}

const known = new WeakMap<Source, Scan>();

/** The scan of a source, made once however many checks ask. */
export function scan(source: Source): Scan {
  const before = known.get(source);
  if (before !== undefined) return before;
  const made = scanned(source.text);
  known.set(source, made);
  return made;
}

interface Lexer {
  readonly text: string;
  at: number;
  readonly tokens: Token[];
  readonly comments: Comment[];
  /** Open curly brackets: null for a block, the tag (perhaps empty) for a template's `${`. */
  readonly open: (string | null)[];
}

function scanned(text: string): Scan {
  const lexer: Lexer = {
    text,
    at: text.startsWith('#!') ? lineEnd(text, 0) : 0,
    tokens: [],
    comments: [],
    open: [],
  };
  while (lexer.at < text.length) step(lexer);
  const lines = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  return {
    tokens: lexer.tokens,
    comments: lexer.comments,
    partner: partners(lexer.tokens),
    line: ({ at }) => upTo(lines, at),
  };
}

const space = /\s+/y;
const word = /[A-Za-z_$#\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /\d[\w.]*/y;
const long = /=>|\?\.|\.\.\.|\+\+|--|&&|\|\||\?\?/y;

/** Reads one thing: white space, a comment or a token. */
function step(lexer: Lexer): void {
  const { text, at } = lexer;
  const here = text[at]!;
  if (match(lexer, space) !== null) return;
  if (text.startsWith('//', at)) comment(lexer, lineEnd(text, at));
  else if (text.startsWith('/*', at)) comment(lexer, after(text, '*/', at + 2));
  else if (here === "'" || here === '"') quoted(lexer, here);
  else if (here === '`') chunk(lexer, tagBefore(lexer.tokens));
  else if (here !== '/' || !regexMayStart(lexer) || !regex(lexer)) plain(lexer, here);
}

function plain(lexer: Lexer, here: string): void {
  const { at } = lexer;
  const name = match(lexer, word);
  const digits = name === null ? match(lexer, number) : null;
  if (name !== null) push(lexer, 'word', name, at);
  else if (digits !== null) push(lexer, 'number', digits, at);
  else push(lexer, 'mark', match(lexer, long) ?? single(lexer), at);
  if (here === '{') lexer.open.push(null);
  if (here === '}') {
    const tag = lexer.open.pop();
    if (tag !== null && tag !== undefined) chunk(lexer, tag, lexer.at);
  }
}

function match(lexer: Lexer, pattern: RegExp): string | null {
  pattern.lastIndex = lexer.at;
  const found = pattern.exec(lexer.text);
  if (found === null) return null;
  lexer.at = pattern.lastIndex;
  return found[0];
}

function single(lexer: Lexer): string {
  lexer.at += 1;
  return lexer.text[lexer.at - 1]!;
}

function push(lexer: Lexer, kind: Kind, text: string, at: number, tag = ''): void {
  lexer.tokens.push({ kind, text, at, tag });
}

function comment(lexer: Lexer, end: number): void {
  lexer.comments.push({ text: lexer.text.slice(lexer.at, end), at: lexer.at });
  lexer.at = end;
}

function quoted(lexer: Lexer, quote: string): void {
  const start = lexer.at;
  let at = start + 1;
  while (at < lexer.text.length && lexer.text[at] !== quote && lexer.text[at] !== '\n') {
    at += lexer.text[at] === '\\' ? 2 : 1;
  }
  push(lexer, 'string', lexer.text.slice(start + 1, at), start);
  lexer.at = at + 1;
}

/** From the back quote (or from `start`, after a substitution) to the closing one or to the next `${`. */
function chunk(lexer: Lexer, tag: string, start = lexer.at + 1): void {
  let at = start;
  while (at < lexer.text.length && lexer.text[at] !== '`' && !lexer.text.startsWith('${', at)) {
    at += lexer.text[at] === '\\' ? 2 : 1;
  }
  push(lexer, 'template', lexer.text.slice(start, at), start, tag);
  lexer.at = at + 1;
  if (lexer.text[at] !== '$') return;
  push(lexer, 'mark', '${', at);
  lexer.at = at + 2;
  lexer.open.push(tag);
}

/** The word before a template, past type arguments: `sql` in sql<Row>`…`. */
function tagBefore(tokens: readonly Token[]): string {
  let at = tokens.length - 1;
  if (tokens[at]?.text === '>') {
    for (let depth = 0; at >= 0; at -= 1) {
      const { text } = tokens[at]!;
      depth += text === '>' ? 1 : text === '<' ? -1 : 0;
      if (depth === 0) break;
    }
    at -= 1;
  }
  const before = tokens[at];
  return before?.kind === 'word' && !operators.has(before.text) ? before.text : '';
}

const operators = new Set(
  'return typeof case in of delete void throw new instanceof do else yield await'.split(' '),
);

/** A slash divides after an operand and opens a regular expression everywhere else. */
function regexMayStart({ tokens, text }: Lexer): boolean {
  const last = tokens.at(-1);
  if (last === undefined) return true;
  if (last.kind === 'word') return operators.has(last.text);
  if (last.kind !== 'mark') return false;
  if (last.text === '!') return !/[\w$)\]]/.test(text[last.at - 1] ?? ''); // `a! / b` divides, `!/a/` does not
  return ![')', ']', '}', '++', '--'].includes(last.text);
}

function regex(lexer: Lexer): boolean {
  let group = false;
  let at = lexer.at + 1;
  for (; at < lexer.text.length; at += 1) {
    const here = lexer.text[at];
    if (here === '\n') return false;
    if (here === '\\') at += 1;
    else if (here === '[') group = true;
    else if (here === ']') group = false;
    else if (here === '/' && !group) break;
  }
  push(lexer, 'regex', lexer.text.slice(lexer.at, at + 1), lexer.at);
  lexer.at = at + 1;
  match(lexer, word); // flags
  return true;
}

function partners(tokens: readonly Token[]): readonly number[] {
  const partner: number[] = new Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'mark') continue;
    if (text === '(' || text === '[' || text === '{' || text === '${') open.push(index);
    if (text !== ')' && text !== ']' && text !== '}') continue;
    const start = open.pop();
    if (start === undefined) continue;
    partner[start] = index;
    partner[index] = start;
  }
  return partner;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function after(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found === -1 ? text.length : found + what.length;
}

/** How many of the ascending numbers are at or below `limit`. */
function upTo(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

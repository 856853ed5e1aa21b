import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imports } from './imports.ts';
import { scan } from './scan.ts';

const tick = '`';
const words = (text: string) =>
  scan({ path: 'src/a.ts', text })
    .tokens.filter(({ kind }) => kind === 'word')
    .map((token) => token.text);
const kinds = (text: string) => scan({ path: 'src/a.ts', text }).tokens.map(({ kind }) => kind);

test('comments, strings, templates and regular expressions hide what they hold', () => {
  assert.deepEqual(words("a; // b\n/* c */ d; 'e \\' f'; g"), ['a', 'd', 'g']);
  assert.deepEqual(words(`a = /[/"'{]b/gi; c`), ['a', 'c']);
  assert.deepEqual(words(`${tick}x \${inner({ k: ${tick}y \${deep}${tick} })} z${tick}; end`), [
    'inner',
    'k',
    'deep',
    'end',
  ]);
});

test('a slash after an operand divides, elsewhere it opens a regular expression', () => {
  assert.deepEqual(kinds('a / b / c'), ['word', 'mark', 'word', 'mark', 'word']);
  assert.deepEqual(kinds('f[5]! / 2 / d'), [
    'word',
    'mark',
    'number',
    'mark',
    'mark',
    'mark',
    'number',
    'mark',
    'word',
  ]);
  assert.deepEqual(kinds('!/a/.test'), ['mark', 'regex', 'mark', 'word']);
  assert.deepEqual(kinds('return /a/'), ['word', 'regex']);
  assert.deepEqual(kinds('n++ / b / c'), ['word', 'mark', 'mark', 'word', 'mark', 'word']);
});

test('brackets find their partners and tokens their lines', () => {
  const { tokens, partner, line } = scan({ path: 'src/a.ts', text: `f(${tick}a\n\${b}${tick},\n[c])` });
  assert.equal(partner[1], tokens.length - 1);
  assert.equal(line(tokens.at(-1)!), 3);
  assert.equal(line(tokens[0]!), 1);
});

test('a template knows its tag, past type arguments', () => {
  const tags = (text: string) =>
    scan({ path: 'src/a.ts', text })
      .tokens.filter(({ kind }) => kind === 'template')
      .map(({ tag }) => tag);
  assert.deepEqual(tags(`sql${tick}a \${b} c${tick}`), ['sql', 'sql']);
  assert.deepEqual(tags(`sql<Map<string, number>>${tick}a${tick}`), ['sql']);
  assert.deepEqual(tags(`return ${tick}a${tick}`), ['']);
});

test('every way to import is seen, and what only looks like one is not', () => {
  const seen = (text: string) => imports({ path: 'src/hosting/planes/ftp.ts', text });
  assert.deepEqual(seen("import type { A } from '../spec.ts';")[0], {
    from: '../spec.ts',
    path: 'src/hosting/spec.ts',
    names: [],
    typeOnly: true,
    passedOn: false,
    line: 1,
  });
  assert.deepEqual(seen("import fs, { type A, b as c, d } from 'node:fs';")[0]?.names, ['fs', 'b', 'd']);
  assert.deepEqual(seen("import * as fs from 'node:fs';")[0]?.names, ['*']);
  assert.equal(seen("import './a.ts';")[0]?.path, 'src/hosting/planes/a.ts');
  assert.equal(seen("await import('node:fs')")[0]?.from, 'node:fs');
  assert.equal(seen('await import(where)')[0]?.from, null);
  assert.equal(seen("let a: import('./b.ts').B;")[0]?.path, 'src/hosting/planes/b.ts');
  assert.equal(seen("export { a } from './b.ts';")[0]?.passedOn, true);
  assert.equal(seen("export * from './b.ts';")[0]?.passedOn, true);
  assert.deepEqual(seen("import.meta.url; export const a = 'from'; export type B = 'c'; export { a };"), []);
  assert.deepEqual(seen("// import a from 'b'\nconst text = `import c from 'd'`;"), []);
});

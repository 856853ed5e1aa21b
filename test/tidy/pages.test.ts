import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from './finding.ts';
import { worded } from './finding.ts';
import { glossaryFindings } from './glossary.ts';
import { linkFindings } from './links.ts';
import { suiteFindings } from './suites.ts';
import { traceFindings } from './traces.ts';

const said = (check: Check, files: Readonly<Record<string, string>>) =>
  check(Object.entries(files).map(([path, text]) => ({ path, text }))).map(({ instead }) => instead);

test('paths of a machine and registries are found in any file', () => {
  const registry = ['registry', 'npmjs', 'org'].join('.');
  const machine = ['', 'work', 'main'].join('/');
  for (const text of [
    `read('${machine}/src')`,
    `cd ${['', 'root', 'x'].join('/')}`,
    `"a": "https://${registry}/a"`,
    `https://${['npm', 'corp', 'example'].join('.')}/a`,
    `ask ${registry}`,
    `"resolv${'ed'}": "https://example.net/a.tgz"`,
    `//example.net/:_auth${'Token'}=abc`,
  ]) {
    assert.ok(said(traceFindings, { 'docs/a.md': text }).length >= 1, text);
  }
  assert.equal(said(traceFindings, { '.npmrc': `registry${'='}https://example.net/` }).length, 1);
});

test('paths inside the repository, addresses of pages and a map called registry pass', () => {
  const text =
    'src/work/a.ts ../root/b https://github.com/npm/cli https://www.npmjs.com/package/zod registry.probes.web = 1';
  assert.deepEqual(said(traceFindings, { 'docs/a.md': text, '.npmrc': 'save-exact=true' }), []);
});

test('a link leads to a file, a folder or a heading that is there', () => {
  const there = { 'docs/b.md': '# B page\n## 4 Classes (of `ms`)\n', 'src/money/amount.ts': '' };
  const good =
    '[b](b.md) [h](b.md#4-classes-of-ms) [s](../src/money/) [top](#a) [w](https://a.example/) `[c](d.md)`\n# A';
  assert.deepEqual(said(linkFindings, { ...there, 'docs/a.md': good }), []);
  for (const bad of [
    '[b](c.md)',
    '[b](../b.md)',
    '[s](../src/monies/)',
    '[h](b.md#5-classes)',
    '[top](#b)',
  ]) {
    assert.equal(said(linkFindings, { ...there, 'docs/a.md': `text\n${bad}` }).length, 1, bad);
  }
});

test('folders and tables must be in the glossary once there is one', () => {
  const files = {
    'src/desk/tables.ts':
      "export const a = pgTable('login_attempts', {}); export const b = pgTable('entries', {});",
    'src/refusal.ts': '',
  };
  assert.deepEqual(said(glossaryFindings, files), []);
  assert.deepEqual(said(glossaryFindings, { ...files, 'GLOSSARY.md': 'Desk, login attempt, entry' }), []);
  const missing = said(glossaryFindings, { ...files, 'GLOSSARY.md': 'Desktop, login, reentry' });
  assert.equal(missing.length, 3);
  assert.match(missing[0]!, /src\/desk/);
  assert.match(missing[1]!, /table login_attempts is no word/);
});

test('a test file that asserts and skips with a reason passes', () => {
  for (const text of [
    "import assert from 'node:assert/strict'; test('a', (t) => { t.skip('reason: no lftp'); assert.ok(1); });",
    "import { equal } from 'node:assert/strict'; test('a', () => equal(1, 1)); stream.skip(3); list.only(a);",
    "import { planeCases } from './plane.cases.ts'; planeCases(embedded);",
  ]) {
    assert.deepEqual(said(suiteFindings, { 'src/a/b.test.ts': text }), [], text);
  }
});

test('a test that asserts nothing or is switched off is found', () => {
  for (const text of [
    "test.only('a', f)",
    "test('a', { only: true }, f)",
    "describe.skip('a', f)",
    "test('a', { skip: true }, f)",
    't.skip()',
    "it.todo('a')",
    't.todo()',
  ]) {
    assert.equal(said(suiteFindings, { 'src/a/b.test.ts': `assert.ok(1); ${text}` }).length, 1, text);
  }
  assert.match(said(suiteFindings, { 'src/a/b.test.ts': "test('a', () => { f(); })" })[0]!, /no assertion/);
  const unused = "import assert from 'node:assert/strict'; test('a', f)";
  assert.match(said(suiteFindings, { 'src/a/b.test.ts': unused })[0]!, /no assertion/);
});

test('findings are worded one a line, by file and line', () => {
  const at = (path: string, line: number) => ({ path, line, rule: 'r', instead: 'do' });
  assert.equal(worded([at('b', 2), at('a', 3), at('b', 1)]), 'a:3 [r] do\nb:1 [r] do\nb:2 [r] do');
});

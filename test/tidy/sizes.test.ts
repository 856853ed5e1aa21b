import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeFindings } from './sizes.ts';

const found = (path: string, text: string) => sizeFindings([{ path, text }]);
const lines = (count: number, line = 'a();') => `${line}\n`.repeat(count);

test('a file may have 400 lines and a test 600', () => {
  assert.deepEqual(found('src/hosting/host.ts', lines(400)), []);
  assert.equal(found('src/hosting/host.ts', lines(401))[0]?.line, 401);
  assert.deepEqual(found('src/hosting/host.test.ts', lines(600)), []);
  assert.equal(found('src/hosting/plane.cases.ts', lines(601)).length, 1);
  assert.equal(found('src/terms/editions/2026-11.ts', lines(401)).length, 1);
  assert.deepEqual(found('src/db/migrations/0000.sql', lines(4000)), []);
});

test('a function of 70 lines passes and one of 71 does not, however it is written', () => {
  const heads = [
    ['function f() {', '}'],
    ['export async function* f<T>(a: T): Promise<{ a: number; b: () => void }> {', '}'],
    [`function f(a: string): a is \`x\${string}\` {`, '}'],
    ['function f(): { a: 1 } | { b: 2 } {', '}'],
    ['const f = (a: number): { b: number } => {', '};'],
    ['const f = async () => {', '};'],
    ['class A { async f(): Promise<void> {', '} }'],
    ['const a = { get f() {', '} };'],
    ["test('name', async (t) => {", '});'],
    ['if (x) function f(a = /[{]/): readonly string[] {', '}'],
  ] as const;
  for (const [head, tail] of heads) {
    assert.deepEqual(found('src/hosting/host.ts', `${head}\n${lines(68)}${tail}\n`), [], head);
    assert.equal(found('src/hosting/host.ts', `${head}\n${lines(69)}${tail}\n`).length, 1, head);
  }
});

test('brackets in strings, templates, comments and patterns count for nothing', () => {
  const fooling = "const a = '{'; // {\n/* { */ const b = `{`; const c = /[{/]{/;\n";
  assert.deepEqual(found('src/hosting/host.ts', `function f() {\n${fooling}}\n${lines(100)}`), []);
});

test('a long list, type, class or block outside a function is no long function', () => {
  for (const head of [
    'export const table = {',
    'interface A {',
    'class B extends C {',
    'if (a) {',
    'for (const a of f(b)) {',
    'const a = b(c) ? d(e) : {',
    'z.object({',
  ]) {
    assert.deepEqual(found('src/hosting/host.ts', `${head}\n${lines(100)}}`), [], head);
  }
});

test('the console is held to the same: its files, and components with all that they draw', () => {
  const component = (count: number) =>
    `export function Screen(): ReactNode {\n${lines(count, '  <p>it’s</p>')}}\n`;
  assert.deepEqual(found('console/src/hosts/host.tsx', component(68)), []);
  assert.match(found('console/src/hosts/host.tsx', component(69))[0]?.instead ?? '', /71 lines.*components/);
  assert.equal(found('console/src/hosts/host.css', lines(401)).length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idiomFindings } from './idioms.ts';

const found = (text: string, path = 'src/hosting/host.ts') =>
  idiomFindings([{ path, text }]).map(({ instead }) => instead);

test('plain code passes', () => {
  const text = `
    import { z } from 'zod';
    export const quorums = ['any', 'all'] as const;
    export const quorum = z.enum(quorums);
    const counts = { any: 1, all: 2 }; counts.any;
    const a = value as unknown;
    // an enum, any of them, as unknown as it is
    export { a };`;
  assert.deepEqual(found(text), []);
});

test('each hiding idiom is found', () => {
  for (const [text, instead] of [
    ["export { a } from './b.ts';", /re-export/],
    ["export type { A } from './b.ts';", /re-export/],
    ["export * from './b.ts';", /re-export/],
    ['export default a;', /default export/],
    ['const a: any = b;', /no any/],
    ['const a = b as any;', /no any/],
    ['let a: Map<string, any>;', /no any/],
    ['function f(a: any[]): Promise<any> {}', /no any/],
    ['type A = any;', /no any/],
    ['const a = b as unknown as C;', /double cast/],
    ['// @ts-ignore', /@ts-ignore silences/],
    ['/* @ts-expect-error: because */', /@ts-expect-error silences/],
    ['// @ts-nocheck', /@ts-nocheck silences/],
    ['export const enum A { b }', /no enums/],
    ['enum A { b }', /no enums/],
  ] as const) {
    assert.match(found(text)[0] ?? '', instead, text);
  }
});

test('a tool may ask for a default export of its own configuration, the console has its own linter', () => {
  assert.deepEqual(found('export default defineConfig({});', 'drizzle.config.ts'), []);
  assert.deepEqual(found('export default Page;', 'console/pages/home.ts'), []);
});

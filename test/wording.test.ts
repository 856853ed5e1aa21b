import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { causeKinds } from '../src/attribution/cause.ts';
import { loginOutcomes } from '../src/hosting/login.ts';
import { loginWords } from '../src/terms/editions/wording/login.ts';
import { causeWords } from '../src/terms/editions/words.ts';

/** `terms/` ranks above the folders whose words it has, so that they agree is checked here. */

test('every ending of an FTP login has its words, and there are no others', () => {
  assert.deepEqual(Object.keys(loginWords).sort(), [...loginOutcomes].sort());
});

test('every cause that attribution can find has its words', () => {
  assert.deepEqual(
    causeKinds.filter((cause) => !Object.hasOwn(causeWords, cause)),
    [],
  );
});

/** A comma, semicolon, colon, question or exclamation mark of Latin script on either side of a Chinese character. */
const halfWidth = /\p{Script=Han}[,;:?!]|[,;!?]\p{Script=Han}/u;

function narrow(text: string): string[] {
  // Comments are English; a Chinese word quoted in one may be followed by its comma.
  return text.split('\n').filter((line) => !/^\s*(\*|\/)/.test(line) && halfWidth.test(line));
}

test('Chinese texts are punctuated in full width', async () => {
  const root = join(import.meta.dirname, '..');
  const found: string[] = [];
  for await (const path of glob(['src/**/*.ts', 'console/src/**/*.{ts,tsx}', 'README.zh.md'], {
    cwd: root,
  })) {
    if (path.endsWith('.test.ts')) continue;
    for (const line of narrow(await readFile(join(root, path), 'utf8')))
      found.push(`${path}: ${line.trim()}`);
  }
  assert.deepEqual(found, []);
});

test('a half-width mark between Chinese characters is found', () => {
  assert.equal(narrow("zh: '已开通,正在检查'").length, 1);
  assert.equal(narrow("zh: '已开通，正在检查'").length, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Text } from '../words.ts';
import { edition } from './hosting.ts';
import { loginWords } from './wording/login.ts';
import { classWords, statusWords } from './wording/verdict.ts';
import { clauses } from './wording.ts';
import { type CauseId, causeWords, clauseOfCause, guaranteeIds, guaranteeWords } from './words.ts';

const numbers = new Set(clauses.map(({ clause }) => clause));

/** Every text in a record of words, with the path that leads to it. */
function texts(value: object, path = ''): readonly (readonly [string, Text])[] {
  if ('zh' in value && 'en' in value) return [[path, value as Text]];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null ? texts(inner, `${path}.${key}`) : [],
  );
}

const everything = texts({ guaranteeWords, causeWords, classWords, statusWords, loginWords });

test('everything is said in both languages, calmly', () => {
  assert.ok(everything.length > 80);
  for (const [path, { zh, en }] of everything) {
    assert.match(zh, /\p{Script=Han}/u, path);
    assert.doesNotMatch(en, /\p{Script=Han}|[，。；（）]/u, path);
    assert.doesNotMatch(zh + en, /[!！]/, path);
    assert.doesNotMatch(zh.replace(/\{[^}]*\}/g, ''), /[,;?(]/, path);
    assert.doesNotMatch(en, / {2}|\s$/, path);
  }
});

test('what is not a name is a whole sentence', () => {
  for (const [path, { zh, en }] of everything) {
    if (!/\.(?:promise|explanation|advice)$/.test(path)) continue;
    assert.ok(zh.endsWith('。'), path);
    assert.match(en, /^[A-Z].*\.$/, path);
  }
});

test('the guarantees are those of the edition, in its order', () => {
  assert.deepEqual(
    edition.guarantees.map(({ id }) => id),
    guaranteeIds,
  );
});

test('every cause that the edition excludes has words, and every cause cites a clause that exists', () => {
  for (const cause of edition.guarantees.flatMap(({ exclusions }) => exclusions)) {
    assert.ok(Object.hasOwn(causeWords, cause), cause);
  }
  for (const cause of Object.keys(causeWords) as CauseId[]) {
    for (const check of ['web', 'ftp', null]) assert.ok(numbers.has(clauseOfCause(cause, check)), cause);
  }
});

test('a host closed for a violation is closed by 2-2.2.5, and its FTP by 2-3.3.4', () => {
  assert.equal(clauseOfCause('violation', 'web'), '2-2.2.5');
  assert.equal(clauseOfCause('violation', 'ftp'), '2-3.3.4');
  assert.equal(clauseOfCause('agreed', 'ftp'), '5-3');
});

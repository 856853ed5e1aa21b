import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTarget } from './target.ts';

test('a path is decoded once and its dot segments resolved', () => {
  const table: [string, string[], boolean][] = [
    ['/', [], true],
    ['/a/b.txt', ['a', 'b.txt'], false],
    ['/a//b/', ['a', 'b'], true],
    ['/a/./b/../c', ['a', 'c'], false],
    ['/a/..', [], true],
    ['/a/%2e%2e/b', ['b'], false],
    ['/%25%32%65', ['%2e'], false],
    ['/%252e%252e/x', ['%2e%2e', 'x'], false],
    ['/%E4%B8%AD', ['中'], false],
    ['/caf\xc3\xa9', ['café'], false],
    ['/a%20b', ['a b'], false],
    ['/...', ['...'], false],
  ];
  for (const [asked, parts, folder] of table) {
    const target = parseTarget(asked);
    assert.deepEqual(target?.parts, parts, asked);
    assert.equal(target?.folder, folder, asked);
  }
});

test('the query is kept apart, and an absolute target brings its own authority', () => {
  assert.equal(parseTarget('/a?b=/../%2f')?.query, 'b=/../%2f');
  const target = parseTarget('http://Name.test:80/x?y');
  assert.deepEqual([target?.authority, target?.raw, target?.query], ['Name.test:80', '/x', 'y']);
  assert.deepEqual(parseTarget('https://name.test')?.raw, '/');
  assert.equal(parseTarget('/a')?.authority, null);
});

test('what leads out of the root or hides a separator is no target', () => {
  const bad = [
    '/..',
    '/../etc/passwd',
    '/a/../../b',
    '/%2e%2e/x',
    '/.%2e/x',
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a\\b',
    '/%00',
  ];
  const more = [
    '*',
    'a',
    '',
    '/%',
    '/%zz',
    '/%ff',
    '/\xff',
    '/%0a',
    '/%7f',
    '/a#b',
    'ftp://x/y',
    '/%c0%ae%c0%ae/x',
  ];
  for (const asked of [...bad, ...more]) assert.equal(parseTarget(asked), null, asked);
});

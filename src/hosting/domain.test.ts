import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../refusal.ts';
import { readDomain } from './domain.ts';

test('a name is bound in lower-case A-labels, without the last dot', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['example.com', 'example.com'],
    [' WWW.Example.COM. ', 'www.example.com'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['中文。公司', 'xn--fiq228c.xn--55qx5d'],
    ['ß.de', 'xn--zca.de'],
    [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
  ];
  for (const [input, expected] of cases) assert.equal(readDomain(input), expected);
});

test('what is no name is refused, with the path of the caller', () => {
  const wrong = [
    '',
    ' ',
    '.',
    'localhost',
    '.com',
    'a..com',
    'a.com..',
    '-a.com',
    'a-.com',
    '_a.example.com',
    '*.example.com',
    'a b.com',
    'a\u0000.com',
    'a\n.com/',
    '\u202eexample.com',
    'http://example.com',
    'example.com/',
    'example.com/../x',
    'example.com?x',
    'example.com#x',
    'example.com:80',
    'user@example.com',
    'ex%61mple.com',
    'a\\b.com',
    '1.2.3.4',
    '0x7f.1',
    '[::1]',
    'example.123',
    `${'a'.repeat(64)}.com`,
    `${'abc.'.repeat(64)}com`,
  ];
  for (const input of wrong) {
    const read = readDomain(input, 'domains[2]');
    assert(isRefusal(read) && read.path === 'domains[2]', JSON.stringify([input, read]));
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostName } from './name.ts';

test('a host is asked for in any case, with a port and with the last dot', () => {
  const table = {
    'Example.TEST': 'example.test',
    'example.test:8080': 'example.test',
    'example.test:': 'example.test',
    'example.test.': 'example.test',
    'example.test.:443': 'example.test',
    'xn--fiqs8s.test': 'xn--fiqs8s.test',
    'a_b.test': 'a_b.test',
    '127.0.0.1:80': '127.0.0.1',
    '[::1]:80': '[::1]',
    '[::1]': '[::1]',
  };
  for (const [asked, name] of Object.entries(table)) assert.equal(hostName(asked), name, asked);
});

test('what is no host is none', () => {
  const long = `${'a'.repeat(64)}.test`;
  const bad = [
    '',
    '.',
    '..',
    'a..b',
    '.a',
    'a/b',
    '../a',
    'a b',
    'a\\b',
    'a@b',
    'é.test',
    'a:b',
    'a:65536',
    'a:80:80',
  ];
  for (const asked of [...bad, long, 'a.'.repeat(128), '[::1', '[x]', 'a%2eb', 'a\0b', '::1']) {
    assert.equal(hostName(asked), null, asked);
  }
});

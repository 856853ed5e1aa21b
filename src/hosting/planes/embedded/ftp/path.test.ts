import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../../../refusal.ts';
import { peerOf, plainAddress } from './door.ts';
import { createSplitter, parseCommand } from './line.ts';
import {
  type Entry,
  factLine,
  factNames,
  longLine,
  matches,
  parseListArgument,
  parseStamp,
  stamp,
} from './list.ts';
import { isName, parsePath, pathText } from './path.ts';
import { reply, wire } from './reply.ts';

test('a path means what a shell would make of it, and stops at the root', () => {
  const cases = [
    [['a'], 'b', '/a/b'],
    [['a'], '/b', '/b'],
    [['a', 'b'], '..', '/a'],
    [['a'], '../../../..', '/'],
    [[], './/x/./y/', '/x/y'],
    [['a'], '', '/a'],
    [[], '/../../etc/passwd', '/etc/passwd'],
    [[], ' a b ', '/ a b '],
    [[], '...', '/...'],
  ] as const;
  for (const [cwd, text, expected] of cases) {
    const parts = parsePath(cwd, text);
    assert.ok(!isRefusal(parts));
    assert.equal(pathText(parts), expected, text);
  }
});

test('no path, whatever its bytes, has a part that could leave the root', () => {
  const piece = fc.constantFrom('..', '.', '/', '\\', '\0', '\r', '%2e', '\u2024', '\ufffd', 'a', '~', ' ');
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
      const parts = parsePath(['w'], pieces.join(''));
      if (isRefusal(parts)) return true;
      return parts.every(
        (name) => isName(name) && name !== '..' && name !== '.' && name !== '' && !/[/\\\0]/.test(name),
      );
    }),
  );
});

test('lines come whole, however they were cut', () => {
  const text = 'USER a\r\nPASS  b \r\nPWD\nNOOP\r\n';
  const whole = createSplitter().push(Buffer.from(text))?.map(String);
  assert.deepEqual(whole, ['USER a', 'PASS  b ', 'PWD', 'NOOP']);
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const splitter = createSplitter();
      const points = [0, ...cuts.sort((a, b) => a - b), text.length];
      const lines: string[] = [];
      for (const [i, to] of points.slice(1).entries()) {
        lines.push(...(splitter.push(Buffer.from(text.slice(points[i], to)))?.map(String) ?? ['too long']));
      }
      assert.deepEqual(lines, whole);
      assert.equal(splitter.pending(), 0);
    }),
  );
  assert.equal(createSplitter().push(Buffer.alloc(4097, 'x')), null);
  assert.equal(createSplitter().push(Buffer.from(`${'x'.repeat(4200)}\r\n`)), null);
});

test('a command is its verb and exactly what followed the space', () => {
  assert.deepEqual(parseCommand(Buffer.from('stor  a ')), { verb: 'STOR', argument: ' a ' });
  assert.deepEqual(parseCommand(Buffer.from('PWD')), { verb: 'PWD', argument: '' });
  assert.deepEqual(parseCommand(Buffer.from([0xff, 0xf4, 0xff, 0xf2, 0x41])), { verb: 'A', argument: '' });
});

test('a reply cannot be forged by what it repeats', () => {
  assert.equal(wire(reply(257, '"a\r\n226 b"')), '257 "a??226 b"\r\n');
  assert.equal(wire(reply(213, 'Status:', '213 forged', 'End')), '213-Status:\r\n 213 forged\r\n213 End\r\n');
});

const file: Entry = {
  name: 'ü 一.txt',
  kind: 'file',
  size: 1234,
  modifiedMs: Date.UTC(2026, 2, 4, 9, 5, 6),
  device: 255,
  inode: 16,
};

test('listings are worded as ls and RFC 3659 have them', () => {
  const now = Date.UTC(2026, 3, 1);
  assert.equal(longLine(file, now), '-rw-r--r--   1 ftp      ftp              1234 Mar  4 09:05 ü 一.txt');
  const old = { ...file, kind: 'folder', modifiedMs: Date.UTC(2021, 11, 24) } as const;
  assert.equal(longLine(old, now), 'drwxr-xr-x   2 ftp      ftp              1234 Dec 24  2021 ü 一.txt');
  const facts = 'type=file;size=1234;modify=20260304090506;perm=adfrw;unique=ffg10; ü 一.txt';
  assert.equal(factLine(file, file.name, factNames, true), facts);
  assert.equal(
    factLine({ ...file, kind: 'folder' }, '/', ['type', 'size', 'perm'], false),
    'type=dir;perm=el; /',
  );
  assert.equal(factLine(file, 'x', [], true), ' x');
});

test('a time stamp comes back as it went, and a wrong one not at all', () => {
  assert.equal(parseStamp(stamp(file.modifiedMs)), file.modifiedMs);
  assert.equal(parseStamp('20240229120000.123'), Date.UTC(2024, 1, 29, 12));
  for (const wrong of ['20230229120000', '20241301000000', '2024', '19691231235959', 'x']) {
    assert.equal(parseStamp(wrong), null, wrong);
  }
});

test('options of ls are told from the path', () => {
  const parsed = (text: string) => {
    const { options, path } = parseListArgument(text);
    return [[...options].join(''), path];
  };
  assert.deepEqual(parsed('-CF'), ['CF', '']);
  assert.deepEqual(parsed('-a -l docs/x y'), ['al', 'docs/x y']);
  assert.deepEqual(parsed('docs -l'), ['', 'docs -l']);
  assert.deepEqual(parsed('-'), ['', '-']);
});

test('a pattern fits like a shell’s and takes no longer for being wicked', () => {
  for (const [pattern, name] of [
    ['*', ''],
    ['*.html', 'a.html'],
    ['a*b*c', 'aXbYbc'],
    ['?', '一'],
    ['**', 'x'],
  ] as const) {
    assert.equal(matches(pattern, name), true, pattern);
  }
  for (const [pattern, name] of [
    ['*.html', 'a.htm'],
    ['?', ''],
    ['a', 'ab'],
    ['a*b', 'a'],
    ['', 'x'],
  ] as const) {
    assert.equal(matches(pattern, name), false, pattern);
  }
  const from = performance.now();
  assert.equal(matches('*a'.repeat(100), `${'a'.repeat(250)}b`), false);
  assert.ok(performance.now() - from < 100);
});

test('addresses are compared plainly and counted by household', () => {
  assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(peerOf('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(peerOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  assert.equal(peerOf('2001:db8::1'), '2001:db8:0:0');
  assert.equal(peerOf('::1'), '0:0:0:0');
  assert.equal(peerOf('fe80::1%eth0'), 'fe80:0:0:0');
});

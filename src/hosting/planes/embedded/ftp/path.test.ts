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

/** All lines that are whole after `pieces`. */
function linesOf(...pieces: readonly (string | Buffer)[]): string[] | 'too long' {
  const splitter = createSplitter();
  const lines: string[] = [];
  for (const piece of pieces) {
    splitter.push(Buffer.from(piece));
    for (let line = splitter.next(); line !== null; line = splitter.next()) lines.push(String(line));
  }
  assert.ok(splitter.pending() <= 4096);
  return splitter.overlong() ? 'too long' : lines;
}

test('lines come whole, however they were cut', () => {
  const text = 'USER a\r\nPASS  b \r\nPWD\nNOOP\r\n';
  const whole = linesOf(text);
  assert.deepEqual(whole, ['USER a', 'PASS  b ', 'PWD', 'NOOP']);
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const points = [0, ...cuts.sort((a, b) => a - b), text.length];
      const pieces = points.slice(1).map((to, i) => text.slice(points[i], to));
      assert.deepEqual(linesOf(...pieces), whole);
    }),
  );
});

test('a line that is too long ends the reading, and nothing after it is kept', () => {
  assert.deepEqual(linesOf(Buffer.alloc(4096, 'x'), '\n'), ['x'.repeat(4096)]);
  assert.equal(linesOf(Buffer.alloc(4097, 'x')), 'too long');
  assert.equal(linesOf(`${'x'.repeat(4200)}\r\n`), 'too long');
  assert.equal(linesOf(...Array<Buffer>(100).fill(Buffer.alloc(65_536, 'x'))), 'too long');
  assert.equal((linesOf(Buffer.alloc(65_536, '\n')) as string[]).length, 65_536);
  const splitter = createSplitter();
  splitter.push(Buffer.from('NOOP\r\nUSER de'));
  assert.equal(String(splitter.next()), 'NOOP');
  splitter.clear();
  splitter.push(Buffer.from('mo\r\n'));
  assert.equal(String(splitter.next()), 'mo');
});

test('Telnet between the characters is passed over, an invented upper case is no verb', () => {
  const verb = (...bytes: number[]) => parseCommand(Buffer.from(bytes)).verb;
  const abor = [0x41, 0x42, 0x4f, 0x52];
  assert.equal(verb(0xff, 0xf4, 0xff, 0xf2, ...abor), 'ABOR');
  // The data mark went as urgent data.
  assert.equal(verb(0xff, 0xf4, 0xff, ...abor), 'ABOR');
  assert.equal(verb(0xff, 0xfb, 0x1f, ...abor, 0xff, 0xfd, 0x03), 'ABOR');
  assert.equal(verb(0x41, 0xff, 0xf1, 0x42, 0x4f, 0x52, 0xff), 'ABOR');
  assert.equal(parseCommand(Buffer.from([0x41, 0x20, 0xff, 0xff, 0x62])).argument, '\ufffdb');
  assert.equal(parseCommand(Buffer.from('\u017ftor x')).verb, '');
  assert.equal(parseCommand(Buffer.from('l\u0131st')).verb, '');
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
  assert.ok(performance.now() - from < 5000);
});

test('addresses are compared plainly and counted by household', () => {
  assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(peerOf('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(peerOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  assert.equal(peerOf('2001:db8::1'), '2001:db8:0:0');
  assert.equal(peerOf('::1'), '0:0:0:0');
  assert.equal(peerOf('fe80::1%eth0'), 'fe80:0:0:0');
});

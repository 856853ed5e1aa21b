import assert from 'node:assert/strict';
import { createSplitter, maxLineBytes, parseCommand } from '../../src/hosting/planes/embedded/ftp/line.ts';
import { isPattern, matches, parseListArgument } from '../../src/hosting/planes/embedded/ftp/list.ts';
import { parsePath } from '../../src/hosting/planes/embedded/ftp/path.ts';
import { reply, wire } from '../../src/hosting/planes/embedded/ftp/reply.ts';
import { isRefusal } from '../../src/refusal.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs, withoutBytes } from './target.ts';

/** What a client sends on the control connection, cut anywhere, up to the path that it means. */
export const command: FuzzTarget = {
  name: 'command',
  about: 'FTP lines are the same however they were cut, a path never leaves the root, a reply is one reply',
  run: (random, count) =>
    tryInputs<Buffer>(random, count, { make: stream, check, smaller: withoutBytes, show: (bytes) => bytes }),
};

const pieces = [
  ...[
    'USER demo',
    'RETR ',
    'stor ',
    'CWD ..',
    'LIST -la ',
    'NLST *',
    'ABOR',
    'EPRT |1|::1|9|',
    ' ',
    '/',
    '../',
  ],
  ...[
    '\r\n',
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\\',
    '*?',
    '-',
    '\t',
    '\x7f',
    '中',
    'e\u0301',
    '\ufffd',
    '\u017f',
    '~',
  ],
].map((text) => Buffer.from(text));
const raw = ['ff', 'fff4fff2', 'fffb1f', 'fffa', 'c0ae', 'eda080', 'e4b8', 'd6d0'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

function stream(random: Random): Buffer {
  const made: Buffer[] = [];
  for (let left = 1 + random.size(20); left > 0; left -= 1) {
    made.push(
      random.chance(0.8) ? random.pick(pieces) : random.chance(0.7) ? random.pick(raw) : random.bytes(3),
    );
  }
  if (random.chance(0.01))
    made.push(Buffer.alloc(random.below(9000), random.pick(['x', '/', '*', '.', ' '])));
  return Buffer.concat(made);
}

function check(bytes: Buffer): void {
  const whole = linesOf([bytes]);
  const third = Math.floor(bytes.length / 3);
  const cut = linesOf([
    bytes.subarray(0, third),
    bytes.subarray(third, third + 1),
    bytes.subarray(third + 1),
  ]);
  assert.deepEqual(cut, whole);
  for (const line of whole.lines) checkLine(line);
}

function linesOf(chunks: readonly Buffer[]): { lines: Buffer[]; overlong: boolean } {
  const splitter = createSplitter();
  const lines: Buffer[] = [];
  for (const chunk of chunks) {
    splitter.push(chunk);
    for (let line = splitter.next(); line !== null; line = splitter.next()) lines.push(line);
    assert.ok(splitter.pending() <= maxLineBytes);
  }
  return { lines, overlong: splitter.overlong() };
}

function checkLine(line: Buffer): void {
  assert.ok(line.length <= maxLineBytes && !line.includes(0x0a));
  const { verb, argument } = parseCommand(line);
  assert.match(verb, /^[\x21-\x60\x7b-\x7e]*$/);
  const { options, path } = parseListArgument(argument);
  for (const option of options) assert.match(option, /^[A-Za-z0-9]$/);
  for (const text of [argument, path]) {
    const parts = parsePath(['a', 'b'], text);
    if (isRefusal(parts)) continue;
    assert.ok(parts.length <= 64);
    for (const part of parts) {
      assert.ok(part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= 255);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
      assert.doesNotMatch(part, /[\u0000-\u001f\u007f/\\\ufffd]/);
    }
    const last = parts.at(-1) ?? '';
    if (isPattern(last)) assert.equal(matches(last, last.replaceAll(/[*?]/g, 'x')), true);
    else assert.equal(matches(last, last), true);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  assert.match(wire(reply(550, argument, 'End')), /^550-[^\u0000-\u001f]*\r\n550 End\r\n$/);
}

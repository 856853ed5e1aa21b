import assert from 'node:assert/strict';
import { AnswerReader, type ScriptHead } from '../../src/hosting/planes/embedded/web/answer.ts';
import { frames, RecordReader, recordType } from '../../src/hosting/planes/embedded/web/record.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs, withoutBytes } from './target.ts';

/** What a script writes, and into which pieces it falls on its way. */
interface Written {
  readonly output: Buffer;
  readonly pieceBytes: number;
  /** A byte of the framing that is not what it should be; −1: none. */
  readonly spoilt: number;
}

/** Answers of customers' scripts, through FastCGI's framing. */
export const script: FuzzTarget = {
  name: 'script',
  about:
    'whatever a script answers, its head is one that may be sent, however it falls into pieces, in linear time',
  run: (random, count) =>
    tryInputs<Written>(random, count, {
      make,
      check,
      *smaller(input) {
        for (const output of withoutBytes(input.output)) yield { ...input, output };
      },
      show: ({ output }) => output,
      limitMs: 500,
    }),
};

const parts = [
  'Status: 200 OK',
  'Status: 99',
  'Status: 1000',
  'Status: 204\tx',
  'Content-Type: text/html',
  'Content-Length: 12',
  'Content-Length: -1',
  'content-length: 99999999999999999999',
  'Location: /x\u0000y',
  'Location: /\r x',
  'Transfer-Encoding: chunked',
  'Connection: close',
  'Set-Cookie: a=\u0001',
  ' folded: x',
  'No colon',
  ': nothing',
  'X\u00e9: y',
  `X-Long: ${'y'.repeat(300)}`,
  '',
  '\r\n',
  '\n',
  '\r',
  '\0',
  'body',
];

function make(random: Random): Written {
  const pieces = Array.from({ length: random.size(30) }, () => {
    if (random.chance(0.1)) return random.bytes(random.size(60));
    return Buffer.from(random.pick(parts) + random.pick(['\r\n', '\n', '', '\r', '\n\r']), 'latin1');
  });
  // A head that never ends, of as many lines as there can be, a few bytes at a time.
  if (random.chance(0.000_03)) pieces.push(Buffer.from('a\n'.repeat(40_000)));
  const output = Buffer.concat(pieces);
  const pieceBytes = 1 + random.size(output.length > 50_000 ? 3 : 200);
  return { output, pieceBytes, spoilt: random.chance(0.1) ? random.below(output.length + 16) : -1 };
}

function check({ output, pieceBytes, spoilt }: Written): void {
  const wire = Buffer.concat([
    ...frames(recordType.stdout, output),
    ...frames(recordType.end, Buffer.alloc(8)),
  ]);
  if (spoilt >= 0 && spoilt < wire.length) wire[spoilt]! ^= 0xff;
  const whole = unframed([wire]);
  const cut = Array.from({ length: Math.ceil(wire.length / pieceBytes) }, (_, i) =>
    wire.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );
  const pieces = wire.length > 20_000 ? whole : unframed(cut);
  const alike = pieces === null ? whole === null : whole?.equals(pieces) === true;
  assert.ok(alike, 'records do not depend on how they came');
  if (whole === null) return;
  if (spoilt < 0) assert.ok(whole.equals(output));
  const small = Array.from({ length: Math.ceil(whole.length / pieceBytes) }, (_, i) =>
    whole.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );
  const inPieces = answered(small);
  const atOnce = answered([whole]);
  const same = JSON.stringify(inPieces?.head) === JSON.stringify(atOnce?.head);
  assert.ok(same && (inPieces?.body.equals(atOnce!.body) ?? true), 'the head does not depend on how it came');
  if (atOnce !== null) mayBeSent(atOnce.head);
}

/** What was written, out of its records; null: it is no FastCGI. */
function unframed(pieces: readonly Buffer[]): Buffer | null {
  const reader = new RecordReader();
  const contents: Buffer[] = [];
  try {
    for (const piece of pieces) {
      for (const { type, content } of reader.take(piece))
        if (type === recordType.stdout) contents.push(Buffer.from(content));
    }
  } catch (error) {
    assert.match(String(error), /not FastCGI/);
    return null;
  }
  return Buffer.concat(contents);
}

/** The head, and all that came after it; null: there is none. */
function answered(pieces: readonly Buffer[]): { head: ScriptHead; body: Buffer } | null {
  const reader = new AnswerReader();
  for (const [i, piece] of pieces.entries()) {
    let taken: ReturnType<AnswerReader['take']>;
    try {
      taken = reader.take(piece);
    } catch (error) {
      assert.match(String(error), /without a head/);
      return null;
    }
    if (taken !== null)
      return { head: taken.head, body: Buffer.concat([taken.rest, ...pieces.slice(i + 1)]) };
  }
  return null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const control = /[\0-\x08\x0a-\x1f\x7f]/;

function mayBeSent({ status, fields, type, bytes }: ScriptHead): void {
  assert.ok(Number.isInteger(status) && status >= 200 && status <= 599, String(status));
  assert.ok(bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0));
  assert.equal(fields.length % 2, 0);
  for (let i = 0; i < fields.length; i += 2) {
    assert.match(fields[i]!, /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);
    assert.doesNotMatch(fields[i + 1]!, control);
    assert.ok(!/^(connection|transfer-encoding|content-length|upgrade)$/i.test(fields[i]!), fields[i]!);
  }
  assert.doesNotMatch(type, control);
}

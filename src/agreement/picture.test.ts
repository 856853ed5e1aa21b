import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { chunk, ending, file, header, pngSignature, ring } from '../../test/png.ts';
import { isRefusal } from '../refusal.ts';
import { mostBytes, readPicture } from './picture.ts';

const pixels = (bytes: number, fill = 0): Buffer => deflateSync(Buffer.alloc(bytes, fill));
/** Two by two, RGBA: two rows of a filter's byte and eight. */
const body = chunk('IDAT', pixels(18));
const small = file(header(2, 2), body, ending);
const text = chunk('tEXt', Buffer.from('Comment\0<script>'));

const hostile: readonly (readonly [what: string, file: Buffer, code: string])[] = [
  ['nothing', Buffer.alloc(0), 'picture-kind'],
  ['a JPEG', Buffer.from('ffd8ffe000104a46494600010100', 'hex'), 'picture-kind'],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'picture-kind'],
  ['a file of more than half a megabyte', Buffer.concat([small, Buffer.alloc(mostBytes)]), 'picture-large'],
  ['the signature alone', pngSignature, 'picture-short'],
  ['a file that is cut off', small.subarray(0, -5), 'picture-short'],
  [
    'a chunk that is longer than the file',
    Buffer.concat([pngSignature, Buffer.from('7fffffff49484452', 'hex')]),
    'picture-short',
  ],
  ['huge dimensions', file(header(50_000, 50_000), body, ending), 'picture-dimensions'],
  ['dimensions beyond 2^31', file(header(0xffff_ffff, 1), body, ending), 'picture-dimensions'],
  ['a pixel too wide', file(header(1001, 1), chunk('IDAT', pixels(4005)), ending), 'picture-dimensions'],
  ['no pixels at all', file(header(0, 2), body, ending), 'picture-dimensions'],
  [
    'more pixels than it says: a bomb',
    file(header(2, 2), chunk('IDAT', pixels(20_000_000)), ending),
    'picture-pixels',
  ],
  ['fewer pixels than it says', file(header(2, 2), chunk('IDAT', pixels(17)), ending), 'picture-pixels'],
  [
    'pixels that are not packed',
    file(header(2, 2), chunk('IDAT', Buffer.alloc(18)), ending),
    'picture-pixels',
  ],
  ['a filter that there is not', file(header(2, 2), chunk('IDAT', pixels(18, 5)), ending), 'picture-pixels'],
  ['a wrong checksum', file(header(2, 2), chunk('IDAT', pixels(18), 1), ending), 'picture-checksum'],
  [
    'a wrong checksum of a comment',
    file(header(2, 2), chunk('tEXt', Buffer.from('x'), 1), body, ending),
    'picture-checksum',
  ],
  ['something behind the end', Buffer.concat([small, Buffer.from('PK\x03\x04')]), 'picture-trailing'],
  ['a second picture behind the end', Buffer.concat([small, small]), 'picture-trailing'],
  ['no header', file(body, ending), 'picture-chunk'],
  ['two headers', file(header(2, 2), header(2, 2), body, ending), 'picture-chunk'],
  ['no pixels', file(header(2, 2), ending), 'picture-chunk'],
  ['pixels in two places', file(header(2, 2), body, text, body, ending), 'picture-chunk'],
  [
    'a chunk that must be understood',
    file(header(2, 2), chunk('EVIL', Buffer.alloc(3)), body, ending),
    'picture-chunk',
  ],
  [
    'a chunk without a name',
    file(header(2, 2), chunk('\0\0\0\0', Buffer.alloc(3)), body, ending),
    'picture-chunk',
  ],
  [
    'colours of a palette without one',
    file(header(2, 2, 8, 3), chunk('IDAT', pixels(6)), ending),
    'picture-chunk',
  ],
  [
    'a palette of half a colour',
    file(header(2, 2, 8, 3), chunk('PLTE', Buffer.alloc(4)), chunk('IDAT', pixels(6)), ending),
    'picture-chunk',
  ],
  ['a colour type that there is not', file(header(2, 2, 8, 5), body, ending), 'picture-kind'],
  ['a depth that the colours do not have', file(header(2, 2, 4, 6), body, ending), 'picture-kind'],
];
for (const [what, bytes, code] of hostile)
  test(`${what} is refused as ${code}`, () => {
    const said = readPicture(bytes);
    assert.deepEqual(isRefusal(said) ? [said.code, said.path] : 'taken', [code, 'png']);
  });

test('what is kept is header, colours and pixels; comments, times, profiles and animations are gone', () => {
  const extra = ['tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf', 'iCCP', 'acTL', 'fdAT'].map((type) =>
    chunk(type, Buffer.from('secret\0payload')),
  );
  const told = file(header(2, 2), ...extra, body, chunk('tIME', Buffer.alloc(7)), ending);
  const made = readPicture(told);
  assert(!isRefusal(made));
  assert.ok(!made.png.includes('secret'));
  assert.deepEqual(typesOf(made.png), ['IHDR', 'IDAT', 'IEND']);
  const again = readPicture(made.png);
  assert.ok(!isRefusal(again) && again.png.equals(made.png), 'written anew it stays as it is');
});

/** Of a file's chunks, in order. */
function typesOf(png: Buffer): readonly string[] {
  const types: string[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    types.push(png.toString('latin1', at + 4, at + 8));
  return types;
}

test('what hides behind the packed pixels is gone, the pixels stay', () => {
  const packed = Buffer.concat([pixels(18, 1), Buffer.from('hidden behind')]);
  const made = readPicture(file(header(2, 2), chunk('IDAT', packed), ending));
  assert(!isRefusal(made));
  assert.ok(!made.png.includes('hidden'));
  const at = made.png.indexOf('IDAT');
  const length = made.png.readUInt32BE(at - 4);
  assert.ok(inflateSync(made.png.subarray(at + 4, at + 4 + length)).equals(Buffer.alloc(18, 1)));
});

test('grey, palette, interlaced and sixteen bits are pictures too', () => {
  const palette = chunk('PLTE', Buffer.from([200, 16, 46, 255, 255, 255]));
  const clear = chunk('tRNS', Buffer.from([0]));
  const taken = [
    file(header(9, 3, 1, 0), chunk('IDAT', pixels(3 * 3)), ending),
    file(header(3, 3, 16, 2), chunk('IDAT', pixels(3 * 19)), ending),
    file(header(3, 3, 1, 3), palette, clear, chunk('IDAT', pixels(3 * 2)), ending),
    // Adam7 of 3 × 3, grey: passes of 1×1, (none), (none), 1×1, 2×1, 1×2, 3×1.
    file(header(3, 3, 8, 0, 1), chunk('IDAT', pixels(2 + 2 + 3 + 4 + 4)), ending),
    ring(600),
    file(header(1000, 1000, 1, 0), chunk('IDAT', pixels(1000 * 126)), ending),
  ];
  for (const one of taken) assert.equal(isRefusal(readPicture(one)), false, JSON.stringify(readPicture(one)));
});

test('a flipped byte anywhere is refused, or changes nothing of what is kept', () => {
  const whole = readPicture(small);
  assert(!isRefusal(whole));
  for (let at = 0; at < small.length; at += 1) {
    const flipped = Buffer.from(small);
    flipped[at]! ^= 0x11;
    assert.ok(isRefusal(readPicture(flipped)), `byte ${at}`);
  }
});

test('no bytes whatever make it throw', () => {
  const chunks = fc.array(
    fc.tuple(
      fc.constantFrom('IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'tEXt', 'EVIL'),
      fc.uint8Array({ maxLength: 40 }),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(chunks, fc.boolean(), (told, headed) => {
      const some = told.map(([type, data]) => chunk(type, Buffer.from(data)));
      readPicture(file(...(headed ? [header(2, 2, 8, 3)] : []), ...some, ending));
    }),
  );
  for (let i = 0; i < 50; i += 1) readPicture(Buffer.concat([pngSignature, randomBytes(i * 7)]));
});

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/**
 * Long JSON text as few bytes. It is mostly lists of small numbers: a digit and the comma after it become one
 * byte that ASCII does not have, so that a value of one digit is one symbol to zstd (RFC 8878), which then needs
 * a fifth less. Text beyond ASCII is left to zstd as it is.
 */
const folded = 1;
/** First byte of zstd's magic number; text that was stored before it was packed begins with a bracket. */
const plain = 0x28;

const comma = 0x2c;
/** From the digit to the byte for it and its comma: 0x80 to 0x89. */
const shift = 0x50;

/**
 * Numbers have no long matches: looking for short ones, or far back, costs more than it gives. With room for 64
 * places only, what comes again within a list of runs is still found, and chance finds little among the numbers:
 * in half the time a month's case gets a twentieth shorter.
 */
const level = {
  params: {
    [constants.ZSTD_c_compressionLevel]: 1,
    [constants.ZSTD_c_minMatch]: 7,
    [constants.ZSTD_c_hashLog]: 6,
  },
};

export function packText(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length !== text.length) return zstdCompressSync(bytes, level);
  let length = 0;
  for (let i = 0; i < bytes.length; length += 1) {
    const byte = bytes[i]!;
    i += 1;
    const folds = byte >= 0x30 && byte <= 0x39 && bytes[i] === comma;
    bytes[length] = folds ? byte + shift : byte;
    if (folds) i += 1;
  }
  return Buffer.concat([Buffer.of(folded), zstdCompressSync(bytes.subarray(0, length), level)]);
}

/** The text again; also what was stored unpacked. */
export function unpackText(packed: Uint8Array): string {
  if (packed[0] === plain) return zstdDecompressSync(packed).toString();
  if (packed[0] !== folded) return Buffer.from(packed).toString();
  const bytes = zstdDecompressSync(packed.subarray(1));
  const text = Buffer.allocUnsafe(bytes.length * 2);
  let length = 0;
  for (const byte of bytes) {
    text[length] = byte < 0x80 ? byte : byte - shift;
    length += 1;
    if (byte >= 0x80) {
      text[length] = comma;
      length += 1;
    }
  }
  return text.toString('latin1', 0, length);
}

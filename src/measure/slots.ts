import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter, CorruptError } from './varint.ts';

/**
 * A row of response values, one a minute: −1 no request, else whole ms up to 2^31 − 1. A byte each, the value
 * plus one; what no byte holds stands as `beyond`, and as a varint after all bytes. The whole is deflated
 * (RFC 1951) in the one of two ways that gets shorter: with matches where a day is mostly silent, else by how
 * often a value comes alone; before it stands its length, 0 for a silent row. A day that our own checks keep at
 * 1 to 3 ms takes some 300 bytes.
 */
export function packSlots(values: Int32Array): Buffer {
  if (values.every((value) => value === -1)) return silent;
  const out = new ByteWriter();
  out.bytes(Uint8Array.from(values, (value) => Math.min(value + 1, beyond)));
  for (const value of values) if (value + 1 >= beyond) out.varint(value + 1 - beyond);
  const plain = out.done();
  const matched = deflateRawSync(plain);
  const counted = deflateRawSync(plain, { strategy: constants.Z_HUFFMAN_ONLY });
  const packed = new ByteWriter();
  const shorter = counted.length < matched.length ? counted : matched;
  packed.varint(shorter.length);
  packed.bytes(shorter);
  return packed.done();
}

const silent = Buffer.of(0);
const beyond = 255;
const greatest = 2 ** 31 - 1;
/** Of a value that no byte holds: its mark and the longest varint of one. */
const mostBytes = 6;

/**
 * The values again, the first `count` of `values`. Throws `CorruptError` for bytes that `packSlots` did not make of
 * `count` values.
 */
export function unpackSlots(
  packed: Uint8Array,
  count: number,
  values: Int32Array = new Int32Array(count),
): Int32Array {
  const from = new ByteReader(packed);
  const length = from.varint();
  const deflated = from.bytes(length);
  from.end();
  if (length === 0) return values.fill(-1, 0, count);
  const plain = inflated(deflated, count);
  if (plain.length < count) throw new CorruptError('they end too early');
  const more = new ByteReader(plain.subarray(count));
  for (let i = 0; i < count; i += 1) {
    const byte = plain[i]!;
    values[i] = byte < beyond ? byte - 1 : far(more);
  }
  more.end();
  return values;
}

function far(more: ByteReader): number {
  const value = more.varint() + beyond - 1;
  if (value > greatest) throw new CorruptError('a value that there is not');
  return value;
}

function inflated(deflated: Uint8Array, count: number): Buffer {
  try {
    // Nearly every row is a byte a value: room for more than that would cost as much as inflating.
    const [maxOutputLength, chunkSize] = [Math.max(1, count * mostBytes), count + constants.Z_MIN_CHUNK];
    return inflateRawSync(deflated, { maxOutputLength, chunkSize });
  } catch {
    // Torn, or longer than any row of that many values: either way not what was packed.
    throw new CorruptError('they cannot be inflated');
  }
}

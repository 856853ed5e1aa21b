import { crc32 } from 'node:zlib';

/**
 * One file of the spool: records one after another, each
 *   length  u32  bytes of the payload, never 0
 *   crc32   u32  over the record's sequence number (u64), the length (u32) and the payload
 *   payload      kind's length u8, kind, body as JSON in UTF-8
 * all little-endian. The sequence number is not stored: it follows from the file's name and the position,
 * but is under the checksum, so that a record at a wrong place, or a file's zero-filled end, is not taken
 * for one.
 */
export interface SpoolRecord {
  readonly seq: number;
  readonly kind: string;
  readonly body: unknown;
}

export const headBytes = 8;
/** A longer payload is a bug of the sender, and a longer length in a file is damage. */
export const payloadLimit = 16 * 1024 * 1024;

/** Kind and body as they stand in a record. Throws RangeError when they do not fit. */
export function encodePayload(kind: string, body: unknown): Buffer {
  const kindBytes = Buffer.from(kind, 'utf8');
  const text = JSON.stringify(body);
  if (text === undefined) throw new RangeError('a spooled body is a JSON value');
  const payload = Buffer.concat([
    Buffer.from([kindBytes.length & 255]),
    kindBytes,
    Buffer.from(text, 'utf8'),
  ]);
  if (kindBytes.length > 255 || payload.length > payloadLimit) {
    throw new RangeError(`a spooled ${kind.slice(0, 40)} of ${payload.length} bytes is too long`);
  }
  return payload;
}

/** The whole record for its place in the sequence. */
export function frame(seq: number, payload: Buffer): Buffer {
  const head = Buffer.allocUnsafe(headBytes);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(checksum(seq, payload), 4);
  return Buffer.concat([head, payload]);
}

/** The record that begins at `at`, and where it ends; null when it is cut off or damaged. */
export function decodeRecord(
  bytes: Buffer,
  at: number,
  seq: number,
): { record: SpoolRecord; end: number } | null {
  const end = recordEnd(bytes, at);
  if (end === null || end > bytes.length) return null;
  const payload = bytes.subarray(at + headBytes, end);
  if (bytes.readUInt32LE(at + 4) !== checksum(seq, payload)) return null;
  const bodyAt = 1 + payload[0]!;
  const kind = payload.toString('utf8', 1, bodyAt);
  return { record: { seq, kind, body: JSON.parse(payload.toString('utf8', bodyAt)) }, end };
}

/** Where the record at `at` says that it ends; null when not even its head is there, or it cannot be true. */
export function recordEnd(bytes: Buffer, at: number): number | null {
  if (at + headBytes > bytes.length) return null;
  const length = bytes.readUInt32LE(at);
  return length === 0 || length > payloadLimit ? null : at + headBytes + length;
}

/** How many whole records stand at the file's beginning, and where the last of them ends. */
export function scan(bytes: Buffer, first: number): { count: number; end: number } {
  let end = 0;
  for (let count = 0; ; count += 1) {
    const next = decodeRecord(bytes, end, first + count);
    if (next === null) return { count, end };
    end = next.end;
  }
}

function checksum(seq: number, payload: Buffer): number {
  const head = Buffer.allocUnsafe(12);
  head.writeBigUInt64LE(BigInt(seq), 0);
  head.writeUInt32LE(payload.length, 8);
  return crc32(payload, crc32(head));
}

/** `<sender>.<first sequence number>.spool`; the sender's name survives the loss of every other file. */
export function segmentName(sender: string, first: number): string {
  return `${sender}.${String(first).padStart(16, '0')}.spool`;
}

export function parseSegmentName(name: string): { sender: string; first: number } | null {
  const parts = /^([0-9a-f]{16})\.(\d{16})\.spool$/.exec(name);
  return parts === null ? null : { sender: parts[1]!, first: Number(parts[2]) };
}

/**
 * Framing of FastCGI 1.0 (Open Market, 1996): records of an 8-byte head, up to 65,535 bytes of content and
 * padding. One request per connection, so the request id is always 1.
 */
export const recordType = { begin: 1, end: 3, params: 4, stdin: 5, stdout: 6, stderr: 7 } as const;

const headBytes = 8;
const maxContent = 65_535;
const requestId = 1;
const responder = 1;

export interface FastRecord {
  readonly type: number;
  readonly content: Buffer;
}

/** One record, or as many as the content needs; an empty content is one empty record, which ends a stream. */
export function frames(type: number, content: Buffer): Buffer[] {
  const out: Buffer[] = [];
  let from = 0;
  do {
    const part = content.subarray(from, from + maxContent);
    const head = Buffer.alloc(headBytes);
    head[0] = 1;
    head[1] = type;
    head.writeUInt16BE(requestId, 2);
    head.writeUInt16BE(part.length, 4);
    out.push(head, part);
    from += maxContent;
  } while (from < content.length);
  return out;
}

/** The start of a request: who we want (a responder, connection closed afterwards) and its parameters. */
export function opening(params: readonly (readonly [string, string])[]): Buffer {
  const begin = Buffer.from([0, responder, 0, 0, 0, 0, 0, 0]);
  const parts = [...frames(recordType.begin, begin)];
  const pairs = Buffer.concat(params.flatMap(([name, value]) => pair(name, value)));
  if (pairs.length > 0) parts.push(...frames(recordType.params, pairs));
  parts.push(...frames(recordType.params, Buffer.alloc(0)));
  return Buffer.concat(parts);
}

function pair(name: string, value: string): Buffer[] {
  // Field values reach us as Latin-1; paths are ours, in UTF-8 (they are given already encoded, see script.ts).
  const key = Buffer.from(name, 'latin1');
  const text = Buffer.from(value, 'latin1');
  return [length(key.length), length(text.length), key, text];
}

/** Below 128 one byte, else four with the top bit set. */
function length(bytes: number): Buffer {
  if (bytes < 128) return Buffer.from([bytes]);
  const four = Buffer.alloc(4);
  four.writeUInt32BE((bytes | 0x8000_0000) >>> 0);
  return four;
}

/** Reads records from bytes as they come. */
export class RecordReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The records that are whole now. Throws on another protocol version. */
  take(bytes: Buffer): FastRecord[] {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const found: FastRecord[] = [];
    let at = 0;
    while (all.length - at >= headBytes) {
      if (all[at] !== 1) throw new Error(`not FastCGI: version ${all[at]}`);
      const content = all.readUInt16BE(at + 4);
      const whole = headBytes + content + all[at + 6]!;
      if (all.length - at < whole) break;
      const from = at + headBytes;
      found.push({ type: all[at + 1]!, content: all.subarray(from, from + content) });
      at += whole;
    }
    this.#rest = all.subarray(at);
    return found;
  }
}

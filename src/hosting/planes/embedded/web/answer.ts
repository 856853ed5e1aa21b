/** The head of what a script answers (RFC 3875 §6). */
export interface ScriptHead {
  readonly status: number;
  /** Name, value, name, value …, ready to be sent. */
  readonly fields: readonly string[];
  readonly type: string;
  /** As the script states it; null: unstated, or not a number. */
  readonly bytes: number | null;
}

const maxHeadBytes = 65_536;
const name = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused
const badValue = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Fields that belong to the connection or to us; a script that could set them would garble the framing. */
const ours: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'te',
  'proxy-connection',
  'content-length',
  'status',
  'date',
]);

export class AnswerReader {
  #held: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Before this no head ends: a script that writes byte by byte is not looked through again each time. */
  #searched = 0;

  /** Null: the head is not complete. The rest of the bytes is the start of the body. Throws when it is no head. */
  take(bytes: Buffer): { head: ScriptHead; rest: Buffer } | null {
    this.#append(bytes);
    const held = this.#held.subarray(0, this.#length);
    const end = headEnd(held, this.#searched);
    if (typeof end === 'number') {
      this.#searched = end;
      if (held.length > maxHeadBytes) throw new Error('the script sent more than 64 kB without a head');
      return null;
    }
    return { head: parseHead(held.toString('latin1', 0, end.at)), rest: held.subarray(end.after) };
  }

  #append(bytes: Buffer): void {
    if (this.#length === 0) {
      this.#held = bytes;
    } else {
      const length = this.#length + bytes.length;
      if (length > this.#held.length) {
        const more = Buffer.allocUnsafe(2 * length);
        this.#held.copy(more, 0, 0, this.#length);
        this.#held = more;
      }
      bytes.copy(this.#held, this.#length);
    }
    this.#length += bytes.length;
  }
}

/**
 * Where the head ends, looked for from `from` on, or from where to look when there is more. Lines may end with
 * LF alone; an answer that starts with an empty line has an empty head.
 */
function headEnd(bytes: Buffer, from: number): { at: number; after: number } | number {
  if (bytes[0] === 10) return { at: 0, after: 1 };
  if (bytes[0] === 13 && bytes[1] === 10) return { at: 0, after: 2 };
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return { at, after: at + 2 };
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return { at, after: at + 3 };
    if (at + 2 >= bytes.length) return at;
  }
  return bytes.length;
}

function parseHead(text: string): ScriptHead {
  const fields: string[] = [];
  let status: number | null = null;
  let located = false;
  let type = '';
  let bytes: number | null = null;
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(0, colon));
    const value = line.slice(colon + 1).trim();
    const lower = key.toLowerCase();
    if (!name.test(key) || badValue.test(value)) continue;
    if (lower === 'status') status = statusOf(value);
    if (lower === 'content-length' && /^\d{1,15}$/.test(value)) bytes = Number(value);
    if (lower === 'content-type') type = value;
    if (lower === 'location') located = true;
    if (!ours.has(lower)) fields.push(key, value);
  }
  return { status: status ?? (located ? 302 : 200), fields, type, bytes };
}

/** A script may answer with any final status; 1xx and nonsense are its mistake. */
function statusOf(value: string): number {
  const status = /^[2-9]\d{2}(?!\d)/.test(value) ? Number(value.slice(0, 3)) : 0;
  return status >= 200 && status <= 599 ? status : 500;
}

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

  /** Null: the head is not complete. The rest of the bytes is the start of the body. Throws when it is no head. */
  take(bytes: Buffer): { head: ScriptHead; rest: Buffer } | null {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const end = headEnd(this.#held);
    if (end === null) {
      if (this.#held.length > maxHeadBytes) throw new Error('the script sent more than 64 kB without a head');
      return null;
    }
    const head = parseHead(this.#held.toString('latin1', 0, end.at));
    return { head, rest: this.#held.subarray(end.after) };
  }
}

/** Lines may end with LF alone; an answer that starts with an empty line has an empty head. */
function headEnd(bytes: Buffer): { at: number; after: number } | null {
  if (bytes[0] === 10) return { at: 0, after: 1 };
  if (bytes[0] === 13 && bytes[1] === 10) return { at: 0, after: 2 };
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return { at, after: at + 2 };
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return { at, after: at + 3 };
  }
  return null;
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

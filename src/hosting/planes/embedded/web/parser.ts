/** The head of a request as it was sent (RFC 9112 §3, §5), which is all that the rest of the server sees of it. */
export interface Head {
  readonly method: string;
  /** As sent, byte by byte as Latin-1; no control character, no space. */
  readonly target: string;
  /** Of HTTP/1.x: 0 or 1, what is above speaks as 1. */
  readonly minor: 0 | 1;
  /** Name in lower case, value, name, value …, in the order sent. */
  readonly fields: readonly string[];
  /** The one Host field; null: none, or several, for which RFC 9112 §3.2 wants 400. */
  readonly host: string | null;
  /** Bytes of the body that follows; −1: it comes in chunks. */
  readonly bodyBytes: number;
  /** Whether the client wants another request on this connection. */
  readonly keeps: boolean;
  /** In lower case; '' when it expects nothing. */
  readonly expect: string;
  /** It has a Range or a precondition (RFC 9110 §13, §14). */
  readonly conditional: boolean;
  /** With its two line ends. */
  readonly bytes: number;
}

/** Why a head is not taken: what the client is told before the connection ends. */
export interface BadHead {
  readonly status: 400 | 414 | 431 | 501 | 505;
  /** For whoever reads a test's failure. */
  readonly why: string;
}

export const headBytes = 16_384;
const targetBytes = 8192;
const methodBytes = 32;
const fieldsAtMost = 100;

const [isToken, isTarget, isValue] = [1, 2, 4];
/** What a byte may be part of: RFC 9110 §5.6.2 token; visible or above ASCII; a field's value. */
const kinds = new Uint8Array(256);
for (let code = 0x20; code < 256; code += 1) {
  if (code === 0x7f) continue;
  kinds[code] = isValue | (code === 0x20 ? 0 : isTarget);
  if (/[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(code))) kinds[code]! |= isToken;
}
kinds[0x09] = isValue;

const [cr, lf, space, tab, colon] = [13, 10, 32, 9, 58];

/**
 * Parses `text[from, end + 4)`, Latin-1, where `end` is the index of the first empty line's CR LF CR LF. Strict:
 * what two programs could read in two ways (RFC 9112 §11.2, request smuggling) is refused and never mended.
 */
export function parseHead(text: string, from: number, end: number): Head | BadHead {
  const bytes = end + 4 - from;
  if (bytes > headBytes) return bad(431, 'a head over 16 kB');
  const methodEnd = run(text, from, isToken);
  if (methodEnd === from || text.charCodeAt(methodEnd) !== space) return bad(400, 'no method');
  if (methodEnd - from > methodBytes) return bad(501, 'a method of over 32 characters');
  const targetEnd = run(text, methodEnd + 1, isTarget);
  if (targetEnd === methodEnd + 1) return bad(400, 'no target');
  if (targetEnd - methodEnd > targetBytes) return bad(414, 'a target over 8 kB');
  const minor = versionAt(text, targetEnd);
  if (typeof minor !== 'number') return minor;
  const draft = new Draft(text.slice(from, methodEnd), text.slice(methodEnd + 1, targetEnd), minor, bytes);
  let at = targetEnd + 11;
  while (at < end) {
    const nameEnd = run(text, at, isToken);
    // Also a folded line (RFC 9112 §5.2) and a space before the colon (§5.1) end here.
    if (nameEnd === at || text.charCodeAt(nameEnd) !== colon) return bad(400, 'not a field');
    const valueEnd = run(text, nameEnd + 1, isValue);
    if (text.charCodeAt(valueEnd) !== cr || text.charCodeAt(valueEnd + 1) !== lf) {
      return bad(400, 'a control character in a field');
    }
    draft.take(text.slice(at, nameEnd).toLowerCase(), trimmed(text, nameEnd + 1, valueEnd));
    if (draft.fields.length > 2 * fieldsAtMost) return bad(431, 'more than 100 fields');
    at = valueEnd + 2;
  }
  return draft.done();
}

/**
 * What of a head has come so far, so that nobody waits for the rest of what can be none: another protocol's
 * first bytes, or lines that end with LF alone. Null: it may become one.
 */
export function badStart(text: string, from: number): BadHead | null {
  if (text.length - from > headBytes) return bad(431, 'a head over 16 kB');
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((kinds[code]! & isValue) !== 0) continue;
    if (code === cr && (at + 1 === text.length || text.charCodeAt(at + 1) === lf)) continue;
    if (code === lf && at > from && text.charCodeAt(at - 1) === cr) continue;
    return bad(400, 'a control character in a head');
  }
  const line = text.indexOf('\r\n', from);
  if (line < 0) return null;
  const first = parseHead(`${text.slice(from, line)}\r\n\r\n`, 0, line - from);
  return 'status' in first ? first : null;
}

/** The first value of a field that stands once; undefined: there is none. `name` in lower case. */
export function field({ fields }: Pick<Head, 'fields'>, name: string): string | undefined {
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] === name) return fields[at + 1];
  }
  return undefined;
}

/** The values of a field that may be repeated, as one list (RFC 9110 §5.3). */
export function listed({ fields }: Pick<Head, 'fields'>, name: string): string | undefined {
  let all: string | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] === name) all = all === undefined ? fields[at + 1] : `${all}, ${fields[at + 1]}`;
  }
  return all;
}

/** Gathers what the fields say about the message itself; the first fault is kept. */
class Draft {
  readonly method: string;
  readonly target: string;
  readonly minor: 0 | 1;
  readonly bytes: number;
  readonly fields: string[] = [];
  #host: string | null = null;
  #hosts = 0;
  #length: number | null = null;
  #chunked = false;
  #connection = '';
  #expect = '';
  #conditional = false;
  #fault: BadHead | null = null;

  constructor(method: string, target: string, minor: 0 | 1, bytes: number) {
    this.method = method;
    this.target = target;
    this.minor = minor;
    this.bytes = bytes;
  }

  take(name: string, value: string): void {
    this.fields.push(name, value);
    switch (name) {
      case 'host':
        this.#hosts += 1;
        this.#host = value;
        break;
      case 'connection':
        this.#connection += `,${value.toLowerCase()}`;
        break;
      case 'content-length':
        this.#takeLength(value);
        break;
      case 'transfer-encoding':
        this.#takeCoding(value);
        break;
      case 'expect':
        this.#expect = value.toLowerCase();
        break;
      case 'range':
      case 'if-match':
      case 'if-none-match':
      case 'if-modified-since':
      case 'if-unmodified-since':
        this.#conditional = true;
        break;
      default:
    }
  }

  /** One number; RFC 9110 §8.6 would let a list of equal ones pass, and so would some program on the way otherwise. */
  #takeLength(value: string): void {
    if (this.#length !== null) this.#fault ??= bad(400, 'two lengths');
    if (!/^\d{1,15}$/.test(value)) this.#fault ??= bad(400, 'a length that is none');
    this.#length = Number(value);
  }

  /** `chunked` alone and once; another coding would leave the body's end unknown (RFC 9112 §6.1, §6.3). */
  #takeCoding(value: string): void {
    if (this.minor === 0) this.#fault ??= bad(400, 'chunks before HTTP/1.1');
    if (this.#chunked) this.#fault ??= bad(400, 'two codings');
    if (value.toLowerCase() !== 'chunked') {
      this.#fault ??= /chunked/i.test(value) ? bad(400, 'two codings') : bad(501, 'an unknown coding');
    }
    this.#chunked = true;
  }

  done(): Head | BadHead {
    if (this.#fault !== null) return this.#fault;
    const length = this.#length ?? 0;
    if (this.#chunked && this.#length !== null) return bad(400, 'a length and chunks');
    const { method, target, minor, bytes, fields } = this;
    return {
      method,
      target,
      minor,
      fields,
      host: this.#hosts === 1 ? this.#host : null,
      bodyBytes: this.#chunked ? -1 : length,
      keeps: this.#keeps(),
      // RFC 9110 §10.1.1: in HTTP/1.0 it is ignored.
      expect: this.minor === 0 ? '' : this.#expect,
      conditional: this.#conditional,
      bytes,
    };
  }

  /** RFC 9112 §9.3. */
  #keeps(): boolean {
    if (this.#connection === '') return this.minor === 1;
    const options = this.#connection.split(',').map((option) => option.trim());
    if (options.includes('close')) return false;
    return this.minor === 1 || options.includes('keep-alive');
  }
}

/** ` HTTP/1.x CR LF` and nothing else. */
function versionAt(text: string, at: number): 0 | 1 | BadHead {
  if (text.startsWith(' HTTP/1.1\r\n', at)) return 1;
  const [major, minor] = [text.charCodeAt(at + 6) - 48, text.charCodeAt(at + 8) - 48];
  const whole =
    text.startsWith(' HTTP/', at) && text.charCodeAt(at + 7) === 46 && text.startsWith('\r\n', at + 9);
  if (!whole || !(major >= 0 && major <= 9) || !(minor >= 0 && minor <= 9)) return bad(400, 'no version');
  if (major !== 1) return bad(505, 'not HTTP/1');
  return minor === 0 ? 0 : 1;
}

/** The first index from `at` whose byte is not of this kind. */
function run(text: string, at: number, kind: number): number {
  let next = at;
  while ((kinds[text.charCodeAt(next)]! & kind) !== 0) next += 1;
  return next;
}

function trimmed(text: string, from: number, to: number): string {
  let [first, last] = [from, to];
  while (first < last && isBlank(text.charCodeAt(first))) first += 1;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last -= 1;
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}

function bad(status: BadHead['status'], why: string): BadHead {
  return { status, why };
}

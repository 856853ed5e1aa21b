/** The head of a final HTTP response (RFC 9112), as far as a check needs it. */
export interface Head {
  readonly status: number;
  /** The status line, for a person. */
  readonly line: string;
  /** Of a redirect only. */
  readonly location: string | null;
}

export type HeadFault = 'not-http' | 'head-too-large';

/** Bytes of everything up to the end of the final head, interim answers (1xx) included. */
export const headLimit = 65_536;

const lf = 10;
const cr = 13;
const space = 32;
const opening = Buffer.from('HTTP/1.');

/**
 * Reads response heads from bytes as they come. A head that lies in one piece, which is nearly every one, is
 * read where it lies; otherwise the pieces are gathered in a buffer that doubles, so that a server that drips
 * single bytes costs no more than one that does not.
 */
export class HeadReader {
  #held: Buffer | null = null;
  #size = 0;
  /** Where the current head starts, and up to where no end of it was found. */
  #start = 0;
  #looked = 0;

  /** Takes `size` bytes of `bytes` (which may be reused afterwards). Null: the head is not complete yet. */
  take(bytes: Buffer, size: number): Head | HeadFault | null {
    if (this.#held === null) {
      this.#size = size;
      const found = this.#read(bytes);
      if (found === null) this.#held = Buffer.from(bytes.subarray(0, size));
      return found;
    }
    const sum = this.#size + size;
    if (sum > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(sum, 2 * this.#held.length));
      this.#held.copy(larger, 0, 0, this.#size);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#size, 0, size);
    this.#size = sum;
    return this.#read(this.#held);
  }

  /** Bytes taken so far: none at all tells a silent server from one that stopped in the middle. */
  get size(): number {
    return this.#size;
  }

  #read(bytes: Buffer): Head | HeadFault | null {
    for (;;) {
      if (!opens(bytes, this.#start, this.#size)) return 'not-http';
      const end = this.#end(bytes);
      if (end < 0) return this.#size >= headLimit ? 'head-too-large' : null;
      if (end > headLimit) return 'head-too-large';
      const status = statusAt(bytes, this.#start);
      if (status < 0) return 'not-http';
      // 101 is final: nobody asked for another protocol. Every other 1xx is followed by the answer.
      if (status >= 200 || status === 101) return headOf(bytes, this.#start, end, status);
      this.#start = end;
      this.#looked = end;
    }
  }

  /** Index after the empty line that ends the head, or -1. A bare LF ends a line too (RFC 9112 §2.2). */
  #end(bytes: Buffer): number {
    const size = this.#size;
    for (let i = this.#looked; i < size; i++) {
      if (bytes[i] !== lf) continue;
      if (i + 1 < size && bytes[i + 1] === lf) return i + 2;
      if (i + 2 < size && bytes[i + 1] === cr && bytes[i + 2] === lf) return i + 3;
    }
    this.#looked = Math.max(this.#start, size - 2);
    return -1;
  }
}

/** Whether what has come so far can still become `HTTP/1.x`: garbage is known by its first bytes. */
function opens(bytes: Buffer, start: number, size: number): boolean {
  const have = Math.min(size - start, opening.length);
  for (let i = 0; i < have; i++) if (bytes[start + i] !== opening[i]) return false;
  return true;
}

/** `HTTP/1.d SP ddd`, then a space or the line's end; -1 for anything else. */
function statusAt(bytes: Buffer, start: number): number {
  const after = bytes[start + 12];
  if (!digit(bytes[start + 7]) || bytes[start + 8] !== space) return -1;
  if (after !== space && after !== cr && after !== lf) return -1;
  let status = 0;
  for (let i = start + 9; i < start + 12; i++) {
    if (!digit(bytes[i])) return -1;
    status = status * 10 + bytes[i]! - 48;
  }
  return status >= 100 && status <= 599 ? status : -1;
}

function digit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

function headOf(bytes: Buffer, start: number, end: number, status: number): Head {
  const lineEnd = Math.min(bytes.indexOf(lf, start), start + 200);
  const line = bytes.toString('latin1', start, bytes[lineEnd - 1] === cr ? lineEnd - 1 : lineEnd);
  const location = status >= 300 && status < 400 ? locationIn(bytes.toString('utf8', start, end)) : null;
  return { status, line, location };
}

function locationIn(head: string): string | null {
  const found = /\nlocation:[ \t]*([^\r\n]*)/i.exec(head)?.[1]?.trim();
  return found === undefined || found === '' ? null : found;
}

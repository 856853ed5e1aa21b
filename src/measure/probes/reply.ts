/** One FTP reply (RFC 959 §4.2): three digits, and its last line's text for a person. */
export interface Reply {
  readonly code: number;
  readonly text: string;
}

export type ReplyFault = 'not-ftp' | 'reply-too-large';

/** Bytes of one reply, all its lines. */
export const replyLimit = 65_536;
const lineLimit = 4_096;

/**
 * Reads replies from text as it comes. `NNN-` opens a reply of many lines that only `NNN ` with the same
 * number ends; what stands between may look like anything, other numbers included.
 */
export class ReplyReader {
  #held = '';
  #open = '';
  #size = 0;
  readonly #ready: Reply[] = [];
  #fault: ReplyFault | null = null;

  /** Takes a piece of the stream; false once it cannot be FTP. */
  take(piece: string): boolean {
    this.#held += piece;
    for (
      let end = this.#held.indexOf('\n');
      end >= 0 && this.#fault === null;
      end = this.#held.indexOf('\n')
    ) {
      const line = this.#held.slice(0, this.#held[end - 1] === '\r' ? end - 1 : end);
      this.#held = this.#held.slice(end + 1);
      this.#line(line);
    }
    if (this.#fault === null && this.#held.length > lineLimit) this.#fault = 'reply-too-large';
    if (this.#fault === null && !mayOpen(this.#open, this.#held)) this.#fault = 'not-ftp';
    return this.#fault === null;
  }

  /** The next whole reply, the fault that ended the stream, or null: nothing yet. */
  next(): Reply | ReplyFault | null {
    return this.#ready.shift() ?? this.#fault;
  }

  /** Bytes that wait behind what was read: a command channel that is to change its protocol must have none. */
  get rest(): number {
    return this.#held.length + this.#ready.length;
  }

  #line(line: string): void {
    this.#size += line.length;
    if (this.#size > replyLimit) {
      this.#fault = 'reply-too-large';
      return;
    }
    if (this.#open === '') {
      const start = /^([1-5]\d\d)([ -]|$)/.exec(line);
      if (start === null) this.#fault = 'not-ftp';
      else if (start[2] === '-') this.#open = start[1]!;
      else this.#done(line);
      return;
    }
    if (line.startsWith(`${this.#open} `) || line === this.#open) this.#done(line);
  }

  #done(line: string): void {
    this.#ready.push({ code: Number(line.slice(0, 3)), text: line });
    this.#open = '';
    this.#size = 0;
  }
}

/** Whether the unfinished line can still begin a reply: garbage is known by its first bytes. */
function mayOpen(open: string, held: string): boolean {
  return open !== '' || /^([1-5](\d(\d([ -].*)?\r?)?)?)?$/s.test(held);
}

/** The port of `229 … (|||6446|)` (RFC 2428 §3); null: the reply says none. */
export function extendedPort(text: string): number | null {
  const found = /\((.)\1\1(\d{1,5})\1\)/.exec(text);
  const port = found === null ? 0 : Number(found[2]);
  return port >= 1 && port <= 65_535 ? port : null;
}

/** Address and port of `227 … (127,0,0,1,25,46)` (RFC 959; the brackets are not always there); null: the reply says none. */
export function passiveAddress(text: string): { readonly address: string; readonly port: number } | null {
  const found = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/.exec(text.slice(3));
  const numbers = found?.slice(1).map(Number);
  if (numbers === undefined || numbers.some((one) => one > 255)) return null;
  const port = numbers[4]! * 256 + numbers[5]!;
  return port === 0 ? null : { address: numbers.slice(0, 4).join('.'), port };
}

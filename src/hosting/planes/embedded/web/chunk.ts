/**
 * A body in chunks (RFC 9112 §7.1), read as it comes. Strict: sizes are bare hexadecimal digits, every line ends with
 * CR LF, extensions and trailers are well formed and left out, and together take at most 4 kB.
 */
export class ChunkReader {
  #state: State = 'size';
  #line = '';
  #left = 0;
  /** Bytes of extensions and trailers. */
  #besides = 0;
  /** Why it is no such body; null: it is well so far. */
  fault: string | null = null;

  get done(): boolean {
    return this.#state === 'done';
  }

  /** Reads `bytes` from `at` on; the index after what belongs to the body: the end of `bytes`, unless done or at fault. */
  take(bytes: Buffer, at: number, onData: (piece: Buffer) => void): number {
    let next = at;
    while (next < bytes.length && !this.done && this.fault === null) {
      if (this.#state === 'data') {
        const piece = bytes.subarray(next, next + this.#left);
        this.#left -= piece.length;
        next += piece.length;
        if (this.#left === 0) this.#state = 'end';
        onData(piece);
      } else next = this.#takeLine(bytes, next);
    }
    return next;
  }

  #takeLine(bytes: Buffer, at: number): number {
    const feed = bytes.indexOf(10, at);
    const to = feed < 0 ? bytes.length : feed + 1;
    if (this.#line.length + to - at > lineBytes) return this.#wrong('a line over 4 kB', to);
    this.#line += bytes.toString('latin1', at, to);
    if (feed < 0) return to;
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith('\r\n')) return this.#wrong('a line that ends with LF alone', to);
    this.#lineEnded(line.slice(0, -2));
    return to;
  }

  #lineEnded(line: string): void {
    if (this.#state === 'end') {
      if (line !== '') this.#wrong('more data than the chunk’s size', 0);
      this.#state = 'size';
    } else if (this.#state === 'size') this.#takeSize(line);
    else if (line === '') this.#state = 'done';
    else {
      this.#besides += line.length;
      if (!trailer.test(line)) this.#wrong('a trailer that is no field', 0);
      if (this.#besides > lineBytes) this.#wrong('trailers over 4 kB', 0);
    }
  }

  #takeSize(line: string): void {
    const parts = sizeLine.exec(line);
    if (parts === null) {
      this.#wrong('a chunk’s size that is none', 0);
      return;
    }
    this.#left = Number.parseInt(parts[1]!, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'data';
    // Extensions mean nothing to us, and padding without end is only good for tricks.
    this.#besides += line.length - parts[1]!.length;
    if (this.#besides > lineBytes) this.#wrong('extensions over 4 kB', 0);
  }

  #wrong(why: string, next: number): number {
    this.fault ??= why;
    return next;
  }
}

type State = 'size' | 'data' | 'end' | 'trailer' | 'done';

const lineBytes = 4096;
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const quoted = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
/** At most 13 digits keep the sum within what a number holds exactly. */
const sizeLine = new RegExp(
  `^([0-9A-Fa-f]{1,13})(?:[\\t ]*;[\\t ]*${token}(?:[\\t ]*=[\\t ]*(?:${token}|${quoted}))?)*$`,
);
const trailer = new RegExp(`^${token}:[\\t\\x20-\\x7e\\x80-\\xff]*$`);

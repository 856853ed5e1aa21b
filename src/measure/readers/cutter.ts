import { longestLine, slack } from './line.ts';

/** Where `LineCutter` hands its lines: whole ones in `bytes[from, to)`, each with its LF, `slack` readable bytes after. */
export interface LineTaker {
  lines(bytes: Buffer, view: DataView, from: number, to: number): void;
  /** The start of a line that was longer than the longest, or had no end at the end of a file, and its whole length. */
  spoilt(start: Buffer, length: number): void;
}

/**
 * Cuts chunks into lines without copying them: only a line that is torn over two chunks, or that stands at the
 * very end of its memory, goes through a buffer of its own. A line that never ends takes no memory.
 */
export class LineCutter {
  readonly #taker: LineTaker;
  readonly #carry = Buffer.alloc(longestLine + slack);
  readonly #carryView: DataView;
  #carried = 0;
  #skipped = 0;

  constructor(taker: LineTaker) {
    this.#taker = taker;
    this.#carryView = viewOf(this.#carry);
  }

  /** Bytes at the end of what was fed that are not yet a line: where a reader goes on is before these. */
  get pending(): number {
    return this.#carried + this.#skipped;
  }

  feed(chunk: Buffer): void {
    let from = 0;
    if (this.pending > 0) {
      const end = chunk.indexOf(10);
      if (end < 0) {
        this.#keep(chunk);
        return;
      }
      this.#keep(chunk.subarray(0, end + 1));
      this.#flush();
      from = end + 1;
    }
    const end = chunk.lastIndexOf(10) + 1;
    if (end > from) this.#pass(chunk, from, end);
    if (Math.max(end, from) < chunk.length) this.#keep(chunk.subarray(Math.max(end, from)));
  }

  /** The file ends here for good: a torn line is spoilt. */
  end(): void {
    if (this.pending > 0) this.#spoil();
  }

  #pass(chunk: Buffer, from: number, end: number): void {
    const room = chunk.buffer.byteLength - chunk.byteOffset;
    if (end + slack <= room) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, room);
      this.#taker.lines(chunk, view, from, end);
      return;
    }
    // The last line has too little memory after it for reading words.
    const last = end >= 2 ? chunk.lastIndexOf(10, end - 2) + 1 : 0;
    const safe = Math.max(from, last);
    if (safe > from && safe + slack <= room) {
      this.#taker.lines(chunk, new DataView(chunk.buffer, chunk.byteOffset, room), from, safe);
    } else if (safe > from) {
      this.#copied(chunk, from, safe);
    }
    this.#copied(chunk, safe, end);
  }

  /** Line by line through the own buffer. */
  #copied(chunk: Buffer, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const end = chunk.indexOf(10, at) + 1;
      this.#keep(chunk.subarray(at, end));
      this.#flush();
      at = end;
    }
  }

  #keep(part: Buffer): void {
    if (this.#skipped === 0 && this.#carried + part.length <= longestLine) {
      part.copy(this.#carry, this.#carried);
      this.#carried += part.length;
    } else {
      this.#skipped += part.length;
    }
  }

  #flush(): void {
    if (this.#skipped > 0) {
      this.#spoil();
      return;
    }
    const length = this.#carried;
    this.#carried = 0;
    this.#taker.lines(this.#carry, this.#carryView, 0, length);
  }

  #spoil(): void {
    const start = this.#carry.subarray(0, this.#carried);
    const length = this.pending;
    this.#carried = 0;
    this.#skipped = 0;
    this.#taker.spoilt(start, length);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

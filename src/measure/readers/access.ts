import type { PlaneMinute } from '../minute.ts';
import { LineCursor, none } from './cursor.ts';
import { LineCutter } from './cutter.ts';
import { isStream, longestLine, upstreamMs } from './line.ts';
import { type IsOurs, SeenMarks } from './marks.ts';
import { MinuteBook } from './minutes.ts';
import { NameTable } from './names.ts';

export interface SummerOptions {
  readonly plane: string;
  /** Domain → host id; names that are not in it count for the host `-`. Null: each name is its own host. */
  readonly names: ReadonlyMap<string, string> | null;
  readonly isOurs: IsOurs;
  /** A minute is over once a line ended this long after it. Default 90 s. */
  readonly lateMs?: number;
  /** A minute is over this long after it by the wall clock (`tick`). Default 90 s. */
  readonly graceMs?: number;
  /** Whether minutes without a request are told too: that they were read is a fact. Default true. */
  readonly empty?: boolean;
  /** The longest that the plane's event loop was held in a minute. */
  readonly loopDelayMs?: (minute: number) => number;
}

/** How far a line's end may lie after the reader's clock. */
const aheadMs = 60_000;

/**
 * Sums access-log lines to minutes per host (minute.ts). Chunks in, minutes out; it touches nothing.
 *
 * A request belongs to the minute in which its response began: ended − duration + head. One that never got a
 * head began nowhere: it belongs to the minute in which it ended, with the time that it waited. Requests are
 * logged when they end, so one that lasts longer than `lateMs` makes a supplement to a minute already told.
 */
export class AccessSummer {
  readonly #cutter = new LineCutter(this);
  readonly #names: NameTable;
  readonly #marks: SeenMarks;
  readonly #book: MinuteBook;
  readonly #cursor = new LineCursor();
  #latestMs = Number.POSITIVE_INFINITY;
  #lines = 0;
  #malformed = 0;
  #firstMalformed: { readonly line: number; readonly text: string } | null = null;

  constructor(options: SummerOptions) {
    this.#names = new NameTable(options.names);
    this.#marks = new SeenMarks(options.isOurs);
    this.#book = new MinuteBook(options, this.#names);
  }

  /** Lines read, and how many of them were not understood; the first of these, escaped and cut to 200 characters. */
  get lineCount(): number {
    return this.#lines;
  }

  get malformed(): number {
    return this.#malformed;
  }

  get firstMalformed(): { readonly line: number; readonly text: string } | null {
    return this.#firstMalformed;
  }

  /** Bytes at the end of what was fed that are not yet a line. */
  get pending(): number {
    return this.#cutter.pending;
  }

  /** The next bytes of the log. Lines that end after `nowMs` (and a minute) are not understood. */
  feed(chunk: Buffer, nowMs = Number.POSITIVE_INFINITY): void {
    this.#latestMs = nowMs + aheadMs;
    this.#cutter.feed(chunk);
  }

  /** Everything that was written until `nowMs` has been fed: minutes that are over by the clock are closed. */
  tick(nowMs: number): void {
    this.#marks.forget(nowMs);
    this.#book.tick(nowMs);
  }

  /** The file ends for good: a torn last line is not understood. */
  end(): void {
    this.#cutter.end();
  }

  /** Closes every open minute: nothing more will be fed. */
  close(): void {
    this.#cutter.end();
    this.#book.closeAll();
  }

  /** Some of the log was never read: minutes before what is fed next are not told as read. */
  gap(): void {
    this.#book.gap();
  }

  /** How many minutes (without supplements) `take` would hand over. */
  get ready(): number {
    return this.#book.ready;
  }

  /** Minutes closed since the last call, and the supplements to older ones, which get this `part` (above 0, never used before). */
  take(part: number): readonly PlaneMinute[] {
    return this.#book.take(part);
  }

  /** Takes another map of domains; null: each name is its own host. */
  rename(names: ReadonlyMap<string, string> | null): void {
    this.#names.replace(names);
  }

  /** What `load` needs to go on, after `take`: the open minutes and the accepted marks. Torn lines are not in it: they are fed again. */
  save(): Buffer {
    return this.#book.save(this.#marks);
  }

  /** Goes on where another left off; throws `CorruptError` for bytes that `save` did not make. */
  load(saved: Buffer): void {
    this.#book.load(saved, this.#marks);
  }

  /** For the cutter alone. */
  lines(bytes: Buffer, view: DataView, from: number, to: number): void {
    const cursor = this.#cursor;
    cursor.over(bytes, view);
    for (let at = from; at < to; ) {
      this.#lines += 1;
      cursor.at = at;
      let end = this.#line(bytes, view, at);
      if (end < 0) {
        end = bytes.indexOf(10, at);
        this.#refuse(bytes.subarray(at, end));
      }
      at = end + 1;
    }
  }

  /** For the cutter alone. */
  spoilt(start: Buffer): void {
    this.#lines += 1;
    this.#refuse(start);
  }

  #refuse(line: Buffer): void {
    this.#malformed += 1;
    if (this.#firstMalformed !== null) return;
    const text = JSON.stringify(line.toString('latin1', 0, Math.min(200, line.length))).slice(1, -1);
    this.#firstMalformed = { line: this.#lines, text };
  }

  /** One line: where its LF is, or −1 when it has not 17 fields or a number in it cannot be. */
  #line(bytes: Buffer, view: DataView, from: number): number {
    const cursor = this.#cursor;
    const nameEnd = cursor.name();
    const name = cursor.hash;
    if (nameEnd < 0) return -1;
    const ended = cursor.instant();
    if (ended < 0 || ended > this.#latestMs) return -1;
    const duration = cursor.ms();
    if (duration < 0) return -1;
    const head = cursor.ms();
    if (head === -1) return -1;
    const value = this.#value(bytes, head === none ? duration : head);
    if (value < 0) return -1;
    const status = cursor.status();
    const bytesIn = cursor.whole();
    const bytesOut = cursor.whole();
    if (status < 0 || bytesIn < 0 || bytesOut < 0) return -1;
    if (cursor.name() < 0) return -1;
    const client = cursor.hash;
    const markAt = cursor.at;
    const markEnd = cursor.skip();
    const typeAt = cursor.at;
    const typeEnd = markEnd < 0 ? -1 : cursor.skip();
    const end = typeEnd < 0 ? -1 : cursor.rest(5);
    if (end < 0 || end - from >= longestLine) return -1;

    // A clock that was set back while the answer went out can make the head later than the end.
    const began = head === none || head > duration ? ended : ended - duration + head;
    const record = this.#book.record(this.#names.find(bytes, view, name, from, nameEnd), began, ended);
    const sums = this.#book.sums;
    if (status === 101 || isStream(bytes, typeAt, typeEnd)) sums.held(record);
    else sums.measure(record, value);
    const marked = markEnd > markAt && (markEnd > markAt + 1 || bytes[markAt] !== 0x2d);
    if (!marked || !this.#isOurs(bytes, from, nameEnd, ended, markAt, markEnd)) {
      sums.visit(record, (status / 100) | 0, bytesIn, bytesOut, client);
    }
    return end;
  }

  /** Clause 2-4.1's time, from both upstream fields or, when no upstream was asked, as the server itself saw it. */
  #value(bytes: Buffer, own: number): number {
    const cursor = this.#cursor;
    const from = cursor.at;
    const head = cursor.ms();
    const took = head === -1 ? -1 : cursor.ms();
    if (head === none && took === none) return own;
    if (head >= 0 && took !== -1) return head;
    // More than one try, or none that answered.
    cursor.at = from;
    const headEnd = cursor.skip();
    const tookAt = cursor.at;
    const tookEnd = headEnd < 0 ? -1 : cursor.skip();
    return tookEnd < 0 ? -1 : upstreamMs(bytes, from, headEnd, tookAt, tookEnd);
  }

  #isOurs(bytes: Buffer, from: number, end: number, ended: number, markAt: number, markEnd: number): boolean {
    const host = bytes.toString('latin1', from, end);
    return this.#marks.accept(host, ended, bytes.toString('latin1', markAt, markEnd));
  }
}

import assert from 'node:assert';
import { bucketCount, mergeMinutes, type PlaneMinute } from '../minute.ts';
import { ByteReader, ByteWriter, CorruptError } from '../varint.ts';
import type { SeenMarks } from './marks.ts';
import type { NameTable } from './names.ts';
import { Sums } from './sums.ts';

interface BookOptions {
  readonly plane: string;
  readonly lateMs?: number;
  readonly graceMs?: number;
  readonly empty?: boolean;
  readonly loopDelayMs?: (minute: number) => number;
}

/** A minute that still takes requests: per host number its record, −1 without one. */
interface OpenMinute {
  records: Int32Array;
}

const minuteMs = 60_000;
/** A silence longer than this (in minutes) is not told minute by minute: nobody judges a log that old. */
const longestSilence = 40 * 1440;
/** Supplements are for so many minutes at once at most; beyond it the oldest are told at once. */
const mostSupplements = 512;
const version = 1;

/**
 * The minutes that are open, which of them are over, and the supplements to those already told. Minutes are
 * numbers since the epoch here. Minutes up to `#closed` are over; the log's own time moves that on, or the clock.
 */
export class MinuteBook {
  readonly sums = new Sums();
  readonly #options: BookOptions;
  readonly #names: NameTable;
  readonly #lateMs: number;
  readonly #graceMs: number;
  readonly #open = new Map<number, OpenMinute>();
  readonly #supplements = new Map<number, OpenMinute>();
  #told: PlaneMinute[] = [];
  /** Supplements that had to make room; they get their part with the others. */
  #early: PlaneMinute[] = [];
  #closed = -1;
  #ready = 0;
  /** Something before the next line was never read. */
  #gap = false;
  /** A line that ended after this closes a minute. */
  #closeAfterMs = Number.NEGATIVE_INFINITY;
  /** Two words per host number: the minute it was last in, and its record there. */
  #last = new Int32Array(128).fill(-1);

  constructor(options: BookOptions, names: NameTable) {
    this.#options = options;
    this.#names = names;
    this.#lateMs = options.lateMs ?? 90_000;
    this.#graceMs = options.graceMs ?? 90_000;
  }

  get ready(): number {
    return this.#ready;
  }

  /** The record of a host for the minute of `began`; a line that `ended` then moves the log's time on. */
  record(host: number, began: number, ended: number): number {
    const minute = Math.floor(began / minuteMs);
    if (ended > this.#closeAfterMs) this.#advance(ended);
    const last = this.#last;
    if (last[2 * host] === minute) return last[2 * host + 1]!;
    return this.#find(host, minute);
  }

  tick(nowMs: number): void {
    if (this.#gap) this.#skipTo(nowMs);
    const over = Math.floor((nowMs - this.#graceMs) / minuteMs) - 1;
    if (this.#closed < 0) this.#closed = Math.floor(nowMs / minuteMs) - 1;
    if (over > this.#closed) this.#closeTo(over);
    this.#closeAfterMs = (this.#closed + 2) * minuteMs + this.#lateMs;
  }

  closeAll(): void {
    if (this.#open.size > 0) this.#closeTo(Math.max(...this.#open.keys()));
  }

  gap(): void {
    this.#gap = true;
    this.#closeAfterMs = Number.NEGATIVE_INFINITY;
  }

  /** Reading goes on at this instant after a gap. */
  #skipTo(atMs: number): void {
    this.#gap = false;
    const unread = Math.floor(atMs / minuteMs) - 1;
    if (unread <= this.#closed) {
      this.#moveTo(this.#closed);
      return;
    }
    // What was read of these minutes is true, but not all of them: supplements to minutes that nobody tells.
    for (const minute of [...this.#open.keys()].filter((one) => one <= unread)) {
      this.#early.push(this.#plane(minute, this.#open));
    }
    this.#moveTo(unread);
  }

  take(part: number): readonly PlaneMinute[] {
    for (const minute of this.#supplements.keys()) this.#early.push(this.#plane(minute, this.#supplements));
    const taken = [...this.#told, ...merged(this.#early).map((minute) => ({ ...minute, part }))];
    this.#told = [];
    this.#early = [];
    this.#ready = 0;
    this.#last.fill(-1);
    return taken;
  }

  save(marks: SeenMarks): Buffer {
    assert(
      this.#told.length === 0 && this.#early.length === 0,
      'what is over is taken before the rest is saved',
    );
    const writer = new ByteWriter();
    writer.varint(version);
    writer.varint(this.#closed + 1);
    for (const book of [this.#open, this.#supplements]) {
      writer.varint(book.size);
      for (const [minute, { records }] of book) {
        writer.varint(minute);
        const used = hostsIn(records);
        writer.varint(used.length);
        for (const host of used) {
          writer.text(this.#names.hosts[host]!);
          this.sums.save(records[host]!, writer);
        }
      }
    }
    marks.save(writer);
    return writer.done();
  }

  load(saved: Buffer, marks: SeenMarks): void {
    const reader = new ByteReader(saved);
    if (reader.varint() !== version) throw new CorruptError('another version');
    this.#moveTo(reader.varint() - 1);
    for (const book of [this.#open, this.#supplements]) {
      for (let minutes = reader.count(2); minutes > 0; minutes -= 1) {
        const minute = reader.varint();
        for (let hosts = reader.count(20); hosts > 0; hosts -= 1) {
          const host = this.#names.number(reader.text());
          this.#place(book, minute, host, this.sums.load(reader));
        }
      }
    }
    marks.load(reader);
    reader.end();
  }

  /** The log's time has come to `ended`. The first line of all says where reading began. */
  #advance(ended: number): void {
    if (this.#gap) this.#skipTo(ended);
    if (this.#closed < 0) this.#moveTo(Math.floor(ended / minuteMs) - 1);
    const over = Math.ceil((ended - this.#lateMs) / minuteMs) - 2;
    if (over > this.#closed) this.#closeTo(over);
  }

  /** Closes every minute up to and with this one. */
  #closeTo(last: number): void {
    const listed = this.#options.empty !== false && last - this.#closed <= longestSilence;
    const open = [...this.#open.keys()].sort((a, b) => a - b);
    const minutes = listed ? range(this.#closed + 1, last) : open.filter((minute) => minute <= last);
    for (const minute of minutes) this.#tell(minute);
    this.#moveTo(last);
  }

  #moveTo(closed: number): void {
    this.#closed = closed;
    this.#closeAfterMs = closed < 0 ? Number.NEGATIVE_INFINITY : (closed + 2) * minuteMs + this.#lateMs;
    this.#last.fill(-1);
  }

  #tell(minute: number): void {
    this.#told.push(this.#plane(minute, this.#open));
    this.#ready += 1;
  }

  /** The minute as it is told; its records are given back. */
  #plane(minute: number, book: Map<number, OpenMinute>): PlaneMinute {
    const records = book.get(minute)?.records ?? new Int32Array(0);
    book.delete(minute);
    const used = hostsIn(records);
    // One piece of memory for all: a piece each would cost more than everything else here.
    const buckets = new Uint32Array(used.length * bucketCount);
    const hosts = used.map((host, i) => {
      const record = records[host]!;
      const mine = buckets.subarray(i * bucketCount, (i + 1) * bucketCount);
      const told = this.sums.tell(record, this.#names.hosts[host]!, mine);
      this.sums.give(record);
      return told;
    });
    const at = minute * minuteMs;
    const loopDelayMs = book === this.#open ? (this.#options.loopDelayMs?.(at) ?? 0) : 0;
    return { plane: this.#options.plane, minute: at, part: 0, loopDelayMs, hosts };
  }

  #find(host: number, minute: number): number {
    const book = minute <= this.#closed ? this.#supplements : this.#open;
    const known = book.get(minute)?.records[host] ?? -1;
    const record = known >= 0 ? known : this.sums.take();
    if (known < 0) this.#place(book, minute, host, record);
    if (2 * host >= this.#last.length) this.#last = longer(this.#last, 2 * host + 2);
    this.#last[2 * host] = minute;
    this.#last[2 * host + 1] = record;
    return record;
  }

  #place(book: Map<number, OpenMinute>, minute: number, host: number, record: number): void {
    let open = book.get(minute);
    if (open === undefined) {
      if (book === this.#supplements && book.size >= mostSupplements) this.#makeRoom();
      open = { records: new Int32Array(Math.max(64, this.#names.hosts.length)).fill(-1) };
      book.set(minute, open);
    }
    if (host >= open.records.length) open.records = longer(open.records, host + 1);
    open.records[host] = record;
  }

  #makeRoom(): void {
    const oldest = Math.min(...this.#supplements.keys());
    this.#early.push(this.#plane(oldest, this.#supplements));
    this.#last.fill(-1);
  }
}

/** The numbers of the hosts that have a record. */
function hostsIn(records: Int32Array): readonly number[] {
  const used: number[] = [];
  for (let host = 0; host < records.length; host += 1) if (records[host]! >= 0) used.push(host);
  return used;
}

/** One supplement a minute. */
function merged(all: readonly PlaneMinute[]): readonly PlaneMinute[] {
  const byMinute = new Map<number, PlaneMinute>();
  for (const one of all) {
    const known = byMinute.get(one.minute);
    byMinute.set(one.minute, known === undefined ? one : mergeMinutes(known, one));
  }
  return [...byMinute.values()];
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function longer(old: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(Math.max(least, old.length * 2)).fill(-1);
  more.set(old);
  return more;
}

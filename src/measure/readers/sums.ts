import { bucketCount, bucketOf, type HostMinute, slowMs } from '../minute.ts';
import type { ByteReader, ByteWriter } from '../varint.ts';
import { ClientSketches } from './clients.ts';

/**
 * Sums of many (host, minute) pairs in two flat arrays: one record of `width` words and two floats each. A
 * record is taken, added to, told as a `HostMinute` and given back.
 */
const measured = 0;
const slowest = 1;
const slow = 2;
const requests = 3;
const statuses = 4;
const long = 10;
const buckets = 11;
const width = buckets + bucketCount;

export class Sums {
  readonly #clients = new ClientSketches();
  #words = new Int32Array(width * 256);
  /** Bytes in, bytes out. */
  #bytes = new Float64Array(2 * 256);
  #free: number[] = [];
  #next = 0;

  /** A record of zeros. */
  take(): number {
    const record = this.#free.pop() ?? this.#next++;
    if (record * 2 >= this.#bytes.length) this.#grow();
    this.#words.fill(0, record * width, (record + 1) * width);
    this.#bytes.fill(0, record * 2, record * 2 + 2);
    this.#clients.reset(record);
    return record;
  }

  give(record: number): void {
    this.#clients.release(record);
    this.#free.push(record);
  }

  /** Adds a time of clause 2-4.1, whole ms. */
  measure(record: number, ms: number): void {
    const words = this.#words;
    const at = record * width;
    words[at + measured]! += 1;
    if (ms > words[at + slowest]!) words[at + slowest] = ms;
    if (ms > slowMs) words[at + slow]! += 1;
    words[at + buckets + bucketOf(ms)]! += 1;
  }

  /** Adds a visitor's request; `status` is the first digit of its status, `client` a hash of its address. */
  visit(record: number, status: number, bytesIn: number, bytesOut: number, client: number): void {
    const words = this.#words;
    const at = record * width;
    words[at + requests]! += 1;
    words[at + statuses + (status >= 1 && status <= 5 ? status - 1 : 5)]! += 1;
    this.#bytes[record * 2]! += bytesIn;
    this.#bytes[record * 2 + 1]! += bytesOut;
    this.#clients.add(record, client);
  }

  /** Counts a long poll, server-sent events or a WebSocket. */
  held(record: number): void {
    this.#words[record * width + long]! += 1;
  }

  /** The sums as they are now; `into` takes the buckets and is kept in the answer. */
  tell(record: number, host: string, into: Uint32Array): HostMinute {
    for (let i = 0; i < bucketCount; i += 1) into[i] = this.#words[record * width + buckets + i]!;
    const words = this.#words;
    const at = record * width;
    const status = (i: number): number => words[at + statuses + i]!;
    return {
      host,
      measured: words[at + measured]!,
      slowest: words[at + slowest]!,
      slow: words[at + slow]!,
      requests: words[at + requests]!,
      bytesIn: this.#bytes[record * 2]!,
      bytesOut: this.#bytes[record * 2 + 1]!,
      statuses: [status(0), status(1), status(2), status(3), status(4), status(5)],
      clients: this.#clients.distinct(record),
      busiest: this.#clients.busiest(record),
      long: words[at + long]!,
      buckets: into,
    };
  }

  /** Everything of a record, so that `load` goes on as if nothing had happened between. */
  save(record: number, writer: ByteWriter): void {
    for (let i = 0; i < width; i += 1) writer.varint(this.#words[record * width + i]!);
    writer.varint(this.#bytes[record * 2]!);
    writer.varint(this.#bytes[record * 2 + 1]!);
    this.#clients.save(record, writer);
  }

  /** A record as it was saved. */
  load(reader: ByteReader): number {
    const record = this.take();
    for (let i = 0; i < width; i += 1) this.#words[record * width + i] = reader.varint();
    this.#bytes[record * 2] = reader.varint();
    this.#bytes[record * 2 + 1] = reader.varint();
    this.#clients.load(record, reader);
    return record;
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const bytes = new Float64Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

import type { ByteReader, ByteWriter } from '../varint.ts';

/**
 * How many distinct clients each record saw, and how often the busiest came, from hashes of their addresses.
 *
 * Up to 8 clients: a table of hashes and counts, exact. Beyond: the table goes on as Space-Saving (Metwally
 * et al., 2005): a newcomer takes the place of the rarest and inherits its count as its error, so that
 * count − error is at least right and off by no more than an eighth of all requests. Distinct ones are then
 * estimated by HyperLogLog registers (Flajolet et al., 2007) with the running estimate of Ting and Cohen
 * (2014): 1,024 registers have a standard error of 2.6 %, so 10 % are near four of them.
 */
const places = 8;
/** Words of a record: how many places are taken, its page of registers (−1: none), then all hashes, all counts, all errors. */
const hashes = 2;
const counts = hashes + places;
const errors = counts + places;
const width = errors + places;
/** A count and its place in one number, so that the least of them is found without a branch. */
const placeBits = 3;
const registers = 1024;
const registerBits = 10;
/** 2^−rank; a hash of 32 bits has ranks up to 23. */
const chances = Float64Array.from({ length: 24 }, (_, rank) => 2 ** -rank);

export class ClientSketches {
  #words = new Int32Array(width * 256);
  /** Per record: the estimate, and the sum of 2^−register (the chance of a change times 1,024). */
  #floats = new Float64Array(2 * 256);
  #pages = new Uint8Array(registers * 16);
  #freePages: number[] = [];
  #nextPage = 0;

  reset(record: number): void {
    while ((record + 1) * width > this.#words.length) this.#grow();
    this.#words[record * width] = 0;
    this.#words[record * width + 1] = -1;
  }

  release(record: number): void {
    const page = this.#words[record * width + 1]!;
    if (page >= 0) this.#freePages.push(page);
    this.#words[record * width + 1] = -1;
  }

  add(record: number, hash: number): void {
    const words = this.#words;
    const at = record * width;
    const taken = words[at]!;
    const end = at + hashes + taken;
    for (let i = at + hashes; i < end; i += 1) {
      if (words[i] === hash) {
        words[i + places]! += 1;
        return;
      }
    }
    if (taken < places) {
      words[at] = taken + 1;
      words[end] = hash;
      words[end + places] = 1;
      words[end + 2 * places] = 0;
      return;
    }
    if (words[at + 1]! < 0) this.#overflow(record);
    this.#estimate(record, hash);
    const rarest = at + hashes + this.#rarest(at + counts);
    words[rarest + 2 * places] = words[rarest + places]!;
    words[rarest + places]! += 1;
    words[rarest] = hash;
  }

  /** Which of the places, all taken, has the least count; the first of several. */
  #rarest(from: number): number {
    const words = this.#words;
    let least = words[from]! << placeBits;
    for (let i = 1; i < places; i += 1) least = Math.min(least, (words[from + i]! << placeBits) | i);
    return least & (places - 1);
  }

  /** Distinct clients: exact up to 8, else within 10 %. */
  distinct(record: number): number {
    const paged = this.#words[record * width + 1]! >= 0;
    return paged ? Math.round(this.#floats[record * 2]!) : this.#words[record * width]!;
  }

  /** Requests of the busiest client: exact up to 8 clients, else at least this many. */
  busiest(record: number): number {
    const at = record * width;
    let most = 0;
    for (let i = 0; i < this.#words[at]!; i += 1) {
      most = Math.max(most, this.#words[at + counts + i]! - this.#words[at + errors + i]!);
    }
    return most;
  }

  save(record: number, writer: ByteWriter): void {
    const at = record * width;
    const page = this.#words[at + 1]!;
    writer.varint(this.#words[at]!);
    for (let i = at; i < at + this.#words[at]!; i += 1) {
      for (const part of [hashes, counts, errors]) writer.varint(this.#words[i + part]! >>> 0);
    }
    writer.varint(page < 0 ? 0 : 1);
    if (page < 0) return;
    writer.float(this.#floats[record * 2]!);
    writer.float(this.#floats[record * 2 + 1]!);
    writer.bytes(this.#pages.subarray(page * registers, (page + 1) * registers));
  }

  load(record: number, reader: ByteReader): void {
    const at = record * width;
    this.#words[at] = Math.min(places, reader.varint());
    for (let i = at; i < at + this.#words[at]!; i += 1) {
      for (const part of [hashes, counts, errors]) this.#words[i + part] = reader.varint() | 0;
    }
    if (reader.varint() === 0) return;
    const page = this.#takePage(record);
    this.#floats[record * 2] = reader.float();
    this.#floats[record * 2 + 1] = reader.float();
    this.#pages.set(reader.bytes(registers), page * registers);
  }

  /** The ninth client: from here on by registers, beginning with the eight that are known. */
  #overflow(record: number): void {
    this.#takePage(record);
    const first = record * width + hashes;
    for (let i = 0; i < places; i += 1) this.#estimate(record, this.#words[first + i]!);
  }

  #takePage(record: number): number {
    const page = this.#freePages.pop() ?? this.#nextPage++;
    if ((page + 1) * registers > this.#pages.length) {
      const more = new Uint8Array(this.#pages.length * 2);
      more.set(this.#pages);
      this.#pages = more;
    }
    this.#pages.fill(0, page * registers, (page + 1) * registers);
    this.#words[record * width + 1] = page;
    this.#floats[record * 2] = 0;
    this.#floats[record * 2 + 1] = registers;
    return page;
  }

  #estimate(record: number, hash: number): void {
    const place = this.#words[record * width + 1]! * registers + (hash & (registers - 1));
    const rank = Math.clz32(hash >>> registerBits) - registerBits + 1;
    const old = this.#pages[place]!;
    if (rank <= old) return;
    const floats = this.#floats;
    // Each change stands for as many clients as it was improbable.
    floats[record * 2]! += registers / floats[record * 2 + 1]!;
    floats[record * 2 + 1]! += chances[rank]! - chances[old]!;
    this.#pages[place] = rank;
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const floats = new Float64Array(this.#floats.length * 2);
    floats.set(this.#floats);
    this.#floats = floats;
  }
}

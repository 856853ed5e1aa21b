import { LineCursor } from './cursor.ts';
import { slack } from './line.ts';

/** Without a map of the hosts, this many names are told apart; beyond it, and for longer ones, the host is `-`. */
const mostNames = 65_536;
const longestName = 255;

/**
 * From the bytes of a host name to the number of the host that it belongs to: an open-addressing table of
 * byte ranges. Numbers are given once and stay; 0 is `-`, the host of names that are nobody's.
 */
export class NameTable {
  readonly hosts: string[] = ['-'];
  readonly #numbers = new Map<string, number>([['-', 0]]);
  /** False: a name that is not in the table belongs to nobody. True: it stands for itself. */
  #open = true;
  #count = 0;
  #slots = new Int32Array(0);
  #mask = 0;
  #hashes = new Int32Array(0);
  #starts = new Int32Array(0);
  #lengths = new Int32Array(0);
  #owners = new Int32Array(0);
  #bytes = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #used = 0;

  constructor(names: ReadonlyMap<string, string> | null) {
    this.replace(names);
  }

  /** Takes another set of names (domain → host); null: every name stands for itself. */
  replace(names: ReadonlyMap<string, string> | null): void {
    this.#open = names === null;
    this.#count = 0;
    this.#used = 0;
    this.#resize(Math.max(64, names?.size ?? 0));
    if (names === null) return;
    for (const [name, host] of names) {
      const field = Buffer.from(`${name}\t${'\0'.repeat(slack)}`, 'latin1');
      const cursor = new LineCursor();
      cursor.over(field, new DataView(field.buffer, field.byteOffset, field.length));
      const length = cursor.name();
      if (length !== name.length || length > longestName) continue;
      this.#insert(field, cursor.hash, 0, length, this.number(host));
    }
  }

  /** The host's number, given to it now if it has none. */
  number(host: string): number {
    const known = this.#numbers.get(host);
    if (known !== undefined) return known;
    this.#numbers.set(host, this.hosts.length);
    return this.hosts.push(host) - 1;
  }

  /** The number of the host whose name, with this hash (`LineCursor.name`), stands at `[from, end)`. */
  find(bytes: Buffer, view: DataView, hash: number, from: number, end: number): number {
    const length = end - from;
    for (let i = hash & this.#mask; ; i = (i + 1) & this.#mask) {
      const entry = this.#slots[i]!;
      if (entry < 0) break;
      if (this.#hashes[entry] === hash && this.#lengths[entry] === length && this.#same(entry, view, from)) {
        return this.#owners[entry]!;
      }
    }
    if (!this.#open || this.#count >= mostNames || length > longestName || length === 0) return 0;
    const owner = this.number(bytes.toString('latin1', from, end));
    this.#insert(bytes, hash, from, end, owner);
    return owner;
  }

  #same(entry: number, view: DataView, from: number): boolean {
    const kept = this.#view;
    let at = this.#starts[entry]!;
    const end = at + this.#lengths[entry]!;
    let other = from;
    for (; at + 4 <= end; at += 4, other += 4) {
      if (kept.getInt32(at) !== view.getInt32(other)) return false;
    }
    for (; at < end; at += 1, other += 1) {
      if (kept.getInt8(at) !== view.getInt8(other)) return false;
    }
    return true;
  }

  #insert(bytes: Buffer, hash: number, from: number, end: number, owner: number): void {
    if (this.#count === this.#hashes.length) this.#resize(this.#count * 2);
    const length = end - from;
    if (this.#used + length > this.#bytes.length) {
      const more = Buffer.alloc(Math.max(4096, 2 * this.#bytes.length + length));
      this.#bytes.copy(more);
      this.#bytes = more;
      this.#view = new DataView(more.buffer, more.byteOffset, more.length);
    }
    const entry = this.#count;
    bytes.copy(this.#bytes, this.#used, from, end);
    this.#hashes[entry] = hash;
    this.#starts[entry] = this.#used;
    this.#lengths[entry] = length;
    this.#owners[entry] = owner;
    this.#used += length;
    this.#count += 1;
    this.#place(entry);
  }

  #place(entry: number): void {
    let i = this.#hashes[entry]! & this.#mask;
    while (this.#slots[i]! >= 0) i = (i + 1) & this.#mask;
    this.#slots[i] = entry;
  }

  /** At most half of the slots are taken, so that a name that is not there is found out soon. */
  #resize(entries: number): void {
    const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const more = new Int32Array(entries);
      more.set(old.subarray(0, this.#count));
      return more;
    };
    this.#hashes = grown(this.#hashes);
    this.#starts = grown(this.#starts);
    this.#lengths = grown(this.#lengths);
    this.#owners = grown(this.#owners);
    const slots = 2 ** Math.ceil(Math.log2(entries * 2));
    this.#slots = new Int32Array(slots).fill(-1);
    this.#mask = slots - 1;
    for (let entry = 0; entry < this.#count; entry += 1) this.#place(entry);
  }
}

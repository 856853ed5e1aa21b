import { LineCursor } from './cursor.ts';
import { slack } from './line.ts';

/** Without a map of the hosts, this many names are told apart; beyond it, and for longer ones, the host is `-`. */
const mostNames = 65_536;
const longestName = 255;
const slotWords = 4;

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
  /** Four words a slot: hash, length (0: free), its first word, the host's number. */
  #slots = new Int32Array(0);
  #mask = 0;
  /** The names, each from a word of its own on, the rest of its last word zero. */
  #words = new Int32Array(0);
  #used = 0;

  constructor(names: ReadonlyMap<string, string> | null) {
    this.replace(names);
  }

  /** Takes another set of names (domain → host); null: every name stands for itself. */
  replace(names: ReadonlyMap<string, string> | null): void {
    this.#open = names === null;
    this.#count = 0;
    this.#used = 0;
    this.#words = new Int32Array(1024);
    this.#slots = new Int32Array(0);
    this.#resize(2 ** Math.ceil(Math.log2(Math.max(64, names?.size ?? 0) * 2)));
    if (names === null) return;
    for (const [name, host] of names) {
      const field = Buffer.from(`${name}\t${'\0'.repeat(slack)}`, 'latin1');
      const cursor = new LineCursor();
      cursor.over(field, new DataView(field.buffer, field.byteOffset, field.length));
      const length = cursor.name();
      if (length !== name.length || length > longestName || length === 0) continue;
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
    const slots = this.#slots;
    const length = end - from;
    for (let i = hash & this.#mask; ; i = (i + 1) & this.#mask) {
      const at = i * slotWords;
      if (slots[at + 1] === 0) break;
      if (slots[at] === hash && slots[at + 1] === length && this.#same(slots[at + 2]!, length, view, from)) {
        return slots[at + 3]!;
      }
    }
    if (!this.#open || this.#count >= mostNames || length > longestName || length === 0) return 0;
    const owner = this.number(bytes.toString('latin1', from, end));
    this.#insert(bytes, hash, from, end, owner);
    return owner;
  }

  /** Word by word; of the last word only the bytes that are the name's. */
  #same(start: number, length: number, view: DataView, from: number): boolean {
    const kept = this.#words;
    const whole = from + (length & ~3);
    let own = start;
    for (let at = from; at < whole; at += 4, own += 1) {
      if (kept[own] !== view.getInt32(at, true)) return false;
    }
    const mask = (1 << ((length & 3) * 8)) - 1;
    return kept[own] === (view.getInt32(whole, true) & mask);
  }

  #insert(bytes: Buffer, hash: number, from: number, end: number, owner: number): void {
    // At most half of the slots are taken, so that a name that is not there is found out soon.
    if (2 * (this.#count + 1) > this.#mask + 1) this.#resize((this.#mask + 1) * 2);
    const length = end - from;
    const words = (length >> 2) + 1;
    if (this.#used + words > this.#words.length) {
      const more = new Int32Array(2 * this.#words.length + words);
      more.set(this.#words);
      this.#words = more;
    }
    bytes.copy(new Uint8Array(this.#words.buffer, this.#used * 4, length), 0, from, end);
    this.#place([hash, length, this.#used, owner]);
    this.#used += words;
    this.#count += 1;
  }

  #place(slot: ArrayLike<number>): void {
    let i = slot[0]! & this.#mask;
    while (this.#slots[i * slotWords + 1] !== 0) i = (i + 1) & this.#mask;
    this.#slots.set(slot, i * slotWords);
  }

  #resize(slots: number): void {
    const old = this.#slots;
    this.#slots = new Int32Array(slots * slotWords);
    this.#mask = slots - 1;
    for (let at = 0; at < old.length; at += slotWords) {
      if (old[at + 1] !== 0) this.#place(old.subarray(at, at + slotWords));
    }
  }
}

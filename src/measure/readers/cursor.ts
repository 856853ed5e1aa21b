import { longestMs } from './line.ts';

/** The field is `-` or empty. */
export const none = -2;

/**
 * Goes over one line of the access log, field by field. Each step answers what the field says, −1 when it
 * cannot be, and stands behind the field's tab. It never goes beyond the line's LF, which must be there with
 * `slack` readable bytes after it. Words of four bytes at a time, no string, no object: this is the hot path.
 */
export class LineCursor {
  /** Where the next field begins. */
  at = 0;
  /** Of the bytes of the last `name`. */
  hash = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** The ten digits of the last instant's seconds, as they stood there: the next line's are likely the same. */
  #word0 = 0;
  #word1 = 0;
  #word2 = 0;
  #secondMs = -1;

  /** Lines are in these bytes from now on. */
  over(bytes: Uint8Array, view: DataView): void {
    this.#bytes = bytes;
    this.#view = view;
  }

  /** A field's end, with a hash of its bytes in `hash`. */
  name(): number {
    const view = this.#view;
    const from = this.at;
    let at = from;
    let hash = 0;
    for (;;) {
      const word = view.getInt32(at, true);
      // Non-zero when a byte is below 0x20; its lowest set bit is in the first of them.
      const low = (word - 0x20202020) & ~word & 0x80808080;
      if (low !== 0) {
        const bits = (31 - Math.clz32(low & -low)) & 24;
        at += bits >>> 3;
        this.at = at + 1;
        if (((word >>> bits) & 0xff) !== 9) return -1;
        const tail = bits === 0 ? 0 : word & (-1 >>> (32 - bits));
        hash = Math.imul(hash ^ tail ^ (at - from), 0x7feb352d);
        hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b | 0);
        this.hash = hash ^ (hash >>> 16);
        return at;
      }
      hash = Math.imul(hash ^ word, 0x9e3779b1 | 0);
      hash ^= hash >>> 15;
      at += 4;
    }
  }

  /** `1793500000.123`, exactly so, as epoch ms. */
  instant(): number {
    const view = this.#view;
    const at = this.at;
    const word0 = view.getInt32(at, true);
    const word1 = view.getInt32(at + 4, true);
    if (word0 !== this.#word0 || word1 !== this.#word1 || view.getInt16(at + 8, true) !== this.#word2) {
      const second = this.#digits(at, 10);
      if (second < 0) return -1;
      this.#secondMs = second * 1000;
      this.#word0 = word0;
      this.#word1 = word1;
      this.#word2 = view.getInt16(at + 8, true);
    }
    // `.123` and the tab: less their zeros, nothing but digits is left.
    const part = view.getInt32(at + 10, true) ^ 0x3030302e;
    if (((part | (part + 0x06060600)) & 0xf0f0f0ff) !== 0 || this.#bytes[at + 14] !== 9) return -1;
    this.at = at + 15;
    return this.#secondMs + ((part >>> 8) & 15) * 100 + ((part >>> 16) & 15) * 10 + (part >>> 24);
  }

  /** `1.234` as ms; `none` for `-` or nothing. */
  ms(): number {
    const view = this.#view;
    const at = this.at;
    // Nearly all have one digit before the point: six bytes that are looked at as two words.
    const part = view.getInt32(at, true) ^ 0x30302e30;
    const last = view.getInt16(at + 4, true) ^ 0x0930;
    if (((part | (part + 0x06060006)) & 0xf0f0fff0) === 0 && ((last | (last + 6)) & 0xfff0) === 0) {
      this.at = at + 6;
      return (part & 15) * 1000 + ((part >>> 16) & 15) * 100 + (part >>> 24) * 10 + last;
    }
    return this.#anyMs();
  }

  /** The same for every other shape. */
  #anyMs(): number {
    const bytes = this.#bytes;
    let at = this.at;
    let byte = bytes[at]!;
    if (byte === 9 || (byte === 0x2d && bytes[at + 1] === 9)) {
      this.at = at + (byte === 9 ? 1 : 2);
      return none;
    }
    let value = 0;
    const from = at;
    for (; byte >= 48 && byte <= 57; byte = bytes[++at]!) value = value * 10 + byte - 48;
    const thousandths = this.#digits(at + 1, 3);
    if (byte !== 0x2e || at === from || at - from > 8 || thousandths < 0 || bytes[at + 4] !== 9) return -1;
    this.at = at + 5;
    const ms = value * 1000 + thousandths;
    return ms <= longestMs ? ms : -1;
  }

  /** A whole number of at most 15 digits. */
  whole(): number {
    const bytes = this.#bytes;
    const from = this.at;
    let at = from;
    let value = 0;
    let byte = bytes[at]!;
    for (; byte >= 48 && byte <= 57; byte = bytes[++at]!) value = value * 10 + byte - 48;
    this.at = at + 1;
    return byte === 9 && at > from && at - from <= 15 ? value : -1;
  }

  /** Three digits; none at all is 000 for nginx and 0 for the embedded plane. */
  status(): number {
    const at = this.at;
    const part = this.#view.getInt32(at, true) ^ 0x09303030;
    if (((part | (part + 0x00060606)) & 0xfff0f0f0) === 0) {
      this.at = at + 4;
      return (part & 15) * 100 + ((part >>> 8) & 15) * 10 + (part >>> 16);
    }
    if ((this.#view.getInt16(at, true) & 0xffff) !== 0x0930) return -1;
    this.at = at + 2;
    return 0;
  }

  /** The end of a field whose content does not matter here. */
  skip(): number {
    const at = this.at;
    const end = this.#bytes[at + 1] === 9 && this.#bytes[at] === 0x2d ? at + 1 : this.#control(at);
    this.at = end + 1;
    return this.#bytes[end] === 9 ? end : -1;
  }

  /** The line's LF, when exactly so many fields are left. */
  rest(fields: number): number {
    let at = this.at;
    for (let left = fields; ; left -= 1) {
      at = this.#control(at);
      const byte = this.#bytes[at];
      if (byte === 10) return left === 1 ? at : -1;
      if (byte !== 9 || left === 1) return -1;
      at += 1;
    }
  }

  /** The first byte below 0x20: a tab, the LF, or one that must not be in a line. */
  #control(from: number): number {
    const view = this.#view;
    for (let at = from; ; at += 8) {
      const first = view.getInt32(at, true);
      const second = view.getInt32(at + 4, true);
      const low = (first - 0x20202020) & ~first;
      const high = (second - 0x20202020) & ~second;
      if (((low | high) & 0x80808080) === 0) continue;
      const early = low & 0x80808080;
      const bits = early === 0 ? high & 0x80808080 : early;
      return at + (early === 0 ? 4 : 0) + ((31 - Math.clz32(bits & -bits)) >>> 3);
    }
  }

  #digits(from: number, count: number): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let i = from; i < from + count; i += 1) {
      const byte = bytes[i]!;
      if (byte < 48 || byte > 57) return -1;
      value = value * 10 + byte - 48;
    }
    return value;
  }
}

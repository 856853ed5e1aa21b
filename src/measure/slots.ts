import { CorruptError } from './varint.ts';

/**
 * A row of response values, one a minute: −1 no request, else whole ms up to 2^31 − 1. As bits: silences and
 * stretches of values alternate, their lengths in Elias's gamma code. A value is what it differs from the
 * running mean, in Rice's code with a parameter that follows the differences; after two that did not differ
 * comes how many more do not. A silent day takes 3 bytes, one that our own checks keep at 1 to 3 ms some 350.
 */
export function packSlots(values: Int32Array): Buffer {
  const out = new BitWriter();
  const known: Expectation = { mean: 0, spread: 16, exact: 0 };
  for (let i = 0; i < values.length; ) {
    const silent = i;
    while (i < values.length && values[i] === -1) i += 1;
    out.gamma(i - silent + 1);
    const from = i;
    while (i < values.length && values[i] !== -1) i += 1;
    if (i < values.length || from < i) out.gamma(i - from + 1);
    writeStretch(out, known, values.subarray(from, i));
  }
  return out.done();
}

/** Throws `CorruptError` for bytes that `packSlots` did not make of `count` values. */
export function unpackSlots(packed: Uint8Array, count: number): Int32Array {
  const from = new BitReader(packed);
  const known: Expectation = { mean: 0, spread: 16, exact: 0 };
  const values = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; ) {
    i += from.gamma() - 1;
    if (i === count) break;
    const length = from.gamma() - 1;
    if (i + length > count) throw new CorruptError('more values than minutes');
    readStretch(from, known, values.subarray(i, i + length));
    i += length;
  }
  from.end();
  return values;
}

/** From so many ones on, the value itself follows, in Elias's code. */
const mostOnes = 12;
const greatest = 2 ** 31 - 1;
/** What both sides expect next, in sixteenths: the mean, and how far values are off it. */
interface Expectation {
  mean: number;
  spread: number;
  /** Values in a row that were as expected. */
  exact: number;
}

function writeStretch(out: BitWriter, known: Expectation, values: Int32Array): void {
  known.exact = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (known.exact === 2) {
      const from = i;
      while (i < values.length && values[i] === expected(known)) i += 1;
      out.gamma(i - from + 1);
      known.exact = 0;
      if (i === values.length) return;
    }
    const value = values[i]!;
    const off = folded(value - expected(known));
    const rice = parameter(known);
    const ones = Math.floor(off / 2 ** rice);
    if (ones >= mostOnes) {
      out.ones(mostOnes);
      out.gamma(value + 1);
    } else {
      out.ones(ones);
      out.bit(0);
      out.bits(off % 2 ** rice, rice);
    }
    learn(known, value, off);
  }
}

function readStretch(from: BitReader, known: Expectation, values: Int32Array): void {
  known.exact = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (known.exact === 2) {
      const more = from.gamma() - 1;
      if (i + more > values.length) throw new CorruptError('more values than minutes');
      values.fill(expected(known), i, i + more);
      i += more;
      known.exact = 0;
      if (i === values.length) return;
    }
    const rice = parameter(known);
    const ones = from.ones(mostOnes);
    const off = ones === mostOnes ? -1 : ones * 2 ** rice + from.bits(rice);
    const value = off === -1 ? from.gamma() - 1 : expected(known) + unfolded(off);
    if (value < 0 || value > greatest) throw new CorruptError('a value that there is not');
    values[i] = value;
    learn(known, value, folded(value - expected(known)));
  }
}

function expected(known: Expectation): number {
  return Math.floor((known.mean + 8) / 16);
}

function parameter(known: Expectation): number {
  return Math.max(0, 31 - Math.clz32(Math.floor(known.spread / 16)));
}

/** Single spikes must not be believed: they count for no more than a few times what was usual. */
function learn(known: Expectation, value: number, off: number): void {
  known.exact = off === 0 ? known.exact + 1 : 0;
  const bound = known.spread * 4 + 64;
  known.spread += Math.floor((Math.min(off * 16, bound) - known.spread) / 8);
  const first = known.mean === 0 ? 1 : 4;
  known.mean += Math.trunc(Math.max(-bound, Math.min(bound, value * 16 - known.mean)) / first);
}

/** 0, −1, 1, −2 … as 0, 1, 2, 3 … */
function folded(off: number): number {
  return off >= 0 ? off * 2 : -off * 2 - 1;
}

function unfolded(off: number): number {
  return off % 2 === 0 ? off / 2 : -(off + 1) / 2;
}

class BitWriter {
  readonly #bytes: number[] = [];
  #left = 0;

  bit(value: number): void {
    if (this.#left === 0) {
      this.#bytes.push(0);
      this.#left = 8;
    }
    this.#left -= 1;
    this.#bytes[this.#bytes.length - 1]! |= value << this.#left;
  }

  bits(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i -= 1) this.bit((value >>> i) & 1);
  }

  ones(count: number): void {
    for (let i = 0; i < count; i += 1) this.bit(1);
  }

  /** Elias's gamma code of a number from 1 on: as many zeros as it has bits after its first, then itself. */
  gamma(value: number): void {
    const more = 31 - Math.clz32(value);
    for (let i = 0; i < more; i += 1) this.bit(0);
    this.bits(value, more + 1);
  }

  done(): Buffer {
    return Buffer.from(this.#bytes);
  }
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): number {
    const byte = this.#bytes[this.#at >>> 3];
    if (byte === undefined) throw new CorruptError('they end too early');
    this.#at += 1;
    return (byte >>> (7 - ((this.#at - 1) & 7))) & 1;
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) value = value * 2 + this.bit();
    return value;
  }

  /** How many ones there are before a zero, at most `most` (then no zero follows). */
  ones(most: number): number {
    let count = 0;
    while (count < most && this.bit() === 1) count += 1;
    return count;
  }

  gamma(): number {
    let more = 0;
    while (this.bit() === 0) more += 1;
    if (more > 31) throw new CorruptError('a number is too great');
    return 2 ** more + this.bits(more);
  }

  /** Nothing but the zeros that fill the last byte may follow. */
  end(): void {
    if (this.#bytes.length !== Math.ceil(this.#at / 8)) throw new CorruptError('something follows their end');
    while (this.#at < this.#bytes.length * 8)
      if (this.bit() === 1) throw new CorruptError('their end is filled');
  }
}

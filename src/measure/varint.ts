/**
 * Small numbers in few bytes: LEB128 varints (7 bits a byte, low first) up to 2^53 − 1, and what else the
 * packed forms need. The reader throws `CorruptError` for bytes that no writer made.
 */
export class CorruptError extends Error {
  constructor(what: string) {
    super(`packed bytes are corrupt: ${what}`);
  }
}

export class ByteWriter {
  #bytes = Buffer.allocUnsafe(1024);
  #length = 0;

  /** A whole number from 0 to 2^53 − 1. */
  varint(value: number): void {
    this.#room(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  float(value: number): void {
    this.#room(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  bytes(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** UTF-8, with its length before it. */
  text(value: string): void {
    const encoded = Buffer.from(value);
    this.varint(encoded.length);
    this.bytes(encoded);
  }

  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < 8; i += 1) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new CorruptError('they end too early');
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      unit *= 0x80;
    }
    throw new CorruptError('a number is too great');
  }

  /** A varint that counts things of at least `each` bytes, so that a forged count reserves no memory. */
  count(each: number): number {
    const value = this.varint();
    if (value * each > this.left) throw new CorruptError('a count goes beyond the end');
    return value;
  }

  float(): number {
    return this.bytes(8).readDoubleLE(0);
  }

  bytes(length: number): Buffer {
    if (length > this.left) throw new CorruptError('they end too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return this.bytes(this.varint()).toString('utf8');
  }

  end(): void {
    if (this.left > 0) throw new CorruptError('something follows their end');
  }
}

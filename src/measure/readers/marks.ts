import { markWindowMs } from '../../hosting/mark.ts';
import type { ByteReader, ByteWriter } from '../varint.ts';

/** Says whether a mark was made by us for this name within the window around the instant (hosting/mark.ts `isProbeMark`). */
export type IsOurs = (host: string, endedMs: number, mark: string) => boolean;

/**
 * Marks that were accepted, each once per host name: a mark is remembered for as long as it would be accepted.
 * Only genuine ones are kept, so a flood of forged ones takes no memory.
 */
export class SeenMarks {
  readonly #isOurs: IsOurs;
  /** To the instant from which no mark like it can pass any more; oldest first. */
  readonly #seen = new Map<string, number>();

  constructor(isOurs: IsOurs) {
    this.#isOurs = isOurs;
  }

  accept(host: string, endedMs: number, mark: string): boolean {
    this.forget(endedMs);
    const key = `${host} ${mark}`;
    if (this.#seen.has(key) || !this.#isOurs(host, endedMs, mark)) return false;
    this.#seen.set(key, endedMs + 2 * markWindowMs);
    return true;
  }

  forget(nowMs: number): void {
    for (const [key, until] of this.#seen) {
      if (until >= nowMs) return;
      this.#seen.delete(key);
    }
  }

  save(writer: ByteWriter): void {
    writer.varint(this.#seen.size);
    for (const [key, until] of this.#seen) {
      writer.text(key);
      writer.varint(until);
    }
  }

  load(reader: ByteReader): void {
    for (let left = reader.count(2); left > 0; left -= 1) this.#seen.set(reader.text(), reader.varint());
  }
}

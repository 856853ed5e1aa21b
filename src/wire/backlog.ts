import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal } from '../refusal.ts';
import type { Spool } from './spool.ts';

/** What waits in memory at most for a disk that takes nothing. */
const waitingBytes = 64 * 1024 * 1024;
const retryMs = 1000;
/** Written together, so that they share one sync. */
const batchRecords = 1000;

interface Waiting {
  readonly kind: string;
  readonly body: object;
  readonly bytes: number;
}

/**
 * Before a spool: what a disk that is full, or a spool that is, does not take yet waits in memory and in order, and
 * goes in when there is room. What comes later never goes in before it: it may only be true together with it.
 */
export class Backlog {
  readonly #spool: Spool;
  readonly #mishap: (text: string) => void;
  readonly #stopping = new AbortController();
  #waiting: Waiting[] = [];
  #bytes = 0;
  #pumping: Promise<void> | null = null;
  #complained = false;

  constructor(spool: Spool, mishap: (text: string) => void) {
    this.#spool = spool;
    this.#mishap = mishap;
  }

  /** How many records are not durable yet. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Throws when more waits than memory is for: who adds cannot go on as if nothing were. */
  add(kind: string, body: object): void {
    const bytes = JSON.stringify(body).length;
    if (this.#bytes + bytes > waitingBytes)
      throw new Error(`more than ${waitingBytes} bytes wait for the disk`);
    this.#waiting.push({ kind, body, bytes });
    this.#bytes += bytes;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = null;
    });
  }

  /** Tries once more; what still finds no room is lost and said to be. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#pumping;
    const fault = await this.#some();
    if (fault !== null) this.#mishap(`${this.#waiting.length} messages found no room: ${fault}`);
  }

  async #pump(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const fault = await this.#some();
      if (fault !== null && !this.#complained)
        this.#mishap(`the spool takes nothing for the moment: ${fault}`);
      this.#complained = fault !== null;
      if (fault !== null) await delay(retryMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Hands the first ones over; why some of them found no room, or null. */
  async #some(): Promise<string | null> {
    const batch = this.#waiting.slice(0, batchRecords);
    const faults = await Promise.all(batch.map((one) => this.#append(one)));
    const left = batch.filter((_, i) => faults[i] !== null);
    this.#waiting.splice(0, batch.length, ...left);
    this.#bytes = this.#waiting.reduce((sum, one) => sum + one.bytes, 0);
    return faults.find((fault) => fault !== null) ?? null;
  }

  async #append({ kind, body }: Waiting): Promise<string | null> {
    try {
      const answer = await this.#spool.append(kind, body);
      return isRefusal(answer) ? answer.rule : null;
    } catch (error) {
      const { message, cause } = error as Error;
      return cause instanceof Error ? `${message}: ${cause.message}` : message;
    }
  }
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Database } from '../db/connection.ts';
import { readProvider } from '../people/store.ts';
import { makeToken } from '../wire/control.ts';

/**
 * Whether this installation still waits for its set-up, and the one-time token that does it: a file for the owner
 * of the data folder alone, gone once the provider stands.
 */
export class FirstRun {
  readonly #database: Database;
  readonly #file: string;
  #done = false;

  constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
  }

  async needed(): Promise<boolean> {
    if (this.#done) return false;
    if ((await readProvider(this.#database.db)) === null) return true;
    await rm(this.#file, { force: true });
    this.#done = true;
    return false;
  }

  /** The token, made when there is none; null once the set-up is done. */
  async token(): Promise<string | null> {
    return (await this.needed()) ? makeToken(this.#file) : null;
  }

  /** Another token; the link that was printed before opens nothing any more. */
  async renew(): Promise<string | null> {
    if (!(await this.needed())) return null;
    await rm(this.#file, { force: true });
    return makeToken(this.#file);
  }

  async admits(given: string): Promise<boolean> {
    const token = await this.token();
    const digest = (text: string) => createHash('sha256').update(text).digest();
    return token !== null && timingSafeEqual(digest(given), digest(token));
  }
}

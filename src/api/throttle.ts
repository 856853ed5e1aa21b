import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

interface Tries {
  failures: number;
  until: number;
  seenAt: number;
}

const freeTries = 5;
const firstWaitMs = 2000;
const longestWaitMs = 15 * 60_000;
const forgetMs = 60 * 60_000;
const most = 50_000;

/**
 * Holds up guessing without shutting anybody out (OWASP's device cookies): a browser that has signed in to the
 * account before has a count of its own, so strangers who guess at the account only hold up each other. From
 * the sixth failure on each one doubles the wait, up to a quarter of an hour. Kept in memory: a restart forgets,
 * which gives a guesser five tries more.
 */
export class Throttle {
  readonly #tries = new Map<string, Tries>();
  readonly #key = randomBytes(32);

  /** How long this one must wait before the next try; 0: go on. */
  waitMs(account: string, address: string, device: string | null, now: number): number {
    const until = this.#keysOf(account, address, device).map((key) => this.#tries.get(key)?.until ?? 0);
    return Math.max(0, Math.max(...until) - now);
  }

  /** Notes how a try ended; a success gives the browser its device cookie. */
  note(account: string, address: string, device: string | null, ok: boolean, now: number): string | null {
    const keys = this.#keysOf(account, address, device);
    if (ok) {
      for (const key of keys) this.#tries.delete(key);
      return account === '' ? null : this.#sign(account);
    }
    for (const key of keys) {
      const tries = this.#tries.get(key);
      const fresh = tries === undefined || now - tries.seenAt > forgetMs;
      const failures = fresh ? 1 : tries.failures + 1;
      const over = failures - freeTries;
      const wait = over < 1 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (over - 1));
      this.#tries.delete(key);
      this.#tries.set(key, { failures, until: now + wait, seenAt: now });
    }
    // The oldest go first: a flood of addresses costs no memory without end.
    for (const key of this.#tries.keys()) {
      if (this.#tries.size <= most) break;
      this.#tries.delete(key);
    }
    return null;
  }

  #keysOf(account: string, address: string, device: string | null): readonly string[] {
    if (account !== '' && device !== null && this.#isOf(account, device)) return [`device ${device}`];
    const keys = [`address ${address}`];
    if (account !== '') keys.push(`account ${account}`);
    return keys;
  }

  #sign(account: string): string {
    const nonce = randomBytes(16).toString('base64url');
    return `${nonce}.${this.#mac(account, nonce)}`;
  }

  #isOf(account: string, device: string): boolean {
    const [nonce = '', mac = ''] = device.split('.');
    const right = Buffer.from(this.#mac(account, nonce));
    const given = Buffer.from(mac);
    return given.length === right.length && timingSafeEqual(given, right);
  }

  #mac(account: string, nonce: string): string {
    return createHmac('sha256', this.#key).update(`${nonce}\n${account}`).digest('base64url');
  }
}

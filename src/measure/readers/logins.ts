import { z } from 'zod';
import { type LoginLine, parseLogin } from '../../hosting/login.ts';
import { LineCutter } from './cutter.ts';
import type { Place } from './follow.ts';
import { poll, type Reader } from './poll.ts';
import { Tail, tailShape } from './tail.ts';

/** A login attempt and where its line begins in its file: (file, offset) is its key. */
export interface PlacedLogin {
  readonly offset: number;
  readonly line: LoginLine;
}

export interface FollowLoginsOptions {
  readonly path: string;
  readonly state: Place;
  readonly mishap: (text: string) => void;
  /** Takes attempts of one file over; durable there when it resolves. May be handed the same again after a crash. */
  readonly hand: (file: string, logins: readonly PlacedLogin[]) => Promise<void>;
  /** Default 1,000. */
  readonly everyMs?: number;
}

const stateShape = z.strictObject({
  format: z.literal('hostpledge/login-reader@1'),
  tail: tailShape.nullable(),
});

/** Follows a login log and hands over its attempts. Those of our own checks are no customer's: they are read and left out. */
export async function followLogins(options: FollowLoginsOptions): Promise<Reader> {
  const reader = await LoginReader.open(options);
  const { everyMs = 1000, mishap } = options;
  return poll(
    () => reader.step(),
    () => reader.close(),
    everyMs,
    mishap,
  );
}

/** The place is saved after the hand-over: killed between, the same lines are handed over again under the same keys. */
export class LoginReader {
  readonly #options: FollowLoginsOptions;
  readonly #tail: Tail;
  readonly #cutter = new LineCutter(this);
  #batch: PlacedLogin[] = [];
  /** Where in its file the next line begins. */
  #offset: number;
  #file = '';
  #unsaved = false;
  #malformed = 0;

  private constructor(options: FollowLoginsOptions, state: z.output<typeof stateShape> | null) {
    this.#options = options;
    this.#tail = new Tail(options.path, state?.tail ?? null);
    this.#offset = state?.tail?.offset ?? 0;
  }

  /** Throws when the saved state is not one of ours. */
  static async open(options: FollowLoginsOptions): Promise<LoginReader> {
    const saved = await options.state.load();
    return new LoginReader(options, saved === null ? null : stateShape.parse(saved));
  }

  /** Lines that were not understood since the start. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Reads on by at most one chunk; true: there may be more. */
  async step(): Promise<boolean> {
    if (this.#unsaved) await this.#hand();
    const read = await this.#tail.read((chunk) => {
      this.#offset = this.#tail.offset - chunk.length - this.#cutter.pending;
      this.#cutter.feed(chunk);
      this.#file = this.#tail.id;
    });
    if (read === 'turned' || read === 'lost') this.#cutter.end();
    if (read === 'lost') {
      this.#options.mishap(`${this.#options.path}: turned over and removed before it was read to its end`);
    }
    if (read === 'bytes' || read === 'turned') this.#unsaved = true;
    if (this.#unsaved) await this.#hand();
    return read === 'bytes' || read === 'turned' || read === 'lost';
  }

  async close(): Promise<void> {
    try {
      if (this.#unsaved) await this.#hand();
    } finally {
      await this.#tail.close();
    }
  }

  async #hand(): Promise<void> {
    if (this.#batch.length > 0) await this.#options.hand(this.#file, this.#batch);
    this.#batch = [];
    const state: z.input<typeof stateShape> = {
      format: 'hostpledge/login-reader@1',
      tail: this.#tail.state(this.#cutter.pending),
    };
    await this.#options.state.save(state);
    this.#unsaved = false;
  }

  /** For the cutter alone. */
  lines(bytes: Buffer, _view: DataView, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const end = bytes.indexOf(10, at);
      const line = parseLogin(bytes.toString('latin1', at, end));
      if (line === null) this.#refuse();
      else if (!line.probe) this.#batch.push({ offset: this.#offset, line });
      this.#offset += end + 1 - at;
      at = end + 1;
    }
  }

  /** For the cutter alone. */
  spoilt(_start: Buffer, length: number): void {
    this.#refuse();
    this.#offset += length;
  }

  #refuse(): void {
    this.#malformed += 1;
    if (this.#malformed > 1) return;
    this.#options.mishap(`${this.#options.path}: a line was not understood, at byte ${this.#offset}`);
  }
}

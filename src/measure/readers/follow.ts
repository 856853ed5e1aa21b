import { z } from 'zod';
import type { PlaneMinute } from '../minute.ts';
import { packMinute, unpackMinute } from '../pack.ts';
import { AccessSummer } from './access.ts';
import type { IsOurs } from './marks.ts';
import { poll, type Reader } from './poll.ts';
import { Tail, tailShape } from './tail.ts';

/** A minute as it is told: (plane, minute, part) is its key. */
export type NumberedMinute = PlaneMinute;

/** Where a reader keeps its place. `save` must be atomic and durable when it resolves. */
export interface Place {
  load(): Promise<unknown>;
  save(state: unknown): Promise<void>;
}

export interface FollowOptions {
  readonly path: string;
  readonly plane: string;
  readonly state: Place;
  /** Domain → host id, as it is now. */
  readonly names: () => ReadonlyMap<string, string>;
  readonly isOurs: IsOurs;
  /** The longest that the plane's event loop was held in a minute. */
  readonly loopDelay: (minute: number) => number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly mishap: (text: string) => void;
  /** Takes minutes over; they are durable there when it resolves. May be handed the same again after a crash. */
  readonly hand: (minutes: readonly NumberedMinute[]) => Promise<void>;
  /** Default 1,000. */
  readonly everyMs?: number;
  /** Default 90 s each: see `SummerOptions`. */
  readonly lateMs?: number;
  readonly graceMs?: number;
}

const stateShape = z.strictObject({
  format: z.literal('hostpledge/access-reader@1'),
  /** Counts what was handed over: the part of supplements. */
  serial: z.int().min(0),
  tail: tailShape.nullable(),
  /** Sums of open minutes and accepted marks, base64. */
  open: z.base64(),
  /** Decided, and perhaps not yet handed over: handed over again with the same content. */
  pending: z.array(z.strictObject({ minute: z.int(), part: z.int().min(0), packed: z.base64() })),
});

/** How often the place is saved while no minute is closed: more than this is never read again. */
const saveEveryBytes = 64 * 1024 * 1024;

/** Follows an access log and hands over its minutes. */
export async function followAccess(options: FollowOptions): Promise<Reader> {
  const reader = await AccessReader.open(options);
  const { everyMs = 1000, mishap } = options;
  return poll(
    () => reader.step(),
    () => reader.close(),
    everyMs,
    mishap,
  );
}

/**
 * Why no line is lost or counted twice, whatever is killed when: the place, the sums of the open minutes and the
 * minutes that are decided but not yet handed over are one state, saved in one go. Killed before the save: the
 * bytes since the last one are read again, and nothing of them had been handed over. Killed after it: the
 * decided minutes are handed over again, with the same key and content, and the receiver keeps them once.
 */
export class AccessReader {
  readonly #options: FollowOptions;
  readonly #summer: AccessSummer;
  readonly #tail: Tail;
  #serial: number;
  #pending: readonly PlaneMinute[];
  #names: ReadonlyMap<string, string>;
  #saved = true;
  #unsavedBytes = 0;
  #savedId: string;
  #malformed = 0;
  /** The latest that the clock ever was while we read. */
  #latest = 0;
  /** Chunks read since the names were looked at; −1: look before the next. */
  #chunks = -1;

  private constructor(options: FollowOptions, state: z.output<typeof stateShape> | null) {
    this.#options = options;
    this.#names = new Map(options.names());
    this.#summer = new AccessSummer({
      plane: options.plane,
      names: this.#names,
      isOurs: options.isOurs,
      loopDelayMs: options.loopDelay,
      ...(options.lateMs === undefined ? {} : { lateMs: options.lateMs }),
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
    });
    this.#serial = state?.serial ?? 0;
    this.#tail = new Tail(options.path, state?.tail ?? null);
    this.#savedId = this.#tail.id;
    this.#pending = (state?.pending ?? []).map(({ minute, part, packed }) =>
      unpackMinute(options.plane, minute, part, Buffer.from(packed, 'base64')),
    );
    if (state !== null) this.#summer.load(Buffer.from(state.open, 'base64'));
  }

  /** Throws when the saved state is not one of ours. */
  static async open(options: FollowOptions): Promise<AccessReader> {
    const saved = await options.state.load();
    return new AccessReader(options, saved === null ? null : stateShape.parse(saved));
  }

  /** Reads on by at most one chunk; true: there may be more. */
  async step(): Promise<boolean> {
    if (this.#pending.length > 0) {
      await this.#hand();
      return true;
    }
    const more = this.#summer.ready > 0 || (await this.#read());
    if (this.#summer.ready > 0 || this.#unsavedBytes > saveEveryBytes) {
      this.#decide();
      await this.#hand();
    }
    return more;
  }

  /** Saves the place and lets go of the file. */
  async close(): Promise<void> {
    try {
      if (this.#pending.length === 0) this.#decide();
      await this.#hand();
    } finally {
      await this.#tail.close();
    }
  }

  /** Minutes that are over, and supplements, become what is handed over. */
  #decide(): void {
    this.#serial += 1;
    this.#pending = this.#summer.take(this.#serial);
    this.#saved = false;
  }

  /** What is decided: first saved, then handed over, then known to be handed over. */
  async #hand(): Promise<void> {
    if (!this.#saved) await this.#save();
    if (this.#pending.length === 0) return;
    await this.#options.hand(this.#pending);
    this.#pending = [];
    await this.#save();
  }

  async #save(): Promise<void> {
    const state: z.input<typeof stateShape> = {
      format: 'hostpledge/access-reader@1',
      serial: this.#serial,
      tail: this.#tail.state(this.#summer.pending),
      open: this.#summer.save().toString('base64'),
      pending: this.#pending.map((one) => ({
        minute: one.minute,
        part: one.part,
        packed: packMinute(one).toString('base64'),
      })),
    };
    await this.#options.state.save(state);
    this.#saved = true;
    this.#savedId = this.#tail.id;
    this.#unsavedBytes = 0;
  }

  async #read(): Promise<boolean> {
    const now = this.#options.now();
    // Lines written before the clock was set back are no lines from the future.
    this.#latest = Math.max(this.#latest, now);
    this.#rename();
    const read = await this.#tail.read((chunk) => {
      this.#summer.feed(chunk, this.#latest);
      this.#unsavedBytes += chunk.length;
    });
    if (read !== 'bytes') this.#chunks = -1;
    if (read === 'idle') this.#summer.tick(now);
    if (read === 'turned' || read === 'lost') this.#summer.end();
    if (read === 'lost') {
      this.#summer.gap();
      this.#options.mishap(`${this.#options.path}: turned over and removed before it was read to its end`);
    }
    this.#tellMalformed();
    // Another file than the saved place speaks of: that is worth a save of its own.
    if (this.#tail.id !== this.#savedId) this.#unsavedBytes = Number.POSITIVE_INFINITY;
    return read === 'bytes' || read === 'turned' || read === 'lost';
  }

  /** The table of names is made anew only when a name changed; looked at after each rest, and now and then in between. */
  #rename(): void {
    this.#chunks = (this.#chunks + 1) % 64;
    if (this.#chunks !== 0) return;
    const names = this.#options.names();
    if (sameNames(names, this.#names)) return;
    this.#names = new Map(names);
    this.#summer.rename(this.#names);
  }

  #tellMalformed(): void {
    const { malformed, firstMalformed } = this.#summer;
    if (malformed === this.#malformed) return;
    if (this.#malformed === 0) {
      this.#options.mishap(`${this.#options.path}: a line was not understood: ${firstMalformed?.text ?? ''}`);
    }
    this.#malformed = malformed;
  }
}

function sameNames(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, host] of a) if (b.get(name) !== host) return false;
  return true;
}

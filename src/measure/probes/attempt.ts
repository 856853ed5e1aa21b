import type { Socket } from 'node:net';
import type { ProbeWorld } from '../probe.ts';
import type { Reading } from '../reading.ts';

/** Codes of a failed connection, the same for every probe. */
export const connectionCodes = [
  'no-name', // the name has no address
  'refused', // the port is closed
  'unreachable', // no way to the address
  'reset', // the peer broke the connection
  'closed', // the peer ended the connection before it had answered
  'connection', // another fault of the connection, named in the detail
  'timeout', // the deadline struck; the detail names the phase
] as const;
export type ConnectionCode = (typeof connectionCodes)[number];

/** How an attempt ended badly: thrown inside a probe, met once by it, never seen outside. */
export class Ended extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

const codes: Readonly<Record<string, ConnectionCode>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};
/** Ours to answer for, not the target's: no descriptors, no memory, no local port. Never judged. */
const ours: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL']);
/** A deadline noticed this much late says that our own process stood still, not that the target was slow. */
const heldUpMs = 1_000;

/** What a socket's error in a phase says about the target: an `Ended`, or our own trouble, to be thrown. */
export function failureIn(phase: string, error: NodeJS.ErrnoException): Error {
  const errno = error.code ?? '';
  if (ours.has(errno))
    return new Error(`the prober itself is short of something: ${errno}`, { cause: error });
  const code = codes[errno] ?? 'connection';
  const broken = code === 'connection' || code === 'reset';
  return new Ended(broken && phase.endsWith('tls') ? 'tls-handshake' : code, error.message);
}

/**
 * One attempt: its instants, its phases, its one deadline over everything, and the sockets that must not
 * outlive it. A probe makes one, waits through it, and ends it.
 */
export class Attempt {
  readonly at: number;
  peer: string | null = null;
  readonly #world: ProbeWorld;
  readonly #deadlineMs: number;
  readonly #began: number;
  readonly #timer: NodeJS.Timeout;
  readonly #sockets: Socket[] = [];
  readonly #phases: Record<string, number> = {};
  #phase = '';
  #since: number;
  #over: Error | null = null;
  #interrupt: ((why: Error) => void) | null = null;

  constructor(world: ProbeWorld, deadlineMs: number) {
    this.#world = world;
    this.#deadlineMs = deadlineMs;
    this.at = world.now();
    this.#began = world.tick();
    this.#since = this.#began;
    // What already lies in the sockets is read first: a late timer must not beat an answer in time.
    this.#timer = setTimeout(() => setImmediate(() => this.#expire()), deadlineMs);
  }

  /** Ends the phase that is running and begins the next; a phase entered again adds up. */
  enter(phase: string): void {
    const tick = this.#world.tick();
    if (this.#phase !== '') this.#phases[this.#phase] = (this.#phases[this.#phase] ?? 0) + tick - this.#since;
    this.#phase = phase;
    this.#since = tick;
  }

  /** The phase that is running. */
  get phase(): string {
    return this.#phase;
  }

  /** Waits for what `begin` starts, at most until the deadline; rejects with `Ended` or with our own trouble. */
  wait<T>(begin: (resolve: (value: T) => void, reject: (why: unknown) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#over !== null) {
        reject(this.#over);
        return;
      }
      this.#interrupt = reject;
      begin(resolve, reject);
    });
  }

  /** The name's first address (one attempt: the others are not tried). */
  async address(name: string): Promise<string> {
    this.enter('resolve');
    const addresses = await this.wait<readonly string[]>((resolve, reject) => {
      this.#world
        .resolve(name)
        .then(resolve, (why: unknown) => reject(new Ended('no-name', `${name}: ${wordOf(why)}`)));
    });
    const first = addresses[0];
    if (first === undefined) throw new Ended('no-name', `${name} has no address`);
    return first;
  }

  /**
   * Hands over a socket: it is destroyed with the attempt. One that wraps another (TLS) takes its place and
   * takes it along; destroying the inner one beside it brings Node 26 down (segmentation fault in the TLS wrap).
   */
  own<S extends Socket>(socket: S, wrapped?: Socket): S {
    const at = wrapped === undefined ? -1 : this.#sockets.indexOf(wrapped);
    if (at >= 0) this.#sockets[at] = socket;
    else this.#sockets.push(socket);
    return socket;
  }

  /** Stops everything and states what was seen. */
  end(
    seen: Pick<Reading, 'check' | 'target' | 'result' | 'code' | 'detail'>,
    web: Pick<Reading, 'status' | 'certificate' | 'redirects'>,
  ): Reading {
    this.enter('');
    for (const phase in this.#phases) this.#phases[phase] = hundredths(this.#phases[phase]!);
    return {
      check: seen.check,
      target: seen.target,
      at: this.at,
      result: seen.result,
      code: seen.code,
      detail: plain(seen.detail),
      peer: this.peer,
      phases: this.#phases,
      tookMs: hundredths(this.#since - this.#began),
      status: web.status,
      certificate: web.certificate,
      redirects: web.redirects,
    };
  }

  /** Ends every connection and the deadline. Safe to repeat. */
  close(): void {
    clearTimeout(this.#timer);
    this.#over ??= new Error('the attempt is over');
    this.#interrupt = null;
    for (const socket of this.#sockets) socket.destroy();
  }

  #expire(): void {
    if (this.#over !== null) return;
    const late = this.#world.tick() - this.#began - this.#deadlineMs;
    this.#over =
      late > heldUpMs
        ? new Error(`the prober itself stood still for ${Math.round(late)} ms`)
        : new Ended('timeout', `nothing more within ${this.#deadlineMs} ms, in phase ${this.#phase}`);
    this.#interrupt?.(this.#over);
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Buffers handed round among connections: a plain connection reads into one instead of allocating 64 kB a read. */
const buffers: Buffer[] = [];

export function takeBuffer(): Buffer {
  return buffers.pop() ?? Buffer.allocUnsafeSlow(8_192);
}

/** Only when its connection is closed: until then the kernel may write into it. */
export function giveBuffer(buffer: Buffer): void {
  buffers.push(buffer);
}

/** `127.0.0.1:80`, `[::1]:80`. */
export function peerOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
const unsafe = /[\u0000-\u001f\u007f-\u009f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
const unsafes = /[\u0000-\u001f\u007f-\u009f]+/g;

/** One line of at most 500 characters, without control characters. */
function plain(text: string): string {
  const short = text.length > 500 ? text.slice(0, 500) : text;
  return unsafe.test(short) ? short.replace(unsafes, ' ').trim() : short;
}

function wordOf(why: unknown): string {
  if (why instanceof Error && 'code' in why && typeof why.code === 'string') return why.code;
  return why instanceof Error ? why.message : String(why);
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}

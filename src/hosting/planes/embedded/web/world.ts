import type { HotFiles } from './hot.ts';
import type { Pools } from './pool.ts';
import type { Walk } from './walk.ts';

/** What answering a request may use. */
export interface WebWorld {
  readonly walk: Walk;
  readonly hot: HotFiles;
  readonly pools: Pools;
  /** Monotonic ms. */
  readonly tick: () => number;
  /** For bodies too large for memory; the plane's own, no host's. */
  readonly temporary: string;
  readonly limits: WebLimits;
  /** Mishaps of our own; the request has been answered. */
  readonly onError: (error: unknown) => void;
}

export interface WebLimits {
  /** Connections in all. */
  readonly total: number;
  /** From one address (an IPv6 /64). */
  readonly perAddress: number;
  /** For the whole head of a request, milliseconds. */
  readonly headMs: number;
  /** Without a byte in either direction while a request is under way. */
  readonly idleMs: number;
  /** Beyond `idleMs` a body must have come, and an answer be taken, at this pace: bytes per millisecond. */
  readonly bytesPerMs: number;
  /** For a client to take the last answer after which we hang up. */
  readonly lingerMs: number;
  /** For requests under way when the server closes. */
  readonly graceMs: number;
  /** Of a kept connection between requests. */
  readonly keepMs: number;
  readonly bodyBytes: number;
  /** For a script's head, from the whole request received; and between two pieces of its body. */
  readonly scriptMs: number;
}

export const webLimits: WebLimits = {
  total: 4096,
  perAddress: 512,
  headMs: 10_000,
  idleMs: 60_000,
  bytesPerMs: 0.5,
  lingerMs: 2000,
  graceMs: 2000,
  keepMs: 65_000,
  bodyBytes: 64 * 1_048_576,
  scriptMs: 60_000,
};

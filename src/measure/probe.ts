import type { Reading } from './reading.ts';

/**
 * A probe makes the judged observation of one check: one attempt, one deadline, no hidden retry
 * (SEMANTICS §3, What passes). It never throws for what the target does; a throw is a bug or our own trouble.
 */
export type Probe<Target> = (target: Target, world: ProbeWorld) => Promise<Reading>;

/** What a probe may use of the world. */
export interface ProbeWorld {
  /** Epoch ms. */
  now(): number;
  /** Monotonic ms, for phases. */
  tick(): number;
  /** Addresses of a name, in the order to try; empty when it does not resolve. `*.localhost` is loopback (RFC 6761). */
  resolve(name: string): Promise<readonly string[]>;
  /** 16 hex digits. */
  nonce(): string;
}

export interface WebTarget {
  readonly id: string;
  /** The host's first domain, as a visitor would ask for it. */
  readonly name: string;
  /** Every domain of the host: a redirect to one of these is followed, to another passes. */
  readonly names: readonly string[];
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** What the customer set; default `/`. */
  readonly path: string;
  /** Addresses that are ours: a name that resolves elsewhere fails. Empty: not checked. */
  readonly addresses: readonly string[];
  /** PEM of authorities accepted besides the system's (a self-signed certificate of our own). */
  readonly authorities: readonly string[];
  /** Signs the probe's requests (hosting/mark.ts); null: unsigned. */
  readonly key: Buffer | null;
  /** Default 10,000. */
  readonly deadlineMs: number;
}

export interface FtpTarget {
  readonly id: string;
  readonly name: string;
  readonly port: number;
  /** `none` plain, `explicit` AUTH TLS before the login. */
  readonly tls: 'none' | 'explicit';
  readonly account: string;
  readonly password: string;
  readonly authorities: readonly string[];
  /** Default 20,000. */
  readonly deadlineMs: number;
}

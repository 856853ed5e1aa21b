import type { HostSpec } from './spec.ts';

/**
 * Where hosts run. A plane converges one host at a time to its spec; every method is safe to repeat, and a
 * host that cannot be applied is quarantined alone (the others go on). Every plane passes `plane.cases.ts`.
 */
export interface Plane {
  /** Converges the host. Resolves once requests are answered by the new state. Refuses (returns the reason) without half-applying. */
  apply(spec: HostSpec): Promise<Applied>;
  /** Forgets the host and removes its files; repeating it, or removing what never was, is done at once. */
  remove(host: string): Promise<void>;
  /** Bytes and files that the host holds now; null when the plane has no such host. */
  usage(host: string): Promise<Usage | null>;
  /** What the plane itself can say of its health. */
  health(): PlaneHealth;
  /** Paths of the two logs that readers follow. */
  readonly accessLog: string;
  readonly loginLog: string;
  /** Stops serving and ends every connection and child process. */
  close(): Promise<void>;
}

export type Applied =
  /** `note`: what of the plan this plane cannot give the host, which is open all the same; for the operator. */
  | { readonly kind: 'applied'; readonly revision: number; readonly note?: string }
  | { readonly kind: 'quarantined'; readonly revision: number; readonly reason: string };

export interface Usage {
  readonly bytes: number;
  readonly files: number;
}

export interface PlaneHealth {
  readonly web: { readonly http: Address; readonly https: Address | null };
  readonly ftp: Address;
  readonly hosts: number;
  readonly quarantined: readonly string[];
  /** The longest that the event loop was held since the last call, milliseconds (added to the minute's response, SEMANTICS §3). */
  readonly loopDelayMs: number;
}

export interface Address {
  readonly address: string;
  readonly port: number;
}

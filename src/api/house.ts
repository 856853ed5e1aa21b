import type { Chancery } from '../agreement/document/keeper.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/connection.ts';
import type { Entrance } from '../entrance/doors/auth.ts';
import type { Vault } from '../entrance/doors/vault.ts';
import type { Role } from '../entrance/role.ts';
import type { Hook } from '../notice/channels/hook.ts';
import type { FirstRun } from './first.ts';
import type { Pulse } from './pulse.ts';

export interface SampleUser {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly customer: string | null;
  readonly password: string;
  readonly code: string | null;
}

/** What the API reaches besides the transaction of a request. */
export interface House {
  readonly database: Database;
  readonly clock: Clock;
  readonly entrance: () => Entrance;
  /** Where the console is: `http://localhost:8080`, and what else may send it forms. */
  readonly origins: () => readonly [string, ...string[]];
  readonly pulse: Pulse;
  /** What documents are signed with; made at the first start. */
  readonly chancery: () => Promise<Chancery>;
  /** Keeps secrets that must be read again. */
  readonly vault: Vault;
  /** Posts to a customer's webhook. */
  readonly hook: Hook;
  readonly first: FirstRun;
  /** Logins that may be shown on the sign-in page; null: none, which is so wherever no samples are. */
  samples(): Promise<readonly SampleUser[] | null>;
  /** Breaks the running plane for a while (a drill). */
  drill(kind: string, forMs: number): void;
  /** A mishap that a person should see in the log. */
  mishap(text: string): void;
}

import type { Config } from '../config.ts';

/** What the supervisor and its three processes say to each other over Node's own channel. */

export const roleNames = ['centre', 'plane', 'prober'] as const;
export type RoleName = (typeof roleNames)[number];

/** Everything that a process is started with; folders are absolute. */
export interface Orders {
  readonly config: Config;
  /** Where the centre answers the other two (wire/control.ts). */
  readonly control: string;
  /** Fill an empty store with the marked sample. */
  readonly samples: boolean;
}

export const drillKinds = ['web-down', 'ftp-down', 'slow', 'plane-killed', 'prober-offline'] as const;
export type DrillKind = (typeof drillKinds)[number];

export type ToRole =
  | { readonly say: 'start'; readonly orders: Orders }
  | { readonly say: 'stop' }
  | { readonly say: 'poke' }
  | { readonly say: 'drill'; readonly kind: DrillKind; readonly on: boolean };

export type FromRole =
  | { readonly say: 'ready'; readonly facts: Readonly<Record<string, string | number>> }
  | { readonly say: 'refused'; readonly text: string }
  | { readonly say: 'drill'; readonly kind: DrillKind; readonly forMs: number };

/** What a started role answers to. */
export interface Role {
  stop(): Promise<void>;
  poke?(): void;
  drill?(kind: DrillKind, on: boolean): Promise<void>;
}

function reasonOf(error: Error): string {
  const { cause } = error;
  const more = cause instanceof Error && !error.message.includes(cause.message) ? `: ${reasonOf(cause)}` : '';
  return error.message + more;
}

/**
 * Lives as one of the three: waits for its orders, starts, obeys, and ends when told to or when the
 * supervisor is gone (its channel closes), so that nothing is left behind.
 */
export function live(start: (orders: Orders, tell: (said: FromRole) => void) => Promise<Role>): void {
  const tell = (said: FromRole): void => {
    if (process.connected) process.send?.(said);
  };
  let role: Promise<Role> | null = null;
  const end = async (code: number): Promise<void> => {
    await role?.then((one) => one.stop()).catch(() => {});
    process.exit(code);
  };
  const fail = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  };
  /** What kept us from starting is said to the supervisor too, which gives up when it is the first start. */
  const failStart = (error: unknown): void => {
    const text = error instanceof Error ? reasonOf(error) : String(error);
    if (!process.connected || process.send === undefined) fail(error);
    else process.send({ say: 'refused', text } satisfies FromRole, () => process.exit(1));
  };
  process.on('message', (said: ToRole) => {
    if (said.say === 'start') role ??= start(said.orders, tell);
    if (said.say === 'stop') void end(0);
    if (said.say === 'poke') void role?.then((one) => one.poke?.());
    if (said.say === 'drill') void role?.then((one) => one.drill?.(said.kind, said.on)).catch(fail);
    if (said.say === 'start') role?.catch(failStart);
  });
  process.on('disconnect', () => void end(0));
  // The terminal's Ctrl-C reaches the whole group: the supervisor decides the order in which we end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => void end(0));
}

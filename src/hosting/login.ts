import { escaped } from './access.ts';

/** How a login attempt ended, as the server itself saw it (clauses 2-3.1 to 2-3.3.4). */
export const loginOutcomes = [
  'ok',
  'wrong-password',
  'unknown-user',
  'no-ftp',
  'closed',
  'expired',
  'limited',
  'tls-failed',
  'server-error',
  'client-left',
] as const;
export type LoginOutcome = (typeof loginOutcomes)[number];

/** One line per login attempt, tab-separated, the same for every plane. Never a password. */
export interface LoginLine {
  readonly atMs: number;
  /** `-` when the account belongs to no host. */
  readonly host: string;
  readonly account: string;
  readonly client: string;
  readonly tls: boolean;
  readonly outcome: LoginOutcome;
  /** From the connection to the reply. */
  readonly tookMs: number;
  /** The hidden probe account's: counted in no statistics. */
  readonly probe: boolean;
  /** The server's own reply to that login, without line end. */
  readonly reply: string;
}

export function loginLine(line: LoginLine): string {
  return `${[
    String(Math.round(line.atMs)),
    escaped(line.host),
    escaped(line.account.slice(0, 128)),
    escaped(line.client),
    line.tls ? '1' : '0',
    line.outcome,
    String(Math.round(line.tookMs)),
    line.probe ? '1' : '0',
    escaped(line.reply.slice(0, 512)),
  ].join('\t')}\n`;
}

const outcomes: ReadonlySet<string> = new Set(loginOutcomes);

/** Null for a line that is not one of ours (torn, forged, binary): the reader counts it and goes on. */
export function parseLogin(text: string): LoginLine | null {
  const f = text.split('\t');
  if (f.length !== 9 || !outcomes.has(f[5]!)) return null;
  if (!/^\d{1,15}$/.test(f[0]!) || !/^\d{1,12}$/.test(f[6]!)) return null;
  if (!/^[01]$/.test(f[4]!) || !/^[01]$/.test(f[7]!)) return null;
  return {
    atMs: Number(f[0]),
    host: f[1]!,
    account: f[2]!,
    client: f[3]!,
    tls: f[4] === '1',
    outcome: f[5] as LoginOutcome,
    tookMs: Number(f[6]),
    probe: f[7] === '1',
    reply: f[8]!,
  };
}

import { createHmac, randomBytes } from 'node:crypto';
import type { LoginOutcome } from '../../../login.ts';
import { isProbePassword } from '../../../mark.ts';
import { checkSecret, hashSecret } from '../../../secret.ts';
import type { ClosingReason } from '../../../spec.ts';
import type { Owner } from '../owner.ts';
import type { Space } from '../space.ts';

/** What a name stands for at this moment, as the plane knows it from the host's spec. */
export interface FtpLogin {
  readonly host: string;
  /** `probe`: the hidden account of our own checks (hosting/mark.ts). */
  readonly kind: 'account' | 'probe';
  readonly state: FtpState;
  readonly tls: 'optional' | 'required';
  /** As hosting/secret.ts writes it; null when there is none to check (a probe, a plan without FTP). */
  readonly secret: string | null;
  /** The host's folder, absolute: uploads in flight live in its `tmp`. */
  readonly folder: string;
  /** The account's root, absolute, below `folder`: its `web`, or a folder in there. */
  readonly root: string;
  readonly space: Space;
  /** Who gets what is uploaded; null: the plane's own user. */
  readonly owner: Owner | null;
}

export type FtpState =
  | { readonly kind: 'serving' }
  | { readonly kind: 'closed'; readonly reason: ClosingReason; readonly rule: string }
  /** The plan has no FTP (clause 2-3.3.1). */
  | { readonly kind: 'no-ftp' };

export type JudgedOutcome = Extract<
  LoginOutcome,
  'ok' | 'wrong-password' | 'unknown-user' | 'no-ftp' | 'closed' | 'expired'
>;

export interface Verdict {
  readonly outcome: JudgedOutcome;
  /** The password was right, so it was no guess, and its owner may be told more. */
  readonly proven: boolean;
}

/** Judges one attempt. Whoever fails pays the same work, so time tells nobody which names exist. */
export type Judge = (account: string, login: FtpLogin | null, password: string) => Promise<Verdict>;

const rememberMs = 600_000;
const rememberAtMost = 4096;
const scryptsAtOnce = 2;

/** `now` is epoch ms. Right passwords are remembered ten minutes, as keyed digests, in memory only. */
export function createJudge(probeKey: Buffer, now: () => number): Judge {
  const key = randomBytes(32);
  const decoy = hashSecret(randomBytes(16).toString('hex'));
  const remembered = new Map<string, number>();
  const inTurn = limited(scryptsAtOnce);

  async function known(account: string, secret: string, password: string): Promise<boolean> {
    const seal = createHmac('sha256', key)
      .update(JSON.stringify([account, secret, password]))
      .digest('base64');
    const until = remembered.get(seal);
    if (until !== undefined && until > now()) return true;
    remembered.delete(seal);
    if (!(await inTurn(() => checkSecret(secret, password)))) return false;
    if (remembered.size >= rememberAtMost) remembered.delete(remembered.keys().next().value ?? '');
    remembered.set(seal, now() + rememberMs);
    return true;
  }

  async function pretend(password: string): Promise<false> {
    const secret = await decoy;
    await inTurn(() => checkSecret(secret, password));
    return false;
  }

  return async (account, login, password) => {
    if (login === null) return { outcome: 'unknown-user', proven: await pretend(password) };
    const probe = login.kind === 'probe' && isProbePassword(probeKey, login.host, now(), password);
    const secret = login.kind === 'account' ? login.secret : null;
    const proven =
      probe || (secret === null ? await pretend(password) : await known(account, secret, password));
    const state = stateOutcome(login.state);
    if (!proven && (secret !== null || login.kind === 'probe')) return { outcome: 'wrong-password', proven };
    if (!proven && state === 'ok') return { outcome: 'wrong-password', proven };
    return { outcome: state, proven };
  };
}

function stateOutcome(state: FtpState): JudgedOutcome {
  if (state.kind === 'serving') return 'ok';
  if (state.kind === 'no-ftp') return 'no-ftp';
  return state.reason === 'expired' ? 'expired' : 'closed';
}

/** At most `atOnce` of the given works run together; the thread pool also has files to serve. */
function limited(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

import type { Clock } from '../../clock.ts';
import type { Database, Tx } from '../../db/connection.ts';
import { backoffMs, fail, finish, hold, take } from '../../db/outbox.ts';
import { bounceAddress } from '../../people/verification/flow.ts';
import type { Hook, HookAnswer } from '../channels/hook.ts';
import { type HookLetter, hookShape, hookText, signedHeaders } from '../hook.ts';
import * as store from '../store.ts';

/** The outbox's messages for webhooks are posted; what became of each stands with the letters. */

export interface HookOffice {
  readonly database: Database;
  readonly clock: Clock;
  readonly vault: { open(sealed: string): string };
  readonly hook: Hook;
  mishap(text: string): void;
}

/** Longer than any conversation lasts: whoever is killed over one leaves it to be posted again, under the same id. */
const heldMs = 60_000;
/** A webhook that takes nothing for so long is proved dead: its contact has bounced. */
const patienceMs = 2 * 86_400_000;

interface Job {
  readonly id: number;
  readonly attempts: number;
  readonly letter: HookLetter;
  readonly row: store.LetterRow;
}

/** Posts everything that is due, one after the other. Resolves to how many were tried. */
export async function sendHooks(office: HookOffice, stopped: () => boolean = () => false): Promise<number> {
  const { database, clock, vault, hook } = office;
  let tried = 0;
  for (;;) {
    if (stopped()) return tried;
    const job = await database.transaction((tx) => begin(tx, clock.now()));
    if (job === null) return tried;
    if (job === 'ended') continue;
    tried += 1;
    const at = clock.now();
    const text = hookText(job.row.key, job.letter, at);
    const answer = await hook(job.letter.url, text, signedHeaders(vault.open(job.letter.sealed), text, at));
    await database.transaction((tx) => conclude(office, tx, job, answer));
  }
}

async function begin(tx: Tx, now: number): Promise<Job | 'ended' | null> {
  const [posted] = await take(tx, now, 1, 'hook');
  if (posted === undefined) return null;
  const letter = hookShape.parse(posted.body);
  const known = await store.readLetter(tx, posted.key);
  const fresh = { tries: 0, said: '', messageId: null, state: 'waiting' as const };
  const named = {
    key: posted.key,
    kind: letter.event.kind,
    address: letter.url,
    at: posted.at,
    triedAt: now,
  };
  const row = { ...fresh, ...known, ...named };
  const dead = now - posted.at > patienceMs;
  if (dead || now >= letter.until) {
    await store.saveLetter(tx, { ...row, state: 'expired' });
    await finish(tx, posted.id, now);
    if (dead) await bounceAddress(tx, now, letter.url, row.said);
    return 'ended';
  }
  const sending = { ...row, state: 'sending' as const, tries: row.tries + 1 };
  await store.saveLetter(tx, sending);
  await hold(tx, posted.id, now + heldMs);
  return { id: posted.id, attempts: posted.attempts, letter, row: sending };
}

async function conclude(office: HookOffice, tx: Tx, job: Job, { outcome, said }: HookAnswer): Promise<void> {
  const now = office.clock.now();
  const row = { ...job.row, said, triedAt: now };
  if (outcome === 'later') {
    await store.saveLetter(tx, { ...row, state: 'waiting' });
    await fail(tx, job.id, said, now + backoffMs(job.attempts));
    return;
  }
  await store.saveLetter(tx, { ...row, state: outcome === 'sent' ? 'sent' : 'refused' });
  await finish(tx, job.id, now);
  if (outcome === 'sent') return;
  // Gone for good, or it leads somewhere that nobody's webhook is.
  await bounceAddress(tx, now, row.address, said);
  office.mishap(`${row.key}: the webhook refuses it: ${said}`);
}

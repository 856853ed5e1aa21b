import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Tx } from '../db/connection.ts';
import { leaf } from '../db/evidence.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { admitCause, type NewCause } from './cause.ts';
import * as store from './store.ts';

/** Records why a stretch failed; its digest becomes a leaf of the evidence chain. Told twice, it stands once. */
export async function recordCause(tx: Tx, now: number, cause: NewCause): Promise<Refusal | null> {
  const unfit = admitCause(cause);
  if (unfit !== null) return unfit;
  if (await store.insertCause(tx, cause, now)) {
    await leaf(
      tx,
      'cause',
      cause.id,
      createHash('sha256')
        .update(canonicalize(cause) ?? '')
        .digest(),
      now,
    );
  }
  return null;
}

/** Staff take a cause back, with a reason that the customer sees. */
export async function withdrawCause(tx: Tx, now: number, id: string, by: string, reason: string) {
  if (reason.trim() === '') return refuse('reason-missing', 'reason', 'a cause is withdrawn with a reason');
  const done = await store.withdraw(tx, id, by, reason, now);
  return done ? null : refuse('cause-unknown', 'id', `there is no standing cause ${id}`);
}

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Tx } from '../db/connection.ts';
import { leaf } from '../db/evidence.ts';
import { readHost } from '../hosting/store.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { admitCause, type NewCause } from './cause.ts';
import * as store from './store.ts';

/**
 * Records why a stretch failed; its digest becomes a leaf of the evidence chain. Told twice, it stands once; a
 * cause of that id which says something else, or was withdrawn, is refused.
 */
export async function recordCause(tx: Tx, now: number, cause: NewCause): Promise<Refusal | null> {
  const unfit = admitCause(cause);
  if (unfit !== null) return unfit;
  if ((await readHost(tx, cause.host)) === null)
    return refuse('host-unknown', 'host', `there is no host ${cause.host}`);
  if (await store.insertCause(tx, cause, now)) {
    await leaf(tx, 'cause', cause.id, digestOf(cause), now);
    return null;
  }
  const standing = await store.readCause(tx, cause.id);
  if (standing === null || standing.withdrawnAt !== null)
    return refuse('cause-known', 'id', `${cause.id} was withdrawn: another follows under an id of its own`);
  return causeDigest(standing).equals(digestOf(cause))
    ? null
    : refuse('cause-known', 'id', `${cause.id} says something else`);
}

type Row = NonNullable<Awaited<ReturnType<typeof store.readCause>>>;

/** What a cause's leaf must be, by the row as it stands. */
export function causeDigest(row: Row): Buffer {
  const { at: _, withdrawnAt: _at, withdrawnBy: _by, withdrawnReason: _reason, ...told } = row;
  return digestOf(told);
}

/** What the leaf of a withdrawal must be; of a cause that stands, one that no leaf is. */
export function withdrawalDigest({
  id,
  withdrawnBy: by,
  withdrawnReason: reason,
  withdrawnAt: at,
}: Row): Buffer {
  return digestOf({ id, by, reason, at });
}

function digestOf(told: object): Buffer {
  return createHash('sha256')
    .update(canonicalize(told) ?? '')
    .digest();
}

/** Staff take a cause back, with a reason that the customer sees; that too is a leaf of the evidence chain. */
export async function withdrawCause(
  tx: Tx,
  now: number,
  id: string,
  by: string,
  reason: string,
): Promise<Refusal | null> {
  if (reason.trim() === '') return refuse('reason-missing', 'reason', 'a cause is withdrawn with a reason');
  if (!(await store.withdraw(tx, id, by, reason, now)))
    return refuse('cause-unknown', 'id', `there is no standing cause ${id}`);
  await leaf(tx, 'cause-withdrawn', id, digestOf({ id, by, reason, at: now }), now);
  return null;
}

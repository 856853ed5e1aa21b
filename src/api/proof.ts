import { createHash } from 'node:crypto';
import { causeDigest, withdrawalDigest } from '../attribution/flow.ts';
import { readCause } from '../attribution/store.ts';
import type { Tx } from '../db/connection.ts';
import { type ChainState, leavesOf, type Placed, verifyChain, walkLeaves } from '../db/evidence.ts';
import { digestOf } from '../entrance/audit.ts';
import { auditsOf, walkAudits } from '../entrance/store.ts';
import { stepDigest } from '../settlement/approval.ts';
import { nameOf } from '../settlement/statement.ts';
import { readRevisions, readSteps } from '../settlement/store.ts';

const page = 1000;

/**
 * Walks the whole evidence chain: every leaf against what it stands for (an audit entry, a cause, its withdrawal,
 * a statement's case, what was done about it), every audit entry for its leaf, every day for its digest. The first thing that does not fit
 * is named: `audit 17`, or a day when its leaves themselves were changed.
 */
export async function proveChain(tx: Tx): Promise<ChainState> {
  for (let after = 0; ; ) {
    const some = await walkLeaves(tx, after, page);
    const kept = await digestsOf(tx, some);
    for (const leaf of some) {
      const name = leafName(leaf);
      const digest = kept.get(name);
      if (digest === undefined) continue;
      if (digest === null) return broken(name, 'it is gone');
      if (!digest.equals(leaf.digest)) return broken(name, 'it is not what was written down');
    }
    if (some.length < page) break;
    after = some.at(-1)!.seq;
  }
  return (await loose(tx)) ?? verifyChain(tx);
}

/** An audit entry without a leaf was written past the product. */
async function loose(tx: Tx): Promise<ChainState | null> {
  for (let after = 0; ; ) {
    const rows = await walkAudits(tx, after, page);
    const ids = rows.map(({ id }) => String(id));
    const known = await leavesOf(tx, 'audit', ids);
    const first = ids.find((id) => !known.has(id));
    if (first !== undefined) return broken(`audit ${first}`, 'the chain knows no such entry');
    if (rows.length < page) return null;
    after = rows.at(-1)!.id;
  }
}

function leafName({ kind, id }: Pick<Placed, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

function broken(at: string, what: string): ChainState {
  return { kind: 'broken', at, what };
}

type Digests = Map<string, Buffer | null>;

/** The digest of what each leaf stands for as it is kept now; null: gone; none: kept nowhere else. */
async function digestsOf(tx: Tx, some: readonly Placed[]): Promise<Digests> {
  const digests: Digests = new Map();
  const audits = some.filter(({ kind }) => kind === 'audit').map(({ id }) => Number(id));
  const rows = audits.length === 0 ? [] : await auditsOf(tx, audits);
  for (const id of audits) digests.set(`audit ${id}`, null);
  for (const row of rows) digests.set(`audit ${row.id}`, digestOf(row));
  for (const leaf of some) {
    const digest = await digestOfOne(tx, leaf);
    if (digest !== undefined) digests.set(leafName(leaf), digest);
  }
  return digests;
}

async function digestOfOne(tx: Tx, { kind, id }: Placed): Promise<Buffer | null | undefined> {
  if (kind === 'cause' || kind === 'cause-withdrawn') {
    const row = await readCause(tx, id);
    if (row === null) return null;
    return kind === 'cause' ? causeDigest(row) : withdrawalDigest(row);
  }
  if (kind !== 'statement' && kind !== 'approval') return undefined;
  const [agreement = '', month = '', revision, step] = id.split('/');
  const statements = await readRevisions(tx, agreement, month, 1000);
  const one = statements.find((row) => row.revision === Number(revision));
  if (one === undefined) return null;
  if (kind === 'statement') return createHash('sha256').update(one.caseText).digest();
  const steps = await readSteps(tx, [agreement]);
  const taken = steps.find((row) => nameOf(row) === nameOf(one) && row.step === Number(step));
  return taken === undefined ? null : stepDigest(taken, one.caseDigest);
}

import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { and, asc, desc, eq, gt, inArray, lt, lte, sql } from 'drizzle-orm';
import type { Tx } from './connection.ts';
import { digests, head, leaves } from './tables.ts';

/**
 * The one evidence chain: receipts, causes, notices, calls and audit entries are leaves; once a day their
 * digest is chained to the day before and published, so that nobody can rewrite yesterday.
 *
 * A day's digest is the SHA-256 of plain text that anybody can write down again, every line ended by LF:
 *   ["2026-11-23","<digest of the day before in hex, 64 zeros at first>",<first leaf>,<last leaf>]
 *   [<seq>,"<kind>","<id>",<at>,"<digest in hex>"]      for each leaf, as JSON without spaces
 */
export interface Leaf {
  readonly kind: string;
  readonly id: string;
  /** SHA-256 of what the leaf stands for: 32 bytes. */
  readonly digest: Buffer;
  readonly at: number;
}

export interface Placed extends Leaf {
  readonly seq: number;
}

export interface DayDigest {
  readonly day: string;
  readonly last: number;
  readonly digest: Buffer;
}

/**
 * Appends one leaf and gives its place. The same kind, id and digest again changes nothing; another digest
 * for it is a bug and throws. Call it late in a transaction: until the commit the chain's end is locked.
 */
export async function leaf(tx: Tx, kind: string, id: string, digest: Buffer, at: number): Promise<number> {
  const [seq] = await leafAll(tx, [{ kind, id, digest, at }]);
  return seq!;
}

/** Appends leaves of one kind in their order, as `leaf` does each; at most some thousands. Gives their places. */
export async function leafAll(tx: Tx, told: readonly Leaf[]): Promise<readonly number[]> {
  const ids = told.map((one) => one.id);
  const kinds = [...new Set(told.map((one) => one.kind))];
  assert(new Set(ids).size === told.length && kinds.length === 1, 'leaves of one kind, each told once');
  const rows = await tx
    .select({ seq: leaves.seq, id: leaves.id, digest: leaves.digest })
    .from(leaves)
    .where(and(eq(leaves.kind, kinds[0]!), inArray(leaves.id, ids)));
  const known = new Map(rows.map((row) => [row.id, row]));
  for (const { kind, id, digest } of told) {
    assert.equal(digest.length, 32, 'a leaf is a SHA-256 digest');
    const same = known.get(id)?.digest.equals(digest) ?? true;
    assert(same, `${kind} ${id} is already in the chain with another digest`);
  }
  const fresh = told.filter(({ id }) => !known.has(id));
  if (fresh.length > 0) {
    const last = await advance(tx, fresh.length);
    const placed = fresh.map((one, i) => ({ seq: last - fresh.length + 1 + i, ...one }));
    await tx.insert(leaves).values(placed);
    for (const row of placed) known.set(row.id, row);
  }
  return ids.map((id) => known.get(id)!.seq);
}

/** The last of the next free places; the row stays locked until the transaction ends. */
async function advance(tx: Tx, count: number): Promise<number> {
  const [row] = await tx
    .insert(head)
    .values({ one: 1, seq: count })
    .onConflictDoUpdate({ target: head.one, set: { seq: sql`${head.seq} + ${count}` } })
    .returning({ seq: head.seq });
  assert(row !== undefined);
  return row.seq;
}

/**
 * Cuts the day: its digest covers every leaf since the one before. `day` is `2026-11-23` (UTC) and later than
 * every day cut so far, or one already cut, which is given back unchanged. `at`: when it was cut.
 */
export async function cutDay(tx: Tx, day: string, at: number): Promise<DayDigest> {
  assert(/^\d{4}-\d\d-\d\d$/.test(day), `not a day: ${day}`);
  // Waits for writers under way and holds off others, so that the cut falls between two leaves.
  await tx.insert(head).values({ one: 1, seq: 0 }).onConflictDoNothing();
  const [end] = await tx.select({ seq: head.seq }).from(head).where(eq(head.one, 1)).for('update');
  assert(end !== undefined);
  const [cut] = await tx.select().from(digests).where(eq(digests.day, day));
  if (cut !== undefined) return { day, last: cut.last, digest: cut.digest };
  const [before] = await tx.select().from(digests).orderBy(desc(digests.day)).limit(1);
  assert(before === undefined || before.day < day, `${day} is earlier than the last day cut, ${before?.day}`);
  const digest = await digestOf(tx, day, before ?? null, end.seq);
  assert(digest !== null, `the chain has a gap before leaf ${end.seq}`);
  await tx.insert(digests).values({ day, last: end.seq, digest, at });
  return { day, last: end.seq, digest };
}

export type ChainState =
  | { readonly kind: 'sound'; readonly days: number; readonly leaves: number }
  | { readonly kind: 'broken'; readonly at: string; readonly what: string };

/** Computes every day again from its leaves. A chain that does not fit names the first day that does not. */
export async function verifyChain(tx: Tx): Promise<ChainState> {
  let before: DayDigest | null = null;
  const days = await tx.select().from(digests).orderBy(asc(digests.day));
  for (const day of days) {
    if (day.last < (before?.last ?? 0)) return broken(day.day, 'it ends before the day before');
    const digest = await digestOf(tx, day.day, before, day.last);
    if (digest === null) return broken(day.day, 'a leaf is missing');
    if (!digest.equals(day.digest)) return broken(day.day, 'its leaves do not give its digest');
    before = day;
  }
  return verifyTail(tx, days.length, before?.last ?? 0);
}

/** Leaves of the day that is not cut yet: at least none of them may be missing. */
async function verifyTail(tx: Tx, days: number, last: number): Promise<ChainState> {
  const [end] = await tx.select({ seq: head.seq }).from(head);
  const [tail] = await tx
    .select({
      count: sql`count(*)`.mapWith(Number),
      top: sql`coalesce(max(${leaves.seq}), 0)`.mapWith(Number),
    })
    .from(leaves)
    .where(gt(leaves.seq, last));
  assert(tail !== undefined);
  const total = end?.seq ?? 0;
  if (tail.count !== total - last || (tail.count > 0 && tail.top !== total))
    return broken('today', 'a leaf is missing');
  return { kind: 'sound', days, leaves: total };
}

/** Leaves after a place, in their order: for holding each against what it stands for. */
export async function walkLeaves(tx: Tx, after: number, limit: number): Promise<readonly Placed[]> {
  return tx.select().from(leaves).where(gt(leaves.seq, after)).orderBy(asc(leaves.seq)).limit(limit);
}

/** Which of these ids have a leaf of the kind. */
export async function leavesOf(tx: Tx, kind: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ id: leaves.id })
    .from(leaves)
    .where(and(eq(leaves.kind, kind), inArray(leaves.id, [...ids])));
  return new Set(rows.map(({ id }) => id));
}

/** Where the leaves of some ids stand, by id; what has none is left out. */
export async function placesOf(
  tx: Tx,
  kind: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Placed>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(leaves)
    .where(and(eq(leaves.kind, kind), inArray(leaves.id, [...ids])));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The days that were cut, newest first, before a day; `''`: from the newest. */
export async function listDays(tx: Tx, before: string, limit: number) {
  return tx
    .select()
    .from(digests)
    .where(before === '' ? undefined : lt(digests.day, before))
    .orderBy(desc(digests.day))
    .limit(limit);
}

function broken(at: string, what: string): ChainState {
  return { kind: 'broken', at, what };
}

const page = 5000;

/** The digest of a day over leaves `(before.last, last]`, read page by page; null when one is missing. */
async function digestOf(tx: Tx, day: string, before: DayDigest | null, last: number): Promise<Buffer | null> {
  let seq = before?.last ?? 0;
  const previous = before?.digest ?? Buffer.alloc(32);
  const hash = createHash('sha256').update(dayLine(day, previous, seq + 1, last));
  while (seq < last) {
    const rows: readonly Placed[] = await tx
      .select()
      .from(leaves)
      .where(and(gt(leaves.seq, seq), lte(leaves.seq, last)))
      .orderBy(asc(leaves.seq))
      .limit(page);
    if (rows.length === 0) return null;
    for (const row of rows) {
      if (row.seq !== seq + 1) return null;
      seq = row.seq;
      hash.update(leafLine(row));
    }
  }
  return hash.digest();
}

export function dayLine(day: string, previous: Buffer, first: number, last: number): string {
  return `${JSON.stringify([day, previous.toString('hex'), first, last])}\n`;
}

export function leafLine(leaf: Placed): string {
  return `${JSON.stringify([leaf.seq, leaf.kind, leaf.id, leaf.at, leaf.digest.toString('hex')])}\n`;
}

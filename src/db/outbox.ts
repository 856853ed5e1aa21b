import assert from 'node:assert';
import { and, asc, eq, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm';
import type { Tx } from './connection.ts';
import { outbox } from './tables.ts';

/** One thing that happened, waiting to be told. `body` is what was posted, read back from JSON. */
export interface Letter {
  readonly id: number;
  readonly topic: string;
  readonly key: string;
  readonly body: unknown;
  readonly at: number;
  /** How often it failed so far. */
  readonly attempts: number;
}

/**
 * Posts within the transaction in which the thing happened. The same topic and key again changes nothing and
 * gives false, so a flow that is run twice tells once.
 */
export async function post(tx: Tx, topic: string, key: string, body: object, at: number): Promise<boolean> {
  const posted = await tx
    .insert(outbox)
    .values({ topic, key, body, at, due: at })
    .onConflictDoNothing({ target: [outbox.topic, outbox.key] })
    .returning({ id: outbox.id });
  return posted.length === 1;
}

/** The same of many letters at once, each by its key. */
export async function postAll(
  tx: Tx,
  topic: string,
  letters: readonly { readonly key: string; readonly body: object }[],
  at: number,
): Promise<void> {
  if (letters.length === 0) return;
  await tx
    .insert(outbox)
    .values(letters.map(({ key, body }) => ({ topic, key, body, at, due: at })))
    .onConflictDoNothing({ target: [outbox.topic, outbox.key] });
}

/**
 * The oldest open letters that are due (of one topic, or of all), locked until the transaction ends: another dispatcher passes over
 * them. What the handler writes belongs into the same `tx` as `finish`, so that both or neither happen.
 */
export async function take(
  tx: Tx,
  now: number,
  limit = 1,
  topic: string | null = null,
): Promise<readonly Letter[]> {
  return tx
    .select({
      id: outbox.id,
      topic: outbox.topic,
      key: outbox.key,
      body: outbox.body,
      at: outbox.at,
      attempts: outbox.attempts,
    })
    .from(outbox)
    .where(
      and(isNull(outbox.doneAt), lte(outbox.due, now), topic === null ? undefined : eq(outbox.topic, topic)),
    )
    .orderBy(asc(outbox.id))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/**
 * Takes back what is still open of a topic and has a key that begins so; what a dispatcher holds at this moment
 * is told all the same.
 */
export async function recall(tx: Tx, topic: string, prefix: string, now: number): Promise<void> {
  await tx
    .update(outbox)
    .set({ doneAt: now, error: 'recalled' })
    .where(and(eq(outbox.topic, topic), sql`starts_with(${outbox.key}, ${prefix})`, isNull(outbox.doneAt)));
}

export async function finish(tx: Tx, id: number, now: number): Promise<void> {
  const done = await tx
    .update(outbox)
    .set({ doneAt: now, error: null })
    .where(and(eq(outbox.id, id), isNull(outbox.doneAt)))
    .returning({ id: outbox.id });
  assert.equal(done.length, 1, `letter ${id} is not open`);
}

/**
 * Keeps a letter from everybody until `due`: for work that does not fit into a transaction. Whoever dies over it
 * leaves it to be found again.
 */
export async function hold(tx: Tx, id: number, due: number): Promise<void> {
  await tx.update(outbox).set({ due }).where(eq(outbox.id, id));
}

/** Records a failed attempt, in a transaction of its own after the handler's was rolled back; tried again at `due`. */
export async function fail(tx: Tx, id: number, error: string, due: number): Promise<void> {
  await tx
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} + 1`, error: error.slice(0, 2000), due })
    .where(and(eq(outbox.id, id), isNull(outbox.doneAt)));
}

/** Milliseconds until the next try after `attempts` failures: 1 s doubling to at most 10 minutes. */
export function backoffMs(attempts: number): number {
  return Math.min(600_000, 1000 * 2 ** Math.min(attempts, 20));
}

/** What is open of a topic, oldest first; nothing is locked. */
export async function listOpen(tx: Tx, topic: string, limit = 100): Promise<readonly Letter[]> {
  const { id, key, body, at, attempts } = outbox;
  return tx
    .select({ id, topic: outbox.topic, key, body, at, attempts })
    .from(outbox)
    .where(and(eq(outbox.topic, topic), isNull(outbox.doneAt)))
    .orderBy(asc(outbox.id))
    .limit(limit);
}

/** How many letters (of one topic, or all) are open and since when the oldest waits (null: none). */
export async function waiting(
  tx: Tx,
  topic: string | null = null,
): Promise<{ readonly open: number; readonly oldest: number | null }> {
  const [row] = await tx
    .select({
      open: sql`count(*)`.mapWith(Number),
      oldest: sql<number | null>`min(${outbox.at})`.mapWith(nullable),
    })
    .from(outbox)
    .where(and(isNull(outbox.doneAt), topic === null ? undefined : eq(outbox.topic, topic)));
  assert(row !== undefined);
  return row;
}

/** Removes what was done before `before`; its keys may then be posted anew, so keep longer than any repeat can take. */
export async function prune(tx: Tx, before: number): Promise<number> {
  const gone = await tx
    .delete(outbox)
    .where(and(isNotNull(outbox.doneAt), lt(outbox.doneAt, before)))
    .returning({ id: outbox.id });
  return gone.length;
}

function nullable(value: string | number | null): number | null {
  return value === null ? null : Number(value);
}

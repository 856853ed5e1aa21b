import { and, desc, eq, lt } from 'drizzle-orm';
import type { Tx } from '../db/connection.ts';
import type { Relay } from './relay.ts';
import { letters, relays } from './tables.ts';

export type LetterRow = typeof letters.$inferSelect;

export interface StoredRelay {
  readonly settings: Omit<Relay, 'password'>;
  readonly sealed: string | null;
  readonly at: number;
}

export async function readRelay(tx: Tx): Promise<StoredRelay | null> {
  const rows = await tx.select().from(relays).where(eq(relays.id, 'main'));
  return rows[0] ?? null;
}

export async function saveRelay(tx: Tx, relay: StoredRelay): Promise<void> {
  await tx
    .insert(relays)
    .values({ id: 'main', ...relay })
    .onConflictDoUpdate({ target: relays.id, set: { ...relay } });
}

export async function readLetter(tx: Tx, key: string): Promise<LetterRow | null> {
  const rows = await tx.select().from(letters).where(eq(letters.key, key));
  return rows[0] ?? null;
}

export async function saveLetter(tx: Tx, row: LetterRow): Promise<void> {
  const { key: _, at: __, ...change } = row;
  await tx.insert(letters).values(row).onConflictDoUpdate({ target: letters.key, set: change });
}

/** Newest tries first, tried before `before`. */
export async function listLetters(
  tx: Tx,
  filter: {
    readonly state: LetterRow['state'] | null;
    readonly key: string | null;
    readonly before: number | null;
  },
  limit: number,
): Promise<readonly LetterRow[]> {
  const { state, key, before } = filter;
  return tx
    .select()
    .from(letters)
    .where(
      and(
        state === null ? undefined : eq(letters.state, state),
        key === null ? undefined : eq(letters.key, key),
        before === null ? undefined : lt(letters.triedAt, before),
      ),
    )
    .orderBy(desc(letters.triedAt), desc(letters.key))
    .limit(limit);
}

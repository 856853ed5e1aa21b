import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { Tx } from '../db/connection.ts';
import type { Entry, Posting } from './journal.ts';
import { entries, postings } from './tables.ts';

/** False when the entry's key was posted before. */
export async function insertEntry(tx: Tx, entry: Entry): Promise<boolean> {
  const { key, kind, at, detail } = entry;
  const rows = await tx.insert(entries).values({ key, kind, at, detail }).onConflictDoNothing().returning();
  const id = rows[0]?.id;
  if (id === undefined) return false;
  await tx.insert(postings).values(entry.postings.map((posting, line) => ({ entry: id, line, ...posting })));
  return true;
}

/** Postings of the entry of a key, in their order. */
export async function readPostings(tx: Tx, key: string): Promise<readonly Posting[]> {
  return tx
    .select({ account: postings.account, amount: postings.amount, currency: postings.currency })
    .from(postings)
    .innerJoin(entries, eq(entries.id, postings.entry))
    .where(eq(entries.key, key))
    .orderBy(asc(postings.line));
}

/** Sum of an account's postings up to and at an instant, in minor units. */
export async function readBalance(tx: Tx, account: string, currency: string, at: number): Promise<number> {
  const rows = await tx
    .select({ sum: sql<string>`coalesce(sum(${postings.amount}), 0)` })
    .from(postings)
    .innerJoin(entries, eq(entries.id, postings.entry))
    .where(and(eq(postings.account, account), eq(postings.currency, currency), lte(entries.at, at)));
  return Number(rows[0]?.sum ?? 0);
}

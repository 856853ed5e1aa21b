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

/** Serialises what takes from an account; held until the transaction ends. */
export async function lockAccount(tx: Tx, account: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4713, hashtext(${account}))`);
}

export interface Booked extends Posting {
  /** Of the entry; grows. */
  readonly id: number;
  readonly line: number;
  readonly key: string;
  readonly kind: string;
  readonly at: number;
  readonly detail: unknown;
}

/** Postings to accounts whose name begins so, in the order in which they were booked, after an entry and line. */
export async function pagePostings(
  tx: Tx,
  prefix: string,
  after: { readonly id: number; readonly line: number },
  limit: number,
): Promise<readonly Booked[]> {
  const { account, amount, currency, line } = postings;
  const { id, key, kind, at, detail } = entries;
  return tx
    .select({ id, line, key, kind, at, detail, account, amount, currency })
    .from(postings)
    .innerJoin(entries, eq(entries.id, postings.entry))
    .where(
      and(
        sql`starts_with(${account}, ${prefix})`,
        sql`(${postings.entry}, ${line}) > (${after.id}, ${after.line})`,
      ),
    )
    .orderBy(asc(postings.entry), asc(line))
    .limit(limit);
}

/** Sums of all accounts whose name begins so, up to and at an instant; per currency, zero ones left out. */
export async function readBalances(tx: Tx, prefix: string, until: number) {
  const sum = sql`sum(${postings.amount})`.mapWith(Number);
  return tx
    .select({ account: postings.account, currency: postings.currency, amount: sum })
    .from(postings)
    .innerJoin(entries, eq(entries.id, postings.entry))
    .where(and(sql`starts_with(${postings.account}, ${prefix})`, lte(entries.at, until)))
    .groupBy(postings.account, postings.currency)
    .having(sql`sum(${postings.amount}) <> 0`)
    .orderBy(asc(postings.account), asc(postings.currency));
}

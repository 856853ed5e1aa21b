import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { count, instant, minor } from '../db/columns.ts';

/** Journal entries; append-only. `key` names the business fact, so that it is posted once. */
export const entries = pgTable('entries', {
  id: count().generatedAlwaysAsIdentity().primaryKey(),
  key: text().notNull().unique(),
  kind: text().notNull(),
  at: instant().notNull(),
  detail: jsonb().notNull(),
});

/** Postings of an entry; they sum to zero per currency (checked when the transaction commits). */
export const postings = pgTable(
  'postings',
  {
    entry: count().notNull(),
    line: integer().notNull(),
    account: text().notNull(),
    /** Debit positive, credit negative. */
    amount: minor().notNull(),
    currency: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.entry, table.line] }),
    index('postings_by_account').on(table.account, table.entry),
  ],
);

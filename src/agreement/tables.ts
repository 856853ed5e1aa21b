import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { count, instant, minor } from '../db/columns.ts';
import type { TermsText } from '../terms/editions/hosting.ts';

/** Gapless sequences: the number is taken in the transaction that uses it. */
export const sequences = pgTable('sequences', {
  name: text().primaryKey(),
  last: count().notNull(),
});

/** Sales agreements (clauses 1.1, 4-2): what was sold, for which time, at which price. One chain per host. */
export const sales = pgTable(
  'sales',
  {
    number: text().primaryKey(),
    host: text().notNull(),
    name: text().notNull(),
    document: text().notNull(),
    edition: text().notNull(),
    management: text().notNull(),
    plan: text().notNull(),
    version: integer().notNull(),
    from: instant().notNull(),
    to: instant().notNull(),
    price: minor().notNull(),
    currency: text().notNull(),
    /** When a change of plan ended it before its term. */
    cut: instant(),
    createdAt: instant().notNull(),
  },
  (table) => [index('sales_by_host').on(table.host)],
);

/** What was paid for sales agreements and, below zero, paid back; append-only. */
export const payments = pgTable(
  'payments',
  {
    /** The receipt number: the same receipt recorded twice is one payment. */
    receipt: text().primaryKey(),
    sale: text().notNull(),
    amount: minor().notNull(),
    currency: text().notNull(),
    method: text().notNull(),
    at: instant().notNull(),
    actor: text().notNull(),
    /** Why it was paid back. */
    reason: text(),
  },
  (table) => [index('payments_by_sale').on(table.sale)],
);

/** Quality agreements: terms frozen at offering, bound to one host's chain of sales agreements. */
export const agreements = pgTable('agreements', {
  number: text().primaryKey(),
  host: text().notNull().unique(),
  customer: text().notNull(),
  terms: jsonb().$type<TermsText>().notNull(),
  zone: text().notNull(),
  offeredAt: instant().notNull(),
  ended: instant(),
});

/** Signatures and seals; append-only (clause 4-1). */
export const acts = pgTable(
  'acts',
  {
    agreement: text().notNull(),
    party: text({ enum: ['provider', 'customer'] }).notNull(),
    act: text({ enum: ['signed', 'sealed'] }).notNull(),
    at: instant().notNull(),
    actor: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.agreement, table.party, table.act] })],
);

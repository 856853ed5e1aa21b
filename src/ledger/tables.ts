import { index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { count, instant, minor } from '../db/columns.ts';
import type { InvoiceStep } from './invoice.ts';

/** Journal entries; append-only. `key` names the business fact, so that it is posted once. */
export const entries = pgTable(
  'entries',
  {
    id: count().generatedAlwaysAsIdentity().primaryKey(),
    key: text().notNull().unique(),
    kind: text().notNull(),
    at: instant().notNull(),
    detail: jsonb().notNull(),
  },
  (table) => [index('entries_by_kind').on(table.kind, table.id)],
);

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
    /** That of its entry: what a balance at a date is summed by, out of the index alone. */
    at: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.entry, table.line] }),
    index('postings_by_account').on(table.account, table.entry),
    index('postings_by_time').on(table.account, table.currency, table.at, table.amount),
  ],
);

/** What customers asked invoices for, as it is to stand on them; append-only. */
export const invoices = pgTable(
  'invoices',
  {
    number: text().primaryKey(),
    customer: text().notNull(),
    kind: text({ enum: ['normal', 'special'] }).notNull(),
    title: text().notNull(),
    taxNumber: text(),
    email: text(),
    address: text().notNull(),
    phone: text().notNull(),
    bank: text().notNull(),
    amount: minor().notNull(),
    currency: text().notNull(),
    actor: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [index('invoices_by_customer').on(table.customer, table.number)],
);

/** Over which payments, and how much of each; append-only. */
export const invoiceLines = pgTable(
  'invoice_lines',
  {
    invoice: text().notNull(),
    receipt: text().notNull(),
    amount: minor().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.invoice, table.receipt] }),
    index('invoice_lines_by_receipt').on(table.receipt),
  ],
);

/** Issued, refused, flushed; append-only. The last step is an invoice's state. */
export const invoiceSteps = pgTable(
  'invoice_steps',
  {
    invoice: text().notNull(),
    /** From 1. */
    step: integer().notNull(),
    kind: text().$type<InvoiceStep['kind']>().notNull(),
    /** The tax office's; null of a refusal. */
    official: text(),
    day: text().notNull(),
    reason: text().notNull(),
    actor: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.invoice, table.step] }),
    unique('invoice_steps_official').on(table.official),
  ],
);

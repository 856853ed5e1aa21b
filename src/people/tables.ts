import { boolean, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';
import type { Particulars, ProviderProfile } from './party.ts';

/** The hosting provider (甲方). One row: one installation is one provider's. */
export const providers = pgTable('providers', {
  id: text().primaryKey(),
  profile: jsonb().$type<ProviderProfile>().notNull(),
  /** What was before this instant is sample and marked wherever it shows; null: nothing is. */
  sampledUntil: instant(),
  createdAt: instant().notNull(),
});

/** Customers (乙方), found by their member number (会员号). */
export const customers = pgTable('customers', {
  id: text().primaryKey(),
  member: text().notNull().unique(),
  kind: text({ enum: ['company', 'person'] }).notNull(),
  particulars: jsonb().$type<Particulars>().notNull(),
  sample: boolean().notNull(),
  createdAt: instant().notNull(),
});

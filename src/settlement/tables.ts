import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, count, instant, minor, packedText } from '../db/columns.ts';
import type { Limits, StepKind } from './approval.ts';

/** A judged month of an agreement. A later finding is a new revision; nothing is edited but the state's steps. */
export const statements = pgTable(
  'statements',
  {
    agreement: text().notNull(),
    month: text().notNull(),
    revision: integer().notNull(),
    /** The canonical case (RFC 8785) and its SHA-256. */
    caseText: packedText().notNull(),
    caseDigest: bytes().notNull(),
    /** The bytes that `evaluate` prints for that case. */
    settlement: text().notNull(),
    amount: minor().notNull(),
    /** Against the revision before; what is posted. */
    difference: minor().notNull(),
    currency: text().notNull(),
    /** Why a later revision pays less; null when it does not. */
    reason: text(),
    actor: text().notNull(),
    madeAt: instant().notNull(),
    /** When it was posted in the ledger; null: a draft. */
    postedAt: instant(),
    /** It is not posted before; fixed when it was made. */
    dueAt: instant().notNull(),
    /** How many people must agree before it is posted: none, or two. */
    approvers: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.agreement, table.month, table.revision] }),
    // A month is read page by page, the latest revision of each agreement first.
    index('statements_by_month').on(table.month, table.agreement, table.revision.desc().nullsFirst()),
    // Only drafts are ever looked for.
    index('statements_drafts')
      .on(table.dueAt, table.agreement, table.month, table.revision)
      .where(sql`${table.postedAt} is null`),
  ],
);

/** What people did about drafts: held, released, approved; append-only, each a leaf of the evidence chain. */
export const approvals = pgTable(
  'approvals',
  {
    agreement: text().notNull(),
    month: text().notNull(),
    revision: integer().notNull(),
    /** From 1. */
    step: integer().notNull(),
    kind: text().$type<StepKind>().notNull(),
    /** The user's id, and how they were called then. */
    by: text().notNull(),
    name: text().notNull(),
    reason: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.agreement, table.month, table.revision, table.step] })],
);

/** The provider's limits for posting; append-only, the last row holds. */
export const limits = pgTable('limits', {
  id: count().generatedAlwaysAsIdentity().primaryKey(),
  reviewDays: integer().notNull(),
  amounts: jsonb().$type<Limits['amounts']>().notNull(),
  actor: text().notNull(),
  at: instant().notNull(),
});

/** The first month of each agreement that is not judged, and from when it may be: what the timetable looks for. */
export const dues = pgTable(
  'dues',
  {
    agreement: text().primaryKey(),
    month: text().notNull(),
    /** Its late data has come. */
    due: instant().notNull(),
  },
  (table) => [index('dues_by_time').on(table.due)],
);

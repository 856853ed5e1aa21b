import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, instant, minor, packedText } from '../db/columns.ts';

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
    /** When it was posted in the ledger; null: not yet. */
    postedAt: instant(),
  },
  (table) => [primaryKey({ columns: [table.agreement, table.month, table.revision] })],
);

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

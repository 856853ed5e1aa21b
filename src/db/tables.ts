import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { bytes, count, instant } from './columns.ts';

/** What happened and is to be told to a folder below; written in the transaction in which it happened. */
export const outbox = pgTable(
  'outbox',
  {
    id: count().generatedAlwaysAsIdentity().primaryKey(),
    topic: text().notNull(),
    /** Unique within the topic: posting the same thing twice posts it once. */
    key: text().notNull(),
    body: jsonb().notNull(),
    at: instant().notNull(),
    /** Not before this instant: pushed on by each failure. */
    due: instant().notNull(),
    doneAt: instant(),
    attempts: integer().notNull().default(0),
    /** What the last failed attempt said. */
    error: text(),
  },
  (table) => [
    unique('outbox_once').on(table.topic, table.key),
    // Only what is open is ever looked for; what is done must not slow it down.
    index('outbox_open').on(table.due, table.id).where(sql`${table.doneAt} is null`),
  ],
);

/**
 * Leaves of the one evidence chain, append-only (a trigger of the migrations refuses update and delete).
 * `db/evidence.ts` says what is digested.
 */
export const leaves = pgTable(
  'evidence_leaves',
  {
    /** Position in the chain, from 1, without gaps. */
    seq: count().primaryKey(),
    kind: text().notNull(),
    id: text().notNull(),
    /** SHA-256 of what the leaf stands for. */
    digest: bytes().notNull(),
    at: instant().notNull(),
  },
  (table) => [unique('evidence_leaf_once').on(table.kind, table.id)],
);

/** One digest a day, each over the one before it and the leaves since; append-only likewise. */
export const digests = pgTable('evidence_digests', {
  /** `2026-11-23`, UTC. */
  day: text().primaryKey(),
  /** The last leaf that it covers; its first is the one after the digest before. */
  last: count().notNull(),
  digest: bytes().notNull(),
  at: instant().notNull(),
});

/** One row: how many leaves there are. Taking the next number locks it, so the chain has no gaps. */
export const head = pgTable('evidence_head', {
  one: integer().primaryKey(),
  seq: count().notNull(),
});

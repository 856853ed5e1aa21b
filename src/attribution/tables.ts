import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';

/** Why a stretch failed and what proves it. A row is never edited: it is withdrawn with a reason and followed by another. */
export const causes = pgTable(
  'causes',
  {
    id: text().primaryKey(),
    host: text().notNull(),
    cause: text().notNull(),
    checks: jsonb().$type<readonly string[]>().notNull(),
    from: instant().notNull(),
    to: instant().notNull(),
    /** The proof, of the cause's own kind (cause.ts). */
    proof: jsonb().notNull(),
    actor: text().notNull(),
    at: instant().notNull(),
    withdrawnAt: instant(),
    withdrawnBy: text(),
    withdrawnReason: text(),
  },
  (table) => [index('causes_by_host').on(table.host, table.from)],
);

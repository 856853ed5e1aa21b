import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/**
 * Rows whose text is one of `values`, of which there may be none or thousands: they are one parameter. drizzle's
 * `inArray` makes one of each, which costs more than the rows when a month of many hosts is closed.
 */
export function among(column: PgColumn, values: readonly string[]): SQL {
  return sql`${column} = any(${sql.param(values)})`;
}

import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle as overClient } from 'drizzle-orm/node-postgres';
import { migrate as migratePool } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as overPglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import { type Refusal, refuse } from '../refusal.ts';
import { type Database, query, type Tx } from './connection.ts';

/** Where `drizzle-kit generate` writes (drizzle.config.ts). */
export const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/** Any number that no other program on the same server uses: "hp" and 1. */
const lockKey = 0x6870_0001;

/**
 * Brings the database to the code's schema. Two processes may do it at once: on PostgreSQL the second waits
 * for an advisory lock and then finds nothing left. Refuses a database that newer code has changed.
 */
export async function migrate(database: Database, folder = migrationsFolder): Promise<Refusal | null> {
  const known = new Set(readMigrationFiles({ migrationsFolder: folder }).map((one) => one.hash));
  if (database.kind === 'embedded') {
    const refusal = await refuseNewer(database.db, known);
    if (refusal === null)
      await migratePglite(overPglite({ client: database.client }), { migrationsFolder: folder });
    return refusal;
  }
  const client = await database.pool.connect();
  try {
    const db = overClient({ client });
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    try {
      const refusal = await refuseNewer(db, known);
      if (refusal === null) await migratePool(db, { migrationsFolder: folder });
      return refusal;
    } finally {
      await client.query('select pg_advisory_unlock($1)', [lockKey]);
    }
  } finally {
    client.release();
  }
}

/** Applied migrations that the code does not have mean that newer (or other) code owns this database. */
async function refuseNewer(tx: Tx, known: ReadonlySet<string>): Promise<Refusal | null> {
  const [there] = await query<{ found: boolean }>(
    tx,
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as found`,
  );
  if (there?.found !== true) return null;
  const applied = await query<{ hash: string }>(
    tx,
    sql`select hash from drizzle.__drizzle_migrations order by id`,
  );
  const strange = applied.filter((row) => !known.has(row.hash));
  if (strange.length === 0) return null;
  return refuse(
    'database-newer',
    'database',
    `the database has ${strange.length} migration(s) that this version does not know: start the newer version, or restore a backup made with this one`,
  );
}

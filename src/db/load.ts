import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { type Database, query, type Tx } from './connection.ts';
import { columnsOf, type Dump, tablesInOrder } from './dump.ts';
import { migrate, migrationsFolder } from './migrate.ts';

/** The rows of a table of the dump, some at a time, one JSON text each. */
export type ReadRows = (table: string) => AsyncIterable<readonly string[]>;

/**
 * Fills an empty database from a dump: the migrations that the dump had, and then all rows in one transaction,
 * in which `name` is noted. Called again with the same name it finds that and does nothing; a database that
 * holds anything else is refused. `forget` removes the note.
 */
export async function loadTables(
  database: Database,
  name: string,
  dump: Dump,
  read: ReadRows,
): Promise<Refusal | null> {
  const noted = await notedIn(database.db);
  if (noted === name) return null;
  const used = noted === null ? await tableInUse(database.db) : 'hostpledge_restore';
  if (used !== null) {
    return refuse('database-not-empty', 'database', `an empty database; this one has rows in ${used}`);
  }
  const refused = await migrateAsDumped(database, dump);
  if (isRefusal(refused)) return refused;
  return database.transaction(async (tx) => {
    const tables = await tablesInOrder(tx);
    const strange = dump.tables.find((one) => !tables.includes(one.name));
    if (strange !== undefined) return refuse('dump-mismatch', strange.name, 'a table of this version');
    for (const { name: table, columns } of dump.tables.toSorted(
      (a, b) => tables.indexOf(a.name) - tables.indexOf(b.name),
    )) {
      const known = await columnsOf(tx, table);
      const other = columns.find((column) => !known.includes(column));
      if (other !== undefined)
        return refuse('dump-mismatch', `${table}.${other}`, 'a column of this version');
      for await (const rows of read(table)) await insert(tx, table, columns, rows);
    }
    for (const { name: sequence, last } of dump.sequences) {
      if (last === null) continue;
      await tx.execute(sql`select setval(${`public.${sequence}`}::regclass, ${last}::bigint)`);
    }
    await tx.execute(sql`create schema if not exists hostpledge_restore`);
    await tx.execute(sql`create table hostpledge_restore.backup as select ${name}::text as name`);
    return null;
  });
}

/** Removes the note that `loadTables` left. */
export async function forget(database: Database): Promise<void> {
  await database.db.execute(sql`drop schema if exists hostpledge_restore cascade`);
}

async function insert(tx: Tx, table: string, columns: readonly string[], rows: readonly string[]) {
  if (rows.length === 0) return;
  const names = sql.join(
    columns.map((column) => sql.identifier(column)),
    sql`, `,
  );
  const into = sql.identifier(table);
  await tx.execute(
    sql`insert into public.${into} (${names}) overriding system value
      select ${names} from jsonb_populate_recordset(null::public.${into}, ${`[${rows.join(',')}]`}::jsonb)`,
  );
}

async function notedIn(tx: Tx): Promise<string | null> {
  const [there] = await query<{ found: boolean }>(
    tx,
    sql`select to_regclass('hostpledge_restore.backup') is not null as found`,
  );
  if (there?.found !== true) return null;
  const [note] = await query<{ name: string }>(tx, sql`select name from hostpledge_restore.backup`);
  return note?.name ?? null;
}

/** A table with a row in it, wherever it stands; null: none. What a killed restore migrated is empty. */
async function tableInUse(tx: Tx): Promise<string | null> {
  const tables = await query<{ schema: string; name: string }>(
    tx,
    sql`select n.nspname as schema, c.relname as name from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'drizzle')
      and n.nspname not like 'pg\\_%'`,
  );
  for (const { schema, name } of tables) {
    const table = sql`${sql.identifier(schema)}.${sql.identifier(name)}`;
    const rows = await query(tx, sql`select 1 from ${table} limit 1`);
    if (rows.length > 0) return `${schema}.${name}`;
  }
  return null;
}

/** The schema as it was when the dump was made; a later start brings it up to the code's. */
async function migrateAsDumped(database: Database, dump: Dump): Promise<Refusal | null> {
  const known = readMigrationFiles({ migrationsFolder }).map(({ hash }) => hash);
  const { length } = dump.migrations;
  if (length > known.length || dump.migrations.some((hash, i) => hash !== known[i])) {
    return refuse('dump-mismatch', 'database', 'a backup of this version of Hostpledge or of an older one');
  }
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-schema-'));
  try {
    await cp(migrationsFolder, folder, { recursive: true });
    const path = join(folder, 'meta/_journal.json');
    const journal = JSON.parse(await readFile(path, 'utf8')) as { entries: { idx: number }[] };
    await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, length) }));
    return await migrate(database, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

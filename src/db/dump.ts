import { sql } from 'drizzle-orm';
import { query, type Tx } from './connection.ts';

/**
 * The database as text, alike on PGlite and PostgreSQL: each row as PostgreSQL's own JSON of it, which gives
 * back every value exactly (numbers in decimal, bytes in hex, instants as integers). Read page by page.
 */
export interface Dump {
  /** Hashes of the applied migrations, oldest first. */
  readonly migrations: readonly string[];
  /** In an order in which each table comes after those that it refers to. */
  readonly tables: readonly DumpedTable[];
  readonly sequences: readonly DumpedSequence[];
}

export interface DumpedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

export interface DumpedSequence {
  readonly name: string;
  /** The last number that was given; null: none yet. */
  readonly last: string | null;
}

/** Takes the next rows of a table, one JSON text each. Called at least once for every table. */
export type TakeRows = (table: string, rows: readonly string[]) => Promise<void>;

const page = 500;

/** `tx` must see one moment (a transaction with `snapshot`). */
export async function dumpTables(tx: Tx, take: TakeRows): Promise<Dump> {
  const migrations = await query<{ hash: string }>(
    tx,
    sql`select hash from drizzle.__drizzle_migrations order by id`,
  );
  const tables: DumpedTable[] = [];
  for (const name of await tablesInOrder(tx)) {
    const columns = await columnsOf(tx, name);
    tables.push({ name, columns, rows: await dumpTable(tx, name, take) });
  }
  const sequences = await query<DumpedSequence>(
    tx,
    sql`select sequencename as name, last_value::text as last from pg_sequences
      where schemaname = 'public' order by 1`,
  );
  return {
    migrations: migrations.map(({ hash }) => hash),
    tables,
    sequences: sequences.map(({ name, last }) => ({ name, last })),
  };
}

async function dumpTable(tx: Tx, name: string, take: TakeRows): Promise<number> {
  const table = sql.identifier(name);
  const key = await query<{ name: string }>(
    tx,
    sql`select a.attname as name from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
      where i.indrelid = ${`public.${name}`}::regclass and i.indisprimary
      order by array_position(i.indkey::int2[], a.attnum)`,
  );
  const order = sql.join(
    key.map((one) => sql.identifier(one.name)),
    sql`, `,
  );
  const sorted = key.length === 0 ? sql`` : sql` order by ${order}`;
  await tx.execute(
    sql`declare dumped no scroll cursor for select to_jsonb(t)::text as row from public.${table} t${sorted}`,
  );
  await take(name, []);
  let count = 0;
  for (;;) {
    const rows = await query<{ row: string }>(tx, sql.raw(`fetch ${page} from dumped`));
    if (rows.length === 0) break;
    await take(
      name,
      rows.map(({ row }) => row),
    );
    count += rows.length;
  }
  await tx.execute(sql`close dumped`);
  return count;
}

/** Every table of ours; each after those that its foreign keys refer to. */
export async function tablesInOrder(tx: Tx): Promise<readonly string[]> {
  const tables = await query<{ name: string }>(
    tx,
    sql`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'r' order by 1`,
  );
  const keys = await query<{ child: string; parent: string }>(
    tx,
    sql`select c.relname as child, p.relname as parent from pg_constraint k
      join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
      join pg_namespace n on n.oid = k.connamespace
      where k.contype = 'f' and n.nspname = 'public' and c.oid <> p.oid`,
  );
  const left = new Set(tables.map(({ name }) => name));
  const order: string[] = [];
  while (left.size > 0) {
    const free = [...left].filter(
      (name) => !keys.some(({ child, parent }) => child === name && left.has(parent)),
    );
    if (free.length === 0)
      throw new Error(`the tables ${[...left].join(', ')} refer to each other in a circle`);
    for (const name of free) left.delete(name);
    order.push(...free);
  }
  return order;
}

/** Columns that are stored, in their order; generated ones are made again. */
export async function columnsOf(tx: Tx, table: string): Promise<readonly string[]> {
  const rows = await query<{ name: string }>(
    tx,
    sql`select attname as name from pg_attribute where attrelid = ${`public.${table}`}::regclass
      and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
  );
  return rows.map(({ name }) => name);
}

import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { casing } from '../src/db/connection.ts';
import { migrationsFolder } from '../src/db/migrate.ts';

/**
 * What the tables (`src/<folder>/tables.ts`) say against what the migrations do. While a change is being
 * written the tables are ahead; tests then run on a schema built from the tables and the hand-written
 * migrations, and `test/migrations.test.ts` fails until `npm run migrations` has been run.
 */

const root = fileURLToPath(new URL('..', import.meta.url));

/** Statements that bring an empty database to the present tables. `behind`: those missing in the migrations. */
export interface Schema {
  readonly statements: readonly string[];
  readonly behind: readonly string[];
}

export async function presentSchema(): Promise<Schema> {
  // More than a second to load, so only when the schema must really be built.
  const kit = await import('drizzle-kit/api');
  const present = kit.generateDrizzleJson(await loadTables(), undefined, undefined, casing);
  const last = await lastSnapshot();
  const behind = missing(last, present);
  if (behind.length === 0) return { statements: migrated(), behind };
  // From nothing, so that a renamed column asks no question; then what people wrote by hand.
  const created = await kit.generateMigration(kit.generateDrizzleJson({}), present);
  return { statements: [...created, ...handWritten()], behind };
}

type Kit = typeof import('drizzle-kit/api');
type Snapshot = ReturnType<Kit['generateDrizzleJson']>;

/** Names what differs. Nothing is asked of drizzle-kit, which would want to know whether a table was renamed. */
function missing(last: Snapshot | null, present: Snapshot): readonly string[] {
  const before = last?.tables ?? {};
  // As JSON and by value: the order of the keys differs between a snapshot read and one just made.
  const now: Snapshot = JSON.parse(JSON.stringify(present));
  const list = Object.keys(before)
    .filter((name) => !(name in now.tables))
    .map((name) => `drop ${name}`);
  for (const [name, table] of Object.entries(now.tables)) {
    if (!(name in before)) list.push(`create ${name}`);
    else if (!isDeepStrictEqual(before[name], table)) list.push(`alter ${name}`);
  }
  if (!isDeepStrictEqual(last?.enums ?? {}, now.enums)) list.push('alter enums');
  return list;
}

/** Every table of every folder. One that cannot be loaded is said aloud and left out: its own tests will fail. */
async function loadTables(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const path of await tableFiles()) {
    try {
      const tables: Record<string, unknown> = await import(path);
      for (const [name, value] of Object.entries(tables)) all[`${relative(root, path)}:${name}`] = value;
    } catch (error) {
      console.error(`${relative(root, path)} is left out of the schema: ${error}`);
    }
  }
  return all;
}

async function lastSnapshot(): Promise<Snapshot | null> {
  const journal = JSON.parse(await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as {
    entries: { idx: number }[];
  };
  const last = journal.entries.at(-1);
  if (last === undefined) return null;
  const name = `${String(last.idx).padStart(4, '0')}_snapshot.json`;
  return JSON.parse(await readFile(join(migrationsFolder, 'meta', name), 'utf8')) as Snapshot;
}

function migrated(): readonly string[] {
  return readMigrationFiles({ migrationsFolder }).flatMap((file) => file.sql);
}

/** What `drizzle-kit generate --custom` made and a person filled in (triggers, functions). */
function handWritten(): readonly string[] {
  return readMigrationFiles({ migrationsFolder })
    .filter((file) => file.sql[0]?.startsWith('-- Custom SQL migration file') === true)
    .flatMap((file) => file.sql);
}

/** Hash of every file that the schema depends on: tables with all they import, and the migrations. */
export async function schemaKey(): Promise<string> {
  const seen = new Map<string, string>();
  for (const path of await tableFiles()) await follow(path, seen);
  for await (const path of glob(join(migrationsFolder, '**/*.{sql,json}')))
    seen.set(path, await readFile(path, 'utf8'));
  const hash = createHash('sha256').update(process.version);
  for (const [path, text] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\n${text}\n`);
  return hash.digest('hex').slice(0, 24);
}

async function follow(path: string, seen: Map<string, string>): Promise<void> {
  if (seen.has(path)) return;
  const text = await readFile(path, 'utf8').catch(() => '');
  seen.set(path, text);
  for (const [, to] of text.matchAll(/from '(\.[^']+)'/g)) await follow(resolve(dirname(path), to!), seen);
}

async function tableFiles(): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const path of glob(join(root, 'src/*/tables.ts'))) paths.push(path);
  return paths.sort();
}

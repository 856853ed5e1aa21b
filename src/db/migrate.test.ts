import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { onPostgres, withEmpty } from '../../test/database.ts';
import { isRefusal } from '../refusal.ts';
import { type Database, openDatabase, query } from './connection.ts';
import { migrate, migrationsFolder } from './migrate.ts';

async function applied(database: Database): Promise<number> {
  const rows = await query(database.db, sql`select hash from drizzle.__drizzle_migrations`);
  return rows.length;
}

/** A copy of the migrations with one more, as newer code would have. */
async function newerMigrations(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-migrations-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(migrationsFolder, folder, { recursive: true });
  const path = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(path, 'utf8')) as { entries: { idx: number; when: number }[] };
  const last = journal.entries.at(-1)!;
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, ...{ tag: '9999_later' } });
  await writeFile(path, JSON.stringify(journal));
  await writeFile(join(folder, '9999_later.sql'), 'create table later (id integer);');
  return folder;
}

test('an empty database gets every migration, and the second time none', async (t) => {
  const database = await withEmpty(t);
  assert.equal(await migrate(database), null);
  const count = await applied(database);
  assert(count > 0);
  assert.equal(await migrate(database), null);
  assert.equal(await applied(database), count);
});

test('a database that newer code has changed is refused and left as it is', async (t) => {
  const database = await withEmpty(t);
  const newer = await newerMigrations(t);
  assert.equal(await migrate(database, newer), null);
  const count = await applied(database);
  const answer = await migrate(database);
  assert(isRefusal(answer));
  assert.equal(answer.code, 'database-newer');
  assert.equal(await applied(database), count);
  assert.equal(await migrate(database, newer), null);
});

test('a migration that fails leaves the database as it was', async (t) => {
  const database = await withEmpty(t);
  assert.equal(await migrate(database), null);
  const count = await applied(database);
  const newer = await newerMigrations(t);
  await writeFile(
    join(newer, '9999_later.sql'),
    'create table later (id integer);--> statement-breakpoint\nselect 1/0;',
  );
  await assert.rejects(migrate(database, newer));
  assert.equal(await applied(database), count);
  const [later] = await query<{ there: boolean }>(
    database.db,
    sql`select to_regclass('later') is not null as there`,
  );
  assert.equal(later?.there, false);
});

// Needs two connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together('processes that start at once migrate once', async (t) => {
  const first = await withEmpty(t);
  assert(first.kind === 'postgres');
  const others = await Promise.all(
    [1, 2, 3].map(() => openDatabase(first.pool.options.connectionString!, '')),
  );
  t.after(() => Promise.all(others.map((other) => other.close())));
  const answers = await Promise.all([first, ...others].map((database) => migrate(database)));
  assert.deepEqual(answers, [null, null, null, null]);
  const hashes = await query<{ hash: string }>(first.db, sql`select hash from drizzle.__drizzle_migrations`);
  assert.equal(new Set(hashes.map((row) => row.hash)).size, hashes.length);
});

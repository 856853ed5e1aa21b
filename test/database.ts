import assert from 'node:assert';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { type Database, embedded, openDatabase } from '../src/db/connection.ts';
import { Embedded } from '../src/db/embedded.ts';
import { presentSchema, schemaKey } from './schema.ts';

/** Whether this run's databases are real PostgreSQL ones (several connections, locks, serializable). */
export const onPostgres = process.env['HOSTPLEDGE_TEST_DATABASE'] === 'postgres';

/**
 * A fresh database with the present schema, closed and thrown away when the test ends. PGlite unless
 * HOSTPLEDGE_TEST_DATABASE=postgres, then a database of its own on HOSTPLEDGE_TEST_POSTGRES (a server that
 * `bin/test` starts; the address without a database name).
 */
export async function withDatabase(t: Pick<TestContext, 'after'>): Promise<Database> {
  if (onPostgres) return onServer(t, serverTemplate);
  const loadDataDir = new Blob([new Uint8Array(await dumpedTemplate())]);
  return inMemory(t, await Embedded.open({ loadDataDir }));
}

/** The same without any table, for tests of the migrations themselves. */
export async function withEmpty(t: TestContext): Promise<Database> {
  return onPostgres ? onServer(t, async () => 'template1') : inMemory(t, await Embedded.open());
}

function inMemory(t: Pick<TestContext, 'after'>, client: PGlite): Database {
  const database = embedded(client);
  t.after(() => database.close());
  return database;
}

/** The dumped template, made once for a state of the schema (3 s; loading it takes half a second). */
export async function dumpedTemplate(): Promise<Buffer> {
  const folder = join(tmpdir(), `hostpledge-templates-${userInfo().username}`);
  const path = join(folder, `${await schemaKey()}.tar`);
  const made = await readFile(path).catch(() => null);
  if (made !== null) return made;
  const client = await Embedded.open();
  for (const statement of (await presentSchema()).statements) await client.exec(statement);
  const dump = Buffer.from(await (await client.dumpDataDir('none')).arrayBuffer());
  await client.close();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Test files run side by side: a half-written file must never be seen under the final name.
  const fresh = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(fresh, dump);
  await rename(fresh, path);
  return dump;
}

type Template = (base: string, admin: pg.Client) => Promise<string>;

async function onServer(t: Pick<TestContext, 'after'>, template: Template): Promise<Database> {
  const base = process.env['HOSTPLEDGE_TEST_POSTGRES'];
  assert(base !== undefined, 'HOSTPLEDGE_TEST_POSTGRES names the server to test on; bin/test starts one');
  const name = `hp_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await asAdmin(base, async (admin) => {
    // Two test files must not build the template twice, nor copy it while it is being built.
    await admin.query('select pg_advisory_lock(1)');
    await admin.query(`create database ${name} template ${await template(base, admin)}`);
    await admin.query('select pg_advisory_unlock(1)');
  });
  const database = await openDatabase(new URL(`/${name}`, base).href, '');
  t.after(async () => {
    await database.close();
    await asAdmin(base, (admin) => admin.query(`drop database if exists ${name} with (force)`));
  });
  return database;
}

/** Name of the server's template for the present schema; built under another name, so that it is whole or absent. */
async function serverTemplate(base: string, admin: pg.Client): Promise<string> {
  const key = `hp_template_${await schemaKey()}`;
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [key]);
  if (rowCount !== 0) return key;
  const half = `${key}_half`;
  await admin.query(`drop database if exists ${half} with (force)`);
  await admin.query(`create database ${half}`);
  const client = new pg.Client(new URL(`/${half}`, base).href);
  await client.connect();
  for (const statement of (await presentSchema()).statements) await client.query(statement);
  await client.end();
  await admin.query(`alter database ${half} rename to ${key}`);
  return key;
}

async function asAdmin(base: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client(new URL('/postgres', base).href);
  await admin.connect();
  await work(admin).finally(() => admin.end());
}

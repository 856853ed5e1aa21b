import assert from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { SQL } from 'drizzle-orm';
import { drizzle as overPool } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as overPglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { Embedded } from './embedded.ts';
import { Names } from './names.ts';

/** What a store is handed: a database or a transaction on either driver. */
export type Tx = PgDatabase<PgQueryResultHKT>;

export interface TransactionOptions {
  /** SERIALIZABLE instead of READ COMMITTED; `work` is then run again on a conflict, at most `attempts` times. */
  readonly serializable?: boolean;
  /** REPEATABLE READ, read only: every statement sees the moment of the first one. */
  readonly snapshot?: boolean;
}

interface Common {
  /** For single statements. Inside `transaction` use only the `tx` that it hands over. */
  readonly db: Tx;
  /** Commits when `work` resolves, rolls back when it throws. Not to be nested: pass the `tx` on. */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  close(): Promise<void>;
}

/** `client` and `pool` are for what speaks to the driver itself (migrations, pg-boss). */
export type Database =
  | (Common & { readonly kind: 'embedded'; readonly client: PGlite })
  | (Common & { readonly kind: 'postgres'; readonly pool: pg.Pool });

/** Both sides of every name: `doneAt` here is `done_at` in the database. */
export const casing = 'snake_case';

/** How often a serializable transaction is tried in all before its conflict is thrown. */
export const attempts = 6;

/**
 * Opens the store. `url` null: PGlite in `<folder>/database`, which must have one owner (wire/lock.ts; a
 * second process would silently lose rows). `postgres://…`: a pool. Throws when the store cannot be reached.
 */
export async function openDatabase(url: string | null, folder: string): Promise<Database> {
  if (url !== null) return openPostgres(url);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const client = await Embedded.open({ dataDir: join(folder, 'database') });
  return embedded(client);
}

/** Over a PGlite that is already there (a test's own, loaded from a dump). */
export function embedded(client: PGlite): Database {
  const db = overPglite({ client, casing });
  return {
    kind: 'embedded',
    client,
    db,
    transaction: runner((work, config) => db.transaction(work, config)),
    close: () => client.close(),
  };
}

async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  // An idle connection that the server ends is taken out of the pool by itself; unheard it would end the process.
  pool.on('error', () => {});
  // Nor may one that is lent out, between two statements: the next statement fails, and is answered for.
  pool.on('connect', (client) => client.on('error', () => {}));
  const names = new Names();
  pool.on('connect', (client) => remember(client, names));
  const db = overPool({ client: pool, casing });
  try {
    await pool.query('select 1');
  } catch (cause) {
    await pool.end();
    throw new Error(`the database cannot be reached: ${host(url)}`, { cause });
  }
  return {
    kind: 'postgres',
    pool,
    db,
    transaction: runner((work, config) => db.transaction(work, config)),
    close: () => pool.end(),
  };
}

/** Statements that drizzle sends through it have names (0012). */
function remember(client: pg.PoolClient, names: Names): void {
  const send: (...given: unknown[]) => unknown = client.query.bind(client);
  const query = (statement: unknown, ...rest: unknown[]): unknown => send(named(statement, names), ...rest);
  client.query = query as typeof client.query;
}

function named(statement: unknown, names: Names): unknown {
  if (typeof statement !== 'object' || statement === null) return statement;
  if (!('text' in statement && 'rowMode' in statement) || typeof statement.text !== 'string')
    return statement;
  const name = names.of(statement.text);
  return name === null ? statement : { ...statement, name };
}

type Begin = <T>(work: (tx: Tx) => Promise<T>, config: Isolation | undefined) => Promise<T>;
type Isolation = {
  isolationLevel: 'serializable' | 'repeatable read';
  accessMode: 'read only' | 'read write';
};

/** Guards against nesting (on PGlite it would wait for itself for ever) and repeats what lost a conflict. */
function runner(begin: Begin): Common['transaction'] {
  const inside = new AsyncLocalStorage<true>();
  return async (work, options = {}) => {
    assert(inside.getStore() === undefined, 'a transaction inside a transaction: pass the outer tx on');
    const config = isolationOf(options);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inside.run(true, () => begin(work, config));
      } catch (error) {
        if (options.serializable !== true || attempt >= attempts || !isConflict(error)) throw error;
        await new Promise((done) => setTimeout(done, Math.random() * 10 * 2 ** attempt));
      }
    }
  };
}

/** Undefined: READ COMMITTED, which is what a database does unless it is told otherwise. */
function isolationOf({ serializable, snapshot }: TransactionOptions): Isolation | undefined {
  if (snapshot === true) return { isolationLevel: 'repeatable read', accessMode: 'read only' };
  return serializable === true ? { isolationLevel: 'serializable', accessMode: 'read write' } : undefined;
}

/** SQLSTATE 40001 (serialization failure) or 40P01 (deadlock) anywhere in the chain of causes. */
export function isConflict(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}

/** The SQLSTATE of a failed statement, looked for through the chain of causes; null when there is none. */
export function sqlState(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code;
  }
  return null;
}

const lostCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EHOSTUNREACH']);
/** What node-postgres says of a connection that went away, which has no code. */
const lostWords = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

/**
 * Whether a statement failed because the database is not there or has no room, so that the same will work later:
 * no connection, or SQLSTATE class 08 (connection), 53 (resources: disk, connections) or 57P (shut down).
 */
export function isAway(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (lostWords.test(at.message)) return true;
    if (at instanceof AggregateError && at.errors.some(isAway)) return true;
    if (!('code' in at) || typeof at.code !== 'string') continue;
    if (lostCodes.has(at.code) || /^(?:08|53|57P)/.test(at.code)) return true;
  }
  return false;
}

/** Rows of a hand-written statement; the caller states their shape as the driver gives it (bigint may be a string). */
export async function query<Row>(tx: Tx, statement: SQL): Promise<readonly Row[]> {
  const result = (await tx.execute(statement)) as { rows: Row[] };
  return result.rows;
}

/** The address without user and password, for messages. */
function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the address is not a URL';
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { openDatabase, query, sqlState } from './connection.ts';
import { migrate } from './migrate.ts';
import { leaves, outbox } from './tables.ts';

const row = { topic: 'turn', key: 'a', body: { ok: true }, at: 1, due: 1 };

test('a transaction that throws leaves nothing behind', async (t) => {
  const database = await withDatabase(t);
  const boom = new Error('boom');
  const failed = database.transaction(async (tx) => {
    await tx.insert(outbox).values(row);
    throw boom;
  });
  await assert.rejects(failed, boom);
  assert.equal((await database.db.select().from(outbox)).length, 0);
});

test('a transaction that resolves is kept, and its value is handed on', async (t) => {
  const database = await withDatabase(t);
  const id = await database.transaction(async (tx) => {
    const [made] = await tx.insert(outbox).values(row).returning({ id: outbox.id });
    return made!.id;
  });
  assert.equal(typeof id, 'number');
  const [kept] = await database.db.select().from(outbox).where(eq(outbox.id, id));
  assert.deepEqual(kept?.body, { ok: true });
});

test('bytes come back as the same bytes and an instant as a number on either driver', async (t) => {
  const database = await withDatabase(t);
  const digest = Buffer.from([0, 255, 92, 39, 10]);
  const at = 253_402_300_799_999;
  await database.db.insert(leaves).values({ seq: 1, kind: 'k', id: 'x', digest, at });
  const [kept] = await database.db.select().from(leaves);
  assert(kept !== undefined && Buffer.isBuffer(kept.digest));
  assert.deepEqual(kept.digest, digest);
  assert.equal(kept.at, at);
});

test('a transaction inside a transaction is a bug, not a wait without end', async (t) => {
  const database = await withDatabase(t);
  const nested = database.transaction(() => database.transaction(async () => 1));
  await assert.rejects(nested, /transaction inside a transaction/);
});

test('the SQLSTATE is found below the wrapped error', async (t) => {
  const database = await withDatabase(t);
  await database.db.insert(outbox).values(row);
  const again = await database.db
    .insert(outbox)
    .values(row)
    .catch((error: unknown) => error);
  assert.equal(sqlState(again), '23505');
  assert.equal(sqlState(new Error('other')), null);
});

test('a hand-written statement gives its rows', async (t) => {
  const database = await withDatabase(t);
  assert.deepEqual(await query<{ n: number }>(database.db, sql`select 1::int as n`), [{ n: 1 }]);
});

// Needs two connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together('serializable transactions that conflict are repeated until both hold', async (t) => {
  const database = await withDatabase(t);
  let runs = 0;
  const add = () =>
    database.transaction(
      async (tx) => {
        runs += 1;
        const seen = await tx.select().from(outbox);
        await tx.execute(sql`select pg_sleep(0.05)`);
        await tx.insert(outbox).values({ ...row, key: `after ${seen.length}` });
      },
      { serializable: true },
    );
  await Promise.all([add(), add()]);
  const kept = await database.db.select({ key: outbox.key }).from(outbox);
  assert.deepEqual(kept.map((one) => one.key).sort(), ['after 0', 'after 1']);
  assert(runs > 2);
});

test('a database that is not there is named, without its password', async () => {
  const url = 'postgres://anna:secret@127.0.0.1:1/hosts';
  await assert.rejects(openDatabase(url, ''), (error: Error) => {
    assert.match(error.message, /cannot be reached: 127\.0\.0\.1:1$/);
    return error.cause !== undefined;
  });
});

test('an embedded store keeps its rows over a close', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-store-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const expected of [0, 1]) {
    const database = await openDatabase(null, folder);
    assert.equal(await migrate(database), null);
    assert.equal((await database.db.select().from(outbox)).length, expected);
    if (expected === 0) await database.db.insert(outbox).values(row);
    await database.close();
  }
});

test('what an embedded store has committed outlives a SIGKILL', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-store-'));
  const first = await openDatabase(null, folder);
  await migrate(first);
  await first.close();
  const code = `
    import { openDatabase } from ${JSON.stringify(new URL('./connection.ts', import.meta.url).href)};
    import { post } from ${JSON.stringify(new URL('./outbox.ts', import.meta.url).href)};
    const { transaction } = await openDatabase(null, ${JSON.stringify(folder)});
    for (let i = 1; ; i += 1) {
      await transaction((tx) => post(tx, 'turn', String(i), {}, i));
      process.stdout.write(i + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.length > 400) child.kill('SIGKILL');
  });
  await ended;
  const committed = Number(said.split('\n').at(-2));
  const again = await openDatabase(null, folder);
  t.after(async () => {
    await again.close();
    await rm(folder, { recursive: true });
  });
  const kept = await again.db.select({ key: outbox.key }).from(outbox);
  assert(kept.length === committed || kept.length === committed + 1, `${kept.length} of ${committed}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { query, sqlState } from './connection.ts';
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

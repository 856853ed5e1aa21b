import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { onPostgres, withDatabase } from '../../test/database.ts';
import type { Tx } from './connection.ts';
import { sqlState } from './connection.ts';
import { cutDay, leaf, verifyChain } from './evidence.ts';

const of = (text: string) => createHash('sha256').update(text).digest();

async function threeDays(db: Tx): Promise<void> {
  await leaf(db, 'receipt', 'r1', of('r1'), 100);
  await leaf(db, 'notice', 'n1', of('n1'), 200);
  await cutDay(db, '2026-11-21', 300);
  await cutDay(db, '2026-11-22', 400);
  await leaf(db, 'receipt', 'r2', of('r2'), 500);
  await cutDay(db, '2026-11-23', 600);
  await leaf(db, 'receipt', 'r3', of('r3'), 700);
}

/** As somebody with the database's password could, past the trigger. */
async function tamper(db: Tx, statement: string): Promise<void> {
  await db.execute(sql`alter table evidence_leaves disable trigger append_only`);
  await db.execute(sql.raw(statement));
}

test('a chain that nobody touched is sound', async (t) => {
  const { db } = await withDatabase(t);
  assert.deepEqual(await verifyChain(db), { kind: 'sound', days: 0, leaves: 0 });
  await threeDays(db);
  assert.deepEqual(await verifyChain(db), { kind: 'sound', days: 3, leaves: 4 });
});

test('the digest is that of the text a reader can write down himself', async (t) => {
  const { db } = await withDatabase(t);
  await leaf(db, 'receipt', 'r"1', of('r1'), 100);
  const { digest, last } = await cutDay(db, '2026-11-21', 300);
  const text = `["2026-11-21","${'0'.repeat(64)}",1,1]\n[1,"receipt","r\\"1",100,"${of('r1').toString('hex')}"]\n`;
  assert.deepEqual(digest, of(text));
  assert.equal(last, 1);
});

test('the same leaf again keeps its place, another digest for it is refused', async (t) => {
  const { db } = await withDatabase(t);
  assert.equal(await leaf(db, 'receipt', 'r1', of('r1'), 100), 1);
  assert.equal(await leaf(db, 'receipt', 'r1', of('r1'), 999), 1);
  await assert.rejects(leaf(db, 'receipt', 'r1', of('other'), 100), /already in the chain/);
  assert.equal(await leaf(db, 'cause', 'r1', of('c'), 100), 2);
});

test('a day is cut once, and no day before it afterwards', async (t) => {
  const { db } = await withDatabase(t);
  await leaf(db, 'receipt', 'r1', of('r1'), 100);
  const first = await cutDay(db, '2026-11-21', 300);
  await leaf(db, 'receipt', 'r2', of('r2'), 100);
  assert.deepEqual(await cutDay(db, '2026-11-21', 900), first);
  await assert.rejects(cutDay(db, '2026-11-20', 900), /earlier than the last day/);
});

test('the database itself refuses to change or remove evidence', async (t) => {
  const { db } = await withDatabase(t);
  await threeDays(db);
  for (const statement of [
    'update evidence_leaves set at = 1',
    'delete from evidence_leaves',
    'truncate evidence_leaves',
    "update evidence_digests set day = '2026-01-01'",
    'delete from evidence_digests',
  ]) {
    const error = await db.execute(sql.raw(statement)).catch((caught: unknown) => caught);
    assert.equal(sqlState(error), 'HP001', statement);
  }
});

for (const [what, statement, at] of [
  ['a changed leaf', "update evidence_leaves set id = 'x' where seq = 1", '2026-11-21'],
  ['a removed leaf', 'delete from evidence_leaves where seq = 3', '2026-11-23'],
  ['a removed last leaf of the open day', 'delete from evidence_leaves where seq = 4', 'today'],
] as const) {
  test(`${what} is found although the trigger was off`, async (t) => {
    const { db } = await withDatabase(t);
    await threeDays(db);
    await tamper(db, statement);
    const state = await verifyChain(db);
    assert.equal(state.kind === 'broken' && state.at, at);
  });
}

// Needs many connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together('many writers at once leave no gap', async (t) => {
  const { db, transaction } = await withDatabase(t);
  const work = Array.from({ length: 30 }, (_, i) =>
    transaction(async (tx) => {
      await leaf(tx, 'receipt', `r${i}`, of(`${i}`), i);
      if (i % 3 === 0) throw new Error('rolled back');
    }).catch(() => {}),
  );
  await Promise.all([...work, transaction((tx) => cutDay(tx, '2026-11-21', 1))]);
  await transaction((tx) => cutDay(tx, '2026-11-22', 1));
  assert.deepEqual(await verifyChain(db), { kind: 'sound', days: 2, leaves: 20 });
});

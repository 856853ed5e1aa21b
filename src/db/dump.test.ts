import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withEmpty } from '../../test/database.ts';
import { isRefusal } from '../refusal.ts';
import { type Database, query } from './connection.ts';
import { type Dump, dumpTables } from './dump.ts';
import { cutDay, leaf, verifyChain } from './evidence.ts';
import { forget, loadTables } from './load.ts';
import { migrate } from './migrate.ts';
import { post } from './outbox.ts';

async function migrated(t: TestContext): Promise<Database> {
  const database = await withEmpty(t);
  assert.equal(await migrate(database), null);
  return database;
}

interface Kept {
  readonly dump: Dump;
  readonly rows: Map<string, string[]>;
}

async function dumped(database: Database): Promise<Kept> {
  const rows = new Map<string, string[]>();
  const take = async (table: string, more: readonly string[]): Promise<void> => {
    rows.set(table, [...(rows.get(table) ?? []), ...more]);
  };
  const dump = await database.transaction((tx) => dumpTables(tx, take), { snapshot: true });
  return { dump, rows };
}

const reader = (rows: Kept['rows']) =>
  async function* (table: string) {
    yield rows.get(table) ?? [];
  };

/** Rows with everything that is hard to carry over: bytes, large numbers, nested JSON, odd characters. */
async function fill(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    for (let i = 0; i < 1200; i += 1) {
      await post(
        tx,
        'turn',
        `k${i}`,
        { text: '"\\\n\u2028 中\u{1f600}', deep: [[{ n: 0.1 }]], i },
        2 ** 53 - 1,
      );
    }
    for (let i = 1; i < 40; i += 1) await leaf(tx, 'receipt', `r${i}`, Buffer.alloc(32, i), 1000 + i);
    await cutDay(tx, '2026-11-21', 2000);
  });
}

test('what is dumped and loaded is the same, row by row, and goes on where it was', async (t) => {
  const from = await migrated(t);
  await fill(from);
  const kept = await dumped(from);
  const into = await withEmpty(t);
  assert.equal(await loadTables(into, 'b1', kept.dump, reader(kept.rows)), null);
  const again = await dumped(into);
  assert.deepEqual(again, kept);
  assert.deepEqual(await verifyChain(into.db), { kind: 'sound', days: 1, leaves: 39 });
  assert.equal(await migrate(into), null);
  await into.transaction((tx) => post(tx, 'turn', 'after', {}, 1));
  const [count] = await query<{ n: number }>(into.db, sql`select count(*)::int as n from outbox`);
  assert.equal(count?.n, 1201);
});

test('a dump is loaded once, into an empty database alone', async (t) => {
  const from = await migrated(t);
  await fill(from);
  const { dump, rows } = await dumped(from);
  const refused = await loadTables(from, 'b1', dump, reader(rows));
  assert(isRefusal(refused));
  assert.equal(refused.code, 'database-not-empty');
  const into = await migrated(t);
  for (let i = 0; i < 2; i += 1) assert.equal(await loadTables(into, 'b1', dump, reader(rows)), null);
  const other = await loadTables(into, 'b2', dump, reader(rows));
  assert(isRefusal(other));
  await forget(into);
  const full = await loadTables(into, 'b1', dump, reader(rows));
  assert(isRefusal(full));
});

test('a dump of another schema is refused, and a row that does not fit leaves nothing behind', async (t) => {
  const from = await migrated(t);
  await fill(from);
  const { dump, rows } = await dumped(from);
  const into = await withEmpty(t);
  const newer = await loadTables(into, 'b', { ...dump, migrations: [...dump.migrations, 'x'] }, reader(rows));
  assert(isRefusal(newer));
  assert.equal(newer.code, 'dump-mismatch');
  const [table] = dump.tables;
  const strange = { ...dump, tables: [...dump.tables, { ...table!, name: 'strange' }] };
  assert(isRefusal(await loadTables(into, 'b', strange, reader(rows))));
  const broken = new Map(rows).set('evidence_leaves', ['{"seq":"no number"}']);
  await assert.rejects(loadTables(into, 'b', dump, reader(broken)));
  assert.equal(await loadTables(into, 'b', dump, reader(rows)), null);
});

test('a dump sees one moment, whatever is written meanwhile', async (t) => {
  const from = await migrated(t);
  await fill(from);
  let writing: Promise<unknown> | null = null;
  let count = 0;
  await from.transaction(
    (tx) =>
      dumpTables(tx, async (table, rows) => {
        writing ??= from.transaction((other) => post(other, 'turn', 'late', {}, 1)).catch(() => null);
        if (table === 'outbox') count += rows.length;
      }),
    { snapshot: true },
  );
  await writing;
  assert.equal(count, 1200);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transactionFindings } from './transactions.ts';

const found = (path: string, text: string) =>
  transactionFindings([{ path, text }]).map(({ instead }) => instead);

test('a store that works in the transaction it is handed passes', () => {
  const text = `
    export async function save(tx: Tx, row: Row): Promise<void> { await tx.insert(tickets).values(row); }
    export function* all<T extends Map<string, U>>(tx: Tx) {}
    export const find = async (tx: Tx, id: string) => tx.select().where(eq(tickets.pool, id));
    export const columns = { pool: 1 };
    export type Row = typeof tickets.$inferSelect;
    function inner(row: Row) { return row; }`;
  assert.deepEqual(found('src/desk/store.ts', text), []);
});

test('an exported function of a store without tx first is found', () => {
  for (const text of [
    'export function find(id: string) {}',
    'export async function find(id: string, tx: Tx) {}',
    'export async function find() {}',
    'export const find = async (id: string) => {};',
    'export function find<T>(tx: Database) {}',
  ]) {
    assert.match(found('src/desk/store.ts', text)[0] ?? '', /takes `tx: Tx` first/, text);
  }
});

test('a store that knows a database, a pool or begins a transaction is found', () => {
  assert.match(
    found('src/desk/store.ts', 'function f() { return database.select(); }')[0]!,
    /knows no database/,
  );
  assert.match(found('src/desk/store.ts', 'await pool.query(a)')[0]!, /knows no pool/);
  assert.match(found('src/desk/store.ts', 'await tx.transaction(f)')[0]!, /begins no transaction/);
});

test('inside a transaction only its tx is used', () => {
  assert.deepEqual(
    found(
      'src/desk/flow.ts',
      'await database.transaction(async (tx) => { await save(tx, a.db); }); database.end();',
    ),
    [],
  );
  assert.deepEqual(found('src/desk/flow.ts', 'await db.transaction((db) => save(db));'), []);
  for (const text of [
    'await database.transaction(async (tx) => { await save(database, a); });',
    'await transaction(database, async (tx) => { await load(database); });',
    'await transaction(world.database, async (tx) => load(db));',
    'await world.store.transaction(async (tx) => { await save(tx, await world.store.load()); });',
    'await centre.transaction(async (tx) => { await save(tx, await centre.load()); });',
  ]) {
    assert.match(found('src/desk/flow.ts', text)[0] ?? '', /^inside the transaction use tx/, text);
  }
});

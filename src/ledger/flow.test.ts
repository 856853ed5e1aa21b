import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { begin, codeOf, must } from '../../test/world.ts';
import { sqlState } from '../db/connection.ts';
import { post } from './flow.ts';
import { accounts, type Entry } from './journal.ts';
import { insertEntry, readBalance, readPostings } from './store.ts';

const owed = accounts.compensationOwed('c000001');

const entryOf = (key: string, amount: number, at = begin): Entry => ({
  key,
  kind: 'compensation',
  at,
  detail: { agreement: 'QA-1' },
  postings: [
    { account: accounts.compensationCost, amount, currency: 'CNY' },
    { account: owed, amount: -amount, currency: 'CNY' },
  ],
});

test('an entry is posted once, however often it is told; other amounts under its key are refused', async (t) => {
  const { db } = await withDatabase(t);
  must(await post(db, entryOf('k1', 200)));
  must(await post(db, entryOf('k1', 200)));
  assert.equal(codeOf(await post(db, entryOf('k1', 201))), 'entry-known');
  assert.equal(await readBalance(db, owed, 'CNY', begin), -200);
  assert.deepEqual(await readPostings(db, 'k1'), entryOf('k1', 200).postings);
});

test('a balance is of one account, one currency, up to and at an instant', async (t) => {
  const { db } = await withDatabase(t);
  must(await post(db, entryOf('k1', 200)));
  must(await post(db, entryOf('k2', -50, begin + 1)));
  assert.equal(await readBalance(db, accounts.compensationCost, 'CNY', begin - 1), 0);
  assert.equal(await readBalance(db, accounts.compensationCost, 'CNY', begin), 200);
  assert.equal(await readBalance(db, accounts.compensationCost, 'CNY', begin + 1), 150);
  assert.equal(await readBalance(db, accounts.compensationCost, 'EUR', begin + 1), 0);
  assert.equal(await readBalance(db, accounts.compensationOwed('c000002'), 'CNY', begin + 1), 0);
});

test('an entry that does not sum to zero is refused, per currency', async (t) => {
  const { db } = await withDatabase(t);
  const [debit, credit] = entryOf('k1', 200).postings;
  const postings = [debit!, { ...credit!, currency: 'EUR' }];
  assert.equal(codeOf(await post(db, { ...entryOf('k1', 200), postings })), 'entry-unbalanced');
  assert.equal(codeOf(await post(db, { ...entryOf('k1', 200), postings: [debit!] })), 'entry-onesided');
  assert.equal(await readBalance(db, accounts.compensationCost, 'CNY', begin), 0);
});

test('the database itself refuses what does not sum to zero, when the transaction ends', async (t) => {
  const database = await withDatabase(t);
  const unbalanced = { ...entryOf('k1', 200), postings: entryOf('k1', 200).postings.slice(0, 1) };
  const written = database.transaction((tx) => insertEntry(tx, unbalanced));
  await assert.rejects(written, (error) => sqlState(error) === 'HP003');
  assert.deepEqual(await readPostings(database.db, 'k1'), []);
  must(await database.transaction((tx) => post(tx, entryOf('k1', 200))));
  const added = database.transaction(async (tx) => {
    await tx.execute(sql`insert into postings values ((select max(id) from entries), 2, 'x', 5, 'CNY', 0)`);
    await tx.execute(sql`insert into postings values ((select max(id) from entries), 3, 'y', -5, 'EUR', 0)`);
  });
  await assert.rejects(added, (error) => sqlState(error) === 'HP003');
  assert.equal((await readPostings(database.db, 'k1')).length, 2);
});

test('entries and postings are neither changed nor removed', async (t) => {
  const { db } = await withDatabase(t);
  must(await post(db, entryOf('k1', 200)));
  const statements = [
    'update postings set amount = 0',
    'delete from postings',
    'truncate postings',
    'update entries set at = 0',
    'delete from entries',
  ];
  for (const statement of statements)
    await assert.rejects(
      async () => void (await db.execute(sql.raw(statement))),
      (error) => sqlState(error) === 'HP001',
      statement,
    );
  assert.equal(await readBalance(db, owed, 'CNY', begin), -200);
});

// Needs two connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together('the same entry posted at the same time is posted once', async (t) => {
  const database = await withDatabase(t);
  const one = () => database.transaction((tx) => post(tx, entryOf('k1', 200)));
  assert.deepEqual(await Promise.all([one(), one(), one()]), [null, null, null]);
  assert.equal(await readBalance(database.db, owed, 'CNY', begin), -200);
});

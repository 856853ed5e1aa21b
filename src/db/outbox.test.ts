import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { backoffMs, fail, finish, post, prune, take, waiting } from './outbox.ts';

test('the same topic and key is posted once, the same key under another topic again', async (t) => {
  const { db } = await withDatabase(t);
  assert.equal(await post(db, 'turn', 'h000001/7', { to: 'bad' }, 10), true);
  assert.equal(await post(db, 'turn', 'h000001/7', { to: 'good' }, 11), false);
  assert.equal(await post(db, 'cause', 'h000001/7', {}, 11), true);
  const letters = await take(db, 20, 10);
  assert.deepEqual(
    letters.map((letter) => [letter.topic, letter.body]),
    [
      ['turn', { to: 'bad' }],
      ['cause', {}],
    ],
  );
});

test('a rolled back transaction tells nobody', async (t) => {
  const { db, transaction } = await withDatabase(t);
  const failed = transaction(async (tx) => {
    await post(tx, 'turn', 'a', {}, 1);
    throw new Error('no');
  });
  await assert.rejects(failed);
  assert.deepEqual(await take(db, 5), []);
});

test('a finished letter is never taken again, and finishing it twice is a bug', async (t) => {
  const { db } = await withDatabase(t);
  await post(db, 'turn', 'a', {}, 1);
  const [letter] = await take(db, 1);
  await finish(db, letter!.id, 2);
  assert.deepEqual(await take(db, 100), []);
  await assert.rejects(finish(db, letter!.id, 3), /not open/);
});

test('a failed letter waits until it is due and remembers why', async (t) => {
  const { db } = await withDatabase(t);
  await post(db, 'turn', 'a', {}, 1);
  await post(db, 'turn', 'b', {}, 1);
  const [first] = await take(db, 1);
  await fail(db, first!.id, 'the relay is away', 1000);
  assert.deepEqual(
    (await take(db, 999, 9)).map((letter) => letter.key),
    ['b'],
  );
  const [again] = await take(db, 1000, 9);
  assert.deepEqual([again!.key, again!.attempts], ['a', 1]);
});

test('waiting counts the open letters and names the oldest', async (t) => {
  const { db } = await withDatabase(t);
  assert.deepEqual(await waiting(db), { open: 0, oldest: null });
  await post(db, 'turn', 'a', {}, 5);
  await post(db, 'turn', 'b', {}, 7);
  assert.deepEqual(await waiting(db), { open: 2, oldest: 5 });
});

test('pruning removes what was done long ago and nothing that is open', async (t) => {
  const { db } = await withDatabase(t);
  await post(db, 'turn', 'old', {}, 1);
  await post(db, 'turn', 'open', {}, 1);
  const [letter] = await take(db, 1);
  await finish(db, letter!.id, 10);
  assert.equal(await prune(db, 10), 0);
  assert.equal(await prune(db, 11), 1);
  assert.equal((await waiting(db)).open, 1);
});

// Needs two connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together('two dispatchers never hold the same letter', async (t) => {
  const { db, transaction } = await withDatabase(t);
  await post(db, 'turn', 'a', {}, 1);
  await post(db, 'turn', 'b', {}, 1);
  const keys = await transaction(async (one) => {
    const [mine] = await take(one, 1);
    const [theirs] = await take(db, 1);
    return [mine!.key, theirs!.key];
  });
  assert.deepEqual(keys, ['a', 'b']);
});

test('the wait between attempts doubles and is bounded', () => {
  assert.deepEqual([0, 1, 5, 9, 10, 400].map(backoffMs), [1000, 2000, 32_000, 512_000, 600_000, 600_000]);
});

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { RoundResult } from '../round.ts';
import { RoundBook } from './book.ts';

function bookOf(): { book: RoundBook; told: RoundResult[] } {
  const told: RoundResult[] = [];
  return { book: new RoundBook(1_000, (round) => told.push(round)), told };
}

test('a round is told when its time is over and nothing is owed, and only once', () => {
  const { book, told } = bookOf();
  const round = book.open(5_000, 3, 2);
  round.owed = 1;
  book.tellComplete();
  round.overAt = 0;
  book.tellComplete();
  assert.equal(told.length, 0);
  round.owed = 0;
  round.missed.push('t1');
  book.tellComplete();
  book.tellComplete();
  assert.deepEqual(told, [
    { round: 5_000, intervalMs: 1_000, version: 3, targets: 2, missed: ['t1'], turns: [] },
  ]);
});

test('rounds are told in the order in which they began', () => {
  const { book, told } = bookOf();
  const first = book.open(1_000, 1, 0);
  const second = book.open(2_000, 1, 0);
  first.owed = 1;
  first.overAt = 0;
  second.overAt = 0;
  book.tellComplete();
  assert.deepEqual(told, []);
  first.owed = 0;
  book.tellComplete();
  assert.deepEqual(
    told.map(({ round }) => round),
    [1_000, 2_000],
  );
});

test('a round that waits for a lost attempt is given up after half a minute, not before', () => {
  const { book, told } = bookOf();
  const round = book.open(1_000, 1, 1);
  round.owed = 1;
  assert.equal(book.overdue(1e9), null, 'its time is not over');
  round.overAt = 100;
  assert.equal(book.overdue(30_100), null);
  assert.equal(book.overdue(30_101), round);
  book.give(round);
  assert.ok(round.told);
  assert.deepEqual(
    told.map((one) => one.round),
    [1_000],
  );
  assert.deepEqual(book.untold(), []);
});

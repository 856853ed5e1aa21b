import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, enter, openFront } from '../../test/entrance.ts';
import { end, late, makeMonth, month } from '../../test/month.ts';
import { dayMs, must } from '../../test/world.ts';
import { closeMonth } from './flow.ts';

test('an agreement in force without a statement waits: for the month, for late data, for its turn; and then no more', async (t) => {
  const { database, db, number } = await makeMonth(t);
  const time = { now: end - 10 * dayMs };
  const { ask } = await openFront(t, database, () => time.now);
  const { headers } = await enter(database, late, 'finance');
  const { headers: mine } = await enter(database, late, 'customer', 'c000001', 'mine@customer.example');
  const { headers: theirs } = await enter(database, late, 'customer', 'c000002', 'theirs@customer.example');
  const waiting = async (of = headers, name = month) => {
    const { status, body } = await ask('GET', `/api/statements/waiting?month=${name}`, { headers: of });
    assert.equal(status, 200, JSON.stringify(body));
    return at(body, 'items') as readonly Record<string, unknown>[];
  };
  const closesAt = new Date(late).toISOString();
  const host = 'h000001';
  const told = (why: string) => [{ agreement: number, customer: 'c000001', host, why, closesAt }];
  assert.deepEqual(await waiting(), told('running'));
  assert.deepEqual(await waiting(mine), told('running'));
  assert.deepEqual(await waiting(theirs), [], 'another’s do not exist');
  assert.deepEqual(await waiting(headers, '2026-07'), [], 'it was not in force yet');
  assert.deepEqual(await waiting(headers, '2026-10'), [], 'it has not begun');
  time.now = end + 1;
  assert.deepEqual(await waiting(), told('late-data'));
  time.now = late;
  assert.deepEqual(await waiting(), told('next'));
  must(await closeMonth(db, late, number, month, { actor: 'timetable', reason: null }));
  assert.deepEqual(await waiting(), []);
  const bad = await ask('GET', '/api/statements/waiting?month=2026-99', { headers });
  assert.equal(bad.status, 422);
});

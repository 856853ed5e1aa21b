import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../test/database.ts';
import { begin, dayMs } from '../test/world.ts';
import { leaf, verifyChain } from './db/evidence.ts';
import { dayCutter } from './jobs.ts';

test('a day is cut off the chain once it is over, once', async (t) => {
  const database = await withDatabase(t);
  await leaf(database.db, 'receipt', 'r1', Buffer.alloc(32), begin);
  let now = begin + 3 * dayMs + 1;
  const cut = dayCutter(database, { now: () => now });
  await cut();
  await cut();
  assert.deepEqual(await verifyChain(database.db), { kind: 'sound', days: 1, leaves: 1 });
  now += dayMs;
  await cut();
  await dayCutter(database, { now: () => now })();
  assert.deepEqual(await verifyChain(database.db), { kind: 'sound', days: 2, leaves: 1 });
});

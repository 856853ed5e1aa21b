import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withEmpty } from '../../test/database.ts';
import { profile } from '../../test/world.ts';
import { listAgreements } from '../agreement/store.ts';
import { type Config, parseConfig } from '../config.ts';
import type { Database } from '../db/connection.ts';
import { dumpTables } from '../db/dump.ts';
import { migrate } from '../db/migrate.ts';
import { upsertPlane } from '../hosting/store.ts';
import { upsertProber } from '../measure/store.ts';
import { setProvider } from '../people/flow.ts';
import { listCustomers, readProvider } from '../people/store.ts';
import { isRefusal } from '../refusal.ts';
import { readFiled } from '../settlement/store.ts';
import { keyFiles, makeKeys } from './keys.ts';
import { readLogins } from './logins.ts';
import { seedSamples } from './sample.ts';

/** A data folder with its keys, and an installation of one plane and one prober that has no provider yet. */
async function installed(t: TestContext) {
  const database = await withEmpty(t);
  assert.equal(await migrate(database), null);
  const data = await mkdtemp(join(tmpdir(), 'hostpledge-sample-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const config = parseConfig(['--data', data], {}) as Config;
  assert.equal(isRefusal(config), false);
  const { proberPublic } = makeKeys(data);
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  await database.transaction(async (tx) => {
    await upsertPlane(tx, 'p1', 'embedded', digest('plane'));
    await upsertProber(tx, { id: 'inside', tokenDigest: digest('prober'), key: proberPublic }, 0);
  });
  return { database, place: { plane: 'p1', prober: 'inside', config } };
}

/** Every row of every table, in one digest. */
async function contentOf(database: Database): Promise<string> {
  const hash = createHash('sha256');
  await database.transaction(
    (tx) => dumpTables(tx, async (table, rows) => void hash.update(`${table}\n${rows.join('\n')}`)),
    {
      snapshot: true,
    },
  );
  return hash.digest('hex');
}

/** Past months are past their review: posted, not before it; only the last one may still be a draft, by the day of the run. */
async function assertReviewed({ db }: Database): Promise<void> {
  const rows = await readFiled(db, (await listAgreements(db, '', 10))[0]!.number, null, 10);
  assert.ok(rows.length >= 1);
  for (const { month, dueAt, postedAt } of rows) {
    if (postedAt === null) assert.ok(dueAt > Date.now() - 30 * 3_600_000, `${month} is still a draft`);
    else assert.ok(postedAt >= dueAt, `${month} was posted before its review was over`);
  }
  assert.ok(rows.length < 2 || rows.some(({ postedAt }) => postedAt !== null), 'one of two months is posted');
}

test('the sample is marked as one, and seeding again changes nothing', async (t) => {
  const { database, place } = await installed(t);
  await seedSamples(database, place);
  const provider = await readProvider(database.db);
  assert((provider?.sampledUntil ?? 0) > Date.now() - 10 * 60_000);
  const customers = await listCustomers(database.db);
  assert.equal(customers.length, 2);
  assert(customers.every((customer) => customer.sample));
  await assertReviewed(database);
  const logins = await readLogins(place.config.data);
  assert.equal(logins?.domain, 'demo.localhost');
  assert.equal((await stat(join(place.config.data, 'sample.json'))).mode & 0o777, 0o600);
  const before = await contentOf(database);
  await seedSamples(database, place);
  assert.equal(await contentOf(database), before);
  assert.deepEqual(await readLogins(place.config.data), logins);
});

test('an installation that has a provider gets no sample', async (t) => {
  const { database, place } = await installed(t);
  await database.transaction((tx) => setProvider(tx, 1, profile('UTC')));
  const before = await contentOf(database);
  await seedSamples(database, place);
  assert.equal(await contentOf(database), before);
  assert.equal(await readLogins(place.config.data), null);
});

test('a seeding that breaks off in the middle leaves nothing', async (t) => {
  const { database, place } = await installed(t);
  const before = await contentOf(database);
  // Sold, signed and opened; then the first reading is refused, since another key signed it.
  await rm(keyFiles(place.config.data).proberKey);
  makeKeys(place.config.data);
  await assert.rejects(seedSamples(database, place), /signature/);
  assert.equal(await contentOf(database), before);
});

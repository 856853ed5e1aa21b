import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { openDatabase, query } from '../../src/db/connection.ts';
import { findPostgres, startPostgres } from '../postgres.ts';
import { type Installation, install, newFolder, until } from '../system/installation.ts';
import { mountDisk } from './disk.ts';

/** The database is away for a while, or has no disk: hosts are served and watched on, and nothing is missing afterwards. */

/** Of installation.ts. */
const intervalMs = 2000;

async function page(one: Installation) {
  const answer = await fetch(one.ready.site, { headers: { accept: 'text/html', cookie: 'lang=en' } });
  return { status: answer.status, retry: answer.headers.get('retry-after'), body: await answer.text() };
}

function hostAnswers(one: Installation): Promise<number> {
  return new Promise((done, fail) => {
    const asked = get(one.ready.hosts.http, { headers: { host: 'demo.localhost' } }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    asked.on('error', fail);
  });
}

/** Rounds of `[from, to)` that no receipt has, and how many failed observations there are. */
async function holes(url: string | null, data: string, from: number, to: number) {
  const database = await openDatabase(url, data);
  try {
    const ranges = await query<{ first: string; last: string }>(
      database.db,
      sql`select first_round as first, last_round as last from receipts
          where every_ms = ${intervalMs} and last_round >= ${from}`,
    );
    const missing: string[] = [];
    for (let round = Math.ceil(from / intervalMs) * intervalMs; round < to; round += intervalMs)
      if (!ranges.some(({ first, last }) => Number(first) <= round && round <= Number(last)))
        missing.push(new Date(round).toISOString());
    const failed = await query<{ count: string }>(
      database.db,
      sql`select count(*) as count from turns where vantage = 'inside' and result = 'fail' and at >= ${from}`,
    );
    return { missing, failed: Number(failed[0]?.count) };
  } finally {
    await database.close();
  }
}

test('PostgreSQL stops and comes back: a 503 that says so, hosts served, and no round missing', {
  timeout: 900_000,
}, async (t) => {
  const bin = findPostgres();
  if (bin === null) return t.skip('reason: not installed here: postgresql');
  const server = await startPostgres(bin);
  t.after(() => server.stop());
  const admin = new pg.Client(`${server.url}/postgres`);
  await admin.connect();
  await admin.query('create database away');
  await admin.end();
  const url = `${server.url}/away`;
  const data = await newFolder(t);
  const one = await install(t, data, 'start', ['--database', url]);
  await until(30_000, 'the page', async () => (await page(one)).status === 200);
  await delay(2 * intervalMs);
  const from = Date.now();
  await server.pause();
  await until(15_000, 'a 503', async () => (await page(one)).status === 503);
  const away = await page(one);
  assert.match(away.body, /The records cannot be reached for the moment/);
  assert.equal(away.retry, '5');
  assert.equal(await hostAnswers(one), 200);
  await delay(4 * intervalMs);
  assert.equal((await page(one)).status, 503);
  await server.resume();
  await until(20_000, 'the page again', async () => (await page(one)).status === 200);
  const to = Date.now();
  // What waits at the senders comes within their longest wait.
  await delay(6000 + intervalMs);
  assert.equal(await one.end(), 0, one.said());
  assert.deepEqual(await holes(url, data, from, to), { missing: [], failed: 0 });
  assert(!/ended \(/.test(one.said()), `nobody died of it: ${one.said()}`);
});

test('the disk of everything is full and has room again: hosts are served, and no round is missing', {
  timeout: 900_000,
}, async (t) => {
  const disk = await mountDisk(t, 256);
  if (disk === null) return;
  const data = disk.folder;
  const one = await install(t, data);
  await until(30_000, 'the page', async () => (await page(one)).status === 200);
  await delay(2 * intervalMs);
  const from = Date.now();
  await disk.fill();
  await delay(6 * intervalMs);
  assert.equal(await hostAnswers(one), 200);
  const full = await page(one).catch(() => ({ status: 0 }));
  assert([0, 200, 503].includes(full.status), `${full.status}`);
  await disk.free();
  await until(60_000, 'the page again', async () => {
    const answer = await page(one).catch(() => null);
    return answer?.status === 200;
  });
  const to = Date.now();
  await delay(6000 + intervalMs);
  assert.equal(await one.end(), 0, one.said());
  assert.deepEqual(await holes(null, data, from, to), { missing: [], failed: 0 }, one.said());
});

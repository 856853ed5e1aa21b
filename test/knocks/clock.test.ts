import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Gate } from '../../src/api/gate.ts';
import { ingestRoutes } from '../../src/api/ingest.ts';
import { Pulse } from '../../src/api/pulse.ts';
import { createServer } from '../../src/api/server.ts';
import type { Clock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config.ts';
import { type Database, query } from '../../src/db/connection.ts';
import { healthShape } from '../../src/hosting/health.ts';
import { readPlanes } from '../../src/hosting/store.ts';
import { startTimetable } from '../../src/jobs.ts';
import { unpackMinute } from '../../src/measure/pack.ts';
import { readRanges, upsertProber } from '../../src/measure/store.ts';
import { isRefusal } from '../../src/refusal.ts';
import { makeKeys } from '../../src/roles/keys.ts';
import { startPlane } from '../../src/roles/plane.ts';
import { startProber } from '../../src/roles/prober.ts';
import { createLink } from '../../src/wire/link.ts';
import { withDatabase } from '../database.ts';
import { newFolder, until } from '../system/installation.ts';
import { dayMs, hourMs, makeHost, makeWorld } from '../world.ts';

/** The three roles on one clock that is set back an hour, and forth again. */

const intervalMs = 1000;

interface Trio {
  readonly clock: Clock & { by: number };
  readonly database: Database;
  readonly said: string[];
  readonly port: number;
  stop(): Promise<void>;
}

async function start(t: TestContext, startMs: number): Promise<Trio> {
  const data = await newFolder(t);
  await mkdir(join(data, 'plane'), { recursive: true });
  const { proberPublic } = makeKeys(data);
  const database = await withDatabase(t);
  const ahead = startMs - Date.now();
  const clock = { by: 0, now: () => Date.now() + ahead + clock.by };
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx, 'demo.localhost');
    const prober = { id: 'inside', tokenDigest: Buffer.alloc(32), key: proberPublic };
    await upsertProber(tx, prober, clock.now());
  });
  const said: string[] = [];
  const mishap = (text: string): void => void said.push(text);
  const server = createServer(1e7, (error, where) => mishap(`${where}: ${error.message}`));
  ingestRoutes(server, { database, clock, gate: new Gate(), pulse: new Pulse(), admit: () => true });
  const control = join(data, 'control.sock');
  await server.listen({ path: control });
  const timetable = startTimetable(database, clock, mishap);
  const config = parseConfig(
    ['--data', data, '--port', '0', '--hosts-port', '0', '--hosts-tls-port', '0', '--ftp-port', '0'],
    {},
  );
  assert(!isRefusal(config));
  const link = () => createLink({ socketPath: control });
  const orders = { config, control, samples: false };
  const common = { pullMs: 200, clock, mishap };
  const plane = await startPlane({ ...common, id: 'p1', orders, link: link(), tell: () => {} });
  const prober = await startProber({ ...common, id: 'inside', data, link: link(), intervalMs });
  const port = await until(10_000, 'the plane’s health', async () => {
    const [row] = await readPlanes(database.db);
    return healthShape.safeParse(row?.health).data?.httpPort ?? null;
  });
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await prober.stop();
    await plane.stop();
    await timetable.stop();
    await server.close();
  };
  t.after(stop);
  return { clock, database, said, port, stop };
}

function visit(port: number): Promise<void> {
  return new Promise((done, fail) => {
    const asked = get({ port, host: '127.0.0.1', headers: { host: 'demo.localhost' } }, (answer) => {
      answer.resume().on('close', done);
    });
    asked.on('error', fail);
  });
}

/** Rounds as they stand in the store, each as often as a receipt has it. */
async function roundsOf({ database, clock }: Trio): Promise<readonly number[]> {
  const ranges = await readRanges(database.db, 'inside', 0, clock.now() + 2 * hourMs);
  return ranges.flatMap(({ firstRound, lastRound, everyMs }) =>
    Array.from({ length: (lastRound - firstRound) / everyMs + 1 }, (_, i) => firstRound + i * everyMs),
  );
}

async function countedOf({ database }: Trio): Promise<number> {
  const rows = await query<{ minute: string; part: number; packed: Uint8Array }>(
    database.db,
    sql`select minute, part, packed from minutes`,
  );
  const hosts = rows.flatMap((row) => unpackMinute('p1', Number(row.minute), row.part, row.packed).hosts);
  return hosts.reduce((sum, host) => sum + host.requests, 0);
}

async function knock(t: TestContext, startMs: number): Promise<void> {
  const trio = await start(t, startMs);
  let visits = 0;
  const spend = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds * 10; i += 1) {
      await visit(trio.port);
      visits += 1;
      await delay(100);
    }
  };
  const roundsWithin = async (from: number, to: number) =>
    (await roundsOf(trio)).filter((round) => round >= from && round < to).length;
  await until(15_000, 'rounds', async () => (await roundsOf(trio)).length >= 2);
  await spend(2);
  trio.clock.by = -hourMs;
  const back = trio.clock.now();
  await spend(5);
  const made = await roundsWithin(back, trio.clock.now());
  assert(made >= 3, `${made} rounds in five seconds after it was set back`);
  trio.clock.by = 0;
  const forth = trio.clock.now();
  await spend(5);
  assert((await roundsWithin(forth, trio.clock.now())) >= 3);
  // The minutes of the last visits are told at once when the clock goes on by three.
  trio.clock.by = 180_000;
  await until(20_000, 'every visit', async () => (await countedOf(trio)) >= visits).catch(async () => {
    assert.equal(await countedOf(trio), visits, trio.said.join('\n'));
  });
  await trio.stop();
  const rounds = await roundsOf(trio);
  assert.equal(new Set(rounds).size, rounds.length, 'no round is in two receipts');
  assert.equal(await countedOf(trio), visits);
  const odd = trio.said.filter((text) => !text.includes('clock-ahead'));
  assert.deepEqual(odd, [], 'a word from the hour that is to come again is refused, and nothing else is');
}

for (const [where, ofDay] of [
  ['within a day', 12 * hourMs],
  ['over the day’s end, where logs are turned over', hourMs / 2],
] as const) {
  test(
    `a clock that is set back an hour, and forth again, counts nothing twice and stops nothing: ${where}`,
    {
      timeout: 900_000,
    },
    (t) => knock(t, Math.floor(Date.now() / dayMs) * dayMs + ofDay),
  );
}

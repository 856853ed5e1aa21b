import { readdir, readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase, query } from '../../src/db/connection.ts';
import { postStatements } from '../../src/jobs.ts';
import { insertLimits } from '../../src/settlement/store.ts';
import { readPosition } from '../../src/wire/position.ts';
import { parseSegmentName, scan } from '../../src/wire/segment.ts';
import { seeded } from '../fuzz/random.ts';
import { type Installation, install, newFolder, until } from '../system/installation.ts';
import { auditFiles, auditMoney, auditTold, type Findings } from './audit.ts';
import { type Kill, killAll, rolesOf } from './killer.ts';
import { closedMonth, startLoad } from './load.ts';
import { auditDeaths, auditRequests, auditRounds } from './seen.ts';
import { emptyTally } from './tally.ts';

export interface Knocks {
  readonly kills: number;
  readonly seed: number;
  /** `postgres://…`; null: the embedded one. */
  readonly database: string | null;
  /** Share of lives that end within three seconds. */
  readonly young: number;
}

export interface Outcome extends Findings {
  readonly kills: readonly Kill[];
}

/** Of installation.ts. */
const intervalMs = 2000;
const spools = { plane: 'plane/p1', prober: 'prober/inside' } as const;

/**
 * Starts an installation, loads it, kills its processes, ends it, and holds what is in its store and on its disk
 * against what was acknowledged to the load.
 */
export async function knock(t: Pick<TestContext, 'after'>, wanted: Knocks): Promise<Outcome> {
  const data = await newFolder(t);
  const more = wanted.database === null ? [] : ['--database', wanted.database];
  await waiveReview(await install(t, data, 'start', more), wanted.database);
  const one = await install(t, data, 'start', more);
  const agreement = /QA-\d{4}-\d{6}/.exec(await (await fetch(one.ready.site)).text())?.[0] ?? '';
  await until(30_000, 'the demo host', async () => (await answers(one)) === 200);
  const tally = emptyTally();
  const began = Date.now();
  const load = startLoad(one, tally, agreement, closedMonth(began));
  const supervisor = one.ready.pid;
  await delay(1500);
  const kills = await killAll(supervisor, wanted.kills, seeded(wanted.seed), wanted.young);
  const back = until(30_000, 'all three', async () => (await rolesOf(supervisor)).size === 3);
  await back;
  await until(30_000, 'the host', async () => (await answers(one)) === 200);
  await delay(2 * intervalMs);
  await load.stop();
  const ended = Date.now();
  await until(60_000, 'empty spools', async () => (await backlogOf(data)) === 0);
  const findings: Findings = { faults: [], figures: {} };
  if ((await one.end()) !== 0) findings.faults.push(`it did not end well: ${one.said()}`);
  const database = await openDatabase(wanted.database, data);
  try {
    await postAll(database, findings);
    await auditFiles(data, tally, findings);
    await auditTold(database, tally, findings);
    await auditMoney(database, tally, findings);
    await auditRequests(data, database, tally, kills, findings);
    await auditRounds(database, [began, ended - 3 * intervalMs], intervalMs, kills, findings);
    await auditDeaths(database, agreement, tally, kills, began, findings);
    await auditSenders(data, database, findings);
  } finally {
    await database.close();
  }
  return { ...findings, kills };
}

/** From now on what a month comes to is posted with its closing: kills meet the ledger too. */
async function waiveReview(one: Installation, url: string | null): Promise<void> {
  if ((await one.end()) !== 0) throw new Error(`it did not end well: ${one.said()}`);
  const database = await openDatabase(url, one.data);
  try {
    await insertLimits(database.db, { reviewDays: 0, amounts: {} }, 'knocks', Date.now());
  } finally {
    await database.close();
  }
}

/** In the first days of a month the sample's own last one is still a draft: its review is made to be over. */
async function postAll(database: Database, { faults }: Findings): Promise<void> {
  const later = { now: () => Date.now() + 60 * 86_400_000 };
  await postStatements(database, later, (text) => void faults.push(text));
}

/** The demo host's status, asked by name at its address; 0: nobody answers. */
function answers(one: Installation): Promise<number> {
  return new Promise((done) => {
    const asked = get(one.ready.hosts.http, { headers: { host: 'demo.localhost' } }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    asked.on('error', () => done(0));
  });
}

/** How many records in both spools the centre has not acknowledged. */
async function backlogOf(data: string): Promise<number> {
  let waiting = 0;
  for (const role of Object.keys(spools)) {
    const { acked, last } = await spoolOf(join(data, role, 'spool'));
    waiting += Math.max(0, last - acked);
  }
  return waiting;
}

/** Read from outside, while its process works. */
async function spoolOf(folder: string): Promise<{ senders: string[]; acked: number; last: number }> {
  const position = await readPosition(folder);
  const names = (await readdir(folder)).filter((name) => parseSegmentName(name) !== null).sort();
  const newest = names.at(-1);
  const senders = [...new Set(names.map((name) => parseSegmentName(name)!.sender))];
  if (newest === undefined) return { senders, acked: 0, last: 0 };
  const { first } = parseSegmentName(newest)!;
  const { count } = scan(await readFile(join(folder, newest)), first);
  return { senders, acked: position?.acked ?? 0, last: first + count - 1 };
}

/** What a spool knows to be acknowledged was taken in, and no spool ever lost its name. */
async function auditSenders(data: string, database: Database, { faults, figures }: Findings): Promise<void> {
  for (const [role, prefix] of Object.entries(spools)) {
    const { senders, acked } = await spoolOf(join(data, role, 'spool'));
    const rows = await query<{ id: string; seq: string }>(
      database.db,
      sql`select id, seq from senders where id like ${`${prefix}/%`} and id not like '%/knocks-%' and id not like '%/sample'`,
    );
    if (rows.length !== 1 || rows[0]!.id !== `${prefix}/${senders[0]}`)
      faults.push(`${prefix}: one spool, but ${rows.map(({ id }) => id).join(', ')} were taken in`);
    if (Number(rows[0]?.seq ?? 0) < acked)
      faults.push(`${prefix}: ${acked} were acknowledged, ${rows[0]?.seq} are in the store`);
    figures[`messages of the ${role}`] = acked;
  }
}

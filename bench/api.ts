import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase } from '../src/db/connection.ts';
import { migrate } from '../src/db/migrate.ts';
import { closeMonths } from '../src/jobs.ts';
import {
  dayMs,
  month,
  monthFrom,
  monthTo,
  openServer,
  openStore,
  sellHosts,
  tellChecks,
  tellDays,
} from './fleet.ts';
import type { Front } from './front.ts';
import { cpuOf, memoryOf } from './process.ts';
import type { Bench, Report } from './report.ts';
import { dice, median } from './rounds.ts';

/**
 * What people and programs read all day, 200 times a second over HTTP with API keys, of a provider with thousands
 * of hosts: lists with filters and cursors, one host, its measures, its month judged, statements.
 */
export const bench: Bench = {
  name: 'api',
  about:
    '200 mixed reads a second of the API with thousands of hosts there, on PostgreSQL and on the embedded store',
  peers: { '/usr/lib/postgresql/15/bin/initdb': 'apt: postgresql-15' },
  run,
};

const perSecond = 200;
/** One caller may ask 20 times a second. */
const callers = 20;
/** The month has ended and was judged. */
const now = monthTo + 2 * dayMs;

async function run(report: Report): Promise<void> {
  const hosts = report.quick ? 40 : 10_000;
  const folder = join(report.folder, 'store');
  await mkdir(folder);
  const embedded = await openDatabase(null, folder);
  assert.equal(await migrate(embedded), null);
  await fill(embedded, hosts);
  await embedded.close();
  await answered(report, 'the embedded store', folder, [], hosts, 100);
  const server = await openServer();
  if (server === null) return report.note('PostgreSQL is not here: the embedded store alone was asked');
  try {
    const database = await openStore(server.url, 'api');
    await fill(database, hosts);
    await database.close();
    await answered(report, 'PostgreSQL', `${server.url}/api`, [server.pid], hosts, 50);
  } finally {
    await server.stop();
  }
}

/** Hosts of many customers, a month of which was judged. */
async function fill(database: Database, hosts: number): Promise<void> {
  await tellChecks(database, await sellHosts(database, hosts));
  await tellDays(database, hosts);
  const { db } = database;
  await db.execute(sql`update agreements set offered_at = ${monthFrom}::bigint`);
  const many = Math.ceil(hosts / 5);
  await db.execute(sql`insert into customers (id, member, kind, particulars, sample, created_at)
    select 'c' || lpad(i::text, 6, '0'), 'bench' || i, kind, jsonb_set(particulars, '{name}', to_jsonb('Name ' || i)), sample, created_at
    from customers, generate_series(3, ${many}::int) i where id = 'c000001'`);
  for (const table of ['hosts', 'agreements'])
    await db.execute(
      sql`update ${sql.identifier(table)} set customer = 'c' || lpad((1 + right(${sql.identifier(table === 'hosts' ? 'id' : 'host')}, 6)::int % ${many}::int)::text, 6, '0')`,
    );
  await closeMonths(database, { now: () => now }, () => {});
  await db.execute(sql`vacuum analyze`);
}

interface Read {
  readonly name: string;
  readonly path: (roll: () => number, hosts: number) => string;
}

const pick = (roll: () => number, count: number): string =>
  String(1 + Math.floor(roll() * count)).padStart(6, '0');
const day = (n: number): string => new Date(monthFrom + n * dayMs).toISOString();
const cursor = (key: string): string => Buffer.from(key).toString('base64url');

const reads: readonly Read[] = [
  { name: 'hosts', path: (roll, n) => `hosts?limit=50&cursor=${cursor(`h${pick(roll, n)}`)}` },
  { name: 'hosts of a customer', path: (roll, n) => `hosts?customer=c${pick(roll, n / 5)}` },
  { name: 'hosts by domain', path: (roll, n) => `hosts?domain=site${1 + Math.floor(roll() * n)}` },
  { name: 'customers', path: (roll, n) => `customers?limit=50&cursor=${cursor(`c${pick(roll, n / 5)}`)}` },
  { name: 'customers by name', path: (roll, n) => `customers?name=me%20${1 + Math.floor((roll() * n) / 5)}` },
  { name: 'agreements', path: (roll, n) => `agreements?cursor=${cursor(`QA-2026-${pick(roll, n)}`)}` },
  { name: 'agreements of a customer', path: (roll, n) => `agreements?customer=c${pick(roll, n / 5)}` },
  { name: 'agreement of a host', path: (roll, n) => `agreements?host=h${pick(roll, n)}` },
  { name: 'one agreement', path: (roll, n) => `agreements/QA-2026-${pick(roll, n)}` },
  { name: 'one host', path: (roll, n) => `hosts/h${pick(roll, n)}` },
  { name: 'its checks', path: (roll, n) => `hosts/h${pick(roll, n)}/checks` },
  {
    name: 'its runs of a month',
    path: (roll, n) => `hosts/h${pick(roll, n)}/runs?from=${day(0)}&to=${day(31)}`,
  },
  {
    name: 'its minutes of a day',
    path: (roll, n) => `hosts/h${pick(roll, n)}/minutes?from=${day(9)}&to=${day(10)}`,
  },
  {
    name: 'its usage of a month',
    path: (roll, n) => `hosts/h${pick(roll, n)}/usage?from=${day(0)}&to=${day(31)}`,
  },
  { name: 'its month judged now', path: (roll, n) => `agreements/QA-2026-${pick(roll, n)}/months/${month}` },
  { name: 'its statements', path: (roll, n) => `agreements/QA-2026-${pick(roll, n)}/statements` },
  {
    name: 'statements of the month',
    path: (roll, n) => `statements?month=${month}&cursor=${cursor(`QA-2026-${pick(roll, n)}`)}`,
  },
];

interface Answer {
  readonly name: string;
  readonly ms: number;
}

async function answered(
  report: Report,
  store: string,
  where: string,
  others: readonly number[],
  hosts: number,
  atMost: number,
) {
  const args = [join(import.meta.dirname, 'front.ts'), where, String(now), String(callers)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const front = JSON.parse(line) as Front;
    const pids = [child.pid!, ...others];
    const spent = (): number => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
    // The first answers are those of code that was never run.
    await ask(front, hosts, report.quick ? 1 : 5, dice(1));
    const seconds = report.quick ? 1 : 30;
    const before = spent();
    const answers = await ask(front, hosts, seconds, dice(2));
    const cpuS = spent() - before;
    const p99 = quantile(
      answers.map(({ ms }) => ms),
      0.99,
    );
    report.line({
      what: `${perSecond} reads a second on ${store}, ${hosts.toLocaleString('en-US')} hosts: the slowest in a hundred`,
      unit: 'ms',
      ours: p99,
      cpuS,
      peakMb: memoryOf(child.pid!),
      goal: { of: 'ours', atMost },
    });
    report.note(
      `${store}: ${((cpuS / answers.length) * 1000).toFixed(2)} CPU ms a read; ${slowest(answers)}`,
    );
    child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    assert.equal(code, 0, 'a read failed');
  } finally {
    child.kill('SIGKILL');
  }
}

/** Asks at even times whether or not earlier answers have come; each is counted from when it should have been asked. */
async function ask(
  front: Front,
  hosts: number,
  seconds: number,
  roll: () => number,
): Promise<readonly Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const begun = performance.now();
  const waiting: Promise<Answer>[] = [];
  for (let i = 0; i < seconds * perSecond; i += 1) {
    const due = begun + (i * 1000) / perSecond;
    await delay(Math.max(0, due - performance.now()));
    const read = reads[i % reads.length]!;
    const authorization = front.callers[i % front.callers.length]!;
    waiting.push(
      one(agent, `${front.origin}/api/${read.path(roll, hosts)}`, authorization).then(() => ({
        name: read.name,
        ms: performance.now() - due,
      })),
    );
  }
  const answers = await Promise.all(waiting);
  agent.destroy();
  return answers;
}

function one(agent: Agent, url: string, authorization: string): Promise<void> {
  return new Promise((done, fail) => {
    const asked = get(
      url.replace('localhost', '127.0.0.1'),
      { agent, headers: { authorization } },
      (answer) => {
        if (answer.statusCode !== 200) fail(new Error(`${answer.statusCode}: ${url}`));
        answer.resume().once('end', done).once('error', fail);
      },
    );
    asked.once('error', fail);
  });
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;
}

/** The reads whose median is longest. */
function slowest(answers: readonly Answer[]): string {
  const all = [...Map.groupBy(answers, ({ name }) => name)].map(([name, some]) => {
    const ms = some.map((one) => one.ms);
    return { name, median: median(ms), p99: quantile(ms, 0.99) };
  });
  return all
    .sort((a, b) => b.median - a.median)
    .slice(0, 6)
    .map((one) => `${one.name} ${one.median.toFixed(1)} (${one.p99.toFixed(0)}) ms`)
    .join(', ');
}

import assert from 'node:assert';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase, query, type Tx } from '../src/db/connection.ts';
import { migrate } from '../src/db/migrate.ts';
import { specOf } from '../src/hosting/host.ts';
import { listHosts, readRecords } from '../src/hosting/store.ts';
import { foldDays, syncTargets, takeMinutes, takeSigned } from '../src/measure/flow.ts';
import { bucketCount, bucketOf, type HostMinute } from '../src/measure/minute.ts';
import { addMinute, emptyDay, markRead, packDay, packMinute } from '../src/measure/pack.ts';
import { readDays, saveDays, savePlaneDay } from '../src/measure/store.ts';
import { type Wanted, wantedTargets } from '../src/measure/target.ts';
import { findPostgres, startPostgres } from '../test/postgres.ts';
import { makeAgreement, makeHost, makeProber, makeWorld, must, type Speaker, seen } from '../test/world.ts';
import { treeOf } from './process.ts';
import { dice } from './rounds.ts';

/**
 * A provider with thousands of hosts, as after months: a few hosts told through the very flows that real facts
 * go through, the others copied from them row by row in the database.
 */
export const zone = 'UTC';
export const month = '2026-10';
export const monthFrom = Date.UTC(2026, 9, 1);
export const monthTo = Date.UTC(2026, 10, 1);
export const minuteMs = 60_000;
export const dayMs = 86_400_000;
export const vantages = ['inside', 'north', 'south'] as const;
export const promised = ['web', 'ftp', 'response'] as const;

/** PostgreSQL of the run's own, with its process; null: not installed. */
export async function openServer() {
  const bin = findPostgres();
  if (bin === null) return null;
  const before = new Set(treeOf(process.pid));
  const server = await startPostgres(bin);
  const pid = treeOf(process.pid).find((one) => !before.has(one));
  assert(pid !== undefined, 'the server is a child of ours');
  return { ...server, pid };
}

export async function openStore(url: string, name: string): Promise<Database> {
  const admin = await openDatabase(`${url}/postgres`, '');
  await admin.db.execute(sql.raw(`create database ${name}`));
  await admin.close();
  const database = await openDatabase(`${url}/${name}`, '');
  const refused = await migrate(database);
  assert.equal(refused, null);
  return database;
}

/** A store with the content of another, which nobody may have open. */
export async function copyStore(url: string, from: string, name: string): Promise<Database> {
  const admin = await openDatabase(`${url}/postgres`, '');
  await admin.db.execute(sql.raw(`create database ${name} template ${from}`));
  await admin.close();
  return openDatabase(`${url}/${name}`, '');
}

/** `count` hosts open, sold and signed for; three of them through the flows, the others as copies of the third. */
export async function sellHosts(database: Database, count: number): Promise<readonly Wanted[]> {
  return database.transaction(async (tx) => {
    await makeWorld(tx, zone);
    for (const name of ['one', 'two', 'three']) {
      const host = await makeHost(tx, `www.${name}.example`);
      await makeAgreement(tx, host.id, promised, 400, zone);
    }
    for (const statement of copies) await tx.execute(sql.raw(statement.replaceAll('COUNT', String(count))));
    const doors = { address: '127.0.0.1', httpPort: 8081, ftpPort: 2121 };
    const wanted: Wanted[] = [];
    for (let after = ''; ; ) {
      const page = await listHosts(tx, after, 1000);
      const records = await readRecords(tx, page);
      wanted.push(...records.flatMap((record) => wantedTargets(specOf(record, monthFrom), doors)));
      if (page.length < 1000) break;
      after = page.at(-1)!.id;
    }
    await syncTargets(tx, wanted);
    return wanted;
  });
}

const h = "'h' || lpad(i::text, 6, '0')";
const others = `(select generate_series(4, COUNT) i) n`;
const copies = [
  `insert into hosts (id, plan, version, customer, plane, settings, revision, applied_revision, quarantine, shown, sample, created_at)
   select ${h}, plan, version, customer, plane, settings, i, i, quarantine, shown, sample, created_at
   from hosts, ${others} where id = 'h000003'`,
  `insert into domains (domain, host, position, bound_at)
   select 'www.site' || i || '.example.com', ${h}, position, bound_at from domains, ${others} where host = 'h000003'`,
  `insert into host_facts (host, kind, at, actor, reason, rule, detail, key)
   select ${h}, kind, at, actor, reason, rule, detail, key || ' ' || i from host_facts, ${others} where host = 'h000003'`,
  `insert into sales (number, host, name, document, edition, management, plan, version, "from", "to", price, currency, created_at)
   select 'SA-' || ${h}, ${h}, name, document, edition, management, plan, version, "from", "to", price, currency, created_at
   from sales, ${others} where host = 'h000003'`,
  `insert into payments (receipt, sale, amount, currency, method, at, actor)
   select 'R-' || ${h}, 'SA-' || ${h}, amount, currency, method, at, actor from payments, ${others} where sale = 'SA-h000003'`,
  `insert into agreements (number, host, customer, terms, zone, offered_at, ended)
   select 'QA-2026-' || lpad(i::text, 6, '0'), ${h}, customer, terms, zone, offered_at, ended
   from agreements, ${others} where host = 'h000003'`,
  `insert into acts (agreement, party, act, at, actor)
   select 'QA-2026-' || lpad(i::text, 6, '0'), party, act, at, actor from acts, ${others} where agreement = 'QA-2026-000003'`,
  `update sequences set last = COUNT where name = 'agreement-2026'`,
];

/**
 * A month of checks a minute from three vantage points, told as probers tell it: the first results, a failure
 * of two vantage points for half an hour on every twentieth host, and quiet rounds.
 */
export async function tellChecks(database: Database, wanted: readonly Wanted[]): Promise<void> {
  for (const [at, vantage] of vantages.entries()) {
    const speaker = await database.transaction((tx) => makeProber(tx, vantage));
    const first = turnsOf(wanted, at);
    for (let i = 0; i < first.length; i += 1000)
      await say(database, speaker, 'turns', { turns: first.slice(i, i + 1000) });
    const rounds = { intervalMs: minuteMs, version: 1, targets: wanted.length };
    for (let day = monthFrom - dayMs; day < monthTo + dayMs; day += dayMs)
      await say(database, speaker, 'quiet', { first: day, last: day + dayMs - minuteMs, ...rounds });
  }
}

function turnsOf(wanted: readonly Wanted[], vantage: number) {
  return wanted.flatMap(({ id }, i) => {
    const first = seen(id, monthFrom - dayMs, 'pass');
    const falls = i % 20 === 0 && vantage < 2;
    const from = monthFrom + 5 * dayMs + (i % 1000) * minuteMs;
    return falls ? [first, seen(id, from, 'fail'), seen(id, from + 30 * minuteMs, 'pass')] : [first];
  });
}

async function say(
  database: Database,
  speaker: Speaker,
  kind: 'quiet' | 'turns',
  body: object,
): Promise<void> {
  const said = speaker.say(kind, body);
  must(await database.transaction((tx) => takeSigned(tx, monthTo + 2 * dayMs, speaker.prober, said)));
}

const noCounts = { requests: 0, bytesIn: 0, bytesOut: 0, clients: 0, busiest: 0, slow: 0, long: 0 };

/** A small host's minute: our three checks take 1 to 3 ms, and every seventh minute a visitor comes. */
export function hostMinute(host: string, roll: () => number): HostMinute {
  const buckets = new Uint32Array(bucketCount);
  let slowest = 0;
  const visits = roll() < 1 / 7 ? 1 + Math.floor(roll() * 4) : 0;
  for (let i = 0; i < 3 + visits; i += 1) {
    const ms = i < 3 ? 1 + Math.floor(roll() ** 4 * 3) : 3 + Math.floor(roll() ** 3 * 120);
    slowest = Math.max(slowest, ms);
    buckets[bucketOf(ms)]! += 1;
  }
  const visitors =
    visits === 0
      ? {}
      : { requests: visits, bytesIn: 420 * visits, bytesOut: 9_000 * visits, clients: 1, busiest: visits };
  return {
    host,
    measured: 3 + visits,
    slowest,
    ...noCounts,
    ...visitors,
    statuses: [0, visits, 0, 0, 0, 0],
    buckets,
  };
}

const kinds = 20;

/** The month's days of `count` hosts: 20 kinds of hosts, each host a copy of one. The first day of three of them is told minute by minute. */
export async function tellDays(database: Database, count: number): Promise<void> {
  const roll = dice(11);
  const days = (monthTo - monthFrom) / dayMs;
  for (let day = 0; day < days; day += 1) {
    const from = monthFrom + day * dayMs;
    const minutes = Array.from({ length: kinds }, () =>
      Array.from({ length: 1440 }, () => hostMinute('', roll)),
    );
    if (day === 0) await tellFirst(database, minutes);
    const rows = minutes.map((list, kind) => {
      const values = list.reduce((sum, one, i) => addMinute(sum, i, one, 0), emptyDay(1440));
      return { host: `kind${String(kind).padStart(2, '0')}`, day: from, packed: packDay(values) };
    });
    const read = Buffer.alloc(180);
    for (let i = 0; i < 1440; i += 1) markRead(read, i);
    await database.transaction(async (tx) => {
      await saveDays(tx, rows);
      await savePlaneDay(tx, 'p1', from, read);
      if (day === 0) await compareFirst(tx, rows);
      await copyDays(tx, from, count);
    });
  }
}

async function copyDays(tx: Tx, day: number, count: number): Promise<void> {
  await tx.execute(sql`insert into host_days (host, day, packed)
    select 'h' || lpad(i::text, 6, '0'), day, packed from generate_series(1, ${count}::int) i
    join host_days on host = 'kind' || lpad((i % ${kinds})::text, 2, '0') and day = ${day} on conflict do nothing`);
  await tx.execute(sql`delete from host_days where host like 'kind%'`);
}

/** The first day of three hosts, as a plane tells it and the centre folds it. */
async function tellFirst(database: Database, minutes: readonly (readonly HostMinute[])[]): Promise<void> {
  for (let from = 0, seq = 1; from < 1440; from += 120, seq += 1) {
    const told = Array.from({ length: 120 }, (_, i) => {
      const at = { plane: 'p1', minute: monthFrom + (from + i) * minuteMs, part: 0, loopDelayMs: 0 };
      const hosts = [1, 2, 3].map((n) => ({ ...minutes[n]![from + i]!, host: `h00000${n}` }));
      return { minute: at.minute, part: 0, packed: packMinute({ ...at, hosts }).toString('base64') };
    });
    const message = { spool: 'bench', seq, minutes: told };
    must(await database.transaction((tx) => takeMinutes(tx, monthTo, 'p1', message)));
  }
  await database.transaction((tx) => foldDays(tx, monthTo));
}

/** What was copied is byte for byte what the flows made. */
async function compareFirst(tx: Tx, rows: readonly { readonly packed: Buffer }[]): Promise<void> {
  const made = await readDays(tx, ['h000001', 'h000002', 'h000003'], monthFrom, monthFrom + 1);
  assert.equal(made.length, 3);
  for (const { host, packed } of made) assert(packed.equals(rows[Number(host.slice(1))]!.packed));
}

/** Bytes of the whole database, dead rows marked as room for others. */
export async function sizeOf(database: Database): Promise<number> {
  await database.db.execute(sql`vacuum analyze`);
  await database.db.execute(sql`checkpoint`);
  const [row] = await query<{ size: string }>(
    database.db,
    sql`select pg_database_size(current_database()) as size`,
  );
  return Number(row!.size);
}

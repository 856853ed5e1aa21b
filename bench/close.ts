import assert from 'node:assert';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase, query } from '../src/db/connection.ts';
import { closeMonths } from '../src/jobs.ts';
import {
  copyStore,
  dayMs,
  monthFrom,
  monthTo,
  openServer,
  openStore,
  sellHosts,
  tellChecks,
  tellDays,
} from './fleet.ts';
import { measured } from './process.ts';
import type { Bench, Report } from './report.ts';
import { alternate, cost, dice, median, type Sample } from './rounds.ts';

/**
 * The end of a month: everything of each agreement is read, judged and filed as a statement with its case.
 * CPU is that of the centre's process and of PostgreSQL's together.
 */
export const bench: Bench = {
  name: 'close',
  about:
    'closes the month of thousands of hosts on PostgreSQL, beside range_agg in SQL, which only computes seconds',
  peers: { '/usr/lib/postgresql/15/bin/initdb': 'apt: postgresql-15' },
  run,
};

async function run(report: Report): Promise<void> {
  const hosts = report.quick ? 50 : 10_000;
  const server = await openServer();
  if (server === null) return report.note('PostgreSQL is not here: nothing was measured');
  const database = await openStore(server.url, 'close');
  try {
    const wanted = await sellHosts(database, hosts);
    await tellChecks(database, wanted);
    await tellDays(database, hosts);
    // Sold and signed in September; what is to be judged is October.
    await database.db.execute(sql`update agreements set offered_at = ${monthFrom}::bigint`);
    const stretches = await tellDown(database, hosts);
    await database.db.execute(sql`vacuum analyze`);
    await database.close();
    let found = { text: 0, rest: '', paid: '', looked: 0 };
    const closing = async (round: number): Promise<Sample> => {
      const copy = await copyStore(server.url, 'close', `close${round}`);
      try {
        const sample = await measured([server.pid], () => close(copy, hosts));
        found = { ...(await sizeOfCases(copy)), looked: await again(copy, server.pid) };
        return sample;
      } finally {
        await copy.close();
      }
    };
    // Each closing is 10,000 months: three rounds say as much as many of something short.
    const all = await alternate(Math.min(3, report.rounds), {
      ours: closing,
      peer: () => aggregate(server),
    });
    report.line({
      what: `the month of ${hosts.toLocaleString('en-US')} hosts read, judged, filed (web, ftp, every minute’s response)`,
      unit: 'CPU s, centre and PostgreSQL',
      ours: median(all.ours.map((sample) => sample.cpuS)),
      ...cost(all.ours),
      peer: {
        name: `range_agg over ${stretches} stretches of one check`,
        figure: median(all.peer.map(({ cpuS }) => cpuS)),
      },
      goal: { of: 'ours', atMost: 20 },
    });
    report.line({
      what: 'a look for what is due when nothing is',
      unit: 'CPU s',
      ours: found.looked,
      goal: { of: 'ours', atMost: 0.1 },
    });
    report.note(
      `a case is ${found.text} bytes of text and rests in ${found.rest}; ${found.paid} hosts are paid`,
    );
  } finally {
    await server.stop();
  }
}

const clock = { now: () => monthTo + 2 * dayMs };

async function aggregate({ url, pid }: { readonly url: string; readonly pid: number }): Promise<Sample> {
  const database = await openDatabase(`${url}/close`, '');
  try {
    return await measured([pid], () => database.db.execute(sql.raw(rangeAgg)));
  } finally {
    await database.close();
  }
}

async function close(database: Database, hosts: number): Promise<void> {
  const said: string[] = [];
  await closeMonths(database, { ...clock, now: clock.now }, (text) => void said.push(text));
  assert.deepEqual(
    said.filter((text) => !text.startsWith('closing months')),
    [],
  );
  const [row] = await query<{ count: string }>(database.db, sql`select count(*) as count from statements`);
  assert.equal(Number(row!.count), hosts);
}

/** The timetable's next wake-up: nothing is due. */
async function again(database: Database, pid: number): Promise<number> {
  const looks = 20;
  const { cpuS } = await measured([pid], async () => {
    for (let i = 0; i < looks; i += 1) await closeMonths(database, clock, assert.fail);
  });
  return cpuS / looks;
}

async function sizeOfCases(database: Database) {
  const [row] = await query<{ rest: string; paid: string }>(
    database.db,
    sql`select avg(length(case_text))::int as rest, count(*) filter (where amount > 0) as paid from statements`,
  );
  const { statements } = await import('../src/settlement/tables.ts');
  const [one] = await database.db.select({ text: statements.caseText }).from(statements).limit(1);
  return { text: one!.text.length, rest: row!.rest, paid: row!.paid };
}

/** The peer's table: one check's bad stretches of three vantage points, about what SPEED's prototype has (24 a host). */
async function tellDown(database: Database, hosts: number): Promise<number> {
  const roll = dice(3);
  await database.db.execute(sql`create table down (host int, vantage int, stretch tstzrange)`);
  const each = 8;
  for (let host = 0; host < hosts; host += 500) {
    const rows: string[] = [];
    for (let i = host; i < Math.min(host + 500, hosts); i += 1)
      for (let vantage = 0; vantage < 3; vantage += 1)
        for (let n = 0; n < each; n += 1) {
          const from = Math.floor((n + roll()) * ((30 * dayMs) / each / 1000));
          rows.push(
            `(${i},${vantage},tstzrange(to_timestamp(${from}),to_timestamp(${from + 60 + Math.floor(roll() * 7200)})))`,
          );
        }
    await database.db.execute(sql.raw(`insert into down values ${rows.join(',')}`));
  }
  return hosts * 3 * each;
}

const rangeAgg = `with d as (select host, range_agg(stretch) filter (where vantage = 0) a,
  range_agg(stretch) filter (where vantage = 1) b, range_agg(stretch) filter (where vantage = 2) c from down group by host)
  select sum((select extract(epoch from sum(upper(i) - lower(i))) from unnest(a * b + a * c + b * c) i)) from d`;

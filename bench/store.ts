import assert from 'node:assert';
import { sql } from 'drizzle-orm';
import { type Database, query } from '../src/db/connection.ts';
import { closeMonths } from '../src/jobs.ts';
import { foldDays, takeMinutes } from '../src/measure/flow.ts';
import { packMinute } from '../src/measure/pack.ts';
import { must } from '../test/world.ts';
import {
  dayMs,
  hostMinute,
  minuteMs,
  monthFrom,
  monthTo,
  openServer,
  openStore,
  sellHosts,
  sizeOf,
  tellChecks,
  tellDays,
} from './fleet.ts';
import { measured } from './process.ts';
import type { Bench, Report } from './report.ts';
import { alternate, cost, dice, median, quotient, type Sample } from './rounds.ts';

/**
 * What a month of thousands of hosts leaves in PostgreSQL, all in: sales, checks, minutes, the judged month with
 * its case; and what taking a host's minute in costs, beside the row that one would write otherwise.
 */
export const bench: Bench = {
  name: 'store',
  about:
    'bytes that a month leaves of each host, and the cost of taking in, beside one keyed narrow row an observation',
  peers: { '/usr/lib/postgresql/15/bin/initdb': 'apt: postgresql-15' },
  run,
};

const clock = { now: () => monthTo + 2 * dayMs };

async function run(report: Report): Promise<void> {
  const hosts = report.quick ? 50 : 10_000;
  const server = await openServer();
  if (server === null) return report.note('PostgreSQL is not here: nothing was measured');
  const database = await openStore(server.url, 'store');
  try {
    const empty = await sizeOf(database);
    const wanted = await sellHosts(database, hosts);
    const sold = await sizeOf(database);
    await tellChecks(database, wanted);
    await tellDays(database, hosts);
    const told = await sizeOf(database);
    await database.db.execute(sql`update agreements set offered_at = ${monthFrom}::bigint`);
    await closeMonths(database, clock, assert.fail.bind(null));
    const closed = await sizeOf(database);
    const perHost = (bytes: number): number => bytes / hosts;
    const rows = await narrow(database, hosts);
    report.line({
      what: 'a month of one host, all in: sold, checked each minute from 3 places, every minute’s response, judged',
      unit: 'bytes',
      ours: perHost(closed - empty),
      peer: { name: 'keyed narrow rows of the same 220,000 observations', figure: rows * observationsOf },
      goal: { of: 'ours', atMost: 60_000 },
    });
    report.note(
      `of these ${Math.round(perHost(sold - empty))} are what was sold and signed (once), ` +
        `${Math.round(perHost(told - sold))} what was seen, ${Math.round(perHost(closed - told))} the statement with its case`,
    );
    await takeIn(report, database, server.pid, hosts);
  } finally {
    await database.close();
    await server.stop();
  }
}

/** Web and FTP of three places and the response, each minute of 31 days. */
const observationsOf = 7 * 31 * 1440;

/** Bytes of a keyed narrow row (host, minute, check, result and ms), measured over a million. */
async function narrow(database: Database, hosts: number): Promise<number> {
  const count = hosts < 1000 ? 10_000 : 1_000_000;
  await database.db.execute(sql.raw(narrowTable('narrow')));
  await database.db.execute(
    sql`insert into narrow select i % 1000, i / 1000, 1, true, 12 from generate_series(1, ${count}::int) i`,
  );
  const [row] = await query<{ size: string }>(
    database.db,
    sql`select pg_total_relation_size('narrow') as size`,
  );
  await database.db.execute(sql`drop table narrow`);
  return Number(row!.size) / count;
}

const narrowTable = (name: string): string =>
  `create table ${name} (host int, minute int, "check" smallint, ok boolean, ms int, primary key (host, "check", minute))`;

/** Minutes of all hosts through the flow, folded into days in the end; beside rows written in bulk. */
async function takeIn(report: Report, database: Database, pid: number, hosts: number): Promise<void> {
  const minutes = report.quick ? 2 : 20;
  const roll = dice(5);
  const day = monthTo + 3 * dayMs;
  const packed = Array.from({ length: minutes }, (_, i) => {
    const list = Array.from({ length: hosts }, (_, n) =>
      hostMinute(`h${String(n + 1).padStart(6, '0')}`, roll),
    );
    return packMinute({
      plane: 'p1',
      minute: day + i * minuteMs,
      part: 0,
      loopDelayMs: 0,
      hosts: list,
    }).toString('base64');
  });
  const ms = Array.from({ length: hosts * minutes }, () => Math.floor(roll() * 50));
  await database.db.execute(sql.raw(narrowTable('rows')));
  const all = await alternate(Math.min(3, report.rounds), {
    ours: (round): Promise<Sample> =>
      measured([pid], async () => {
        const shift = round * dayMs;
        for (const [i, one] of packed.entries()) {
          const told = [{ minute: day + shift + i * minuteMs, part: 0, packed: one }];
          const message = { spool: 'take', seq: 1 + i + round * minutes, minutes: told };
          must(await database.transaction((tx) => takeMinutes(tx, day + 30 * dayMs, 'p1', message)));
        }
        await database.transaction((tx) => foldDays(tx, day + 30 * dayMs));
      }),
    rows: (round): Promise<Sample> =>
      measured([pid], async () => {
        for (let i = 0; i < minutes; i += 1) {
          const values = `{${ms.slice(i * hosts, (i + 1) * hosts).join(',')}}`;
          await database.db.execute(sql`insert into rows
            select n, ${round * minutes + i}::int, 1, true, v from unnest(${values}::int[]) with ordinality as t(v, n)`);
        }
      }),
  });
  const per = (sample: Sample): number => (sample.cpuS / (hosts * minutes)) * 1e6;
  const [mine, theirs] = [all.ours.map(per), all.rows.map(per)];
  report.line({
    what: `a host’s minute (requests, bytes, statuses, quantiles) taken in, and folded into its day after ${minutes}`,
    unit: 'CPU s/million',
    ours: median(mine),
    ...cost(all.ours),
    peer: { name: 'a keyed narrow row with ms alone, in bulk', figure: median(theirs) },
    ratio: quotient(mine, theirs),
  });
}

import assert from 'node:assert';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase } from '../src/db/connection.ts';
import { migrate } from '../src/db/migrate.ts';
import { post } from '../src/ledger/flow.ts';
import { accounts, accountsOf, paymentEntry } from '../src/ledger/journal.ts';
import { readBalance, readBalances, readBooks } from '../src/ledger/store.ts';
import { must } from '../test/world.ts';
import { dayMs, monthFrom, openServer, openStore } from './fleet.ts';
import { measured } from './process.ts';
import type { Bench, Report } from './report.ts';
import { alternate, dice, median } from './rounds.ts';

/**
 * Balances at dates out of 100,000 postings: of the account that every payment goes to, and of customers, on
 * PostgreSQL and on the embedded one; beside the same sum by the dates that stand in the entries.
 */
export const bench: Bench = {
  name: 'ledger',
  about: 'balances at any date among 100,000 postings, beside the sum over a join with the entries',
  peers: { '/usr/lib/postgresql/15/bin/initdb': 'apt: postgresql-15' },
  run,
};

const customers = 1000;
const minuteMs = 60_000;

async function run(report: Report): Promise<void> {
  const entries = report.quick ? 500 : 50_000;
  const looks = report.quick ? 5 : 400;
  const embedded = await openDatabase(null, join(report.folder, 'data'));
  try {
    assert.equal(await migrate(embedded), null);
    await look(report, embedded, 'PGlite', process.pid, { entries, looks });
  } finally {
    await embedded.close();
  }
  const server = await openServer();
  if (server === null) return report.note('PostgreSQL is not here: only the embedded one was measured');
  const database = await openStore(server.url, 'ledger');
  try {
    await look(report, database, 'PostgreSQL', server.pid, { entries, looks });
  } finally {
    await database.close();
    await server.stop();
  }
}

async function look(
  report: Report,
  database: Database,
  name: string,
  pid: number,
  { entries, looks }: { readonly entries: number; readonly looks: number },
): Promise<void> {
  const { db } = database;
  await fill(database, entries);
  const roll = dice(11);
  const when = (): number => monthFrom + Math.floor(roll() * entries) * minuteMs;
  const whose = (): string => `c${String(1 + Math.floor(roll() * customers)).padStart(6, '0')}`;
  let slowestMs = 0;
  const ways = {
    received: () => readBalance(db, accounts.received, 'CNY', when()),
    customer: () => readBalances(db, accountsOf(whose()), when()),
    joined: () =>
      db.execute(sql`select coalesce(sum(amount), 0) from postings join entries on entries.id = postings.entry
        where account = ${accounts.received} and currency = 'CNY' and entries.at <= ${when()}`),
  };
  const round = (way: keyof typeof ways) => async (): Promise<number> => {
    const { cpuS } = await measured(pid === process.pid ? [] : [pid], async () => {
      for (let i = 0; i < looks; i += 1) {
        const began = performance.now();
        await ways[way]();
        if (way !== 'joined') slowestMs = Math.max(slowestMs, performance.now() - began);
      }
    });
    return (cpuS / looks) * 1000;
  };
  const all = await alternate(report.rounds, {
    received: round('received'),
    customer: round('customer'),
    joined: round('joined'),
  });
  const unit = 'CPU ms, the database’s and ours';
  const about = `${name}: the balance at a date of`;
  report.line({
    what: `${about} the account with half of ${2 * entries} postings`,
    unit,
    ours: median(all.received),
    peer: { name: 'a join with the entries', figure: median(all.joined) },
    goal: { of: 'ours', atMost: 50 },
  });
  report.line({
    what: `${about} a customer’s four accounts`,
    unit,
    ours: median(all.customer),
    goal: { of: 'ours', atMost: 50 },
  });
  const books = await readBooks(db);
  assert.deepEqual([books.sums, books.unsound], [[{ currency: 'CNY', sum: 0 }], []]);
  report.note(
    `${name}: the slowest of ${2 * looks * report.rounds} balances took ${slowestMs.toFixed(1)} ms`,
  );
}

/** Some payments through the flow, the others copied from them: another customer and minute each. */
async function fill(database: Database, count: number): Promise<void> {
  const { db } = database;
  const told = { sale: 'SA-1', currency: 'CNY', method: 'bank', amount: 36_500, at: monthFrom };
  must(await post(db, paymentEntry({ ...told, receipt: 'R-1', customer: 'c000001' })));
  await database.transaction(async (tx) => {
    await tx.execute(sql`insert into entries (key, kind, at, detail)
      select 'payment:copy' || i, kind, at + i::bigint * ${minuteMs}, detail
      from entries, generate_series(1, ${count - 1}::int) i where key = 'payment:R-1'`);
    await tx.execute(sql`insert into postings (entry, line, account, amount, currency, at)
      select e.id, p.line, case p.line when 0 then p.account
        else 'customer:c' || lpad((1 + e.id % ${customers}::int)::text, 6, '0') || ':fees' end,
        p.amount, p.currency, e.at
      from entries e, postings p where p.entry = (select min(id) from entries) and e.id > p.entry`);
  });
  assert.ok(count * minuteMs < 60 * dayMs);
  await db.execute(sql`vacuum analyze`);
}

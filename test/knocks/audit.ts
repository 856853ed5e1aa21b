import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type Database, query } from '../../src/db/connection.ts';
import { unpackDay, unpackMinute } from '../../src/measure/pack.ts';
import { toldHost } from './load.ts';
import { contentOf, type Tally } from './tally.ts';

/** What was found afterwards: a sentence for each promise that was broken, and the figures. */
export interface Findings {
  readonly faults: string[];
  readonly figures: Record<string, number>;
}

/** Every file that a 226 acknowledged has the bytes of that version, or of a later one that was sent, whole. */
export async function auditFiles(data: string, tally: Tally, { faults, figures }: Findings): Promise<void> {
  let kept = 0;
  for (const [name, { sent, acknowledged }] of tally.uploads) {
    if (acknowledged < 0) continue;
    kept += 1;
    const path = join(data, 'plane/hosts/h000001/web', name);
    const bytes = await readFile(path).catch(() => null);
    const versions = [...sent].filter((version) => version >= acknowledged);
    if (bytes === null) faults.push(`${name}: acknowledged with 226 and gone`);
    else if (!versions.some((version) => contentOf(name, version).equals(bytes)))
      faults.push(`${name}: not the bytes of version ${acknowledged} or later (${bytes.length} bytes)`);
  }
  figures['files acknowledged'] = kept;
}

/** Every fact that the centre acknowledged is in the store, and once. */
export async function auditTold(database: Database, tally: Tally, findings: Findings): Promise<void> {
  const { faults, figures } = findings;
  faults.push(...tally.takenTwice.map((what) => `taken in twice: ${what}`));
  const rows = await query<{ at: string }>(
    database.db,
    sql`select "offset" as at from logins where file = 'knocks'`,
  );
  const stored = new Set(rows.map((row) => Number(row.at)));
  for (const seq of tally.acknowledged.logins)
    if (!stored.has(seq)) faults.push(`login ${seq} was acknowledged and is not in the store`);
  for (const seq of stored) if (seq > tally.told.logins) faults.push(`login ${seq} was never told`);
  figures['facts acknowledged'] = tally.acknowledged.logins.size + tally.acknowledged.minutes;
  const [found] = await query<{ turns: string }>(
    database.db,
    sql`select count(*) as turns from turns where reading->>'detail' = 'knocks' and result = 'fail'`,
  );
  const turns = Number(found?.turns);
  if (turns < tally.acknowledged.findings || turns > tally.told.findings)
    faults.push(`${tally.acknowledged.findings} turns acknowledged, ${turns} in the store`);
  const counted = await requestsOf(database, toldHost);
  if (counted < tally.acknowledged.minutes || counted > tally.told.minutes)
    faults.push(`${tally.acknowledged.minutes} minutes acknowledged, ${counted} counted`);
}

/** Visitors' requests that the store counts for a host, in minutes and in days that were cut meanwhile. */
async function requestsOf({ db }: Database, host: string): Promise<number> {
  const minutes = await query<{ minute: string; part: number; packed: Uint8Array }>(
    db,
    sql`select minute, part, packed from minutes where plane = 'p1'`,
  );
  const days = await query<{ packed: Uint8Array }>(
    db,
    sql`select packed from host_days where host = ${host}`,
  );
  const sums = [
    ...minutes.flatMap(({ minute, part, packed }) =>
      unpackMinute('p1', Number(minute), part, packed).hosts.filter((one) => one.host === host),
    ),
    ...days.map(({ packed }) => unpackDay(packed).sums),
  ];
  return sums.reduce((sum, one) => sum + one.requests, 0);
}

interface StatementRow {
  readonly agreement: string;
  readonly month: string;
  readonly revision: number;
  readonly amount: string;
  readonly difference: string;
  readonly posted: string | null;
}

/** The ledger sums to zero, each revision is posted once with its difference, and acknowledged ones stand. */
export async function auditMoney(database: Database, tally: Tally, findings: Findings): Promise<void> {
  const { faults, figures } = findings;
  const statements = await query<StatementRow>(
    database.db,
    sql`select agreement, month, revision, amount, difference, posted_at as posted from statements
        order by agreement, month, revision`,
  );
  const entries = await query<{ key: string; sum: string; cost: string }>(
    database.db,
    sql`select e.key, sum(p.amount) as sum, sum(greatest(p.amount, 0)) as cost
        from entries e join postings p on p.entry = e.id where e.kind = 'compensation' group by e.key`,
  );
  const posted = new Map(entries.map((entry) => [entry.key, entry]));
  for (const { key, sum } of entries) if (Number(sum) !== 0) faults.push(`${key} sums to ${sum}`);
  for (const [i, row] of statements.entries()) {
    const { agreement, month, revision } = row;
    const before = statements[i - 1];
    const isNext = before?.agreement === agreement && before.month === month;
    const key = `statement:${agreement}/${month}/${revision}`;
    const difference = Number(row.amount) - (isNext ? Number(before.amount) : 0);
    if (revision !== (isNext ? before.revision + 1 : 1)) faults.push(`${key}: a revision is missing`);
    if (Number(row.difference) !== difference) faults.push(`${key}: ${row.difference}, not ${difference}`);
    if (row.posted === null) faults.push(`${key} was not posted`);
    const entry = posted.get(key);
    posted.delete(key);
    if (Number(entry?.cost ?? 0) !== Math.abs(difference))
      faults.push(`${key}: ${difference} owed, ${entry?.cost ?? 'nothing'} posted`);
  }
  for (const key of posted.keys()) faults.push(`${key} was posted without a statement`);
  for (const one of tally.closed) {
    const row = statements.find(({ month, revision }) => month === one.month && revision === one.revision);
    if (Number(row?.amount) !== one.amount || Number(row?.difference) !== one.difference)
      faults.push(`revision ${one.revision} of ${one.month} was acknowledged and is not in the store`);
  }
  const all = await query<{ sum: string }>(
    database.db,
    sql`select coalesce(sum(amount), 0) as sum from postings`,
  );
  if (Number(all[0]?.sum) !== 0) faults.push(`the ledger sums to ${all[0]?.sum}`);
  figures['statement revisions'] = statements.length;
  figures['closings acknowledged'] = tally.closed.length;
}

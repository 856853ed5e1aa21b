import { sql } from 'drizzle-orm';
import { listAgreements } from '../../src/agreement/store.ts';
import type { Database, Tx } from '../../src/db/connection.ts';
import { closeMonth, postReady } from '../../src/settlement/flow.ts';
import { type Audit, audit } from './audit.ts';
import { reviewMs } from './month.ts';
import { endOf, lastTick, type Truth } from './truth.ts';

/**
 * Ways to harm a store, each of which the auditor must notice: he who finds nothing in a good store has shown
 * nothing yet. Each is done in a transaction that is rolled back.
 */
export const harms: Readonly<Record<string, (tx: Tx, truth: Truth) => Promise<unknown>>> = {
  'a turn is dropped': (tx) =>
    tx.execute(sql`delete from turns where (target, vantage, at) in (select target, vantage, max(at) from turns
      where result = 'fail' and at > (select min(first_round) from receipts) + 86400000 group by target, vantage)`),
  'an hour of rounds is forgotten': (tx) =>
    tx.execute(sql`update receipts set last_round = last_round - 3600000
      where last_round - first_round > 7200000`),
  'rounds that nobody made are added': (tx) =>
    tx.execute(sql`update receipts set last_round = last_round + 600000`),
  'a missed slot is taken for seen': (tx) => tx.execute(sql`delete from misses`),
  'a dead time is five seconds shorter': (tx) => tx.execute(sql`update deaths set "to" = "to" - 5000`),
  'a dead time is told twice over': (tx) =>
    tx.execute(sql`insert into deaths select plane, "from" + 86400000, "to" + 86400000 from deaths`),
  'a day of the log is lost': (tx, truth) =>
    tx.execute(sql`delete from plane_days where day = ${truth.month.from + 3 * 86_400_000}::bigint`),
  'a cause is withdrawn that stood': (tx) =>
    tx.execute(sql`update causes set withdrawn_at = 1, withdrawn_by = 'x', withdrawn_reason = 'x'`),
  'a statement is changed': (tx) => tx.execute(sql`update statements set amount = amount + 1`),
  'a statement is posted before its review is over': (tx) =>
    tx.execute(sql`update statements set posted_at = due_at - 1 where difference <> 0`),
  'a posting is doubled': async (tx) => {
    await tx.execute(sql`insert into entries (key, kind, at, detail)
      select key || '/again', kind, at, detail from entries where id = (select max(id) from entries)`);
    await tx.execute(sql`insert into postings (entry, line, account, amount, currency, at)
      select (select max(id) from entries), line, account, amount, currency, at from postings
      where entry = (select max(entry) from postings)`);
  },
};

/** What the auditor says of a store that was harmed and then judged anew by the product. */
export async function auditHarmed(database: Database, truth: Truth, name: string): Promise<Audit> {
  let found: Audit | null = null;
  const undone = new Error('undone');
  const work = async (tx: Tx): Promise<never> => {
    await harms[name]!(tx, truth);
    const now = endOf(truth, lastTick(truth));
    const by = { actor: 'staff', reason: 'looked at again' };
    for (const { number } of await listAgreements(tx, '', 100_000)) {
      await closeMonth(tx, now, number, truth.month.name, by);
      await postReady(tx, now + reviewMs, [number]);
    }
    found = await audit(tx, truth, Number.MAX_SAFE_INTEGER, now);
    throw undone;
  };
  await database.transaction(work).catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return found!;
}

import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import { among } from '../db/among.ts';
import type { Tx } from '../db/connection.ts';
import type { DayRow, MinuteRow } from './days.ts';
import type { OutageFilter, OutagePlace, OutageRow } from './outage.ts';
import type { Reading } from './reading.ts';
import type { Miss, ReceiptRow } from './receipt.ts';
import type { Death } from './series.ts';
import {
  deaths,
  hostDays,
  logins,
  minutes,
  misses,
  outages,
  planeDays,
  probers,
  receipts,
  senders,
  targets,
  targetVersions,
  turns,
} from './tables.ts';
import type { Standing } from './target.ts';

/** SQL of what was seen; nobody else's tables. Everything takes the transaction it is given. */

export interface ProberRow {
  readonly id: string;
  readonly tokenDigest: Buffer;
  readonly key: string;
}

export async function upsertProber(tx: Tx, prober: ProberRow, createdAt: number): Promise<void> {
  const { tokenDigest, key } = prober;
  await tx
    .insert(probers)
    .values({ ...prober, createdAt })
    .onConflictDoUpdate({ target: probers.id, set: { tokenDigest, key } });
}

export async function readProbers(tx: Tx): Promise<readonly ProberRow[]> {
  return tx.select().from(probers).orderBy(asc(probers.id));
}

/**
 * Takes a sender's next message; false when it was taken in before. The row stays locked until the
 * transaction ends, so one sender's messages are taken in one after another.
 */
export async function takeSeq(tx: Tx, sender: string, seq: number): Promise<boolean> {
  const rows = await tx
    .insert(senders)
    .values({ id: sender, seq })
    .onConflictDoUpdate({ target: senders.id, set: { seq }, setWhere: lt(senders.seq, seq) })
    .returning();
  return rows.length === 1;
}

/** Targets that are checked now, or all that ever were of some hosts. */
export async function readTargets(tx: Tx, hosts: readonly string[] | null): Promise<readonly Standing[]> {
  const which = hosts === null ? isNull(targets.removed) : among(targets.host, hosts);
  return tx.select().from(targets).where(which).orderBy(asc(targets.id));
}

/** Those of `ids` that are checked, or were. */
export async function readKnownTargets(tx: Tx, ids: readonly string[]): Promise<readonly Standing[]> {
  const rows: Standing[] = [];
  for (const chunk of chunks(ids))
    rows.push(...(await tx.select().from(targets).where(among(targets.id, chunk))));
  return rows;
}

export async function saveTargets(tx: Tx, rows: readonly Standing[]): Promise<void> {
  const set = { spec: sql`excluded.spec`, added: sql`excluded.added`, removed: sql`excluded.removed` };
  for (const chunk of chunks(rows))
    await tx.insert(targets).values(chunk).onConflictDoUpdate({ target: targets.id, set });
}

export async function targetVersion(tx: Tx): Promise<number> {
  const rows = await tx.select().from(targetVersions).where(eq(targetVersions.id, 1));
  return rows[0]?.version ?? 0;
}

export async function setTargetVersion(tx: Tx, version: number): Promise<void> {
  await tx
    .insert(targetVersions)
    .values({ id: 1, version })
    .onConflictDoUpdate({ target: targetVersions.id, set: { version } });
}

/** A prober's ranges that reach into `[from, to)` or end where it begins, in the order of time. */
export async function readRanges(tx: Tx, prober: string, from: number, to: number) {
  const reaches = sql`${receipts.lastRound} + ${receipts.everyMs} >= ${from}`;
  return tx
    .select()
    .from(receipts)
    .where(and(eq(receipts.prober, prober), lt(receipts.firstRound, to), reaches))
    .orderBy(asc(receipts.firstRound));
}

export async function insertReceipt(tx: Tx, receipt: ReceiptRow): Promise<void> {
  await tx.insert(receipts).values(receipt);
}

/** When each prober's last round was, as far as it was told; null: never. */
export async function lastRounds(tx: Tx) {
  const last = sql<string | null>`(select ${receipts.lastRound} from ${receipts}
    where ${receipts.prober} = ${probers.id} order by ${receipts.firstRound} desc limit 1)`;
  const rows = await tx.select({ prober: probers.id, last }).from(probers).orderBy(asc(probers.id));
  return rows.map(({ prober, last: at }) => ({ prober, lastRound: at === null ? null : Number(at) }));
}

/** Makes a prober's range longer by the rounds that follow it. */
export async function extendReceipt(tx: Tx, receipt: ReceiptRow): Promise<void> {
  const { lastRound, digest, signature } = receipt;
  await tx
    .update(receipts)
    .set({ lastRound, digest, signature })
    .where(and(eq(receipts.prober, receipt.prober), eq(receipts.firstRound, receipt.firstRound)));
}

/** Ranges of all probers that touch `[from, to)`. */
export async function readReceipts(tx: Tx, from: number, to: number): Promise<readonly ReceiptRow[]> {
  return tx
    .select()
    .from(receipts)
    .where(and(gte(receipts.lastRound, from - 3_600_000), lt(receipts.firstRound, to)))
    .orderBy(asc(receipts.prober), asc(receipts.firstRound));
}

export interface TurnRow {
  readonly target: string;
  readonly vantage: string;
  readonly at: number;
  readonly result: 'pass' | 'fail';
  readonly reading: Reading;
}

/**
 * The same observation told twice is one. Another result under a known key is an observation of its own (a
 * prober that was started again looked once more in the same slot): it stands in the next free millisecond.
 */
export async function insertTurns(tx: Tx, rows: readonly TurnRow[]): Promise<void> {
  const key = (row: Pick<TurnRow, 'target' | 'vantage' | 'at'>): string =>
    `${row.target} ${row.vantage} ${row.at}`;
  for (const chunk of chunks(rows)) {
    for (let left: readonly TurnRow[] = chunk; left.length > 0; ) {
      const placed = await tx
        .insert(turns)
        .values([...left])
        .onConflictDoNothing()
        .returning({ target: turns.target, vantage: turns.vantage, at: turns.at });
      const done = new Set(placed.map(key));
      const rest = left.filter((row) => !done.has(key(row)));
      if (rest.length === 0) break;
      const ids = rest.map((row) => row.target);
      const instants = rest.map((row) => row.at);
      const known = await tx
        .select({ target: turns.target, vantage: turns.vantage, at: turns.at, result: turns.result })
        .from(turns)
        .where(and(among(turns.target, ids), inArray(turns.at, instants)));
      const results = new Map(known.map((row) => [key(row), row.result]));
      left = rest
        .filter((row) => results.get(key(row)) !== row.result)
        .map((row) => ({ ...row, at: row.at + 1 }));
    }
  }
}

/** Rows for one statement each: a statement carries at most 65,535 values. */
function* chunks<Row>(rows: readonly Row[], size = 1000): Generator<Row[]> {
  for (let i = 0; i < rows.length; i += size) yield rows.slice(i, i + size);
}

export async function insertMisses(tx: Tx, vantage: string, rows: readonly Miss[]): Promise<void> {
  for (const chunk of chunks(rows))
    await tx
      .insert(misses)
      .values(chunk.map(({ target, at }) => ({ target, vantage, at })))
      .onConflictDoNothing();
}

/** What a vantage point missed within `[from, to)`, of all targets. */
export async function readMissed(tx: Tx, vantage: string, from: number, to: number) {
  return tx
    .select({ target: misses.target, at: misses.at })
    .from(misses)
    .where(and(eq(misses.vantage, vantage), gte(misses.at, from), lt(misses.at, to)));
}

export async function deleteMisses(tx: Tx, vantage: string, rows: readonly Miss[]): Promise<void> {
  for (const { target, at } of rows)
    await tx
      .delete(misses)
      .where(and(eq(misses.target, target), eq(misses.vantage, vantage), eq(misses.at, at)));
}

/** Turns of some targets before `to`, back to the last one at or before `from` of each vantage point. */
export async function readTurns(tx: Tx, ids: readonly string[], from: number, to: number) {
  if (ids.length === 0) return [];
  const before = await tx
    .selectDistinctOn([turns.target, turns.vantage])
    .from(turns)
    .where(and(among(turns.target, ids), lte(turns.at, from)))
    .orderBy(asc(turns.target), asc(turns.vantage), desc(turns.at));
  const inside = await tx
    .select()
    .from(turns)
    .where(and(among(turns.target, ids), gt(turns.at, from), lt(turns.at, to)))
    .orderBy(asc(turns.at));
  return [...before, ...inside];
}

export async function readMisses(tx: Tx, ids: readonly string[], from: number, to: number) {
  if (ids.length === 0) return [];
  return tx
    .select()
    .from(misses)
    .where(and(among(misses.target, ids), gte(misses.at, from), lt(misses.at, to)))
    .orderBy(asc(misses.at));
}

/** A plane that died again before it made a mark tells the same beginning with a later end: the longer one stands. */
export async function insertDeath(tx: Tx, plane: string, death: Death): Promise<void> {
  await tx
    .insert(deaths)
    .values({ plane, ...death })
    .onConflictDoUpdate({
      target: [deaths.plane, deaths.from],
      set: { to: death.to },
      setWhere: lt(deaths.to, death.to),
    });
}

/** Dead times of some planes that touch `[from, to)`, in the order of time. */
export async function readDeaths(tx: Tx, planes: readonly string[], from: number, to: number) {
  return tx
    .select()
    .from(deaths)
    .where(and(among(deaths.plane, planes), gt(deaths.to, from), lt(deaths.from, to)))
    .orderBy(asc(deaths.from));
}

export async function insertMinutes(tx: Tx, rows: readonly MinuteRow[]): Promise<void> {
  for (const chunk of chunks(rows)) await tx.insert(minutes).values(chunk).onConflictDoNothing();
}

/** A plane's minutes after `after` (minute and part) and before `to`, at most `limit`. */
export async function readMinutes(
  tx: Tx,
  plane: string,
  after: Pick<MinuteRow, 'minute' | 'part'>,
  to: number,
  limit: number,
): Promise<readonly MinuteRow[]> {
  const later = sql`(${minutes.minute}, ${minutes.part}) > (${after.minute}, ${after.part})`;
  return tx
    .select()
    .from(minutes)
    .where(and(eq(minutes.plane, plane), later, lt(minutes.minute, to)))
    .orderBy(asc(minutes.minute), asc(minutes.part))
    .limit(limit);
}

/** The earliest minute of any plane that is not yet folded into a day; null: all are. */
export async function oldestMinute(
  tx: Tx,
): Promise<{ readonly plane: string; readonly minute: number } | null> {
  const rows = await tx
    .select({ plane: minutes.plane, minute: minutes.minute })
    .from(minutes)
    .orderBy(asc(minutes.minute))
    .limit(1);
  return rows[0] ?? null;
}

export async function deleteMinutes(tx: Tx, plane: string, from: number, to: number): Promise<void> {
  await tx
    .delete(minutes)
    .where(and(eq(minutes.plane, plane), gte(minutes.minute, from), lt(minutes.minute, to)));
}

export async function saveDays(tx: Tx, rows: readonly DayRow[]): Promise<void> {
  for (const chunk of chunks(rows))
    await tx
      .insert(hostDays)
      .values(chunk)
      .onConflictDoUpdate({ target: [hostDays.host, hostDays.day], set: { packed: sql`excluded.packed` } });
}

export async function readDays(tx: Tx, hosts: readonly string[] | null, from: number, to: number) {
  if (hosts?.length === 0) return [];
  const time = and(gte(hostDays.day, from), lt(hostDays.day, to));
  return tx
    .select()
    .from(hostDays)
    .where(hosts === null ? time : and(among(hostDays.host, hosts), time))
    .orderBy(asc(hostDays.day));
}

export async function savePlaneDay(tx: Tx, plane: string, day: number, read: Buffer): Promise<void> {
  await tx
    .insert(planeDays)
    .values({ plane, day, read })
    .onConflictDoUpdate({ target: [planeDays.plane, planeDays.day], set: { read } });
}

export async function readPlaneDays(tx: Tx, planes: readonly string[], from: number, to: number) {
  return tx
    .select()
    .from(planeDays)
    .where(and(among(planeDays.plane, planes), gte(planeDays.day, from), lt(planeDays.day, to)))
    .orderBy(asc(planeDays.day));
}

/** `file`: which log file (its inode); `offset`: where in it the line begins. */
export type LoginRow = typeof logins.$inferInsert;

export async function insertLogins(tx: Tx, rows: readonly LoginRow[]): Promise<void> {
  for (const chunk of chunks(rows)) await tx.insert(logins).values(chunk).onConflictDoNothing();
}

/** Outages of a host that touch `[from, to)`, oldest first; of one check, or of all. */
export async function readOutages(
  tx: Tx,
  host: string,
  from: number,
  to: number,
  check: string | null = null,
): Promise<readonly OutageRow[]> {
  const which =
    check === null ? eq(outages.host, host) : and(eq(outages.host, host), eq(outages.check, check));
  const touches = or(isNull(outages.to), gt(outages.to, from));
  return tx
    .select()
    .from(outages)
    .where(and(which, lt(outages.from, to), touches))
    .orderBy(asc(outages.from));
}

/** Outages of some hosts, or of all (`hosts` null): those that last first, then the latest first. */
export async function pageOutages(tx: Tx, filter: OutageFilter, after: OutagePlace | null, limit: number) {
  const { hosts, check, open } = filter;
  if (hosts?.length === 0) return [];
  const lasts = sql<boolean>`(${outages.to} is null)`;
  const place = sql`(${lasts}, ${outages.from}, ${outages.host}, ${outages.check})`;
  const which = [
    hosts === null ? undefined : among(outages.host, hosts),
    check === null ? undefined : eq(outages.check, check),
    open === null ? undefined : eq(lasts, open),
    after === null
      ? undefined
      : sql`${place} < (${after.open}::boolean, ${after.from}::bigint, ${after.host}, ${after.check})`,
  ];
  return tx
    .select()
    .from(outages)
    .where(and(...which))
    .orderBy(desc(lasts), desc(outages.from), desc(outages.host), desc(outages.check))
    .limit(limit);
}

/** Replaces what is known of a check's outages from an instant on: they follow from the runs. */
export async function replaceOutages(
  tx: Tx,
  host: string,
  check: string,
  from: number,
  rows: readonly OutageRow[],
): Promise<void> {
  await tx
    .delete(outages)
    .where(and(eq(outages.host, host), eq(outages.check, check), gte(outages.from, from)));
  if (rows.length > 0) await tx.insert(outages).values([...rows]);
}

const checked = { host: outages.host, check: outages.check };

/** Checks whose outage is open: the timetable looks again at these, since silence ends a verdict too. */
export async function openOutages(tx: Tx) {
  return tx.select(checked).from(outages).where(isNull(outages.to));
}

/** Checks of which a prober's rounds within `[from, to)` may move outages: those that have one then, or that it saw fail. */
export async function readUnsettled(tx: Tx, prober: string, from: number, to: number) {
  const within = and(lt(outages.from, to), or(isNull(outages.to), gt(outages.to, from)));
  const shown = tx.select(checked).from(outages).where(within);
  const later = sql`select 1 from ${turns} as later where later.target = ${turns.target}
    and later.vantage = ${turns.vantage} and later.at > ${turns.at} and later.at <= ${from}`;
  const failed = and(eq(turns.vantage, prober), eq(turns.result, 'fail'), lt(turns.at, to));
  const failing = tx
    .select({ host: targets.host, check: targets.check })
    .from(turns)
    .innerJoin(targets, eq(targets.id, turns.target))
    .where(and(failed, sql`not exists (${later})`));
  return union(shown, failing);
}

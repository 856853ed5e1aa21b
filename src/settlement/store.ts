import { and, asc, desc, eq, getTableColumns, gt, isNull, lte, sql } from 'drizzle-orm';
import { among } from '../db/among.ts';
import type { Tx } from '../db/connection.ts';
import { defaultLimits, type Limits } from './approval.ts';
import type { Filed, Statement } from './statement.ts';
import { approvals, dues, limits, statements } from './tables.ts';

/** Statements of an agreement, newest month and revision first. */
export async function readStatements(tx: Tx, agreement: string): Promise<readonly Statement[]> {
  return tx
    .select()
    .from(statements)
    .where(eq(statements.agreement, agreement))
    .orderBy(desc(statements.month), desc(statements.revision));
}

/** The latest revision of a month; null: not judged yet. */
export async function readStatement(tx: Tx, agreement: string, month: string): Promise<Statement | null> {
  return (await readLatest(tx, [agreement], month)).get(agreement) ?? null;
}

/** The latest revision of a month of each agreement that has one, by number. */
export async function readLatest(
  tx: Tx,
  agreements: readonly string[],
  month: string,
): Promise<ReadonlyMap<string, Statement>> {
  const rows = await tx
    .selectDistinctOn([statements.agreement])
    .from(statements)
    .where(and(among(statements.agreement, agreements), eq(statements.month, month)))
    .orderBy(asc(statements.agreement), desc(statements.revision));
  return new Map(rows.map((row) => [row.agreement, row]));
}

/** Revisions of an agreement, newest first; of one month, or all. */
export async function readRevisions(
  tx: Tx,
  agreement: string,
  month: string | null,
  limit: number,
): Promise<readonly Statement[]> {
  const which = month === null ? undefined : eq(statements.month, month);
  return tx
    .select()
    .from(statements)
    .where(and(eq(statements.agreement, agreement), which))
    .orderBy(desc(statements.month), desc(statements.revision))
    .limit(limit);
}

const { caseText: _, ...filed } = getTableColumns(statements);

/** The same without their cases, which would have to be unpacked. */
export async function readFiled(
  tx: Tx,
  agreement: string,
  month: string | null,
  limit: number,
): Promise<readonly Filed[]> {
  const which = month === null ? undefined : eq(statements.month, month);
  return tx
    .select(filed)
    .from(statements)
    .where(and(eq(statements.agreement, agreement), which))
    .orderBy(desc(statements.month), desc(statements.revision))
    .limit(limit);
}

/** The latest revision of a month of each agreement after `after`; of the agreements named, or all. */
export async function pageLatest(
  tx: Tx,
  month: string,
  agreements: readonly string[] | null,
  after: string,
  limit: number,
): Promise<readonly Filed[]> {
  const whose = agreements === null ? undefined : among(statements.agreement, agreements);
  return tx
    .selectDistinctOn([statements.agreement], filed)
    .from(statements)
    .where(and(eq(statements.month, month), gt(statements.agreement, after), whose))
    .orderBy(asc(statements.agreement), desc(statements.revision))
    .limit(limit);
}

export async function insertStatements(tx: Tx, rows: readonly Statement[]): Promise<void> {
  await tx.insert(statements).values([...rows]);
}

/** The place of a draft in the order in which drafts become due. */
export type DraftPlace = Pick<Filed, 'dueAt' | 'agreement' | 'month' | 'revision'>;

/** Drafts whose review is over, longest waiting first, after a place; null: from the first. */
export async function readDueDrafts(
  tx: Tx,
  now: number,
  after: DraftPlace | null,
  limit: number,
): Promise<readonly DraftPlace[]> {
  const { dueAt, agreement, month, revision } = statements;
  const place = sql`(${dueAt}, ${agreement}, ${month}, ${revision})`;
  const later =
    after === null
      ? undefined
      : sql`${place} > (${after.dueAt}, ${after.agreement}, ${after.month}, ${after.revision})`;
  return tx
    .select({ dueAt, agreement, month, revision })
    .from(statements)
    .where(and(isNull(statements.postedAt), lte(dueAt, now), later))
    .orderBy(asc(dueAt), asc(agreement), asc(month), asc(revision))
    .limit(limit);
}

/** All drafts of some agreements, in the order of their revisions. */
export async function readDrafts(tx: Tx, agreements: readonly string[]): Promise<readonly Filed[]> {
  const { agreement, month, revision } = statements;
  return tx
    .select(filed)
    .from(statements)
    .where(and(isNull(statements.postedAt), among(agreement, agreements)))
    .orderBy(asc(agreement), asc(month), asc(revision));
}

/** Drafts of some agreements, or of all, after one of them. */
export async function pageDrafts(
  tx: Tx,
  agreements: readonly string[] | null,
  after: Omit<DraftPlace, 'dueAt'> | null,
  limit: number,
): Promise<readonly Filed[]> {
  const { agreement, month, revision } = statements;
  const whose = agreements === null ? undefined : among(agreement, agreements);
  const later =
    after === null
      ? undefined
      : sql`(${agreement}, ${month}, ${revision}) > (${after.agreement}, ${after.month}, ${after.revision})`;
  return tx
    .select(filed)
    .from(statements)
    .where(and(isNull(statements.postedAt), whose, later))
    .orderBy(asc(agreement), asc(month), asc(revision))
    .limit(limit);
}

/** False when it was posted before. */
export async function markPosted(tx: Tx, row: Omit<DraftPlace, 'dueAt'>, at: number): Promise<boolean> {
  const { agreement, month, revision } = statements;
  const one = and(eq(agreement, row.agreement), eq(month, row.month), eq(revision, row.revision));
  const rows = await tx
    .update(statements)
    .set({ postedAt: at })
    .where(and(one, isNull(statements.postedAt)))
    .returning({ revision });
  return rows.length === 1;
}

export type StepRow = typeof approvals.$inferSelect;

/** Everything that was done about statements of some agreements, in its order. */
export async function readSteps(tx: Tx, agreements: readonly string[]): Promise<readonly StepRow[]> {
  const { agreement, month, revision, step } = approvals;
  return tx
    .select()
    .from(approvals)
    .where(among(agreement, agreements))
    .orderBy(asc(agreement), asc(month), asc(revision), asc(step));
}

export async function insertStep(tx: Tx, row: StepRow): Promise<void> {
  await tx.insert(approvals).values(row);
}

/** The provider's limits as they are now. */
export async function readLimits(tx: Tx): Promise<Limits> {
  const { reviewDays, amounts } = limits;
  const rows = await tx.select({ reviewDays, amounts }).from(limits).orderBy(desc(limits.id)).limit(1);
  return rows[0] ?? defaultLimits;
}

export async function insertLimits(tx: Tx, row: Limits, actor: string, at: number): Promise<void> {
  await tx.insert(limits).values({ ...row, actor, at });
}

/** Which months of some agreements have a statement. */
export async function readMonths(tx: Tx, agreements: readonly string[]) {
  return tx
    .selectDistinct({ agreement: statements.agreement, month: statements.month })
    .from(statements)
    .where(among(statements.agreement, agreements));
}

export interface DueRow {
  readonly agreement: string;
  /** The first month that has no statement. */
  readonly month: string;
  readonly due: number;
}

export async function countDues(tx: Tx): Promise<number> {
  return tx.$count(dues);
}

/** How many agreements have a month that may be judged. */
export async function countDue(tx: Tx, now: number): Promise<number> {
  return tx.$count(dues, lte(dues.due, now));
}

/** Which of some agreements have a due. */
export async function readNoted(tx: Tx, agreements: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ agreement: dues.agreement })
    .from(dues)
    .where(among(dues.agreement, agreements));
  return new Set(rows.map((row) => row.agreement));
}

/** What is due, longest waiting first. */
export async function readDues(tx: Tx, now: number, limit: number): Promise<readonly DueRow[]> {
  return tx
    .select()
    .from(dues)
    .where(lte(dues.due, now))
    .orderBy(asc(dues.due), asc(dues.agreement))
    .limit(limit);
}

export async function saveDues(tx: Tx, rows: readonly DueRow[]): Promise<void> {
  if (rows.length === 0) return;
  const set = { month: sql`excluded.month`, due: sql`excluded.due` };
  await tx
    .insert(dues)
    .values([...rows])
    .onConflictDoUpdate({ target: dues.agreement, set });
}

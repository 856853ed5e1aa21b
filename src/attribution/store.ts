import { and, asc, eq, gt, isNull, lt } from 'drizzle-orm';
import { among } from '../db/among.ts';
import type { Tx } from '../db/connection.ts';
import type { NewCause } from './cause.ts';
import { causes } from './tables.ts';

/** False when a cause of that id already stands. */
export async function insertCause(tx: Tx, cause: NewCause, at: number): Promise<boolean> {
  const rows = await tx
    .insert(causes)
    .values({ ...cause, at })
    .onConflictDoNothing()
    .returning();
  return rows.length === 1;
}

export async function readCause(tx: Tx, id: string) {
  const rows = await tx.select().from(causes).where(eq(causes.id, id));
  return rows[0] ?? null;
}

/** Causes of a host that touch `[from, to)` and were not withdrawn. */
export async function readCauses(tx: Tx, host: string, from: number, to: number) {
  return readCausesOf(tx, [host], from, to);
}

/** All causes of a host that touch `[from, to)`, those that were withdrawn among them. */
export async function readHistory(tx: Tx, host: string, from: number, to: number) {
  return tx
    .select()
    .from(causes)
    .where(and(eq(causes.host, host), lt(causes.from, to), gt(causes.to, from)))
    .orderBy(asc(causes.from), asc(causes.id));
}

/** The same of many hosts, each in the order of time. */
export async function readCausesOf(tx: Tx, hosts: readonly string[], from: number, to: number) {
  const touches = and(lt(causes.from, to), gt(causes.to, from));
  return tx
    .select()
    .from(causes)
    .where(and(among(causes.host, hosts), isNull(causes.withdrawnAt), touches))
    .orderBy(asc(causes.from), asc(causes.id));
}

/** False when there is none to withdraw. */
export async function withdraw(tx: Tx, id: string, by: string, reason: string, at: number): Promise<boolean> {
  const rows = await tx
    .update(causes)
    .set({ withdrawnAt: at, withdrawnBy: by, withdrawnReason: reason })
    .where(and(eq(causes.id, id), isNull(causes.withdrawnAt)))
    .returning();
  return rows.length === 1;
}

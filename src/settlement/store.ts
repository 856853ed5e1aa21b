import { and, desc, eq } from 'drizzle-orm';
import type { Tx } from '../db/connection.ts';
import type { Statement } from './statement.ts';
import { statements } from './tables.ts';

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
  const rows = await tx
    .select()
    .from(statements)
    .where(and(eq(statements.agreement, agreement), eq(statements.month, month)))
    .orderBy(desc(statements.revision))
    .limit(1);
  return rows[0] ?? null;
}

export async function insertStatement(tx: Tx, statement: Statement): Promise<void> {
  await tx.insert(statements).values(statement);
}

export async function markPosted(tx: Tx, statement: Statement, postedAt: number): Promise<void> {
  await tx
    .update(statements)
    .set({ postedAt })
    .where(
      and(
        eq(statements.agreement, statement.agreement),
        eq(statements.month, statement.month),
        eq(statements.revision, statement.revision),
      ),
    );
}

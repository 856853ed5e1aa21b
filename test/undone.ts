import { sql } from 'drizzle-orm';
import type { Database } from '../src/db/connection.ts';

/**
 * The same database, whose transactions are done to their end, checked, and then rolled back unless `keeps` says
 * otherwise: a request is answered as if it were done, and the next one finds the world as it was.
 */
export function undone(database: Database, keeps: () => boolean): Database {
  const transaction: Database['transaction'] = async (work, options) => {
    if (keeps()) return database.transaction(work, options);
    const undo = new Error('undone on purpose');
    const made: Awaited<ReturnType<typeof work>>[] = [];
    try {
      await database.transaction(async (tx) => {
        made.push(await work(tx));
        // What a commit would still find.
        await tx.execute(sql`set constraints all immediate`);
        throw undo;
      }, options);
    } catch (error) {
      if (error !== undo) throw error;
    }
    return made.at(-1)!;
  };
  return { ...database, transaction };
}

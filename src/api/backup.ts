import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Database } from '../db/connection.ts';
import { type Dump, dumpTables } from '../db/dump.ts';
import { dataPart, type Manifest, rowsFile } from '../wire/manifest.ts';
import { copyMoment } from '../wire/moment.ts';
import { digestFile, type Entry } from '../wire/tree.ts';
import type { Gate } from './gate.ts';

/** The part of a backup that the centre makes: the database, and what must be of its moment. */
export interface Moment {
  readonly at: number;
  readonly kind: Database['kind'];
  readonly entries: readonly Entry[];
  readonly dump: Manifest['dump'];
}

/**
 * Writes `database/` and the spools and readers' places below `data/` of the folder. The gate is closed only
 * until the database's moment is taken and the spools are copied; the rows are then read from that moment.
 */
export async function takeMoment(
  database: Database,
  gate: Gate,
  data: string,
  into: string,
  now: () => number,
): Promise<Moment> {
  const reopen = await gate.close();
  const rows = new RowsWriter(into);
  const { kind } = database;
  try {
    return await database.transaction(
      async (tx) => {
        // The first statement takes the moment.
        await tx.execute(sql`select 1`);
        const at = now();
        const entries = await copyMoment(data, join(into, dataPart));
        reopen();
        const dump = await dumpTables(tx, (table, more) => rows.take(table, more));
        await rows.close();
        return { at, kind, entries, dump: await withDigests(into, dump) };
      },
      { snapshot: true },
    );
  } finally {
    reopen();
    await rows.close();
  }
}

async function withDigests(into: string, dump: Dump): Promise<Manifest['dump']> {
  const tables = [];
  for (const { name, columns, rows } of dump.tables) {
    tables.push({ name, columns: [...columns], rows, ...(await digestFile(rowsFile(into, name))) });
  }
  return { migrations: [...dump.migrations], tables, sequences: [...dump.sequences] };
}

/** One table's file after the other, a row a line. */
class RowsWriter {
  readonly #into: string;
  #table = '';
  #file: Awaited<ReturnType<typeof open>> | null = null;

  constructor(into: string) {
    this.#into = into;
  }

  async take(table: string, rows: readonly string[]): Promise<void> {
    if (table !== this.#table) {
      await this.close();
      this.#file = await open(rowsFile(this.#into, table), 'wx', 0o600);
      this.#table = table;
    }
    if (rows.length > 0) await this.#file!.writeFile(`${rows.join('\n')}\n`);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.datasync();
    await file?.close();
  }
}

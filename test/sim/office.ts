import { mkdir } from 'node:fs/promises';
import { type Database, embedded, type Tx } from '../../src/db/connection.ts';
import { Embedded } from '../../src/db/embedded.ts';
import { dumpedTemplate } from '../database.ts';
import type { Random } from '../fuzz/random.ts';

/** The centre's store on a disk of its own: transactions are lost now and then, and the database is restarted. */
export interface Office {
  database(): Database;
  /** One transaction; now and then a first attempt is lost before it commits, and made again. */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  restart(): Promise<void>;
  readonly lost: () => number;
  close(): Promise<void>;
}

class Lost extends Error {}

export async function openOffice(folder: string, random: Random): Promise<Office> {
  await mkdir(folder, { recursive: true });
  const open = async (loadDataDir?: Blob): Promise<Database> =>
    embedded(
      await Embedded.open({
        dataDir: `${folder}/database`,
        ...(loadDataDir === undefined ? {} : { loadDataDir }),
      }),
    );
  let database = await open(new Blob([new Uint8Array(await dumpedTemplate())]));
  let lost = 0;
  return {
    database: () => database,
    transact: async (work) => {
      if (random.chance(0.03)) {
        lost += 1;
        await database
          .transaction(async (tx) => {
            await work(tx);
            throw new Lost('before it was committed');
          })
          .catch((error: unknown) => {
            if (!(error instanceof Lost)) throw error;
          });
      }
      return database.transaction(work);
    },
    restart: async () => {
      await database.close();
      database = await open();
    },
    lost: () => lost,
    close: () => database.close(),
  };
}

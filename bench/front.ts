import assert from 'node:assert';
import { openDatabase } from '../src/db/connection.ts';
import { enter, openFront } from '../test/entrance.ts';

/** `node bench/front.ts URL|FOLDER NOW CALLERS`: the API of bench/api.ts in a process of its own, whose clock stands still. */
export interface Front {
  readonly origin: string;
  /** `authorization` of each caller; one caller may ask 1,200 times a minute. */
  readonly callers: readonly string[];
}

async function serve([where, at, count]: readonly string[]): Promise<void> {
  assert(where !== undefined);
  const isUrl = where.startsWith('postgres:');
  const database = await openDatabase(isUrl ? where : null, isUrl ? '' : where);
  const ends: (() => unknown)[] = [() => database.close()];
  const now = Number(at);
  const front = await openFront({ after: (end: () => unknown) => void ends.push(end) }, database, () => now);
  const callers: string[] = [];
  for (let i = 0; i < Number(count); i += 1) {
    const { headers } = await enter(database, now, 'owner', null, `owner${i}@example.cn`);
    callers.push(headers.authorization);
  }
  process.once('SIGTERM', async () => {
    for (const end of ends.reverse()) await end();
    if (front.mishaps.length > 0) console.error(front.mishaps.join('\n'));
    process.exit(front.mishaps.length > 0 ? 1 : 0);
  });
  console.log(JSON.stringify({ origin: front.origin, callers } satisfies Front));
}

if (import.meta.main) await serve(process.argv.slice(2));

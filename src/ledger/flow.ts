import type { Tx } from '../db/connection.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { admitEntry, type Entry, type Posting } from './journal.ts';
import { insertEntry, readPostings } from './store.ts';

/** Posts an entry once, however often it is told. Other postings under a key that was posted are refused. */
export async function post(tx: Tx, entry: Entry): Promise<Refusal | null> {
  const unfit = admitEntry(entry);
  if (unfit !== null) return unfit;
  if (await insertEntry(tx, entry)) return null;
  const posted = await readPostings(tx, entry.key);
  return isSame(posted, entry.postings)
    ? null
    : refuse('entry-known', 'key', `${entry.key} was posted with other amounts`);
}

function isSame(a: readonly Posting[], b: readonly Posting[]): boolean {
  const told = (list: readonly Posting[]): string =>
    JSON.stringify(list.map(({ account, amount, currency }) => [account, amount, currency]));
  return told(a) === told(b);
}

import type { Tx } from '../db/connection.ts';
import type { Refusal } from '../refusal.ts';
import { admitEntry, type Entry } from './journal.ts';
import { insertEntry } from './store.ts';

/** Posts an entry once, however often it is told. */
export async function post(tx: Tx, entry: Entry): Promise<Refusal | null> {
  const unfit = admitEntry(entry);
  if (unfit === null) await insertEntry(tx, entry);
  return unfit;
}

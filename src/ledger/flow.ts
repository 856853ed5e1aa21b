import type { Database, Tx } from '../db/connection.ts';
import { backoffMs, fail, finish, take } from '../db/outbox.ts';
import { type Refusal, refuse } from '../refusal.ts';
import {
  admitEntry,
  type Entry,
  type Paid,
  type Payout,
  type Posting,
  paymentEntry,
  payoutEntry,
  sourceOf,
} from './journal.ts';
import { insertEntry, lockAccount, readBalance, readPostings } from './store.ts';

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

/**
 * Books what the agreements told of payments, each in a transaction of its own with its letter, so that a kill or a
 * second wake-up posts nothing twice. Gives how many were booked.
 */
export async function bookPayments(
  database: Database,
  now: () => number,
  mishap: (text: string) => void,
): Promise<number> {
  let booked = 0;
  for (;;) {
    const open = { letter: null as { id: number; key: string; attempts: number } | null };
    try {
      const isDone = await database.transaction(async (tx) => {
        const [letter] = await take(tx, now(), 1, 'payment');
        if (letter === undefined) return true;
        open.letter = letter;
        const refused = await post(tx, paymentEntry(letter.body as Paid));
        if (refused !== null) throw new Error(`${refused.rule} (${refused.code})`);
        await finish(tx, letter.id, now());
        return false;
      });
      if (isDone) return booked;
      booked += 1;
    } catch (error) {
      const { letter } = open;
      if (letter === null) throw error;
      // It holds up nobody: the others go on, and this one is tried again later.
      const what = error instanceof Error ? error.message : String(error);
      mishap(`payment ${letter.key} is not booked: ${what}`);
      const due = now() + backoffMs(letter.attempts);
      await database.transaction((tx) => fail(tx, letter.id, what, due));
    }
  }
}

/** Pays out what is owed, or what is in the balance; never more than there is. The same key told twice is one payout. */
export async function payOut(tx: Tx, now: number, payout: Payout): Promise<Refusal | null> {
  const { amount, currency, way, reference } = payout;
  if (!Number.isSafeInteger(amount) || amount <= 0)
    return refuse('amount-invalid', 'amount', 'whole minor units above zero');
  if (way !== 'balance' && reference.trim() === '')
    return refuse('reference-missing', 'reference', 'the number of the transfer at the bank or service');
  const source = sourceOf(payout);
  await lockAccount(tx, source);
  const entry = payoutEntry(payout, now);
  const known = await readPostings(tx, entry.key);
  if (known.length > 0) return post(tx, entry);
  const there = -(await readBalance(tx, source, currency, Number.MAX_SAFE_INTEGER));
  if (amount > there) return refuse('payout-larger', 'amount', `${there} ${currency} are there`);
  return post(tx, entry);
}

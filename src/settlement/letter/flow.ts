import { type AgreementRow, pageAgreements } from '../../agreement/store.ts';
import { monthOf } from '../../calendar/zone.ts';
import type { Database, Tx } from '../../db/connection.ts';
import { backoffMs, fail, finish, hold, post, take } from '../../db/outbox.ts';
import type { Letter } from '../../notice/message.ts';
import { readCustomer, readProvider } from '../../people/store.ts';
import { recipientsOf, webhooksOf } from '../../people/verification/flow.ts';
import type { Filed } from '../statement.ts';
import { pageLatest } from '../store.ts';

/** One letter a month tells a customer what all their agreements came to, whatever was posted and what waits. */

/** Agreements that a letter names; the others are in the console. */
const mostLines = 50;
/** Of what a webhook is told; the API has them all. */
const mostStatements = 500;
/** Nobody waits for last month's letter any longer. */
const patienceMs = 30 * 86_400_000;
/** How long it is waited for agreements of the same customer that are not judged yet. */
const againMs = 600_000;

interface Told {
  readonly customer: string;
  readonly month: string;
}

/**
 * Writes the letters of months that are judged, each in a transaction of its own with the outbox's letter, so that a
 * kill or a second wake-up writes nothing twice. Gives how many customers were told.
 */
export async function tellMonths(
  database: Database,
  now: () => number,
  mishap: (text: string) => void,
): Promise<number> {
  let told = 0;
  for (;;) {
    const open = { letter: null as { id: number; key: string; attempts: number } | null };
    try {
      const done = await database.transaction(async (tx) => {
        const [letter] = await take(tx, now(), 1, 'month');
        if (letter === undefined) return null;
        open.letter = letter;
        const isTold = await tellMonth(tx, now(), letter.body as Told);
        if (isTold) await finish(tx, letter.id, now());
        else await hold(tx, letter.id, now() + againMs);
        return isTold;
      });
      if (done === null) return told;
      if (done) told += 1;
    } catch (error) {
      const { letter } = open;
      if (letter === null) throw error;
      const what = error instanceof Error ? error.message : String(error);
      mishap(`the month of ${letter.key} is not told: ${what}`);
      const due = now() + backoffMs(letter.attempts);
      await database.transaction((tx) => fail(tx, letter.id, what, due));
    }
  }
}

/** False while an agreement of the customer is not judged yet: then it is one letter later. */
async function tellMonth(tx: Tx, now: number, { customer, month }: Told): Promise<boolean> {
  const party = await readCustomer(tx, customer);
  if (party === null || party.sample) return true;
  const agreements = await pageAgreements(tx, { customer, host: null }, '', 100_000);
  const numbers = agreements.map(({ number }) => number);
  const rows = await pageLatest(tx, month, numbers, '', 100_000);
  const judged = new Set(rows.map(({ agreement }) => agreement));
  const isOpen = ({ number, zone, offeredAt }: AgreementRow): boolean =>
    !judged.has(number) && monthOf(zone, offeredAt) <= month;
  if (agreements.some(isOpen)) return false;
  const zone = (await readProvider(tx))?.profile.zone ?? 'UTC';
  const lines = rows.slice(0, mostLines).map(lineOf);
  const more = Math.max(0, rows.length - mostLines);
  const until = now + patienceMs;
  for (const { contact, to, name, lang } of await recipientsOf(tx, now, customer)) {
    const letter: Letter = { kind: 'month', to, lang, name, month, lines, more, until, zone };
    await post(tx, 'letter', `month ${customer} ${month} ${contact}`, letter, now);
  }
  const event = { kind: 'month', customer, month, statements: rows.slice(0, mostStatements).map(eventOf) };
  for (const webhook of await webhooksOf(tx, now, customer))
    await post(
      tx,
      'hook',
      `month ${customer} ${month} ${webhook.contact}`,
      { ...webhook, event, until },
      now,
    );
  return true;
}

function lineOf({ agreement, amount, currency, postedAt, dueAt }: Filed) {
  return { agreement, amount, currency, dueAt: postedAt === null ? dueAt : null };
}

function eventOf({ agreement, amount, currency, postedAt, dueAt, caseDigest }: Filed) {
  const iso = (at: number): string => new Date(at).toISOString();
  const when = { postedAt: postedAt === null ? null : iso(postedAt), dueAt: iso(dueAt) };
  return { agreement, amount: { minor: amount, currency }, ...when, digest: caseDigest.toString('hex') };
}

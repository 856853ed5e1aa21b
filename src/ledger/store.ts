import { and, asc, desc, eq, gte, isNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { among } from '../db/among.ts';
import type { Tx } from '../db/connection.ts';
import type { InvoicedLine, InvoiceState } from './invoice.ts';
import { accounts, type Entry, type Posting } from './journal.ts';
import { entries, invoiceLines, invoiceSteps, invoices, postings } from './tables.ts';
import { askedKinds, type Standing, type TransferState } from './transfer.ts';

/** False when the entry's key was posted before. */
export async function insertEntry(tx: Tx, entry: Entry): Promise<boolean> {
  const { key, kind, at, detail } = entry;
  const rows = await tx.insert(entries).values({ key, kind, at, detail }).onConflictDoNothing().returning();
  const id = rows[0]?.id;
  if (id === undefined) return false;
  const rowOf = (posting: Posting, line: number) => ({ entry: id, line, at, ...posting });
  await tx.insert(postings).values(entry.postings.map(rowOf));
  return true;
}

/** Postings of the entry of a key, in their order. */
export async function readPostings(tx: Tx, key: string): Promise<readonly Posting[]> {
  return tx
    .select({ account: postings.account, amount: postings.amount, currency: postings.currency })
    .from(postings)
    .innerJoin(entries, eq(entries.id, postings.entry))
    .where(eq(entries.key, key))
    .orderBy(asc(postings.line));
}

/** Sum of an account's postings up to and at an instant, in minor units. */
export async function readBalance(tx: Tx, account: string, currency: string, at: number): Promise<number> {
  const rows = await tx
    .select({ sum: sql<string>`coalesce(sum(${postings.amount}), 0)` })
    .from(postings)
    .where(and(eq(postings.account, account), eq(postings.currency, currency), lte(postings.at, at)));
  return Number(rows[0]?.sum ?? 0);
}

/** Serialises what takes from an account; held until the transaction ends. */
export async function lockAccount(tx: Tx, account: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4713, hashtext(${account}))`);
}

export interface Booked extends Posting {
  /** Of the entry; grows. */
  readonly id: number;
  readonly line: number;
  readonly key: string;
  readonly kind: string;
  readonly at: number;
  readonly detail: unknown;
}

const { account, amount, currency, line } = postings;
const booked = {
  ...{ id: entries.id, line, key: entries.key, kind: entries.kind, at: postings.at },
  ...{ detail: entries.detail, account, amount, currency },
};

/** Postings to some accounts in the order in which they were booked, after an entry and line. */
export async function pagePostings(
  tx: Tx,
  accounts: readonly string[],
  after: { readonly id: number; readonly line: number },
  limit: number,
): Promise<readonly Booked[]> {
  return tx
    .select(booked)
    .from(postings)
    .innerJoin(entries, eq(entries.id, postings.entry))
    .where(and(among(account, accounts), sql`(${postings.entry}, ${line}) > (${after.id}, ${after.line})`))
    .orderBy(asc(postings.entry), asc(line))
    .limit(limit);
}

/** Where a posting stands in the order of time. */
export type BookedPlace = Pick<Booked, 'at' | 'id' | 'line'>;

/** Postings of `[from, to)` in the order of time, after one of them; to some accounts, or to all. */
export async function walkPostings(
  tx: Tx,
  accounts: readonly string[] | null,
  [from, to]: readonly [number, number],
  after: BookedPlace | null,
  limit: number,
): Promise<readonly Booked[]> {
  const later =
    after === null
      ? undefined
      : sql`(${postings.at}, ${postings.entry}, ${line}) > (${after.at}, ${after.id}, ${after.line})`;
  const whose = accounts === null ? undefined : among(account, accounts);
  return tx
    .select(booked)
    .from(postings)
    .innerJoin(entries, eq(entries.id, postings.entry))
    .where(and(whose, gte(postings.at, from), lt(postings.at, to), later))
    .orderBy(asc(postings.at), asc(postings.entry), asc(line))
    .limit(limit);
}

export type Balance = Posting;

/** Sums of some accounts, or of all, up to and at an instant; per currency, zero ones left out. */
export async function readBalances(
  tx: Tx,
  accounts: readonly string[] | null,
  until: number,
): Promise<readonly Balance[]> {
  const sum = sql`sum(${amount})`.mapWith(Number);
  const whose = accounts === null ? undefined : among(account, accounts);
  return tx
    .select({ account, currency, amount: sum })
    .from(postings)
    .where(and(whose, lte(postings.at, until)))
    .groupBy(account, currency)
    .having(sql`sum(${amount}) <> 0`)
    .orderBy(asc(account), asc(currency));
}

export interface Books {
  readonly entries: number;
  readonly postings: number;
  /** Of everything, per currency: zero. */
  readonly sums: readonly { readonly currency: string; readonly sum: number }[];
  /** Entries that do not sum to zero, or whose postings bear another time; at most a hundred, by key. */
  readonly unsound: readonly string[];
}

/** Adds everything up: the sum of all postings, and each entry by itself. */
export async function readBooks(tx: Tx): Promise<Books> {
  const sums = await tx
    .select({ currency, sum: sql`sum(${amount})`.mapWith(Number) })
    .from(postings)
    .groupBy(currency)
    .orderBy(asc(currency));
  const unsound = await tx
    .select({ key: entries.key })
    .from(postings)
    .innerJoin(entries, eq(entries.id, postings.entry))
    .groupBy(entries.id, entries.key, currency)
    .having(sql`sum(${amount}) <> 0 or bool_or(${postings.at} <> ${entries.at})`)
    .orderBy(asc(entries.id))
    .limit(100);
  return {
    entries: await tx.$count(entries),
    postings: await tx.$count(postings),
    sums,
    unsound: [...new Set(unsound.map(({ key }) => key))],
  };
}

export type InvoiceRow = typeof invoices.$inferSelect;
export type InvoiceLineRow = typeof invoiceLines.$inferSelect;
export type InvoiceStepRow = typeof invoiceSteps.$inferSelect;

/** One invoice with its lines and what was done about it. */
export interface Invoice extends InvoiceRow {
  readonly lines: readonly InvoiceLineRow[];
  readonly steps: readonly InvoiceStepRow[];
}

export async function insertInvoice(tx: Tx, row: InvoiceRow, lines: readonly InvoicedLine[]): Promise<void> {
  await tx.insert(invoices).values(row);
  await tx.insert(invoiceLines).values(lines.map((line) => ({ ...line, invoice: row.number })));
}

/** False when the official number stands on another one. */
export async function insertInvoiceStep(tx: Tx, row: InvoiceStepRow): Promise<boolean> {
  const rows = await tx
    .insert(invoiceSteps)
    .values(row)
    .onConflictDoNothing({ target: invoiceSteps.official })
    .returning({ step: invoiceSteps.step });
  return rows.length === 1;
}

export async function readInvoice(tx: Tx, number: string): Promise<Invoice | null> {
  const rows = await tx.select().from(invoices).where(eq(invoices.number, number));
  return (await whole(tx, rows))[0] ?? null;
}

/** Newest first, before one; of one customer, or all; in one state, or any. */
export async function pageInvoices(
  tx: Tx,
  { customer, state }: { readonly customer: string | null; readonly state: InvoiceState | null },
  before: string,
  limit: number,
): Promise<readonly Invoice[]> {
  const rows = await tx
    .select()
    .from(invoices)
    .where(
      and(
        customer === null ? undefined : eq(invoices.customer, customer),
        before === '' ? undefined : lt(invoices.number, before),
        state === null ? undefined : sql`coalesce(${lastStep}, 'requested') = ${state}`,
      ),
    )
    .orderBy(desc(invoices.number))
    .limit(limit);
  return whole(tx, rows);
}

const lastStep = sql`(select s.kind from ${invoiceSteps} s where s.invoice = ${invoices.number} order by s.step desc limit 1)`;

async function whole(tx: Tx, rows: readonly InvoiceRow[]): Promise<readonly Invoice[]> {
  const numbers = rows.map(({ number }) => number);
  const lines = await tx
    .select()
    .from(invoiceLines)
    .where(among(invoiceLines.invoice, numbers))
    .orderBy(asc(invoiceLines.invoice), asc(invoiceLines.receipt));
  const steps = await tx
    .select()
    .from(invoiceSteps)
    .where(among(invoiceSteps.invoice, numbers))
    .orderBy(asc(invoiceSteps.invoice), asc(invoiceSteps.step));
  const [ofLines, ofSteps] = [Map.groupBy(lines, byInvoice), Map.groupBy(steps, byInvoice)];
  return rows.map((row) => ({
    ...row,
    lines: ofLines.get(row.number) ?? [],
    steps: ofSteps.get(row.number) ?? [],
  }));
}

function byInvoice({ invoice }: { readonly invoice: string }): string {
  return invoice;
}

/** What stands invoiced of some receipts: asked for or issued, neither refused nor flushed. */
export async function readInvoiced(tx: Tx, receipts: readonly string[]): Promise<readonly InvoicedLine[]> {
  return tx
    .select({ receipt: invoiceLines.receipt, amount: invoiceLines.amount })
    .from(invoiceLines)
    .innerJoin(invoices, eq(invoices.number, invoiceLines.invoice))
    .where(
      and(
        among(invoiceLines.receipt, receipts),
        sql`coalesce(${lastStep}, 'requested') in ('requested', 'issued')`,
      ),
    );
}

const ends = alias(entries, 'ends');
const told = (of: typeof entries.detail | typeof ends.detail, name: string) =>
  sql<string>`coalesce(${of}->>${sql.raw(`'${name}'`)}, '')`;
const standing = {
  ...{ id: entries.id, kind: entries.kind, at: entries.at, account, amount, currency },
  ...{ receipt: told(entries.detail, 'receipt'), method: told(entries.detail, 'method') },
  ...{ to: told(entries.detail, 'to'), actor: told(entries.detail, 'actor') },
  ...{ endKind: ends.kind, endAt: ends.at, endActor: told(ends.detail, 'actor') },
  ...{ reference: told(ends.detail, 'reference'), reason: told(ends.detail, 'reason') },
};

/** What was asked to be transferred (line 1: what was set aside) with what ended it. */
async function transfersWhere(tx: Tx, where: SQL | undefined, limit: number): Promise<readonly Standing[]> {
  const rows = await tx
    .select(standing)
    .from(entries)
    .innerJoin(postings, and(eq(postings.entry, entries.id), eq(line, 1)))
    .leftJoin(ends, sql`${ends.key} = 'transfer-end:' || ${entries.id}`)
    .where(and(among(entries.kind, askedKinds), where))
    .orderBy(desc(entries.id))
    .limit(limit);
  return rows.map(
    ({ kind, account: aside, amount: minus, endKind, endAt, endActor, reference, reason, ...row }) => ({
      ...row,
      customer: aside.split(':')[1] ?? '',
      way: kind === 'transfer-original' ? 'original' : 'withdrawal',
      amount: -minus,
      state: endKind === null ? 'asked' : endKind === 'transfer-sent' ? 'sent' : 'cancelled',
      end: endAt === null ? null : { at: endAt, reference, reason, actor: endActor },
    }),
  );
}

export async function readTransfer(tx: Tx, id: number): Promise<Standing | null> {
  return (await transfersWhere(tx, eq(entries.id, id), 1))[0] ?? null;
}

/** All parts of what a customer asked for under a key, newest first. */
export async function readTransfersOf(tx: Tx, customer: string, key: string): Promise<readonly Standing[]> {
  return transfersWhere(tx, sql`starts_with(${entries.key}, ${`transfer:${customer}:${key}:`})`, 1000);
}

/** Newest first, before one (0: from the newest); of one customer, or all; in one state, or any. */
export async function pageTransfers(
  tx: Tx,
  { customer, state }: { readonly customer: string | null; readonly state: TransferState | null },
  before: number,
  limit: number,
): Promise<readonly Standing[]> {
  const inState = {
    asked: isNull(ends.id),
    sent: eq(ends.kind, 'transfer-sent'),
    cancelled: eq(ends.kind, 'transfer-cancelled'),
  };
  const where = and(
    customer === null ? undefined : eq(account, accounts.transfer(customer)),
    before === 0 ? undefined : lt(entries.id, before),
    state === null ? undefined : inState[state],
  );
  return transfersWhere(tx, where, limit);
}

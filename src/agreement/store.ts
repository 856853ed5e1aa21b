import { and, asc, desc, eq, gt, isNotNull, isNull, like, lt, lte, ne, or, sql } from 'drizzle-orm';
import { among } from '../db/among.ts';
import type { Tx } from '../db/connection.ts';
import type { TermsText } from '../terms/editions/hosting.ts';
import type { Payment, SaleRecord, Sold } from './sale.ts';
import {
  acts,
  agreements,
  copies,
  documents,
  payments,
  pictures,
  renewalActs,
  renewals,
  sales,
  sequences,
  signatures,
  signers,
} from './tables.ts';

/** The next number of a gapless sequence; the row stays locked until the transaction ends. */
export async function nextNumber(tx: Tx, name: string): Promise<number> {
  const rows = await tx
    .insert(sequences)
    .values({ name, last: 1 })
    .onConflictDoUpdate({ target: sequences.name, set: { last: sql`${sequences.last} + 1` } })
    .returning();
  return rows[0]!.last;
}

/** Serialises what is sold, paid and offered about one host; held until the transaction ends. */
export async function lockChain(tx: Tx, host: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4712, hashtext(${host}))`);
}

/** A host's chain of sales agreements in time order. */
export async function readChain(tx: Tx, host: string): Promise<readonly Sold[]> {
  return readChains(tx, [host]);
}

/** The chains of some hosts, each in time order. */
export async function readChains(tx: Tx, hosts: readonly string[]): Promise<readonly Sold[]> {
  const rows = await tx.select().from(sales).where(among(sales.host, hosts)).orderBy(asc(sales.from));
  return rows.map(({ createdAt: _, ...sale }) => sale);
}

/** When a sale of each of some hosts was recorded last. */
export async function lastRecorded(tx: Tx, hosts: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const last = sql`max(${sales.createdAt})`.mapWith(Number);
  const rows = await tx
    .select({ host: sales.host, last })
    .from(sales)
    .where(among(sales.host, hosts))
    .groupBy(sales.host);
  return new Map(rows.map((row) => [row.host, row.last]));
}

export async function readSale(tx: Tx, number: string): Promise<Sold | null> {
  const rows = await tx.select().from(sales).where(eq(sales.number, number));
  if (rows[0] === undefined) return null;
  const { createdAt: _, ...sale } = rows[0];
  return sale;
}

export async function insertSale(tx: Tx, sale: SaleRecord, createdAt: number): Promise<void> {
  await tx.insert(sales).values({ ...sale, createdAt });
}

/** A change of plan ends a sale before its term, once. */
export async function cutSale(tx: Tx, number: string, cut: number): Promise<void> {
  await tx.update(sales).set({ cut }).where(eq(sales.number, number));
}

export async function readPayments(tx: Tx, numbers: readonly string[]): Promise<readonly Payment[]> {
  if (numbers.length === 0) return [];
  return tx.select().from(payments).where(among(payments.sale, numbers)).orderBy(asc(payments.at));
}

export async function readPayment(tx: Tx, receipt: string): Promise<Payment | null> {
  const rows = await tx.select().from(payments).where(eq(payments.receipt, receipt));
  return rows[0] ?? null;
}

export async function insertPayment(tx: Tx, payment: Payment): Promise<void> {
  await tx.insert(payments).values(payment);
}

export interface AgreementRow {
  readonly number: string;
  readonly host: string;
  readonly customer: string;
  readonly terms: TermsText;
  readonly zone: string;
  readonly offeredAt: number;
  readonly ended: number | null;
}

export async function insertAgreement(tx: Tx, row: AgreementRow): Promise<void> {
  await tx.insert(agreements).values(row);
}

export async function readAgreement(tx: Tx, number: string): Promise<AgreementRow | null> {
  const rows = await tx.select().from(agreements).where(eq(agreements.number, number));
  return rows[0] ?? null;
}

export async function hostAgreement(tx: Tx, host: string): Promise<AgreementRow | null> {
  const rows = await tx.select().from(agreements).where(eq(agreements.host, host));
  return rows[0] ?? null;
}

export async function hostAgreements(tx: Tx, hosts: readonly string[]): Promise<readonly AgreementRow[]> {
  return tx.select().from(agreements).where(among(agreements.host, hosts));
}

export async function countAgreements(tx: Tx): Promise<number> {
  return tx.$count(agreements);
}

export async function readAgreements(tx: Tx, numbers: readonly string[]): Promise<readonly AgreementRow[]> {
  return tx
    .select()
    .from(agreements)
    .where(among(agreements.number, numbers))
    .orderBy(asc(agreements.number));
}

/** Agreements in the order of their numbers, from after `after`, at most `limit`. */
export async function listAgreements(tx: Tx, after: string, limit: number): Promise<readonly AgreementRow[]> {
  return tx
    .select()
    .from(agreements)
    .where(gt(agreements.number, after))
    .orderBy(asc(agreements.number))
    .limit(limit);
}

/** In the order of their numbers, after `after`; of one customer, of one host, or all. */
export async function pageAgreements(
  tx: Tx,
  filter: { readonly customer: string | null; readonly host: string | null },
  after: string,
  limit: number,
): Promise<readonly AgreementRow[]> {
  const { customer, host } = filter;
  return tx
    .select()
    .from(agreements)
    .where(
      and(
        gt(agreements.number, after),
        customer === null ? undefined : eq(agreements.customer, customer),
        host === null ? undefined : eq(agreements.host, host),
      ),
    )
    .orderBy(asc(agreements.number))
    .limit(limit);
}

export async function setEnded(tx: Tx, number: string, ended: number): Promise<void> {
  await tx.update(agreements).set({ ended }).where(eq(agreements.number, number));
}

export interface Act {
  readonly agreement: string;
  readonly party: 'provider' | 'customer';
  readonly act: 'signed' | 'sealed';
  readonly at: number;
  readonly actor: string;
}

export async function readActs(tx: Tx, numbers: readonly string[]): Promise<readonly Act[]> {
  return tx.select().from(acts).where(among(acts.agreement, numbers));
}

/** False when the act already stands. */
export async function insertAct(tx: Tx, act: Act): Promise<boolean> {
  const rows = await tx.insert(acts).values(act).onConflictDoNothing().returning();
  return rows.length === 1;
}

/** Locks agreements against a second writer until the transaction ends, always in the same order. */
export async function lockAgreements(tx: Tx, numbers: readonly string[]): Promise<readonly AgreementRow[]> {
  return tx
    .select()
    .from(agreements)
    .where(among(agreements.number, numbers))
    .orderBy(asc(agreements.number))
    .for('update');
}

export type DocumentRow = typeof documents.$inferSelect;
export type CopyRow = typeof copies.$inferSelect;
export type SignatureRow = typeof signatures.$inferSelect;
export type SignerRow = typeof signers.$inferSelect;

/** The latest revision of an agreement's document; null: none was made. */
export async function readDocument(tx: Tx, agreement: string): Promise<DocumentRow | null> {
  const rows = await tx
    .select()
    .from(documents)
    .where(eq(documents.agreement, agreement))
    .orderBy(desc(documents.revision))
    .limit(1);
  return rows[0] ?? null;
}

/** An agreement's annexes, `QA-…/A1` and on, in their order. */
export async function readAnnexes(tx: Tx, agreement: string): Promise<readonly DocumentRow[]> {
  return tx
    .select()
    .from(documents)
    .where(like(documents.agreement, `${agreement.replace(/[\\%_]/g, '\\$&')}/A%`))
    .orderBy(asc(documents.madeAt), asc(documents.agreement));
}

export async function insertDocument(tx: Tx, row: DocumentRow, files: readonly CopyRow[]): Promise<void> {
  await tx.insert(documents).values(row);
  await tx.insert(copies).values([...files]);
}

/** The originals of a revision, the provider's first. */
export async function readCopies(tx: Tx, agreement: string, revision: number): Promise<readonly CopyRow[]> {
  return tx
    .select()
    .from(copies)
    .where(and(eq(copies.agreement, agreement), eq(copies.revision, revision)))
    .orderBy(desc(copies.holder));
}

export async function changeCopy(
  tx: Tx,
  { agreement, revision, holder, file, digest, changedAt }: CopyRow,
): Promise<void> {
  const which = [eq(copies.agreement, agreement), eq(copies.revision, revision), eq(copies.holder, holder)];
  await tx
    .update(copies)
    .set({ file, digest, changedAt })
    .where(and(...which));
}

/** In the order in which they were made. */
export async function readSignatures(tx: Tx, agreement: string): Promise<readonly SignatureRow[]> {
  return tx
    .select()
    .from(signatures)
    .where(eq(signatures.agreement, agreement))
    .orderBy(asc(signatures.at), asc(signatures.size));
}

export async function insertSignature(tx: Tx, row: SignatureRow): Promise<void> {
  await tx.insert(signatures).values(row);
}

/** The key that a party signs with now; null: none. */
export async function readSigner(tx: Tx, party: string): Promise<SignerRow | null> {
  const rows = await tx
    .select()
    .from(signers)
    .where(and(eq(signers.party, party), isNull(signers.retiredAt)));
  return rows[0] ?? null;
}

/** Takes the place of the party's key before it. */
export async function replaceSigner(tx: Tx, row: SignerRow): Promise<void> {
  await tx
    .update(signers)
    .set({ retiredAt: row.createdAt })
    .where(and(eq(signers.party, row.party), isNull(signers.retiredAt)));
  await tx.insert(signers).values(row);
}

export type PictureRow = typeof pictures.$inferSelect;

/** A party's seal as a picture; null: none was brought, or it was taken away. */
export async function readPictureOf(tx: Tx, party: string): Promise<PictureRow | null> {
  const rows = await tx
    .select()
    .from(pictures)
    .where(eq(pictures.party, party))
    .orderBy(desc(pictures.id))
    .limit(1);
  return rows[0]?.png == null ? null : rows[0];
}

export async function insertPicture(tx: Tx, row: Omit<PictureRow, 'id'>): Promise<void> {
  await tx.insert(pictures).values(row);
}

export type RenewalRow = typeof renewals.$inferSelect;
export type RenewalActRow = typeof renewalActs.$inferSelect;

/** The host's term is to be looked at again at once: something was sold or paid. */
export async function wakeRenewal(tx: Tx, host: string, customer: string, ends: number): Promise<void> {
  await tx
    .insert(renewals)
    .values({ host, customer, ends, looksAt: 0, rules: '' })
    .onConflictDoUpdate({ target: renewals.host, set: { looksAt: 0 } });
}

/** The host's own state changed: where its term stands is to be looked at again. */
export async function rouseRenewal(tx: Tx, host: string): Promise<void> {
  await tx.update(renewals).set({ looksAt: 0 }).where(eq(renewals.host, host));
}

export async function saveRenewal(tx: Tx, row: RenewalRow): Promise<void> {
  const { host: _, customer: __, ...change } = row;
  await tx.insert(renewals).values(row).onConflictDoUpdate({ target: renewals.host, set: change });
}

/** Hosts whose term is to be looked at: it is time, or the provider's rules are others than it was computed by. */
export async function dueRenewals(
  tx: Tx,
  now: number,
  rules: string,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const changed = and(ne(renewals.rules, rules), isNotNull(renewals.looksAt));
  const rows = await tx
    .select({ host: renewals.host })
    .from(renewals)
    .where(and(gt(renewals.host, after), or(lte(renewals.looksAt, now), changed)))
    .orderBy(asc(renewals.host))
    .limit(limit);
  return rows.map((row) => row.host);
}

/** Terms that are not over for good, in the order of their ends, after the place `after`. */
export async function pageRenewals(
  tx: Tx,
  filter: {
    readonly customer: string | null;
    readonly host: string | null;
    readonly before: number | null;
    readonly since: number | null;
  },
  after: { readonly ends: number; readonly host: string } | null,
  limit: number,
): Promise<readonly RenewalRow[]> {
  const { customer, host, before, since } = filter;
  return tx
    .select()
    .from(renewals)
    .where(
      and(
        isNotNull(renewals.looksAt),
        isNotNull(renewals.ends),
        customer === null ? undefined : eq(renewals.customer, customer),
        host === null ? undefined : eq(renewals.host, host),
        before === null ? undefined : lt(renewals.ends, before),
        since === null ? undefined : sql`${renewals.ends} >= ${since}`,
        after === null
          ? undefined
          : sql`(${renewals.ends}, ${renewals.host}) > (${after.ends}, ${after.host})`,
      ),
    )
    .orderBy(asc(renewals.ends), asc(renewals.host))
    .limit(limit);
}

/** What the timetable did about some hosts, in the order of time. */
export async function readRenewalActs(tx: Tx, hosts: readonly string[]): Promise<readonly RenewalActRow[]> {
  return tx
    .select()
    .from(renewalActs)
    .where(among(renewalActs.host, hosts))
    .orderBy(asc(renewalActs.at), asc(renewalActs.key));
}

export async function insertRenewalAct(tx: Tx, row: RenewalActRow): Promise<void> {
  await tx.insert(renewalActs).values(row);
}

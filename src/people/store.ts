import { and, asc, desc, eq, gt, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { among } from '../db/among.ts';
import type { Tx } from '../db/connection.ts';
import type { NewPerson } from './contact.ts';
import { defaultRenewals, type NewCustomer, type ProviderProfile } from './party.ts';
import {
  contactCodes,
  contactFacts,
  contactPersons,
  contacts,
  customers,
  identityChecks,
  providers,
} from './tables.ts';

export interface Provider {
  readonly profile: ProviderProfile;
  /** What was before this instant is sample; null: nothing is. */
  readonly sampledUntil: number | null;
}

export async function readProvider(tx: Tx): Promise<Provider | null> {
  const [row] = await tx.select().from(providers).where(eq(providers.id, 'main'));
  if (row === undefined) return null;
  // A profile that was kept before there was a timetable of renewals has the usual one.
  return { ...row, profile: { ...row.profile, renewals: row.profile.renewals ?? defaultRenewals } };
}

export async function saveProvider(tx: Tx, provider: Provider, createdAt: number): Promise<void> {
  const { profile, sampledUntil } = provider;
  await tx
    .insert(providers)
    .values({ id: 'main', profile, sampledUntil, createdAt })
    .onConflictDoUpdate({ target: providers.id, set: { profile } });
}

export interface Customer extends NewCustomer {
  readonly id: string;
  readonly member: string;
  readonly sample: boolean;
  readonly createdAt: number;
}

export async function insertCustomer(tx: Tx, customer: Customer): Promise<void> {
  await tx.insert(customers).values(customer);
}

export async function readCustomer(tx: Tx, id: string): Promise<Customer | null> {
  const rows = await tx.select().from(customers).where(eq(customers.id, id));
  return rows[0] ?? null;
}

export async function listCustomers(tx: Tx): Promise<readonly Customer[]> {
  return tx.select().from(customers).orderBy(asc(customers.id));
}

/** In the order of their numbers, after `after`; `id`: that one alone, `name`: a part of the name. */
export async function pageCustomers(
  tx: Tx,
  filter: { readonly id: string | null; readonly name: string | null },
  after: string,
  limit: number,
): Promise<readonly Customer[]> {
  const { id, name } = filter;
  const part = `%${(name ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  return tx
    .select()
    .from(customers)
    .where(
      and(
        gt(customers.id, after),
        id === null ? undefined : eq(customers.id, id),
        name === null ? undefined : sql`${customers.particulars} ->> 'name' ilike ${part}`,
      ),
    )
    .orderBy(asc(customers.id))
    .limit(limit);
}

export async function updateCustomer(tx: Tx, id: string, change: NewCustomer): Promise<void> {
  await tx.update(customers).set(change).where(eq(customers.id, id));
}

export async function lastCustomerId(tx: Tx): Promise<string | null> {
  const rows = await tx.select({ id: customers.id }).from(customers).orderBy(desc(customers.id)).limit(1);
  return rows[0]?.id ?? null;
}

/** Serialises the first set-up; held until the transaction ends. */
export async function lockProvider(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4711, 3)`);
}

/** Serialises what gives numbers; held until the transaction ends. */
export async function lockCustomers(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4711, 2)`);
}

/** Serialises what is done to a customer's people and contacts; held until the transaction ends. */
export async function lockContacts(tx: Tx, customer: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4713, hashtext(${customer}))`);
}

export type PersonRow = typeof contactPersons.$inferSelect;
export type ContactRow = typeof contacts.$inferSelect;
export type ContactFact = typeof contactFacts.$inferSelect;
export type CodeRow = typeof contactCodes.$inferSelect;
export type IdentityCheck = typeof identityChecks.$inferSelect;

/** A customer's people in the order in which they were added, without those who were removed. */
export async function readPersons(tx: Tx, customer: string): Promise<readonly PersonRow[]> {
  return tx
    .select()
    .from(contactPersons)
    .where(and(eq(contactPersons.customer, customer), isNull(contactPersons.removedAt)))
    .orderBy(asc(contactPersons.createdAt), asc(contactPersons.id));
}

export async function readPerson(tx: Tx, id: string): Promise<PersonRow | null> {
  const rows = await tx.select().from(contactPersons).where(eq(contactPersons.id, id));
  return rows[0] ?? null;
}

export async function insertPerson(tx: Tx, row: PersonRow): Promise<void> {
  await tx.insert(contactPersons).values(row);
}

export async function updatePerson(
  tx: Tx,
  id: string,
  change: NewPerson | { readonly removedAt: number },
): Promise<void> {
  await tx.update(contactPersons).set(change).where(eq(contactPersons.id, id));
}

/** The contacts of some customers, without those that were removed. */
export async function readContacts(tx: Tx, some: readonly string[]): Promise<readonly ContactRow[]> {
  return tx
    .select()
    .from(contacts)
    .where(and(among(contacts.customer, some), isNull(contacts.removedAt)))
    .orderBy(asc(contacts.createdAt), asc(contacts.id));
}

export async function readContact(tx: Tx, id: string): Promise<ContactRow | null> {
  const rows = await tx.select().from(contacts).where(eq(contacts.id, id));
  return rows[0] ?? null;
}

/** Every contact with a value, whosever it is, without those that were removed. */
export async function contactsOf(tx: Tx, value: string): Promise<readonly ContactRow[]> {
  return tx
    .select()
    .from(contacts)
    .where(and(eq(contacts.value, value), isNull(contacts.removedAt)));
}

export async function insertContact(tx: Tx, row: ContactRow): Promise<void> {
  await tx.insert(contacts).values(row);
}

export async function updateContact(tx: Tx, id: string, change: Partial<ContactRow>): Promise<void> {
  await tx.update(contacts).set(change).where(eq(contacts.id, id));
}

/** Addresses verified at or before `until` that were not asked since to prove themselves again. */
export async function staleContacts(tx: Tx, until: number, limit: number): Promise<readonly ContactRow[]> {
  const asked = or(isNull(contacts.remindedAt), lt(contacts.remindedAt, contacts.verifiedAt));
  return tx
    .select()
    .from(contacts)
    .where(
      and(
        lte(contacts.verifiedAt, until),
        eq(contacts.channel, 'email'),
        isNull(contacts.removedAt),
        isNull(contacts.bouncedAt),
        asked,
      ),
    )
    .orderBy(asc(contacts.verifiedAt))
    .limit(limit);
}

export async function insertContactFact(tx: Tx, fact: Omit<ContactFact, 'id'>): Promise<void> {
  await tx.insert(contactFacts).values(fact);
}

/** Newest first, before `before`. */
export async function pageContactFacts(
  tx: Tx,
  customer: string,
  before: number | null,
  limit: number,
): Promise<readonly ContactFact[]> {
  return tx
    .select()
    .from(contactFacts)
    .where(
      and(eq(contactFacts.customer, customer), before === null ? undefined : lt(contactFacts.id, before)),
    )
    .orderBy(desc(contactFacts.id))
    .limit(limit);
}

/** Codes that were sent to a customer's contacts since an instant, the newest first. */
export async function recentCodes(tx: Tx, customer: string, since: number): Promise<readonly CodeRow[]> {
  return tx
    .select()
    .from(contactCodes)
    .where(and(eq(contactCodes.customer, customer), gt(contactCodes.at, since)))
    .orderBy(desc(contactCodes.at));
}

/** The code of a contact that still serves, locked until the transaction ends; null: none. */
export async function lockCode(tx: Tx, contact: string): Promise<CodeRow | null> {
  const rows = await tx
    .select()
    .from(contactCodes)
    .where(and(eq(contactCodes.contact, contact), isNull(contactCodes.spentAt)))
    .orderBy(desc(contactCodes.at))
    .limit(1)
    .for('update');
  return rows[0] ?? null;
}

export async function insertCode(tx: Tx, row: CodeRow): Promise<void> {
  await tx.insert(contactCodes).values(row);
}

export async function countTry(tx: Tx, id: string): Promise<void> {
  await tx
    .update(contactCodes)
    .set({ tries: sql`${contactCodes.tries} + 1` })
    .where(eq(contactCodes.id, id));
}

/** No code that was sent to the contact serves any more. */
export async function spendCodes(tx: Tx, contact: string, at: number): Promise<void> {
  await tx
    .update(contactCodes)
    .set({ spentAt: at })
    .where(and(eq(contactCodes.contact, contact), isNull(contactCodes.spentAt)));
}

/** Codes are of no use after their hour has passed; who was verified how stands in the facts. */
export async function pruneCodes(tx: Tx, before: number): Promise<void> {
  await tx.delete(contactCodes).where(lt(contactCodes.at, before));
}

export async function insertIdentity(tx: Tx, check: Omit<IdentityCheck, 'id'>): Promise<void> {
  await tx.insert(identityChecks).values(check);
}

/** Every check of some customers' identities, the latest first. */
export async function readIdentities(tx: Tx, some: readonly string[]): Promise<readonly IdentityCheck[]> {
  return tx
    .select()
    .from(identityChecks)
    .where(among(identityChecks.customer, some))
    .orderBy(desc(identityChecks.id));
}

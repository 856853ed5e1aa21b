import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { bytes, count, instant } from '../db/columns.ts';
import type { Channel, ContactAct } from './contact.ts';
import type { identityWays } from './identity.ts';
import type { Particulars, ProviderProfile } from './party.ts';

/** The hosting provider (甲方). One row: one installation is one provider's. */
export const providers = pgTable('providers', {
  id: text().primaryKey(),
  profile: jsonb().$type<ProviderProfile>().notNull(),
  /** What was before this instant is sample and marked wherever it shows; null: nothing is. */
  sampledUntil: instant(),
  createdAt: instant().notNull(),
});

/** Customers (乙方), found by their member number (会员号). */
export const customers = pgTable('customers', {
  id: text().primaryKey(),
  member: text().notNull().unique(),
  kind: text({ enum: ['company', 'person'] }).notNull(),
  particulars: jsonb().$type<Particulars>().notNull(),
  sample: boolean().notNull(),
  createdAt: instant().notNull(),
});

/** The people at a customer's. */
export const contactPersons = pgTable(
  'contact_persons',
  {
    id: text().primaryKey(),
    customer: text().notNull(),
    name: text().notNull(),
    title: text().notNull(),
    lang: text({ enum: ['zh', 'en'] }).notNull(),
    createdAt: instant().notNull(),
    removedAt: instant(),
  },
  (table) => [index('contact_persons_by_customer').on(table.customer)],
);

/** How one of them is reached, as it stands; how it came to that is in `contact_facts`. */
export const contacts = pgTable(
  'contacts',
  {
    id: text().primaryKey(),
    person: text().notNull(),
    customer: text().notNull(),
    channel: text().$type<Channel>().notNull(),
    value: text().notNull(),
    /** Of a webhook: the secret by which what we post is signed, sealed. */
    sealed: text(),
    createdAt: instant().notNull(),
    verifiedAt: instant(),
    bouncedAt: instant(),
    /** When it was asked to prove itself again. */
    remindedAt: instant(),
    removedAt: instant(),
  },
  (table) => [
    index('contacts_by_customer').on(table.customer),
    index('contacts_by_value').on(table.value),
    index('contacts_by_verification').on(table.verifiedAt),
  ],
);

/** What happened to people and contacts, by whom and when; append-only. */
export const contactFacts = pgTable(
  'contact_facts',
  {
    id: count().generatedAlwaysAsIdentity().primaryKey(),
    customer: text().notNull(),
    person: text().notNull(),
    /** Null: it happened to the person. */
    contact: text(),
    act: text().$type<ContactAct>().notNull(),
    at: instant().notNull(),
    actor: text().notNull(),
    detail: jsonb().$type<Readonly<Record<string, string | number>>>().notNull(),
  },
  (table) => [index('contact_facts_by_customer').on(table.customer, table.id)],
);

/** Codes that were sent to a contact; the newest one that was not spent serves. */
export const contactCodes = pgTable(
  'contact_codes',
  {
    id: text().primaryKey(),
    contact: text().notNull(),
    customer: text().notNull(),
    salt: bytes().notNull(),
    /** scrypt of the code. */
    digest: bytes().notNull(),
    at: instant().notNull(),
    tries: integer().notNull(),
    /** When it served, or when another one took its place. */
    spentAt: instant(),
  },
  (table) => [index('contact_codes_by_customer').on(table.customer, table.at)],
);

/** Checks of identities; append-only, the latest one counts. The number itself is sealed. */
export const identityChecks = pgTable(
  'identity_checks',
  {
    id: count().generatedAlwaysAsIdentity().primaryKey(),
    customer: text().notNull(),
    kind: text({ enum: ['company', 'person'] }).notNull(),
    name: text().notNull(),
    sealed: text().notNull(),
    masked: text().notNull(),
    way: text().$type<(typeof identityWays)[number]>().notNull(),
    note: text().notNull(),
    actor: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [index('identity_checks_by_customer').on(table.customer, table.id)],
);

import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, count, instant, minor } from '../db/columns.ts';
import type { TermsText } from '../terms/editions/hosting.ts';
import type { Place } from './document/press.ts';

/** Gapless sequences: the number is taken in the transaction that uses it. */
export const sequences = pgTable('sequences', {
  name: text().primaryKey(),
  last: count().notNull(),
});

/** Sales agreements (clauses 1.1, 4-2): what was sold, for which time, at which price. One chain per host. */
export const sales = pgTable(
  'sales',
  {
    number: text().primaryKey(),
    host: text().notNull(),
    name: text().notNull(),
    document: text().notNull(),
    edition: text().notNull(),
    management: text().notNull(),
    plan: text().notNull(),
    version: integer().notNull(),
    from: instant().notNull(),
    to: instant().notNull(),
    price: minor().notNull(),
    currency: text().notNull(),
    /** When a change of plan ended it before its term. */
    cut: instant(),
    createdAt: instant().notNull(),
  },
  (table) => [index('sales_by_host').on(table.host)],
);

/** What was paid for sales agreements and, below zero, paid back; append-only. */
export const payments = pgTable(
  'payments',
  {
    /** The receipt number: the same receipt recorded twice is one payment. */
    receipt: text().primaryKey(),
    sale: text().notNull(),
    amount: minor().notNull(),
    currency: text().notNull(),
    method: text().notNull(),
    at: instant().notNull(),
    actor: text().notNull(),
    /** Why it was paid back. */
    reason: text(),
  },
  (table) => [index('payments_by_sale').on(table.sale)],
);

/** Where each host's term stands on the timetable of renewals: when it ends, and when somebody must look again. */
export const renewals = pgTable(
  'renewals',
  {
    host: text().primaryKey(),
    customer: text().notNull(),
    /** The end of the term that runs, or of the last one; null: nothing was sold. */
    ends: instant(),
    /** Null: nothing is due any more. */
    looksAt: instant(),
    /** Of the provider's rules and days off that this was computed by. */
    rules: text().notNull(),
  },
  (table) => [
    index('renewals_by_look').on(table.looksAt),
    index('renewals_by_end').on(table.ends, table.host),
  ],
);

/** What the timetable of renewals did: reminded whom, stopped, reopened, released; append-only. */
export const renewalActs = pgTable(
  'renewal_acts',
  {
    /** Each is done once: `h000001 1790000000000 remind 7`. */
    key: text().primaryKey(),
    host: text().notNull(),
    ends: instant().notNull(),
    act: text({ enum: ['remind', 'stop', 'reopen', 'release'] }).notNull(),
    /** How long before the end it reminded. */
    days: integer(),
    at: instant().notNull(),
    /** Addresses that were written to; none: no verified contact was left. */
    told: jsonb().$type<readonly string[]>().notNull(),
    /** Why it was not done, when it could not be. */
    refused: text(),
  },
  (table) => [index('renewal_acts_by_host').on(table.host, table.at)],
);

/** Quality agreements: terms frozen at offering, bound to one host's chain of sales agreements. */
export const agreements = pgTable(
  'agreements',
  {
    number: text().primaryKey(),
    host: text().notNull().unique(),
    customer: text().notNull(),
    terms: jsonb().$type<TermsText>().notNull(),
    zone: text().notNull(),
    offeredAt: instant().notNull(),
    ended: instant(),
  },
  (table) => [index('agreements_by_customer').on(table.customer, table.number)],
);

/** Signatures and seals; append-only (clause 4-1). */
export const acts = pgTable(
  'acts',
  {
    agreement: text().notNull(),
    party: text({ enum: ['provider', 'customer'] }).notNull(),
    act: text({ enum: ['signed', 'sealed'] }).notNull(),
    at: instant().notNull(),
    actor: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.agreement, table.party, table.act] })],
);

/**
 * Agreements as documents: the canonical text that is printed, attached and digested. A new revision takes the
 * place of one that nobody has signed.
 */
export const documents = pgTable(
  'documents',
  {
    agreement: text().notNull(),
    revision: integer().notNull(),
    lang: text({ enum: ['zh', 'en'] }).notNull(),
    content: text().notNull(),
    /** SHA-256 of the content, hex. */
    digest: text().notNull(),
    actor: text().notNull(),
    madeAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.agreement, table.revision] })],
);

/** The two originals of a document (clause 5-1) as they stand; a signature only adds to a file. */
export const copies = pgTable(
  'copies',
  {
    agreement: text().notNull(),
    revision: integer().notNull(),
    holder: text({ enum: ['provider', 'customer'] }).notNull(),
    file: bytes().notNull(),
    /** SHA-256 of the file, hex. */
    digest: text().notNull(),
    fields: jsonb().$type<readonly Place[]>().notNull(),
    changedAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.agreement, table.revision, table.holder] })],
);

/** What was done to each copy: who, when, from where, and the file's digest before and after; append-only. */
export const signatures = pgTable(
  'signatures',
  {
    agreement: text().notNull(),
    revision: integer().notNull(),
    holder: text({ enum: ['provider', 'customer'] }).notNull(),
    party: text({ enum: ['provider', 'customer'] }).notNull(),
    act: text({ enum: ['signed', 'sealed'] }).notNull(),
    at: instant().notNull(),
    actor: text().notNull(),
    address: text().notNull(),
    agent: text().notNull(),
    before: text().notNull(),
    after: text().notNull(),
    size: integer().notNull(),
    /** Whom the certificate names, and its SHA-256 in hex. */
    subject: text().notNull(),
    fingerprint: text().notNull(),
    level: text({ enum: ['B-B', 'B-T'] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.agreement, table.revision, table.holder, table.party, table.act] }),
  ],
);

/** The parties' seals as pictures; append-only, the last row of a party counts; without a file it was taken away. */
export const pictures = pgTable(
  'pictures',
  {
    id: count().generatedAlwaysAsIdentity().primaryKey(),
    /** A customer's id, or `provider`. */
    party: text().notNull(),
    /** PNG as it was written anew (picture.ts). */
    png: bytes(),
    width: integer().notNull(),
    height: integer().notNull(),
    actor: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [index('pictures_by_party').on(table.party, table.id)],
);

/** The parties' keys for signing, encrypted under their passphrases. One of a party stands; the others are history. */
export const signers = pgTable(
  'signers',
  {
    /** SHA-256 of the certificate, hex. */
    fingerprint: text().notNull(),
    /** A customer's id, or `provider`. */
    party: text().notNull(),
    origin: text({ enum: ['made', 'p12'] }).notNull(),
    subject: text().notNull(),
    certificate: bytes().notNull(),
    /** DER in base64. */
    chain: jsonb().$type<readonly string[]>().notNull(),
    locked: bytes().notNull(),
    expiresAt: instant().notNull(),
    createdAt: instant().notNull(),
    retiredAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.fingerprint, table.createdAt] }),
    uniqueIndex('signers_standing').on(table.party).where(sql`${table.retiredAt} is null`),
  ],
);

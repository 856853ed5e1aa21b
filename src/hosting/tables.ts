import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, count, instant, minor } from '../db/columns.ts';
import type { FactKind } from './host.ts';
import type { PlanFunctions, StageEntry } from './plan.ts';
import type { HostSettings } from './spec.ts';

/** A version of a plan; immutable once published (a trigger refuses it), but for the stages that it moves through. */
export const planVersions = pgTable(
  'plan_versions',
  {
    plan: text().notNull(),
    version: integer().notNull(),
    name: jsonb().$type<{ zh: string; en: string }>().notNull(),
    functions: jsonb().$type<PlanFunctions>().notNull(),
    price: minor().notNull(),
    currency: text().notNull(),
    termMonths: integer().notNull(),
    createdAt: instant().notNull(),
    /** Null: a draft, shown to nobody and sold to nobody. */
    publishedAt: instant(),
  },
  (table) => [primaryKey({ columns: [table.plan, table.version] })],
);

/** The stages of a plan version; each lasts until the next (SEMANTICS §2). Append-only. */
export const planStages = pgTable(
  'plan_stages',
  {
    plan: text().notNull(),
    version: integer().notNull(),
    from: instant().notNull(),
    stage: text({ enum: ['invited-test', 'public-test', 'released'] }).notNull(),
    problems: jsonb().$type<StageEntry['problems']>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.plan, table.version, table.from] })],
);

/** Where hosts run: one plane process, known by the digest of its token. */
export const planes = pgTable('planes', {
  id: text().primaryKey(),
  kind: text().notNull(),
  tokenDigest: bytes().notNull(),
  /** Last health that it reported, with its addresses; null before the first. */
  health: jsonb(),
  seenAt: instant(),
});

/** One virtual host, pinned to one plan version and one plane. */
export const hosts = pgTable(
  'hosts',
  {
    id: text().primaryKey(),
    plan: text().notNull(),
    version: integer().notNull(),
    customer: text().notNull(),
    plane: text().notNull(),
    settings: jsonb().$type<HostSettings>().notNull(),
    /** Raised by every change of desired state. */
    revision: count().notNull(),
    /** The revision that the plane last confirmed, and why it could not apply a newer one. */
    appliedRevision: count().notNull(),
    quarantine: text(),
    /** Shown on the public page. */
    shown: boolean().notNull(),
    sample: boolean().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    index('hosts_by_revision').on(table.revision),
    index('hosts_by_customer').on(table.customer, table.id),
  ],
);

/** Bound domains, lower-case A-labels; the lowest position is the canonical one. */
export const domains = pgTable(
  'domains',
  {
    domain: text().primaryKey(),
    host: text().notNull(),
    position: integer().notNull(),
    boundAt: instant().notNull(),
  },
  (table) => [index('domains_by_host').on(table.host)],
);

export const ftpAccounts = pgTable(
  'ftp_accounts',
  {
    name: text().primaryKey(),
    host: text().notNull(),
    secret: text().notNull(),
    root: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [index('ftp_accounts_by_host').on(table.host)],
);

/** What happened to a host, by whom and why; append-only. The life cycle's state is computed from these alone. */
export const hostFacts = pgTable(
  'host_facts',
  {
    id: count().generatedAlwaysAsIdentity().primaryKey(),
    host: text().notNull(),
    kind: text().$type<FactKind>().notNull(),
    at: instant().notNull(),
    actor: text().notNull(),
    reason: text().notNull(),
    /** The rule announced beforehand that a closing names. */
    rule: text(),
    detail: jsonb(),
    /** Unique: the same fact told twice stands once. */
    key: text().notNull().unique(),
  },
  (table) => [index('host_facts_by_host').on(table.host, table.at)],
);

/** Filing numbers (备案号) of bound domains; append-only, the latest one of a domain counts. */
export const filings = pgTable(
  'filings',
  {
    id: count().generatedAlwaysAsIdentity().primaryKey(),
    host: text().notNull(),
    domain: text().notNull(),
    number: text().notNull(),
    actor: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [index('filings_by_host').on(table.host, table.domain, table.id)],
);

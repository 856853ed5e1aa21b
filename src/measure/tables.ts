import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, count, instant } from '../db/columns.ts';
import type { Reading } from './reading.ts';

/** Probers, known by the digest of their token; `key` is the Ed25519 public key (SPKI PEM) that signs their receipts. */
export const probers = pgTable('probers', {
  id: text().primaryKey(),
  tokenDigest: bytes().notNull(),
  key: text().notNull(),
  createdAt: instant().notNull(),
});

/** What is checked. A target is observed in the rounds of versions `[added, removed)`. */
export const targets = pgTable(
  'targets',
  {
    /** `web:h000001` */
    id: text().primaryKey(),
    host: text().notNull(),
    check: text().notNull(),
    /** Its slot in each round, as a share of the interval out of 65,536. Never changes. */
    phase: integer().notNull(),
    added: count().notNull(),
    removed: count(),
    /** What the probe needs besides the keys (WebTarget, FtpTarget). */
    spec: jsonb().notNull(),
  },
  (table) => [index('targets_by_host').on(table.host)],
);

/** The version of the set of targets: one row. */
export const targetVersions = pgTable('target_versions', {
  id: integer().primaryKey(),
  version: count().notNull(),
});

/** How far each sender (prober or plane) was taken in: what comes again at or below `seq` changes nothing. */
export const senders = pgTable('senders', {
  id: text().primaryKey(),
  seq: count().notNull(),
});

/**
 * Rounds that a prober made, as ranges: `[firstRound, lastRound]` every `everyMs`, one version of the targets.
 * The end of every run that did not turn is derived from these.
 */
export const receipts = pgTable(
  'receipts',
  {
    prober: text().notNull(),
    firstRound: instant().notNull(),
    lastRound: instant().notNull(),
    everyMs: integer().notNull(),
    version: count().notNull(),
    targets: integer().notNull(),
    /** Chained over the range: SHA-256(previous digest, the round's digest). */
    digest: bytes().notNull(),
    /** Of the last round, by the prober's key. */
    signature: bytes().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.prober, table.firstRound] }),
    index('receipts_by_end').on(table.lastRound),
  ],
);

/** Observations at which a target's result turned (or was the first after a silence), with the full reading. */
export const turns = pgTable(
  'turns',
  {
    target: text().notNull(),
    vantage: text().notNull(),
    at: instant().notNull(),
    result: text({ enum: ['pass', 'fail'] }).notNull(),
    reading: jsonb().$type<Reading>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.target, table.vantage, table.at] })],
);

/** Slots of a round in which a target had no reading that the prober trusts; `at` is the slot. */
export const misses = pgTable(
  'misses',
  {
    target: text().notNull(),
    vantage: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.target, table.vantage, table.at] }),
    index('misses_by_vantage').on(table.vantage, table.at),
  ],
);

/** `[last alive mark, serving again)` of a plane: recorded by itself, fail of web and ftp for every host on it. */
export const deaths = pgTable(
  'deaths',
  {
    plane: text().notNull(),
    from: instant().notNull(),
    to: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.plane, table.from] })],
);

/** One packed row for all hosts of a plane and minute (pack.ts), until the day is cut. */
export const minutes = pgTable(
  'minutes',
  {
    plane: text().notNull(),
    minute: instant().notNull(),
    /** 0 the minute itself, above: supplements from requests that ended later. */
    part: integer().notNull(),
    packed: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.plane, table.minute, table.part] })],
);

/** A host's cut day (pack.ts); a day without requests has no row. `day` is the day's first instant. */
export const hostDays = pgTable(
  'host_days',
  {
    host: text().notNull(),
    day: instant().notNull(),
    packed: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.host, table.day] })],
);

/** Which minutes of a cut day a plane's log was read for. */
export const planeDays = pgTable(
  'plane_days',
  {
    plane: text().notNull(),
    day: instant().notNull(),
    read: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.plane, table.day] })],
);

/** Login attempts as the server saw them; the key is the line's place in the log. */
export const logins = pgTable(
  'logins',
  {
    plane: text().notNull(),
    file: text().notNull(),
    offset: count().notNull(),
    at: instant().notNull(),
    host: text().notNull(),
    account: text().notNull(),
    client: text().notNull(),
    tls: boolean().notNull(),
    outcome: text().notNull(),
    tookMs: integer().notNull(),
    reply: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.plane, table.file, table.offset] }),
    index('logins_by_host').on(table.host, table.at),
  ],
);

/** Stretches in which the verdict was bad, with their first and last failing observation. Open while `to` is null. */
export const outages = pgTable(
  'outages',
  {
    host: text().notNull(),
    check: text().notNull(),
    from: instant().notNull(),
    to: instant(),
    firstFail: instant().notNull(),
    lastFail: instant().notNull(),
    /** Code of the first failing reading. */
    code: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.host, table.check, table.from] }),
    index('outages_open').on(table.host, table.check).where(sql`${table.to} is null`),
  ],
);

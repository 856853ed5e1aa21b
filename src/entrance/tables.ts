import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { bytes, count, instant } from '../db/columns.ts';
import type { AuditEntry } from './audit.ts';
import type { Role } from './role.ts';

/** The library that keeps sessions and second factors hands over dates; everything of ours is milliseconds. */
const moment = () => timestamp({ withTimezone: true, mode: 'date' });

/** People who sign in: staff, and the users of a customer. */
export const users = pgTable('users', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean().notNull(),
  image: text(),
  createdAt: moment().notNull(),
  updatedAt: moment().notNull(),
  twoFactorEnabled: boolean(),
  role: text().$type<Role>().notNull(),
  customer: text(),
  lang: text({ enum: ['zh', 'en'] })
    .notNull()
    .default('zh'),
  /** Set: may not sign in any more. */
  disabledAt: instant(),
  /** Comes with the samples and works nowhere else. */
  sample: boolean().notNull().default(false),
});

export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    expiresAt: moment().notNull(),
    token: text().notNull().unique(),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
    ipAddress: text(),
    userAgent: text(),
    userId: text().notNull(),
    /** What was shown besides the password; null: nothing. */
    factor: text({ enum: ['totp', 'recovery', 'passkey'] }),
  },
  (table) => [index('sessions_by_user').on(table.userId)],
);

/** How a user proves who they are; `password` is a scrypt hash. */
export const identities = pgTable(
  'identities',
  {
    id: text().primaryKey(),
    accountId: text().notNull(),
    providerId: text().notNull(),
    userId: text().notNull(),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: moment(),
    refreshTokenExpiresAt: moment(),
    scope: text(),
    password: text(),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (table) => [index('identities_by_user').on(table.userId)],
);

export const verifications = pgTable(
  'verifications',
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: moment().notNull(),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (table) => [index('verifications_by_identifier').on(table.identifier)],
);

/** One-time codes by an app (RFC 6238), with recovery codes; both encrypted with the installation's key. */
export const factors = pgTable(
  'factors',
  {
    id: text().primaryKey(),
    secret: text().notNull(),
    backupCodes: text().notNull(),
    userId: text().notNull(),
    verified: boolean(),
    failedVerificationCount: integer(),
    lockedUntil: moment(),
  },
  (table) => [index('factors_by_user').on(table.userId)],
);

/** WebAuthn credentials. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: text().primaryKey(),
    name: text(),
    publicKey: text().notNull(),
    userId: text().notNull(),
    credentialID: text().notNull(),
    counter: integer().notNull(),
    deviceType: text().notNull(),
    backedUp: boolean().notNull(),
    transports: text(),
    createdAt: moment(),
    aaguid: text(),
  },
  (table) => [
    index('passkeys_by_user').on(table.userId),
    index('passkeys_by_credential').on(table.credentialID),
  ],
);

/** API keys, kept as the SHA-256 of their 32 random bytes; `start` is what a person knows one by. */
export const keys = pgTable(
  'keys',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    start: text().notNull(),
    digest: bytes().notNull().unique(),
    user: text().notNull(),
    scopes: jsonb().$type<readonly string[]>().notNull(),
    createdAt: instant().notNull(),
    expiresAt: instant(),
    usedAt: instant(),
    revokedAt: instant(),
  },
  (table) => [index('keys_by_user').on(table.user)],
);

/** An invitation to become a user; the link's secret is kept as its SHA-256. */
export const invitations = pgTable('invitations', {
  id: text().primaryKey(),
  email: text().notNull(),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  customer: text(),
  lang: text({ enum: ['zh', 'en'] }).notNull(),
  digest: bytes().notNull().unique(),
  invitedBy: text().notNull(),
  at: instant().notNull(),
  expiresAt: instant().notNull(),
  acceptedAt: instant(),
  revokedAt: instant(),
});

/** Who did what; append-only (a trigger refuses update and delete); each row is a leaf of the evidence chain. */
export const audits = pgTable(
  'audits',
  {
    id: count().generatedAlwaysAsIdentity().primaryKey(),
    at: instant().notNull(),
    actor: jsonb().$type<AuditEntry['actor']>().notNull(),
    action: text().notNull(),
    resource: text().notNull(),
    subject: text().notNull(),
    customer: text(),
    before: jsonb(),
    after: jsonb(),
    address: text().notNull(),
    agent: text().notNull(),
    request: text().notNull(),
    digest: bytes().notNull(),
  },
  (table) => [
    index('audits_by_customer').on(table.customer, table.id),
    index('audits_by_subject').on(table.resource, table.subject, table.id),
  ],
);

/** Creates that were asked for with an idempotency key, with the answer that they got. */
export const requests = pgTable(
  'requests',
  {
    who: text().notNull(),
    key: text().notNull(),
    operation: text().notNull(),
    digest: bytes().notNull(),
    reply: jsonb().notNull(),
    at: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.who, table.key] }), index('requests_by_time').on(table.at)],
);

import { createHash } from 'node:crypto';
import { and, asc, desc, eq, gt, ilike, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { Tx } from '../db/connection.ts';
import type { AuditEntry } from './audit.ts';
import {
  audits,
  factors,
  identities,
  invitations,
  keys,
  passkeys,
  requests,
  sessions,
  users,
  verifications,
} from './tables.ts';

/** The tables that the sign-in library reads and writes by itself, by its names for them (doors/auth.ts). */
export const doorTables = {
  user: users,
  session: sessions,
  account: identities,
  verification: verifications,
  twoFactor: factors,
  passkey: passkeys,
} as const;

export type User = typeof users.$inferSelect;
export type Key = typeof keys.$inferSelect;
export type Invitation = typeof invitations.$inferSelect;
export type AuditRow = typeof audits.$inferSelect;

export async function insertUser(tx: Tx, user: typeof users.$inferInsert): Promise<boolean> {
  const made = await tx.insert(users).values(user).onConflictDoNothing().returning({ id: users.id });
  return made.length > 0;
}

export async function insertPassword(tx: Tx, user: string, hash: string, now: number): Promise<void> {
  const at = new Date(now);
  await tx.insert(identities).values({
    id: `${user}.password`,
    accountId: user,
    providerId: 'credential',
    userId: user,
    password: hash,
    createdAt: at,
    updatedAt: at,
  });
}

/** Codes from the start, for a user who never enrolled: the samples'. */
export async function insertFactor(tx: Tx, user: string, secret: string, backupCodes: string): Promise<void> {
  const id = `${user}.totp`;
  await tx.insert(factors).values({ id, secret, backupCodes, userId: user, verified: true });
  await tx.update(users).set({ twoFactorEnabled: true }).where(eq(users.id, user));
}

export async function readUser(tx: Tx, id: string): Promise<User | null> {
  const rows = await tx.select().from(users).where(eq(users.id, id));
  return rows[0] ?? null;
}

export async function userByEmail(tx: Tx, email: string): Promise<User | null> {
  const rows = await tx.select().from(users).where(eq(users.email, email.toLowerCase()));
  return rows[0] ?? null;
}

export interface UserFilter {
  /** Null: everybody's. */
  readonly customer: string | null;
  readonly role: User['role'] | null;
  readonly disabled: boolean | null;
  /** A part of the name or the address. */
  readonly text: string | null;
}

/** By id, after `after`. */
export async function listUsers(
  tx: Tx,
  { customer, role, disabled, text }: UserFilter,
  after: string,
  limit: number,
): Promise<readonly User[]> {
  const part = `%${(text ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  return tx
    .select()
    .from(users)
    .where(
      and(
        gt(users.id, after),
        customer === null ? undefined : eq(users.customer, customer),
        role === null ? undefined : eq(users.role, role),
        disabled === null ? undefined : disabled ? isNotNull(users.disabledAt) : isNull(users.disabledAt),
        text === null ? undefined : or(ilike(users.name, part), ilike(users.email, part)),
      ),
    )
    .orderBy(asc(users.id))
    .limit(limit);
}

export async function updateUser(
  tx: Tx,
  id: string,
  change: Partial<Pick<User, 'name' | 'role' | 'lang' | 'disabledAt'>>,
): Promise<void> {
  await tx.update(users).set(change).where(eq(users.id, id));
}

/** How many owners may sign in; they stay as they are until the transaction ends. */
export async function lockOwners(tx: Tx): Promise<number> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'owner'), isNull(users.disabledAt)))
    .orderBy(asc(users.id))
    .for('update');
  return rows.length;
}

export async function endSession(tx: Tx, id: string): Promise<void> {
  await tx.delete(sessions).where(eq(sessions.id, id));
}

/** Gives how many there were. */
export async function endSessions(tx: Tx, user: string): Promise<number> {
  const gone = await tx.delete(sessions).where(eq(sessions.userId, user)).returning({ id: sessions.id });
  return gone.length;
}

export async function insertKey(tx: Tx, key: Key): Promise<void> {
  await tx.insert(keys).values(key);
}

/** An API key and whose it is. */
export async function keyByDigest(tx: Tx, digest: Buffer): Promise<{ key: Key; user: User } | null> {
  const rows = await tx
    .select({ key: keys, user: users })
    .from(keys)
    .innerJoin(users, eq(users.id, keys.user))
    .where(eq(keys.digest, digest));
  return rows[0] ?? null;
}

export async function listKeys(tx: Tx, user: string): Promise<readonly Key[]> {
  return tx.select().from(keys).where(eq(keys.user, user)).orderBy(desc(keys.createdAt));
}

export async function revokeKey(tx: Tx, user: string, id: string, at: number): Promise<boolean> {
  const rows = await tx
    .update(keys)
    .set({ revokedAt: at })
    .where(and(eq(keys.id, id), eq(keys.user, user), isNull(keys.revokedAt)))
    .returning({ id: keys.id });
  return rows.length > 0;
}

/** Noted to the minute, so that a busy key does not write for each request. */
export async function touchKey(tx: Tx, id: string, at: number): Promise<void> {
  await tx
    .update(keys)
    .set({ usedAt: at })
    .where(and(eq(keys.id, id), or(isNull(keys.usedAt), lt(keys.usedAt, at - 60_000))));
}

export async function insertInvitation(tx: Tx, invitation: Invitation): Promise<void> {
  await tx.insert(invitations).values(invitation);
}

/** Locked until the transaction ends: an invitation is accepted once. */
export async function invitationByDigest(tx: Tx, digest: Buffer): Promise<Invitation | null> {
  const rows = await tx.select().from(invitations).where(eq(invitations.digest, digest)).for('update');
  return rows[0] ?? null;
}

export async function lockInvitation(tx: Tx, id: string): Promise<Invitation | null> {
  const rows = await tx.select().from(invitations).where(eq(invitations.id, id)).for('update');
  return rows[0] ?? null;
}

/** Neither accepted nor withdrawn, newest first; those that have run out are there to be sent again. */
export async function listInvitations(tx: Tx, customer: string | null): Promise<readonly Invitation[]> {
  const whose = customer === null ? undefined : eq(invitations.customer, customer);
  const open = and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt));
  return tx.select().from(invitations).where(and(whose, open)).orderBy(desc(invitations.at)).limit(500);
}

/** Whether the address has an invitation that still opens something. */
export async function isInvited(tx: Tx, email: string, now: number): Promise<boolean> {
  const rows = await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(
      and(
        eq(invitations.email, email),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, now),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

export async function changeInvitation(
  tx: Tx,
  id: string,
  change: Partial<Pick<Invitation, 'acceptedAt' | 'revokedAt' | 'digest' | 'expiresAt'>>,
): Promise<void> {
  await tx.update(invitations).set(change).where(eq(invitations.id, id));
}

export async function insertAudit(tx: Tx, entry: AuditEntry, digest: Buffer): Promise<number> {
  const [row] = await tx
    .insert(audits)
    .values({ ...entry, digest })
    .returning({ id: audits.id });
  return row!.id;
}

export interface AuditFilter {
  readonly customer: string | null;
  readonly actor: string | null;
  readonly action: string | null;
  readonly resource: string | null;
  readonly subject: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

/** Newest first, below `before`. */
export async function listAudits(
  tx: Tx,
  filter: AuditFilter,
  before: number | null,
  limit: number,
): Promise<readonly AuditRow[]> {
  const { customer, actor, action, resource, subject, from, to } = filter;
  return tx
    .select()
    .from(audits)
    .where(
      and(
        customer === null ? undefined : eq(audits.customer, customer),
        actor === null ? undefined : eq(sql`${audits.actor} ->> 'id'`, actor),
        action === null ? undefined : eq(audits.action, action),
        resource === null ? undefined : eq(audits.resource, resource),
        subject === null ? undefined : eq(audits.subject, subject),
        from === null ? undefined : sql`${audits.at} >= ${from}`,
        to === null ? undefined : lt(audits.at, to),
        before === null ? undefined : lt(audits.id, before),
      ),
    )
    .orderBy(desc(audits.id))
    .limit(limit);
}

/** From the oldest, for checking every row against its leaf. */
export async function walkAudits(tx: Tx, after: number, limit: number): Promise<readonly AuditRow[]> {
  return tx.select().from(audits).where(gt(audits.id, after)).orderBy(asc(audits.id)).limit(limit);
}

export async function auditsOf(tx: Tx, ids: readonly number[]): Promise<readonly AuditRow[]> {
  return tx
    .select()
    .from(audits)
    .where(inArray(audits.id, [...ids]));
}

export interface Answered {
  readonly operation: string;
  readonly digest: Buffer;
  readonly reply: unknown;
}

/** Takes the key for this transaction; a second one that comes meanwhile waits for the first to end. */
export async function takeRequest(
  tx: Tx,
  who: string,
  key: string,
  asked: Omit<Answered, 'reply'>,
  at: number,
): Promise<Answered | null> {
  const made = await tx
    .insert(requests)
    .values({ who, key, ...asked, reply: {}, at })
    .onConflictDoNothing()
    .returning({ key: requests.key });
  if (made.length > 0) return null;
  const rows = await tx
    .select()
    .from(requests)
    .where(and(eq(requests.who, who), eq(requests.key, key)));
  return rows[0] ?? null;
}

export async function answerRequest(tx: Tx, who: string, key: string, reply: unknown): Promise<void> {
  await tx
    .update(requests)
    .set({ reply })
    .where(and(eq(requests.who, who), eq(requests.key, key)));
}

/** How long a one-time code may be valid at most: its own half minute, and one before and after. */
const codeMs = 120_000;

/** Marks a one-time code as used; false when it was used already while it could still be valid. */
export async function spendCode(tx: Tx, user: string, code: string, at: number): Promise<boolean> {
  const digest = createHash('sha256').update(code).digest();
  const key = `code ${digest.toString('base64url')}`;
  const made = await tx
    .insert(requests)
    .values({ who: user, key, operation: 'entrance.code', digest, reply: {}, at })
    .onConflictDoUpdate({
      target: [requests.who, requests.key],
      set: { at },
      setWhere: lt(requests.at, at - codeMs),
    })
    .returning({ key: requests.key });
  return made.length > 0;
}

export async function pruneRequests(tx: Tx, before: number): Promise<void> {
  await tx.delete(requests).where(lt(requests.at, before));
}

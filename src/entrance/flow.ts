import { createHash, randomBytes } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { z } from 'zod';
import type { Tx } from '../db/connection.ts';
import { leaf } from '../db/evidence.ts';
import { post, recall } from '../db/outbox.ts';
import { readCustomer } from '../people/store.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../refusal.ts';
import { type AuditEntry, cleaned, digestOf } from './audit.ts';
import type { Vault } from './doors/vault.ts';
import { type Right, rightNames } from './right.ts';
import { isStaff, roles } from './role.ts';
import * as store from './store.ts';

/** Users, invitations, API keys and what everybody did. `now` is the caller's clock. */

const dayMs = 86_400_000;
/** How long an invitation stands. */
export const invitationMs = 7 * dayMs;

/** At least twelve characters: length is what counts (NIST SP 800-63B 5.1.1.2); the rest is the second factor's. */
export const passwordShape = z.string().min(12, 'at least 12 characters').max(256);

export const invitationShape = z
  .strictObject({
    email: z
      .email()
      .max(254)
      .transform((text) => text.toLowerCase()),
    name: z.string().trim().min(1).max(100),
    role: z.enum(roles),
    customer: z.string().max(20).nullable().default(null),
    lang: z.enum(['zh', 'en']).default('zh'),
  })
  .refine(({ role, customer }) => isStaff(role) === (customer === null), {
    path: ['customer'],
    error: 'a customer’s user belongs to a customer, staff to none',
  });

/**
 * Invites somebody. The secret goes out by mail, sealed until then, and is kept as its digest; it is given back
 * for the one caller who may show it (the control socket).
 */
export async function invite(
  tx: Tx,
  now: number,
  by: string,
  input: z.input<typeof invitationShape>,
  vault: Vault,
): Promise<{ readonly invitation: store.Invitation; readonly secret: string } | Refusal> {
  const parsed = invitationShape.safeParse(input);
  if (!parsed.success) return refuseShape('invitation-invalid', parsed.error);
  const { data } = parsed;
  if (data.customer !== null && (await readCustomer(tx, data.customer)) === null) {
    return refuse('customer-unknown', 'customer', `there is no customer ${data.customer}`);
  }
  if ((await store.userByEmail(tx, data.email)) !== null) {
    return refuse('user-known', 'email', 'an address that no user has yet');
  }
  if (await store.isInvited(tx, data.email, now)) {
    return refuse('invitation-open', 'email', 'an address without an open invitation: resend or withdraw it');
  }
  const secret = randomBytes(32).toString('base64url');
  const invitation: store.Invitation = {
    ...data,
    id: `i${randomBytes(9).toString('base64url')}`,
    digest: secretDigest(secret),
    invitedBy: by,
    at: now,
    expiresAt: now + invitationMs,
    acceptedAt: null,
    revokedAt: null,
  };
  await store.insertInvitation(tx, invitation);
  await mailInvitation(tx, now, invitation, secret, vault);
  return { invitation, secret };
}

async function mailInvitation(
  tx: Tx,
  now: number,
  { id, email, lang, name, expiresAt }: store.Invitation,
  secret: string,
  vault: Vault,
): Promise<void> {
  // The letter that may still wait has a link that no longer opens anything.
  await recall(tx, 'letter', `invitation ${id} `, now);
  const letter = { kind: 'invitation', to: email, lang, name, sealed: vault.seal(secret), until: expiresAt };
  await post(tx, 'letter', `invitation ${id} ${markOf(secret)}`, letter, now);
}

/** Tells letters apart that carry different secrets, and nothing of the secret. */
function markOf(secret: string): string {
  return secretDigest(secret).subarray(0, 9).toString('base64url');
}

/** Sends an open or expired invitation again: another secret, seven more days; the old link is dead. */
export async function resendInvitation(
  tx: Tx,
  now: number,
  id: string,
  vault: Vault,
): Promise<{ readonly invitation: store.Invitation; readonly secret: string } | Refusal> {
  const known = await store.lockInvitation(tx, id);
  if (known === null || known.acceptedAt !== null || known.revokedAt !== null) {
    return refuse('invitation-unknown', 'id', 'an invitation that was neither accepted nor withdrawn');
  }
  const secret = randomBytes(32).toString('base64url');
  const change = { digest: secretDigest(secret), expiresAt: now + invitationMs };
  await store.changeInvitation(tx, id, change);
  const invitation = { ...known, ...change };
  await mailInvitation(tx, now, invitation, secret, vault);
  return { invitation, secret };
}

/** Its link opens nothing any more; the letter is not sent when it still waits. */
export async function withdrawInvitation(
  tx: Tx,
  now: number,
  id: string,
): Promise<store.Invitation | Refusal> {
  const known = await store.lockInvitation(tx, id);
  if (known === null || known.acceptedAt !== null || known.revokedAt !== null) {
    return refuse('invitation-unknown', 'id', 'an invitation that was neither accepted nor withdrawn');
  }
  await store.changeInvitation(tx, id, { revokedAt: now });
  await recall(tx, 'letter', `invitation ${id} `, now);
  return { ...known, revokedAt: now };
}

/** The invitation that a secret opens, locked until the transaction ends. */
export async function openInvitation(
  tx: Tx,
  now: number,
  secret: string,
): Promise<store.Invitation | Refusal> {
  const invitation = await store.invitationByDigest(tx, secretDigest(secret));
  if (invitation === null || invitation.revokedAt !== null || invitation.acceptedAt !== null) {
    return refuse('invitation-unknown', 'secret', 'an invitation that is still open; ask for another');
  }
  if (now >= invitation.expiresAt) {
    return refuse('invitation-expired', 'secret', 'an invitation of the last seven days; ask for another');
  }
  return invitation;
}

/** How long the link for a new password opens something. */
const resetMs = 3_600_000;

/** Mails the link with which a user chooses a new password; one who may not sign in gets none. */
export async function postReset(tx: Tx, now: number, id: string, token: string, vault: Vault): Promise<void> {
  const user = await store.readUser(tx, id);
  if (user === null || user.disabledAt !== null) return;
  const { email: to, lang, name } = user;
  await recall(tx, 'letter', `reset ${id} `, now);
  const letter = { kind: 'reset', to, lang, name, sealed: vault.seal(token), until: now + resetMs };
  await post(tx, 'letter', `reset ${id} ${markOf(token)}`, letter, now);
}

/**
 * Whether a user who proved who they are may have a session: not when they were shut out, not with a one-time
 * code that was used before (RFC 6238, 5.2). A sample's code stands on its sign-in page for everybody to use.
 */
export async function admits(tx: Tx, now: number, id: string, code: string | null): Promise<boolean> {
  const user = await store.readUser(tx, id);
  if (user === null || user.disabledAt !== null) return false;
  return code === null || user.sample || store.spendCode(tx, id, code, now);
}

/** Makes the user whom an invitation's secret names; once. */
export async function acceptInvitation(
  tx: Tx,
  now: number,
  input: { readonly secret: string; readonly name: string; readonly password: string },
): Promise<store.User | Refusal> {
  const password = passwordShape.safeParse(input.password);
  if (!password.success) return refuse('password-weak', 'password', password.error.issues[0]!.message);
  const invitation = await openInvitation(tx, now, input.secret);
  if (isRefusal(invitation)) return invitation;
  const { email, role, customer, lang } = invitation;
  const made = await addUser(tx, now, {
    email,
    role,
    customer,
    lang,
    name: input.name,
    password: password.data,
  });
  if (isRefusal(made)) return made;
  await store.changeInvitation(tx, invitation.id, { acceptedAt: now });
  return made;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: store.User['role'];
  readonly customer: string | null;
  readonly lang: 'zh' | 'en';
  readonly password: string;
  readonly sample?: boolean;
}

/** A user whose address was proven (by an invitation's mail or by the set-up link). */
export async function addUser(tx: Tx, now: number, user: NewUser): Promise<store.User | Refusal> {
  const id = `u${randomBytes(12).toString('base64url')}`;
  const at = new Date(now);
  const { password, sample = false, ...rest } = user;
  const email = user.email.toLowerCase();
  const row = { ...rest, id, email, sample, emailVerified: true, createdAt: at, updatedAt: at };
  if (!(await store.insertUser(tx, row))) {
    return refuse('user-known', 'email', 'an address that no user has yet');
  }
  await store.insertPassword(tx, id, await hashPassword(password), now);
  return (await store.readUser(tx, id))!;
}

/** Changes a user's role or right to sign in; the last owner stays one. */
export async function changeUser(
  tx: Tx,
  now: number,
  id: string,
  change: { readonly role?: store.User['role'] | undefined; readonly disabled?: boolean | undefined },
): Promise<store.User | Refusal> {
  const user = await store.readUser(tx, id);
  if (user === null) return refuse('user-unknown', 'id', `there is no user ${id}`);
  const role = change.role ?? user.role;
  if (isStaff(role) !== isStaff(user.role)) {
    return refuse('role-invalid', 'role', 'staff stay staff, a customer’s users stay the customer’s');
  }
  const disabledAt =
    change.disabled === undefined ? user.disabledAt : change.disabled ? (user.disabledAt ?? now) : null;
  const leaves =
    user.role === 'owner' && user.disabledAt === null && (role !== 'owner' || disabledAt !== null);
  // Locked: of two owners who leave at once, the second sees that it is the last.
  if (leaves && (await store.lockOwners(tx)) < 2) {
    return refuse('owner-last', 'role', 'another owner first: somebody must be able to let others in');
  }
  await store.updateUser(tx, id, { role, disabledAt });
  if (disabledAt !== null || role !== user.role) await store.endSessions(tx, id);
  return (await store.readUser(tx, id))!;
}

const keyShape = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z
    .array(z.enum(rightNames as [Right, ...Right[]]))
    .min(1)
    .max(rightNames.length),
  days: z.int().min(1).max(3650).nullable().default(365),
});
export type NewKey = z.input<typeof keyShape>;

/** Makes an API key; its secret is shown this once. */
export async function addKey(
  tx: Tx,
  now: number,
  user: string,
  input: NewKey,
): Promise<{ readonly key: store.Key; readonly secret: string } | Refusal> {
  const parsed = keyShape.safeParse(input);
  if (!parsed.success) return refuseShape('key-invalid', parsed.error);
  const { name, scopes, days } = parsed.data;
  const secret = `hp_${randomBytes(32).toString('base64url')}`;
  const key: store.Key = {
    id: `k${randomBytes(9).toString('base64url')}`,
    name,
    start: secret.slice(0, 8),
    digest: secretDigest(secret),
    user,
    scopes,
    createdAt: now,
    expiresAt: days === null ? null : now + days * dayMs,
    usedAt: null,
    revokedAt: null,
  };
  await store.insertKey(tx, key);
  return { key, secret };
}

/** A secret of ours has 256 random bits: a plain digest of it is as hard to guess as itself. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Writes down what somebody did, as a leaf of the evidence chain. Late in the transaction that did it. */
export async function record(tx: Tx, entry: AuditEntry): Promise<void> {
  const kept = { ...entry, before: cleaned(entry.before), after: cleaned(entry.after) };
  const digest = digestOf(kept);
  const id = await store.insertAudit(tx, kept, digest);
  await leaf(tx, 'audit', String(id), digest, entry.at);
}

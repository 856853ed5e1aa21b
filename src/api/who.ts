import type { FastifyRequest } from 'fastify';
import { secretDigest } from '../entrance/flow.ts';
import type { Who } from '../entrance/role.ts';
import { isStaff } from '../entrance/role.ts';
import { endSession, keyByDigest, readUser, touchKey } from '../entrance/store.ts';
import { Refused, refuse } from '../refusal.ts';
import type { House } from './house.ts';

/** Who asks: by an API key, by a session's cookie, or nobody. A key that is wrong is refused, not ignored. */
export async function whoAsks(request: FastifyRequest, house: House): Promise<Who | null> {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) return byKey(authorization, house);
  return cookie === undefined ? null : bySession(cookie, house);
}

const strange = refuse('key-invalid', 'authorization', '`Bearer` and an API key that stands');

async function byKey(header: string, { database, clock }: House): Promise<Who> {
  const secret = /^Bearer (hp_[\w-]{43})$/i.exec(header)?.[1];
  if (secret === undefined) throw new Refused(strange);
  const now = clock.now();
  const found = await keyByDigest(database.db, secretDigest(secret));
  if (found === null) throw new Refused(strange);
  const { key, user } = found;
  const isOver = key.expiresAt !== null && key.expiresAt <= now;
  if (key.revokedAt !== null || isOver || user.disabledAt !== null) throw new Refused(strange);
  if (key.usedAt === null || now - key.usedAt > 60_000) await touchKey(database.db, key.id, now);
  const { name, role, customer } = user;
  const scopes = key.scopes;
  return {
    kind: 'key',
    id: user.id,
    name: `${name} (${key.name})`,
    role,
    customer,
    secondFactor: true,
    proven: false,
    scopes,
  };
}

/** The longest life of a session, however busy. */
const longestMs = 7 * 86_400_000;

async function bySession(cookie: string, { entrance, database, clock }: House): Promise<Who | null> {
  if (!cookie.includes('__Host-hostpledge.session_token=')) return null;
  const found = await entrance().api.getSession({ headers: new Headers({ cookie }) });
  if (found === null) return null;
  // Whoever is always there signs in anew once a week (idle sessions end after twelve hours by themselves).
  if (clock.now() - found.session.createdAt.getTime() > longestMs) {
    await endSession(database.db, found.session.id);
    return null;
  }
  // What somebody may do is read anew each time: a role that was taken away is gone at once.
  const user = await readUser(database.db, found.user.id);
  if (user === null || user.disabledAt !== null) return null;
  const { id, name, role, customer } = user;
  const factor = found.session.factor ?? null;
  // Samples' people sign papers without one; they exist nowhere but on a machine that shows samples.
  const proven = factor !== null || user.sample;
  const secondFactor = factor !== null || !isStaff(role);
  return { kind: 'user', id, name, role, customer, secondFactor, proven, scopes: null };
}

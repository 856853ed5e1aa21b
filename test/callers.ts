import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import type { Database } from '../src/db/connection.ts';
import { addKey, addUser } from '../src/entrance/flow.ts';
import { type Right, rightNames } from '../src/entrance/right.ts';
import type { Role } from '../src/entrance/role.ts';
import { type Front, passwordOf } from './entrance.ts';
import { estateNow } from './estate.ts';
import type { Caller } from './requests.ts';
import { must } from './world.ts';

/** One user of the estate, in every way in which they may come in. */
export interface Person {
  readonly role: Role;
  readonly user: string;
  /** A session in which a second factor was shown, one in which none was, an API key with every scope. */
  readonly session: Caller;
  readonly weak: Caller;
  readonly program: Caller;
}

export async function makePerson(
  database: Database,
  front: Pick<Front, 'ask' | 'origin'>,
  role: Role,
  customer: string | null,
  email = `${role}@example.cn`,
): Promise<Person> {
  const password = passwordOf(email);
  const { id } = await database.transaction(async (tx) =>
    must(await addUser(tx, estateNow, { email, name: role, role, customer, lang: 'zh', password })),
  );
  const key = await makeKey(database, id, rightNames);
  const session = await signIn(database, front, email);
  await database.db.execute(sql`update sessions set factor = 'totp' where user_id = ${id}`);
  const weak = await signIn(database, front, email);
  const callerOf = (headers: Caller['headers']): Caller => ({ role, headers, key: key.id });
  return {
    ...{ role, user: id, session: callerOf(session), weak: callerOf(weak) },
    program: callerOf({ authorization: `Bearer ${key.secret}` }),
  };
}

/** An API key of a user with some scopes. */
export async function makeKey(
  database: Database,
  user: string,
  scopes: readonly Right[],
): Promise<{ readonly id: string; readonly secret: string }> {
  return database.transaction(async (tx) => {
    const { key, secret } = must(await addKey(tx, estateNow, user, { name: 'test', scopes: [...scopes] }));
    return { id: key.id, secret };
  });
}

/** The headers of a session that began when the estate stands, whatever the machine’s clock says. */
async function signIn(
  database: Database,
  { ask, origin }: Pick<Front, 'ask' | 'origin'>,
  email: string,
): Promise<Caller['headers']> {
  const body = { email, password: passwordOf(email) };
  const signed = await ask('POST', '/api/auth/sign-in/email', { headers: { origin }, body });
  assert.equal(signed.status, 200, JSON.stringify(signed.body));
  await ageSessions(database);
  const cookies = [signed.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]);
  return { cookie: cookies.join('; '), origin };
}

/** A new door before the limit of requests (1,200 a minute for an address) is met: that one has tests of its own. */
export function unlimited({ ask, another }: Front): Front['ask'] {
  let [door, left] = [ask, 800];
  return async (...asked) => {
    if (left === 0) [door, left] = [await another(), 1000];
    left -= 1;
    return door(...asked);
  };
}

/** Sessions are as old as the estate, whatever the machine’s clock says: one that is too old ends. */
export async function ageSessions({ db }: Database): Promise<void> {
  await db.execute(sql`update sessions set created_at = ${new Date(estateNow).toISOString()}::timestamptz`);
}

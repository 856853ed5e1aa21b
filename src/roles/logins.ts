import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { House } from '../api/house.ts';
import type { Config } from '../config.ts';
import type { Database, Tx } from '../db/connection.ts';
import { codeOf, keptFactor } from '../entrance/doors/code.ts';
import { openVault } from '../entrance/doors/vault.ts';
import { addUser } from '../entrance/flow.ts';
import { isStaff, type Role } from '../entrance/role.ts';
import { insertFactor, userByEmail } from '../entrance/store.ts';
import { addContact, addPerson } from '../people/contact/flow.ts';
import { recordCall } from '../people/verification/flow.ts';
import { isRefusal, Refused } from '../refusal.ts';

/** The logins that come with the samples: of the sample host's FTP, and of people who may look at everything. */
export interface SampleLogins {
  readonly domain: string;
  readonly account: string;
  readonly password: string;
  /** Null in a folder whose samples are older than sign-in. */
  readonly people: {
    /** One for all of them. */
    readonly password: string;
    /** Of the staff's one-time codes. */
    readonly secret: string;
  } | null;
}

interface Person {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** The position of their customer among the samples. */
  readonly customer: number | null;
}

const people: readonly Person[] = [
  { email: 'owner@sample.example', name: '王敏', role: 'owner', customer: null },
  { email: 'ops@sample.example', name: '赵工', role: 'operator', customer: null },
  { email: 'li@customer.example', name: '李青', role: 'customer', customer: 0 },
  { email: 'chen@customer.example', name: '陈一', role: 'customer', customer: 1 },
];

function fileOf(data: string): string {
  return join(data, 'sample.json');
}

export async function readLogins(data: string): Promise<SampleLogins | null> {
  const text = await readFile(fileOf(data), 'utf8').catch(() => null);
  if (text === null) return null;
  const { people: known = null, ...rest } = JSON.parse(text) as SampleLogins;
  return { ...rest, people: known };
}

/** Made anew for every installation, and readable by the owner of its folder alone. */
export async function makeLogins(data: string, domain: string): Promise<SampleLogins> {
  const secretOf = (bytes: number) => randomBytes(bytes).toString('base64url');
  const logins: SampleLogins = {
    domain,
    account: 'demo',
    password: secretOf(9),
    people: { password: secretOf(12), secret: secretOf(24) },
  };
  const path = fileOf(data);
  await writeFile(`${path}.new`, JSON.stringify(logins), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return logins;
}

/** The people, by the flow that makes every user; staff with a second factor, as the door demands of all staff. */
export async function addPeople(
  tx: Tx,
  now: number,
  logins: SampleLogins,
  customers: readonly string[],
  installation: string,
): Promise<void> {
  const { password, secret } = logins.people!;
  for (const { email, name, role, customer } of people) {
    const of = customer === null ? null : customers[customer]!;
    const rest = { lang: 'zh' as const, password, sample: true };
    const user = await addUser(tx, now, { email, name, role, customer: of, ...rest });
    if (isRefusal(user)) throw new Refused(user);
    if (of !== null) await addContacts(tx, now, of, { name, email }, installation);
    if (!isStaff(role)) continue;
    const kept = await keptFactor(installation, secret);
    await insertFactor(tx, user.id, kept, await keptFactor(installation, '[]'));
  }
}

/** Their telephone was called by the staff; their address still waits for its code. */
async function addContacts(
  tx: Tx,
  now: number,
  customer: string,
  { name, email }: { readonly name: string; readonly email: string },
  installation: string,
): Promise<void> {
  const by = '王敏';
  const person = await addPerson(tx, now, by, customer, { name, lang: 'zh' });
  if (isRefusal(person)) throw new Refused(person);
  const vault = openVault(installation);
  const value = `+86555501${customer.slice(-4)}`;
  const phone = await addContact(tx, now, by, person.id, { channel: 'phone', value }, vault);
  if (isRefusal(phone)) throw new Refused(phone);
  const address = await addContact(tx, now, by, person.id, { channel: 'email', value: email }, vault);
  const called = await recordCall(tx, now, by, phone.id, { at: now, note: '示例' });
  for (const made of [address, called]) if (isRefusal(made)) throw new Refused(made);
}

/**
 * What the sign-in page may offer to fill in: nothing, unless samples were sown here and nobody but this machine
 * can reach us, neither by our own address nor by another name for it.
 */
export function samplesOf(database: Database, config: Config): House['samples'] {
  if (!isHere(config.host) || (config.origin !== null && !isHere(new URL(config.origin).hostname))) {
    return async () => null;
  }
  return async () => {
    const logins = await readLogins(config.data);
    if (logins === null || logins.people === null) return null;
    const { password, secret } = logins.people;
    const out = [];
    for (const { email, role } of people) {
      const user = await userByEmail(database.db, email);
      if (user === null || !user.sample || user.disabledAt !== null) continue;
      const code = isStaff(role) ? await codeOf(secret) : null;
      out.push({ email, name: user.name, role: user.role, customer: user.customer, password, code });
    }
    return out.length === 0 ? null : out;
  };
}

export function isHere(name: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(name);
}

import { z } from 'zod';
import type { Tx } from '../db/connection.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../refusal.ts';
import { identityWays, isChecked, masked, readCreditCode, readResidentNumber } from './identity.ts';
import { customerShape, providerShape } from './party.ts';
import * as store from './store.ts';

/** Sets the provider's profile; the first call makes the provider. */
export async function setProvider(
  tx: Tx,
  now: number,
  profile: z.input<typeof providerShape>,
  sampledUntil: number | null = null,
): Promise<Refusal | null> {
  const parsed = providerShape.safeParse(profile);
  if (!parsed.success) return refuseShape('provider-invalid', parsed.error);
  await store.saveProvider(tx, { profile: parsed.data, sampledUntil }, now);
  return null;
}

/** Records a customer under the next member number. */
export async function addCustomer(
  tx: Tx,
  now: number,
  input: z.input<typeof customerShape>,
  sample = false,
): Promise<store.Customer | Refusal> {
  const parsed = customerShape.safeParse(input);
  if (!parsed.success) return refuseShape('customer-invalid', parsed.error);
  await store.lockCustomers(tx);
  const number = Number((await store.lastCustomerId(tx))?.slice(1) ?? 0) + 1;
  const digits = String(number).padStart(6, '0');
  const customer = { ...parsed.data, id: `c${digits}`, member: `M${digits}`, sample, createdAt: now };
  await store.insertCustomer(tx, customer);
  return customer;
}

/** Changes what is known of a customer; the member number stays. */
export async function changeCustomer(
  tx: Tx,
  id: string,
  input: z.input<typeof customerShape>,
): Promise<store.Customer | Refusal> {
  const parsed = customerShape.safeParse(input);
  if (!parsed.success) return refuseShape('customer-invalid', parsed.error);
  await store.updateCustomer(tx, id, parsed.data);
  const row = await store.readCustomer(tx, id);
  return row ?? refuse('customer-unknown', 'id', `there is no customer ${id}`);
}

/** Keeps what must be read again (entrance/doors/vault.ts). */
interface Seals {
  seal(text: string): string;
}

const identityShape = z.strictObject({
  number: z.string().max(40),
  way: z
    .enum(identityWays)
    .describe(
      'seen in the original, on a copy, in the public register, or by a call to the registered number',
    ),
  note: z.string().trim().max(500).default(''),
});
export type IdentityGiven = z.input<typeof identityShape>;

/**
 * Records that somebody of the staff checked who a customer is: the number with its check digit, how, who and when.
 * It counts for the customer's kind and name of this moment.
 */
export async function checkIdentity(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
  input: IdentityGiven,
  vault: Seals,
): Promise<Omit<store.IdentityCheck, 'id'> | Refusal> {
  const parsed = identityShape.safeParse(input);
  if (!parsed.success) return refuseShape('identity-invalid', parsed.error);
  await store.lockContacts(tx, id);
  const customer = await store.readCustomer(tx, id);
  if (customer === null) return refuse('customer-unknown', 'id', `there is no customer ${id}`);
  const { way, note } = parsed.data;
  const { kind, particulars } = customer;
  const number =
    kind === 'company' ? readCreditCode(parsed.data.number) : readResidentNumber(parsed.data.number, now);
  if (isRefusal(number)) return number;
  const told = { customer: id, kind, name: particulars.name, way, note, actor, at: now };
  const check = { ...told, sealed: vault.seal(number), masked: masked(number) };
  await store.insertIdentity(tx, check);
  return check;
}

/** The checks that count of some customers as they are called now, by customer. */
export async function standingIdentities(
  tx: Tx,
  some: readonly store.Customer[],
): Promise<ReadonlyMap<string, store.IdentityCheck>> {
  const checks = await store.readIdentities(
    tx,
    some.map((customer) => customer.id),
  );
  const standing = some.flatMap(({ id, kind, particulars }) => {
    const latest = checks.find((check) => check.customer === id) ?? null;
    return latest !== null && isChecked(latest, { kind, name: particulars.name })
      ? [[id, latest] as const]
      : [];
  });
  return new Map(standing);
}

/** In mainland mode nothing is sold or promised to somebody whose identity was not checked. */
export async function refuseUnchecked(tx: Tx, customer: store.Customer): Promise<Refusal | null> {
  if ((await store.readProvider(tx))?.profile.mainland !== true) return null;
  if ((await standingIdentities(tx, [customer])).has(customer.id)) return null;
  return refuse(
    'identity-unchecked',
    'customer',
    `a customer whose identity was checked, not ${customer.id}`,
  );
}

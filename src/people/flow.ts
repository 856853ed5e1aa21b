import type { z } from 'zod';
import type { Tx } from '../db/connection.ts';
import { type Refusal, refuse, refuseShape } from '../refusal.ts';
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

import { and, asc, desc, eq, gt, sql } from 'drizzle-orm';
import type { Tx } from '../db/connection.ts';
import type { NewCustomer, ProviderProfile } from './party.ts';
import { customers, providers } from './tables.ts';

export interface Provider {
  readonly profile: ProviderProfile;
  /** What was before this instant is sample; null: nothing is. */
  readonly sampledUntil: number | null;
}

export async function readProvider(tx: Tx): Promise<Provider | null> {
  const rows = await tx.select().from(providers).where(eq(providers.id, 'main'));
  return rows[0] ?? null;
}

export async function saveProvider(tx: Tx, provider: Provider, createdAt: number): Promise<void> {
  const { profile, sampledUntil } = provider;
  await tx
    .insert(providers)
    .values({ id: 'main', profile, sampledUntil, createdAt })
    .onConflictDoUpdate({ target: providers.id, set: { profile } });
}

export interface Customer extends NewCustomer {
  readonly id: string;
  readonly member: string;
  readonly sample: boolean;
  readonly createdAt: number;
}

export async function insertCustomer(tx: Tx, customer: Customer): Promise<void> {
  await tx.insert(customers).values(customer);
}

export async function readCustomer(tx: Tx, id: string): Promise<Customer | null> {
  const rows = await tx.select().from(customers).where(eq(customers.id, id));
  return rows[0] ?? null;
}

export async function listCustomers(tx: Tx): Promise<readonly Customer[]> {
  return tx.select().from(customers).orderBy(asc(customers.id));
}

/** In the order of their numbers, after `after`; `id`: that one alone, `name`: a part of the name. */
export async function pageCustomers(
  tx: Tx,
  filter: { readonly id: string | null; readonly name: string | null },
  after: string,
  limit: number,
): Promise<readonly Customer[]> {
  const { id, name } = filter;
  const part = `%${(name ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  return tx
    .select()
    .from(customers)
    .where(
      and(
        gt(customers.id, after),
        id === null ? undefined : eq(customers.id, id),
        name === null ? undefined : sql`${customers.particulars} ->> 'name' ilike ${part}`,
      ),
    )
    .orderBy(asc(customers.id))
    .limit(limit);
}

export async function updateCustomer(tx: Tx, id: string, change: NewCustomer): Promise<void> {
  await tx.update(customers).set(change).where(eq(customers.id, id));
}

export async function lastCustomerId(tx: Tx): Promise<string | null> {
  const rows = await tx.select({ id: customers.id }).from(customers).orderBy(desc(customers.id)).limit(1);
  return rows[0]?.id ?? null;
}

/** Serialises the first set-up; held until the transaction ends. */
export async function lockProvider(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4711, 3)`);
}

/** Serialises what gives numbers; held until the transaction ends. */
export async function lockCustomers(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4711, 2)`);
}

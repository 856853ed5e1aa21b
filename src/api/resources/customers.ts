import { z } from 'zod';
import type { Tx } from '../../db/connection.ts';
import { addCustomer, changeCustomer, checkIdentity, standingIdentities } from '../../people/flow.ts';
import { identityWays } from '../../people/identity.ts';
import { customerShape, particularsShape } from '../../people/party.ts';
import {
  type Customer,
  type IdentityCheck,
  pageCustomers,
  readCustomer,
  readIdentities,
} from '../../people/store.ts';
import { reachable } from '../../people/verification/flow.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, page, pageShape, pagingShape } from '../shape.ts';

const customerReply = z.strictObject({
  id: z.string(),
  member: z.string(),
  kind: z.enum(['company', 'person']),
  particulars: particularsShape,
  identityChecked: z.boolean().describe('whether their identity was checked under this name'),
  reachable: z.boolean().describe('whether a verified contact is left; without one nobody is told anything'),
  sample: z.boolean(),
  createdAt: instantShape,
});
type CustomerReply = z.input<typeof customerReply>;

async function customersOf(
  tx: Tx,
  now: number,
  rows: readonly Customer[],
): Promise<readonly CustomerReply[]> {
  const ids = rows.map((row) => row.id);
  const [told, checked] = [await reachable(tx, now, ids), await standingIdentities(tx, rows)];
  return rows.map((row) => {
    const { id, member, kind, particulars, sample, createdAt } = row;
    const standing = { identityChecked: checked.has(id), reachable: told.has(id) };
    return { id, member, kind, particulars, ...standing, sample, createdAt: iso(createdAt) };
  });
}

async function customerOf(tx: Tx, now: number, row: Customer): Promise<CustomerReply> {
  return (await customersOf(tx, now, [row]))[0]!;
}

const named = z.strictObject({ id: z.string().max(20) });
type Named = Context<z.output<typeof named>, unknown, unknown>;

/** The customer, unless it is another one than whose things may be touched: that one does not exist for who asks. */
export async function ownCustomer(
  { tx, scope }: Pick<Named, 'tx' | 'scope'>,
  id: string,
): Promise<Customer | Refusal> {
  const row = scope !== null && scope !== id ? null : await readCustomer(tx, id);
  return row ?? refuse('customer-unknown', 'id', `there is no customer ${id}`);
}

async function shown(context: Named): Promise<CustomerReply | Refusal> {
  const row = await ownCustomer(context, context.params.id);
  return isRefusal(row) ? row : customerOf(context.tx, context.now, row);
}

const identityReply = z.strictObject({
  kind: z.enum(['company', 'person']),
  name: z.string().describe('as it was when it was checked'),
  number: z.string().describe('all but its ends hidden; the whole of it is kept sealed'),
  way: z.enum(identityWays),
  note: z.string(),
  actor: z.string(),
  at: instantShape,
});

function identityOf(check: Omit<IdentityCheck, 'id'>): z.input<typeof identityReply> {
  const { kind, name, masked: number, way, note, actor, at } = check;
  return { kind, name, number, way, note, actor, at: iso(at) };
}

const identityRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/customers/:id/identity',
    id: 'identities.read',
    summary: 'The checks of a customer’s identity, the latest first',
    gate: 'identities:read',
    params: named,
    reply: z.strictObject({
      checked: z.boolean().describe('whether one counts for the present name and kind'),
      items: z.array(identityReply),
    }),
    handle: async (context) => {
      const { tx } = context;
      const row = await ownCustomer(context, context.params.id);
      if (isRefusal(row)) return row;
      const checked = (await standingIdentities(tx, [row])).has(row.id);
      return { checked, items: (await readIdentities(tx, [row.id])).map(identityOf) };
    },
  }),
  route({
    method: 'POST',
    url: '/customers/:id/identity',
    id: 'identities.check',
    summary:
      'Records a check of who the customer is: a company by its credit code (GB 32100), a person by the identity number (GB 11643)',
    gate: 'identities:check',
    params: named,
    body: z.strictObject({
      number: z.string().max(40).describe('kept sealed, never shown again'),
      way: z.enum(identityWays),
      note: z.string().max(500).default(''),
    }),
    reply: identityReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, who, body, house, note } = context;
      const row = await ownCustomer(context, context.params.id);
      if (isRefusal(row)) return row;
      const check = await checkIdentity(tx, now, who!.name, row.id, body, house.vault);
      if (isRefusal(check)) return check;
      note(row.id, row.id, null, identityOf(check));
      return identityOf(check);
    },
  }),
];

export const customerRoutes: readonly Route[] = [
  ...identityRoutes,
  route({
    method: 'GET',
    url: '/customers',
    id: 'customers.list',
    summary: 'Customers in the order of their member numbers',
    gate: 'customers:read',
    query: z.strictObject({
      ...pagingShape,
      name: z.string().max(100).optional().describe('part of the name'),
    }),
    reply: pageShape(customerReply),
    handle: async ({ tx, now, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const filter = { id: scope, name: query.name ?? null };
      const rows = await pageCustomers(tx, filter, after, query.limit + 1);
      const items = await customersOf(tx, now, rows);
      return page(
        items,
        query.limit,
        (item) => item.id,
        (item) => item,
      );
    },
  }),
  route({
    method: 'GET',
    url: '/customers/:id',
    id: 'customers.read',
    summary: 'One customer',
    gate: 'customers:read',
    params: named,
    reply: customerReply,
    handle: shown,
  }),
  route({
    method: 'POST',
    url: '/customers',
    id: 'customers.add',
    summary: 'Records a customer under the next member number',
    gate: 'customers:edit',
    body: customerShape,
    reply: customerReply,
    status: 201,
    handle: async ({ tx, now, body, note }) => {
      const made = await addCustomer(tx, now, body);
      if (isRefusal(made)) return made;
      const reply = await customerOf(tx, now, made);
      note(made.id, made.id, null, reply);
      return reply;
    },
  }),
  route({
    method: 'PUT',
    url: '/customers/:id',
    id: 'customers.change',
    summary: 'Changes a customer’s particulars',
    gate: 'customers:edit',
    params: named,
    body: customerShape,
    reply: customerReply,
    current: shown,
    handle: async (context) => {
      const { tx, now, params, body, note } = context;
      const before = await shown(context);
      if (isRefusal(before)) return before;
      const changed = await changeCustomer(tx, params.id, body);
      if (isRefusal(changed)) return changed;
      const after = await customerOf(tx, now, changed);
      note(after.id, after.id, before, after);
      return after;
    },
  }),
];

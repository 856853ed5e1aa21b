import { z } from 'zod';
import { addCustomer, changeCustomer } from '../../people/flow.ts';
import { customerShape, particularsShape } from '../../people/party.ts';
import { type Customer, pageCustomers, readCustomer } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, page, pageShape, pagingShape } from '../shape.ts';

const customerReply = z.strictObject({
  id: z.string(),
  member: z.string(),
  kind: z.enum(['company', 'person']),
  particulars: particularsShape,
  sample: z.boolean(),
  createdAt: instantShape,
});

function customerOf(row: Customer): z.input<typeof customerReply> {
  const { id, member, kind, particulars, sample, createdAt } = row;
  return { id, member, kind, particulars, sample, createdAt: iso(createdAt) };
}

const named = z.strictObject({ id: z.string().max(20) });

async function own(context: Context<z.output<typeof named>, unknown, unknown>): Promise<Customer | Refusal> {
  const { tx, scope, params } = context;
  const row = scope !== null && scope !== params.id ? null : await readCustomer(tx, params.id);
  return row ?? refuse('customer-unknown', 'id', `there is no customer ${params.id}`);
}

async function shown(context: Context<z.output<typeof named>, unknown, unknown>) {
  const row = await own(context);
  return isRefusal(row) ? row : customerOf(row);
}

export const customerRoutes: readonly Route[] = [
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
    handle: async ({ tx, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const filter = { id: scope, name: query.name ?? null };
      const rows = await pageCustomers(tx, filter, after, query.limit + 1);
      return page(rows, query.limit, (row) => row.id, customerOf);
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
      note(made.id, made.id, null, customerOf(made));
      return customerOf(made);
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
      const before = await own(context);
      if (isRefusal(before)) return before;
      const after = await changeCustomer(context.tx, before.id, context.body);
      if (isRefusal(after)) return after;
      context.note(before.id, before.id, customerOf(before), customerOf(after));
      return customerOf(after);
    },
  }),
];

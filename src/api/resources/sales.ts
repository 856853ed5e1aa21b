import { z } from 'zod';
import { recordPayment, recordSale, replaceSale } from '../../agreement/flow.ts';
import { type Payment, saleShape } from '../../agreement/sale.ts';
import { readChain, readPayments, readSale } from '../../agreement/store.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { instantShape, iso, isoOrNull, moneyShape } from '../shape.ts';
import { ownHost } from './hosts.ts';

const saleReply = z.strictObject({
  number: z.string(),
  host: z.string(),
  name: z.string(),
  document: z.string(),
  edition: z.string(),
  management: z.string(),
  plan: z.string(),
  version: z.int(),
  from: instantShape,
  to: instantShape,
  price: moneyShape,
  cut: instantShape.nullable().describe('when a change of plan ended it before its term'),
  payments: z.array(
    z.strictObject({
      receipt: z.string(),
      amount: moneyShape.describe('below zero: paid back'),
      method: z.string(),
      at: instantShape,
      actor: z.string(),
      reason: z.string().nullable().describe('why it was paid back'),
    }),
  ),
});

async function salesOf(tx: Context<unknown, unknown, unknown>['tx'], host: string) {
  const chain = await readChain(tx, host);
  const paid = await readPayments(
    tx,
    chain.map((sale) => sale.number),
  );
  return chain.map((sale): z.input<typeof saleReply> => {
    const { price, currency, from, to, cut, ...rest } = sale;
    const own = paid.filter((payment) => payment.sale === sale.number);
    const { number, name, document, edition, management, plan, version } = rest;
    return {
      ...{ number, host: sale.host, name, document, edition, management, plan, version },
      from: iso(from),
      to: iso(to),
      price: { minor: price, currency },
      cut: isoOrNull(cut),
      payments: own.map(({ receipt, amount, method, at, actor, reason }) => ({
        receipt,
        amount: { minor: amount, currency },
        method,
        at: iso(at),
        actor,
        reason,
      })),
    };
  });
}

const money = {
  receipt: z.string().trim().min(1).max(60),
  amount: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('minor units'),
  currency: z.string().max(3),
  method: z.string().trim().min(1).max(40),
  at: z.iso.datetime(),
};

/** Records what moved of a sale's fee, and gives the sale as it stands then. */
async function move(
  context: Context<{ number: string }, unknown, unknown>,
  told: Omit<Payment, 'sale' | 'actor'>,
) {
  const { tx, now, who, params, note } = context;
  const sale = await readSale(tx, params.number);
  if (sale === null) return refuse('sale-unknown', 'number', `there is no sale ${params.number}`);
  const row = await ownHost(context, sale.host);
  if (isRefusal(row)) return row;
  const payment = { ...told, sale: sale.number, actor: who!.name };
  const refused = await recordPayment(tx, now, payment);
  if (refused !== null) return refused;
  note(sale.number, row.customer, null, payment);
  return (await salesOf(tx, sale.host)).find((one) => one.number === sale.number)!;
}

const soldShape = saleShape
  .omit({ host: true, from: true, to: true })
  .extend({ from: z.iso.datetime(), to: z.iso.datetime() });

/** Records a sale of a host in one of the two ways, and gives it as it stands then. */
async function sell(
  context: Context<{ id: string }, unknown, z.output<typeof soldShape>>,
  way: typeof recordSale | typeof replaceSale,
) {
  const { tx, now, who, body, note } = context;
  const row = await ownHost(context, context.params.id);
  if (isRefusal(row)) return row;
  const sale = { ...body, host: row.id, from: Date.parse(body.from), to: Date.parse(body.to) };
  const refused = await way(tx, now, sale, who!.name);
  if (refused !== null) return refused;
  const made = (await salesOf(tx, row.id)).find((one) => one.number === body.number)!;
  note(body.number, row.customer, null, made);
  return made;
}

const named = z.strictObject({ number: z.string().max(60) });
const ofHost = z.strictObject({ id: z.string().max(20) });

export const saleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/hosts/:id/sales',
    id: 'sales.list',
    summary: 'The chain of sales agreements of a host, with their payments',
    gate: 'sales:read',
    params: ofHost,
    reply: z.strictObject({ items: z.array(saleReply), next: z.null() }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      return isRefusal(row) ? row : { items: await salesOf(context.tx, row.id), next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/hosts/:id/sales',
    id: 'sales.record',
    summary: 'Records a sales agreement; a renewal follows the one before it',
    gate: 'sales:edit',
    params: ofHost,
    body: soldShape,
    reply: saleReply,
    status: 201,
    handle: (context) => sell(context, recordSale),
  }),
  route({
    method: 'POST',
    url: '/hosts/:id/sales/replace',
    id: 'sales.replace',
    summary: 'Another plan in mid-term: ends the last sale, credits what is left of it to the new one',
    gate: 'sales:edit',
    params: ofHost,
    body: soldShape,
    reply: saleReply,
    status: 201,
    handle: (context) => sell(context, replaceSale),
  }),
  route({
    method: 'POST',
    url: '/sales/:number/payments',
    id: 'sales.pay',
    summary:
      'Records a payment, whole or in part, by its receipt number; the same receipt twice is one payment',
    gate: 'sales:edit',
    params: named,
    body: z.strictObject(money),
    reply: saleReply,
    status: 201,
    handle: (context) => move(context, { ...context.body, at: Date.parse(context.body.at), reason: null }),
  }),
  route({
    method: 'POST',
    url: '/sales/:number/refunds',
    id: 'sales.refund',
    summary: 'Records what was paid back of the fee for the time that is left, by its receipt number',
    gate: 'sales:edit',
    params: named,
    body: z.strictObject({
      ...money,
      amount: money.amount.min(1),
      reason: z.string().trim().min(1).max(500),
    }),
    reply: saleReply,
    status: 201,
    handle: (context) => {
      const { amount, at, ...rest } = context.body;
      return move(context, { ...rest, amount: -amount, at: Date.parse(at) });
    },
  }),
];

import { z } from 'zod';
import { gatherFacts, recordPayment, recordSale } from '../../agreement/flow.ts';
import { force } from '../../agreement/force.ts';
import { saleShape } from '../../agreement/sale.ts';
import {
  type AgreementRow,
  pageAgreements,
  readAgreement,
  readChain,
  readPayments,
  readSale,
} from '../../agreement/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { intervalsOf } from '../../timeline/timeline.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, isoOrNull, moneyShape, page, pageShape, pagingShape } from '../shape.ts';
import { ownHost } from './hosts.ts';

const briefReply = z.strictObject({
  number: z.string(),
  host: z.string(),
  customer: z.string(),
  zone: z.string(),
  edition: z.string(),
  offeredAt: instantShape,
  ended: instantShape.nullable(),
});

const agreementReply = briefReply.extend({
  guarantees: z.array(z.string()),
  inForce: z.array(z.tuple([instantShape, instantShape])).describe('what the facts up to now say'),
});

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
  payments: z.array(
    z.strictObject({
      receipt: z.string(),
      amount: moneyShape,
      method: z.string(),
      at: instantShape,
      actor: z.string(),
    }),
  ),
});

function briefOf(row: AgreementRow): z.input<typeof briefReply> {
  const { number, host, customer, zone, terms } = row;
  return {
    number,
    host,
    customer,
    zone,
    edition: terms.edition,
    offeredAt: iso(row.offeredAt),
    ended: isoOrNull(row.ended),
  };
}

/** The agreement, unless it is another customer's. */
export async function ownAgreement(
  { tx, scope }: Pick<Context<unknown, unknown, unknown>, 'tx' | 'scope'>,
  number: string,
): Promise<AgreementRow | Refusal> {
  const row = await readAgreement(tx, number);
  if (row === null || (scope !== null && row.customer !== scope)) {
    return refuse('agreement-unknown', 'number', `there is no agreement ${number}`);
  }
  return row;
}

async function salesOf(tx: Context<unknown, unknown, unknown>['tx'], host: string) {
  const chain = await readChain(tx, host);
  const paid = await readPayments(
    tx,
    chain.map((sale) => sale.number),
  );
  return chain.map((sale): z.input<typeof saleReply> => {
    const { price, currency, from, to, ...rest } = sale;
    const own = paid.filter((payment) => payment.sale === sale.number);
    const { number, name, document, edition, management, plan, version } = rest;
    return {
      ...{ number, host: sale.host, name, document, edition, management, plan, version },
      from: iso(from),
      to: iso(to),
      price: { minor: price, currency },
      payments: own.map(({ receipt, amount, method, at, actor }) => ({
        receipt,
        amount: { minor: amount, currency },
        method,
        at: iso(at),
        actor,
      })),
    };
  });
}

const named = z.strictObject({ number: z.string().max(60) });

export const agreementRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/agreements',
    id: 'agreements.list',
    summary: 'Quality agreements in the order of their numbers',
    gate: 'agreements:read',
    query: z.strictObject({
      ...pagingShape,
      customer: z.string().max(20).optional(),
      host: z.string().max(20).optional(),
    }),
    reply: pageShape(briefReply),
    handle: async ({ tx, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const filter = { customer: scope ?? query.customer ?? null, host: query.host ?? null };
      const rows = await pageAgreements(tx, filter, after, query.limit + 1);
      return page(rows, query.limit, (row) => row.number, briefOf);
    },
  }),
  route({
    method: 'GET',
    url: '/agreements/:number',
    id: 'agreements.read',
    summary: 'One quality agreement, and when it is in force',
    gate: 'agreements:read',
    params: named,
    reply: agreementReply,
    handle: async (context) => {
      const row = await ownAgreement(context, context.params.number);
      if (isRefusal(row)) return row;
      const { facts } = await gatherFacts(context.tx, row, context.now);
      return {
        ...briefOf(row),
        guarantees: row.terms.guarantees.map((one) => one.id),
        inForce: intervalsOf(force(facts, row.zone, null)).map(([from, to]): [string, string] => [
          iso(from),
          iso(to),
        ]),
      };
    },
  }),
  route({
    method: 'GET',
    url: '/hosts/:id/sales',
    id: 'sales.list',
    summary: 'The chain of sales agreements of a host, with their payments',
    gate: 'sales:read',
    params: z.strictObject({ id: z.string().max(20) }),
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
    params: z.strictObject({ id: z.string().max(20) }),
    body: saleShape
      .omit({ host: true, from: true, to: true })
      .extend({ from: z.iso.datetime(), to: z.iso.datetime() }),
    reply: saleReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, body, note } = context;
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const sale = { ...body, host: row.id, from: Date.parse(body.from), to: Date.parse(body.to) };
      const refused = await recordSale(tx, now, sale);
      if (refused !== null) return refused;
      const made = (await salesOf(tx, row.id)).find((one) => one.number === body.number)!;
      note(body.number, row.customer, null, made);
      return made;
    },
  }),
  route({
    method: 'POST',
    url: '/sales/:number/payments',
    id: 'sales.pay',
    summary: 'Records a payment by its receipt number; the same receipt twice is one payment',
    gate: 'sales:edit',
    params: named,
    body: z.strictObject({
      receipt: z.string().trim().min(1).max(60),
      amount: z.int().min(1),
      currency: z.string().max(3),
      method: z.string().trim().min(1).max(40),
      at: z.iso.datetime(),
    }),
    reply: saleReply,
    status: 201,
    handle: async (context) => {
      const { tx, who, params, body, note } = context;
      const sale = await readSale(tx, params.number);
      if (sale === null) return refuse('sale-unknown', 'number', `there is no sale ${params.number}`);
      const row = await ownHost(context, sale.host);
      if (isRefusal(row)) return row;
      const payment = { ...body, sale: sale.number, at: Date.parse(body.at), actor: who!.name };
      const refused = await recordPayment(tx, payment);
      if (refused !== null) return refused;
      note(sale.number, row.customer, null, payment);
      return (await salesOf(tx, sale.host)).find((one) => one.number === sale.number)!;
    },
  }),
];

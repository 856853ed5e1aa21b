import { z } from 'zod';
import { gatherFacts } from '../../agreement/flow.ts';
import { force } from '../../agreement/force.ts';
import { type AgreementRow, pageAgreements, readAgreement } from '../../agreement/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { intervalsOf } from '../../timeline/timeline.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, isoOrNull, page, pageShape, pagingShape } from '../shape.ts';

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
];

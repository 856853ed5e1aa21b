import { z } from 'zod';
import { pageTransfers } from '../../ledger/store.ts';
import { askTransfer, endTransfer, readChannels } from '../../ledger/transfer/flow.ts';
import { type Ending, numberOf, type Standing, transferStates, transferWays } from '../../ledger/transfer.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, moneyShape, page, pageShape, pagingShape } from '../shape.ts';
import { ownCustomer, takenShape } from './ledger.ts';

const ofCustomer = z.strictObject({ id: z.string().max(20) });
const numbered = z.strictObject({ id: z.string().regex(/^TR-\d{6,15}$/, 'a transfer’s number') });

const transferReply = z.strictObject({
  id: z.string().describe('its number'),
  customer: z.string(),
  way: z.enum(transferWays).describe('back the way that the fee came, or out of the balance'),
  amount: moneyShape,
  receipt: z.string().describe('the payment that it goes back by; empty of a withdrawal'),
  method: z.string().describe('how that payment was made'),
  to: z.string().describe('the account that a withdrawal goes to'),
  at: instantShape,
  by: z.string(),
  state: z.enum(transferStates),
  end: z
    .strictObject({ at: instantShape, reference: z.string(), reason: z.string(), by: z.string() })
    .nullable()
    .describe('the number of what was transferred, or why it was cancelled'),
});

function shownOf({ id, amount, currency, at, actor, end, ...rest }: Standing): z.input<typeof transferReply> {
  return {
    ...rest,
    id: numberOf(id),
    amount: { minor: amount, currency },
    at: iso(at),
    by: actor,
    end: end && { at: iso(end.at), reference: end.reference, reason: end.reason, by: end.actor },
  };
}

type Numbered = Context<z.output<typeof numbered>, unknown, unknown>;

async function finish({ tx, now, who, scope, params, note }: Numbered, ending: Omit<Ending, 'actor'>) {
  const id = Number(params.id.slice('TR-'.length));
  const ended = await endTransfer(tx, now, { id, scope }, { ...ending, actor: who!.name });
  if (isRefusal(ended)) return ended;
  const { before, after } = ended;
  note(params.id, after.customer, shownOf(before), shownOf(after));
  return shownOf(after);
}

const endRoutes: readonly Route[] = [
  route({
    method: 'POST',
    url: '/transfers/:id/send',
    id: 'transfers.send',
    summary: 'Records that what was asked for was transferred, with its number at the bank or service',
    gate: 'ledger:edit',
    params: numbered,
    body: z.strictObject({ reference: z.string().trim().min(1).max(100) }),
    reply: transferReply,
    status: 201,
    handle: (context) => finish(context, { state: 'sent', reference: context.body.reference, reason: '' }),
  }),
  route({
    method: 'POST',
    url: '/transfers/:id/cancel',
    id: 'transfers.cancel',
    summary: 'Cancels what was asked to be transferred; it stands where it stood before',
    gate: 'ledger:take',
    params: numbered,
    body: z.strictObject({ reason: z.string().trim().max(300).default('') }),
    reply: transferReply,
    status: 201,
    handle: (context) => {
      const { scope, body } = context;
      if (scope === null && body.reason === '')
        return Promise.resolve(refuse('reason-missing', 'reason', 'why; the customer reads it'));
      return finish(context, { state: 'cancelled', reference: '', reason: body.reason });
    },
  }),
];

export const transferRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/customers/:id/channels',
    id: 'transfers.channels',
    summary: 'By which of a customer’s payments compensation can go back, newest first, and how much by each',
    gate: 'ledger:read',
    params: ofCustomer,
    query: z.strictObject({ currency: takenShape.currency }),
    reply: pageShape(
      z.strictObject({ receipt: z.string(), method: z.string(), at: instantShape, left: moneyShape }),
    ),
    handle: async (context) => {
      const customer = await ownCustomer(context);
      if (isRefusal(customer)) return customer;
      const channels = await readChannels(context.tx, customer, context.query.currency);
      const items = channels.map(({ receipt, method, at, currency, left }) => ({
        ...{ receipt, method, at: iso(at) },
        left: { minor: left, currency },
      }));
      return { items, next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/customers/:id/transfers',
    id: 'transfers.ask',
    summary: 'Asks for compensation back the way that the fee came, or for the balance to be paid out',
    gate: 'ledger:take',
    params: ofCustomer,
    body: z.strictObject({
      ...takenShape,
      way: z.enum(transferWays),
      to: z.string().trim().max(200).default('').describe('of a withdrawal: the account that it goes to'),
    }),
    reply: pageShape(transferReply),
    status: 201,
    handle: async (context) => {
      const { tx, now, who, body, note } = context;
      const customer = await ownCustomer(context);
      if (isRefusal(customer)) return customer;
      const asked = await askTransfer(tx, now, { ...body, customer, actor: who!.name });
      if (isRefusal(asked)) return asked;
      const items = asked.map(shownOf);
      note(customer, customer, null, { transfers: items });
      return { items, next: null };
    },
  }),
  route({
    method: 'GET',
    url: '/transfers',
    id: 'transfers.list',
    summary: 'What customers asked to be transferred, newest first, by which channel, and what became of it',
    gate: 'ledger:read',
    query: z.strictObject({
      ...pagingShape,
      customer: z.string().max(20).optional(),
      state: z.enum(transferStates).optional(),
    }),
    reply: pageShape(transferReply),
    handle: async ({ tx, scope, query }) => {
      const before = afterOf(query.cursor);
      if (isRefusal(before)) return before;
      if (!/^\d{0,15}$/.test(before))
        return refuse('cursor-invalid', 'cursor', 'the `next` of the page before');
      if (scope !== null && (query.customer ?? scope) !== scope) return { items: [], next: null };
      const filter = { customer: scope ?? query.customer ?? null, state: query.state ?? null };
      const rows = await pageTransfers(tx, filter, Number(before), query.limit + 1);
      return page(rows, query.limit, ({ id }) => String(id), shownOf);
    },
  }),
  ...endRoutes,
];

import { z } from 'zod';
import { payOut } from '../../ledger/flow.ts';
import { accountsOf, type Payout } from '../../ledger/journal.ts';
import { periodOf } from '../../ledger/period.ts';
import { type Booked, pagePostings, readBalances, readBooks, walkPostings } from '../../ledger/store.ts';
import { readCustomer, readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, moneyShape, page, pageShape, pagingShape } from '../shape.ts';

const ofCustomer = z.strictObject({ id: z.string().max(20) });

const balanceReply = z.strictObject({
  account: z.string().describe('fees, refunds, compensation (owed), balance or transfer (set aside)'),
  amount: moneyShape.describe('what stands to the customer’s credit'),
});

const bookedReply = z.strictObject({
  key: z.string(),
  kind: z.string(),
  at: instantShape,
  account: z.string(),
  amount: moneyShape.describe('to the customer’s credit; below zero: taken from it'),
  detail: z.record(z.string(), z.unknown()),
});

export const takenShape = {
  key: z
    .string()
    .regex(/^[\w.-]{1,60}$/, 'letters, digits, . _ -')
    .describe('the same key is one payout'),
  amount: z.int().min(1).max(Number.MAX_SAFE_INTEGER).describe('minor units'),
  currency: z.string().regex(/^[A-Z]{3}$/),
};

type OfCustomer = Context<z.output<typeof ofCustomer>, unknown, unknown>;

/** The customer whose accounts these are, unless it is another one. */
export async function ownCustomer({
  tx,
  scope,
  params,
}: Pick<OfCustomer, 'tx' | 'scope' | 'params'>): Promise<string | Refusal> {
  const known = scope !== null && scope !== params.id ? null : await readCustomer(tx, params.id);
  return known?.id ?? refuse('customer-unknown', 'id', `there is no customer ${params.id}`);
}

const prefixOf = (customer: string): string => `customer:${customer}:`;

/** In the books credits stand below zero; a customer reads them the other way round. */
async function balancesOf({ tx }: OfCustomer, customer: string, at: number) {
  const rows = await readBalances(tx, accountsOf(customer), at);
  return rows.map(({ account, amount, currency }) => ({
    account: account.slice(prefixOf(customer).length),
    amount: { minor: -amount, currency },
  }));
}

function bookedOf(customer: string, row: Booked): z.input<typeof bookedReply> {
  const { key, kind, at, account, amount, currency, detail } = row;
  return {
    ...{ key, kind, at: iso(at), account: account.slice(prefixOf(customer).length) },
    amount: { minor: 0 - amount, currency },
    detail: detail as Record<string, unknown>,
  };
}

const accountReply = pageShape(bookedReply).extend({
  from: instantShape,
  to: instantShape.describe('the first instant after it'),
  opening: z.array(balanceReply),
  closing: z.array(balanceReply),
});

const balancesReply = z.strictObject({ at: instantShape, items: z.array(balanceReply), next: z.null() });

async function take(context: OfCustomer, payout: Omit<Payout, 'customer' | 'actor'>) {
  const { tx, now, who, note } = context;
  const customer = await ownCustomer(context);
  if (isRefusal(customer)) return customer;
  // A key is the customer’s own: nobody else's payout is found under it.
  const key = `${customer}:${payout.key}`;
  const refused = await payOut(tx, now, { ...payout, key, customer, actor: who!.name });
  if (refused !== null) return refused;
  note(customer, customer, null, payout);
  return { at: iso(now), items: await balancesOf(context, customer, now), next: null };
}

export const ledgerRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/customers/:id/balances',
    id: 'ledger.balances',
    summary: 'What stands on a customer’s accounts, now or at an instant',
    gate: 'ledger:read',
    params: ofCustomer,
    query: z.strictObject({ at: z.iso.datetime().optional() }),
    reply: balancesReply,
    handle: async (context) => {
      const customer = await ownCustomer(context);
      if (isRefusal(customer)) return customer;
      const at = context.query.at === undefined ? context.now : Date.parse(context.query.at);
      return { at: iso(at), items: await balancesOf(context, customer, at), next: null };
    },
  }),
  route({
    method: 'GET',
    url: '/customers/:id/bookings',
    id: 'ledger.bookings',
    summary: 'A customer’s statement of account: every booking in its order',
    gate: 'ledger:read',
    params: ofCustomer,
    query: z.strictObject(pagingShape),
    reply: pageShape(bookedReply),
    handle: async (context) => {
      const { tx, query } = context;
      const customer = await ownCustomer(context);
      const after = afterOf(query.cursor);
      if (isRefusal(customer)) return customer;
      if (isRefusal(after)) return after;
      const place = /^(\d{1,15})\.(\d{1,9})$/.exec(after === '' ? '0.0' : after);
      if (place === null) return refuse('cursor-invalid', 'cursor', 'the `next` of the page before');
      // No posting is line 0 of entry 0: entries begin at 1.
      const from = { id: Number(place[1]), line: Number(place[2]) };
      const rows = await pagePostings(tx, accountsOf(customer), from, query.limit + 1);
      return page(
        rows,
        query.limit,
        (row) => `${row.id}.${row.line}`,
        (row) => bookedOf(customer, row),
      );
    },
  }),
  route({
    method: 'GET',
    url: '/customers/:id/account',
    id: 'ledger.account',
    summary:
      'A statement of account over a period: opening balances, bookings in the order of time, closing balances',
    gate: 'ledger:read',
    params: ofCustomer,
    query: z.strictObject({
      ...pagingShape,
      from: z.iso.date().describe('the first day, in the provider’s zone'),
      to: z.iso.date().describe('the last day'),
    }),
    reply: accountReply,
    handle: async (context) => {
      const { tx, query } = context;
      const customer = await ownCustomer(context);
      const after = afterOf(query.cursor);
      if (isRefusal(customer)) return customer;
      if (isRefusal(after)) return after;
      const period = periodOf((await readProvider(tx))?.profile.zone ?? 'UTC', query.from, query.to);
      if (isRefusal(period)) return period;
      const place = /^(\d{1,15})\.(\d{1,15})\.(\d{1,9})$/.exec(after);
      if (after !== '' && place === null)
        return refuse('cursor-invalid', 'cursor', 'the `next` of the page before');
      const from = place && { at: Number(place[1]), id: Number(place[2]), line: Number(place[3]) };
      const rows = await walkPostings(tx, accountsOf(customer), period, from, query.limit + 1);
      const paged = page(
        rows,
        query.limit,
        (row) => `${row.at}.${row.id}.${row.line}`,
        (row) => bookedOf(customer, row),
      );
      return {
        ...{ from: iso(period[0]), to: iso(period[1]) },
        opening: await balancesOf(context, customer, period[0] - 1),
        closing: await balancesOf(context, customer, period[1] - 1),
        ...paged,
      };
    },
  }),
  route({
    method: 'GET',
    url: '/ledger/books',
    id: 'ledger.books',
    summary: 'Adds up the whole ledger: zero per currency, and every entry by itself',
    gate: 'ledger:edit',
    reply: z.strictObject({
      sound: z.boolean(),
      entries: z.int(),
      postings: z.int(),
      sums: z.array(z.strictObject({ currency: z.string(), sum: z.int() })),
      unsound: z.array(z.string()).describe('keys of entries that do not fit, at most a hundred'),
    }),
    handle: async ({ tx }) => {
      const { sums, unsound, ...counts } = await readBooks(tx);
      const sound = unsound.length === 0 && sums.every(({ sum }) => sum === 0);
      return { sound, ...counts, sums: [...sums], unsound: [...unsound] };
    },
  }),
  route({
    method: 'POST',
    url: '/customers/:id/balance',
    id: 'ledger.take',
    summary: 'Takes compensation that is owed as a balance, which may be withdrawn',
    gate: 'ledger:take',
    params: ofCustomer,
    body: z.strictObject(takenShape),
    reply: balancesReply,
    status: 201,
    handle: (context) => take(context, { ...context.body, way: 'balance', reference: '' }),
  }),
  route({
    method: 'POST',
    url: '/customers/:id/payouts',
    id: 'ledger.pay',
    summary: 'Records what was paid out: of what is owed by the way that the fee came, or of the balance',
    gate: 'ledger:edit',
    params: ofCustomer,
    body: z.strictObject({
      ...takenShape,
      way: z.enum(['original', 'withdrawal']),
      reference: z.string().trim().min(1).max(100).describe('the transfer’s number at the bank or service'),
    }),
    reply: balancesReply,
    status: 201,
    handle: (context) => take(context, context.body),
  }),
];

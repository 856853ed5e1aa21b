import { z } from 'zod';
import { askInvoice, roomFor, stepInvoice } from '../../ledger/invoice/flow.ts';
import { type InvoiceStep, invoiceShape, invoiceStates, stateOf } from '../../ledger/invoice.ts';
import { type Invoice, pageInvoices } from '../../ledger/store.ts';
import { isRefusal, type Refusal } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, moneyShape, page, pageShape, pagingShape } from '../shape.ts';
import { ownCustomer } from './ledger.ts';

/** Invoices (发票): asked for by customers, issued, refused and flushed (冲红) by finance. */

const invoiceReply = z.strictObject({
  number: z.string(),
  customer: z.string(),
  kind: z.enum(['normal', 'special']).describe('special: 增值税专用发票'),
  title: z.string(),
  taxNumber: z.string().nullable(),
  email: z.string().nullable(),
  address: z.string(),
  phone: z.string(),
  bank: z.string(),
  amount: moneyShape,
  lines: z.array(z.strictObject({ receipt: z.string(), amount: moneyShape })),
  state: z.enum(invoiceStates),
  actor: z.string(),
  at: instantShape,
  steps: z.array(
    z.strictObject({
      kind: z.enum(['issued', 'refused', 'flushed']),
      official: z.string().nullable().describe('the tax office’s number; of a flush that of the red one'),
      day: z.string(),
      reason: z.string(),
      actor: z.string(),
      at: instantShape,
    }),
  ),
});

function shownOf(invoice: Invoice): z.input<typeof invoiceReply> {
  const { number, customer, kind, title, taxNumber, email, address, phone, bank, actor, currency } = invoice;
  return {
    ...{ number, customer, kind, title, taxNumber, email, address, phone, bank, actor },
    amount: { minor: invoice.amount, currency },
    lines: invoice.lines.map(({ receipt, amount }) => ({ receipt, amount: { minor: amount, currency } })),
    state: stateOf(invoice.steps),
    at: iso(invoice.at),
    steps: invoice.steps.map(({ invoice: _, step: _step, at, ...said }) => ({ ...said, at: iso(at) })),
  };
}

const roomReply = z.strictObject({
  receipts: z.array(
    z.strictObject({
      receipt: z.string(),
      sale: z.string(),
      host: z.string(),
      at: instantShape,
      paid: moneyShape,
      invoiced: moneyShape,
      left: moneyShape.describe('what can still be invoiced'),
    }),
  ),
  excess: z
    .array(z.strictObject({ host: z.string(), minor: z.int() }))
    .describe('hosts of whose payments more is invoiced than was kept: so much must be flushed'),
});

const ofCustomer = z.strictObject({ id: z.string().max(20) });
const named = z.strictObject({ number: z.string().max(30) });
const day = z.iso.date().describe('the day that stands on it');
const official = z.string().trim().max(20).describe('eight digits, or twenty of a digital one');

type OfInvoice = Context<z.output<typeof named>, unknown, unknown>;

async function step(context: OfInvoice, taken: InvoiceStep): Promise<z.input<typeof invoiceReply> | Refusal> {
  const { tx, now, who, params, note } = context;
  const made = await stepInvoice(tx, now, params.number, taken, who!.name);
  if (isRefusal(made)) return made;
  const shown = shownOf(made);
  note(made.number, made.customer, { state: stateOf(made.steps.slice(0, -1)) }, shown);
  return shown;
}

const askRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/customers/:id/invoicable',
    id: 'invoices.room',
    summary: 'What a customer paid, and what of it can still be invoiced',
    gate: 'invoices:read',
    params: ofCustomer,
    reply: roomReply,
    handle: async (context) => {
      const customer = await ownCustomer(context);
      if (isRefusal(customer)) return customer;
      const { rooms, chains } = await roomFor(context.tx, customer);
      return {
        receipts: rooms.map(({ receipt, sale, host, at, currency, paid, invoiced, left }) => ({
          ...{ receipt, sale, host, at: iso(at) },
          paid: { minor: paid, currency },
          invoiced: { minor: invoiced, currency },
          left: { minor: left, currency },
        })),
        excess: chains
          .filter(({ excess }) => excess > 0)
          .map(({ host, excess }) => ({ host, minor: excess })),
      };
    },
  }),
  route({
    method: 'POST',
    url: '/customers/:id/invoices',
    id: 'invoices.ask',
    summary: 'Asks for an invoice over payments, or parts of them; each fen is invoiced once',
    gate: 'invoices:ask',
    params: ofCustomer,
    body: invoiceShape,
    reply: invoiceReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, who, body, note } = context;
      const customer = await ownCustomer(context);
      if (isRefusal(customer)) return customer;
      const made = await askInvoice(tx, now, customer, body, who!.name);
      if (isRefusal(made)) return made;
      const shown = shownOf(made);
      note(made.number, customer, null, shown);
      return shown;
    },
  }),
  route({
    method: 'GET',
    url: '/invoices',
    id: 'invoices.list',
    summary: 'Invoices with their states, newest first',
    gate: 'invoices:read',
    query: z.strictObject({
      ...pagingShape,
      customer: z.string().max(20).optional(),
      state: z.enum(invoiceStates).optional(),
    }),
    reply: pageShape(invoiceReply),
    handle: async ({ tx, scope, query }) => {
      const before = afterOf(query.cursor);
      if (isRefusal(before)) return before;
      // Of another's there are none.
      const customer = scope ?? query.customer ?? null;
      if (scope !== null && (query.customer ?? scope) !== scope) return { items: [], next: null };
      const filter = { customer, state: query.state ?? null };
      const rows = await pageInvoices(tx, filter, before, query.limit + 1);
      return page(rows, query.limit, (row) => row.number, shownOf);
    },
  }),
];

const stepRoutes: readonly Route[] = [
  route({
    method: 'POST',
    url: '/invoices/:number/issue',
    id: 'invoices.issue',
    summary: 'Records that an invoice was issued: its number and day',
    gate: 'invoices:edit',
    params: named,
    body: z.strictObject({ official, day }),
    reply: invoiceReply,
    status: 201,
    handle: (context) =>
      step(context, {
        kind: 'issued',
        number: context.body.official,
        day: context.body.day,
        reason: '',
      }),
  }),
  route({
    method: 'POST',
    url: '/invoices/:number/refuse',
    id: 'invoices.refuse',
    summary: 'Refuses to issue an invoice, with a reason that the customer reads',
    gate: 'invoices:edit',
    params: named,
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    reply: invoiceReply,
    status: 201,
    handle: (context) =>
      step(context, {
        kind: 'refused',
        number: '',
        day: iso(context.now).slice(0, 10),
        reason: context.body.reason,
      }),
  }),
  route({
    method: 'POST',
    url: '/invoices/:number/flush',
    id: 'invoices.flush',
    summary:
      'Records the red invoice (冲红) that takes an issued one back; what it was over can be invoiced again',
    gate: 'invoices:edit',
    params: named,
    body: z.strictObject({
      official,
      day,
      reason: z.string().trim().max(500).default('').describe('needed when nothing was paid back'),
    }),
    reply: invoiceReply,
    status: 201,
    handle: (context) => {
      const { official: number, day: on, reason } = context.body;
      return step(context, { kind: 'flushed', number, day: on, reason });
    },
  }),
];

export const invoiceRoutes: readonly Route[] = [...askRoutes, ...stepRoutes];

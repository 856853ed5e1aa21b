import { lockChain, nextNumber, readChains, readPayments } from '../../agreement/store.ts';
import { monthOf } from '../../calendar/zone.ts';
import type { Tx } from '../../db/connection.ts';
import { pageHosts } from '../../hosting/store.ts';
import { readCustomer, readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../../refusal.ts';
import {
  admitInvoiceStep,
  admitLines,
  admitParticulars,
  type Chain,
  chainsOf,
  type InvoiceStep,
  invoiceShape,
  type Move,
  type Room,
  refuseExcess,
  roomOf,
  stateOf,
} from '../invoice.ts';
import { type Invoice, insertInvoice, insertInvoiceStep, readInvoice, readInvoiced } from '../store.ts';

/** Everything that a customer paid and was paid back, with the chain of sales that it was for. */
async function movesOf(tx: Tx, customer: string): Promise<readonly Move[]> {
  const hosts = await pageHosts(tx, { customer, domain: null }, '', 100_000);
  const sales = await readChains(
    tx,
    hosts.map(({ id }) => id),
  );
  const hostOf = new Map(sales.map(({ number, host }) => [number, host]));
  const moves = await readPayments(tx, [...hostOf.keys()]);
  return moves.map((move) => ({ ...move, host: hostOf.get(move.sale)! }));
}

/** The same, with nobody paying, paying back or invoicing on those chains until the transaction ends. */
async function lockMoves(tx: Tx, customer: string, receipts: readonly string[]): Promise<readonly Move[]> {
  const before = await movesOf(tx, customer);
  const wanted = before.filter(({ receipt }) => receipts.includes(receipt));
  for (const host of [...new Set(wanted.map((move) => move.host))].sort()) await lockChain(tx, host);
  return movesOf(tx, customer);
}

/** What of a customer's payments can still be invoiced, and chains of which more is invoiced than was kept. */
export async function roomFor(
  tx: Tx,
  customer: string,
): Promise<{ readonly rooms: readonly Room[]; readonly chains: readonly Chain[] }> {
  const moves = await movesOf(tx, customer);
  const taken = await readInvoiced(
    tx,
    moves.map(({ receipt }) => receipt),
  );
  return { rooms: roomOf(moves, taken), chains: chainsOf(moves, taken) };
}

/** A customer asks for an invoice; each fen of a payment is on one that stands. */
export async function askInvoice(
  tx: Tx,
  now: number,
  customer: string,
  input: unknown,
  actor: string,
): Promise<Invoice | Refusal> {
  const parsed = invoiceShape.safeParse(input);
  if (!parsed.success) return refuseShape('invoice-invalid', parsed.error);
  const party = await readCustomer(tx, customer);
  if (party === null) return refuse('customer-unknown', 'id', `there is no customer ${customer}`);
  const wish = admitParticulars(parsed.data, party.kind === 'company');
  if (isRefusal(wish)) return wish;
  const { lines, ...told } = wish;
  const moves = await lockMoves(
    tx,
    customer,
    lines.map(({ receipt }) => receipt),
  );
  const taken = await readInvoiced(
    tx,
    moves.map(({ receipt }) => receipt),
  );
  const sum = admitLines(wish, moves, taken);
  if (isRefusal(sum)) return sum;
  const year = monthOf((await readProvider(tx))?.profile.zone ?? 'UTC', now).slice(0, 4);
  const next = await nextNumber(tx, `invoice-${year}`);
  const number = `FP-${year}-${String(next).padStart(6, '0')}`;
  await insertInvoice(tx, { ...told, ...sum, number, customer, actor, at: now }, lines);
  return (await readInvoice(tx, number))!;
}

/** Finance issues, refuses or flushes. What was paid back meanwhile is not issued any more. */
export async function stepInvoice(
  tx: Tx,
  now: number,
  number: string,
  step: InvoiceStep,
  actor: string,
): Promise<Invoice | Refusal> {
  const known = await readInvoice(tx, number);
  if (known === null) return refuse('invoice-unknown', 'number', `there is no invoice ${number}`);
  const receipts = known.lines.map(({ receipt }) => receipt);
  const moves = await lockMoves(tx, known.customer, receipts);
  // As it is now that nobody else is at it.
  const invoice = (await readInvoice(tx, number))!;
  const hosts = new Set(moves.filter(({ receipt }) => receipts.includes(receipt)).map(({ host }) => host));
  const isRefunded = moves.some(({ host, amount }) => hosts.has(host) && amount < 0);
  const unfit = admitInvoiceStep(stateOf(invoice.steps), step, isRefunded);
  if (unfit !== null) return unfit;
  if (step.kind === 'issued') {
    const taken = await readInvoiced(
      tx,
      moves.map(({ receipt }) => receipt),
    );
    const excess = refuseExcess(moves, taken, invoice.lines);
    if (excess !== null) return excess;
  }
  const { kind, day, reason } = step;
  const official = kind === 'refused' ? null : step.number;
  const row = {
    invoice: number,
    step: invoice.steps.length + 1,
    kind,
    official,
    day,
    reason,
    actor,
    at: now,
  };
  if (!(await insertInvoiceStep(tx, row)))
    return refuse('invoice-number-known', 'official', `${step.number} stands on another invoice`);
  return (await readInvoice(tx, number))!;
}

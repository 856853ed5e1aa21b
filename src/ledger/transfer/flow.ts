import type { Tx } from '../../db/connection.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { post } from '../flow.ts';
import { accounts, accountsOf } from '../journal.ts';
import {
  insertEntry,
  lockAccount,
  pagePostings,
  readBalance,
  readTransfer,
  readTransfersOf,
} from '../store.ts';
import {
  admitEnding,
  askEntry,
  type Channel,
  channelsOf,
  type Ending,
  endEntry,
  numberOf,
  type Standing,
  shareOut,
  type Transfer,
  type TransferWay,
} from '../transfer.ts';

/** More postings than a customer's accounts ever have: a payment and a settlement a month for centuries. */
const most = 100_000;

/** By which of a customer's payments something can still go back, newest first. */
export async function readChannels(tx: Tx, customer: string, currency: string): Promise<readonly Channel[]> {
  return channelsOf(await pagePostings(tx, accountsOf(customer), { id: 0, line: -1 }, most), currency);
}

export interface Asked {
  /** Of whoever asks: the same key is asked once. */
  readonly key: string;
  readonly customer: string;
  readonly way: TransferWay;
  readonly amount: number;
  readonly currency: string;
  /** The account that a withdrawal goes to; '' where it goes back the way that the fee came. */
  readonly to: string;
  readonly actor: string;
}

/**
 * Sets a sum aside to be transferred: one transfer for each payment that it goes back by, or one of the balance. Never
 * more than there is; the same key told twice is asked once.
 */
export async function askTransfer(tx: Tx, now: number, asked: Asked): Promise<readonly Standing[] | Refusal> {
  const { key, customer, way, amount, currency, to, actor } = asked;
  if (!Number.isSafeInteger(amount) || amount <= 0)
    return refuse('amount-invalid', 'amount', 'whole minor units above zero');
  if (way === 'withdrawal' && to.trim() === '')
    return refuse('payee-missing', 'to', 'the account that it goes to');
  await lockAccount(tx, accounts.compensationOwed(customer));
  await lockAccount(tx, accounts.balance(customer));
  const known = await readTransfersOf(tx, customer, key);
  if (known.length > 0)
    return isSame(known, asked) ? known : refuse('entry-known', 'key', 'asked with other contents');
  const source = way === 'original' ? accounts.compensationOwed(customer) : accounts.balance(customer);
  const there = -(await readBalance(tx, source, currency, Number.MAX_SAFE_INTEGER));
  if (amount > there) return refuse('payout-larger', 'amount', `${there} ${currency} are there`);
  const given = { customer, way, currency, actor };
  const parts = await partsOf(tx, asked);
  if (isRefusal(parts)) return parts;
  for (const [i, part] of parts.entries()) {
    const refused = await post(tx, askEntry({ ...given, ...part, key: `${customer}:${key}:${i + 1}` }, now));
    if (refused !== null) return refused;
  }
  return readTransfersOf(tx, customer, key);
}

type Part = Pick<Transfer, 'amount' | 'receipt' | 'method' | 'to'>;

async function partsOf(
  tx: Tx,
  { customer, way, amount, currency, to }: Asked,
): Promise<readonly Part[] | Refusal> {
  if (way === 'withdrawal') return [{ amount, to: to.trim() }];
  const shares = shareOut(await readChannels(tx, customer, currency), amount);
  if (isRefusal(shares)) return shares;
  return shares.map(({ receipt, method, left }) => ({ amount: left, receipt, method }));
}

function isSame(known: readonly Standing[], { way, amount, currency, to }: Asked): boolean {
  const sum = known.reduce((all, one) => all + one.amount, 0);
  return (
    sum === amount &&
    known.every((one) => one.way === way && one.currency === currency && one.to === to.trim())
  );
}

/** Records that it was transferred, or cancels it: one of both, once. `scope`: only of this customer. */
export async function endTransfer(
  tx: Tx,
  now: number,
  { id, scope }: { readonly id: number; readonly scope: string | null },
  ending: Ending,
): Promise<{ readonly before: Standing; readonly after: Standing } | Refusal> {
  const first = await readTransfer(tx, id);
  if (first === null || (scope !== null && first.customer !== scope))
    return refuse('transfer-unknown', 'id', `there is no transfer ${numberOf(id)}`);
  await lockAccount(tx, accounts.transfer(first.customer));
  const before = (await readTransfer(tx, id)) ?? first;
  const isDone = admitEnding(before, ending);
  if (isRefusal(isDone)) return isDone;
  if (!isDone) await insertEntry(tx, endEntry(before, ending, now));
  return { before, after: (await readTransfer(tx, id)) ?? before };
}

import { type Refusal, refuse } from '../refusal.ts';
import { accounts, type Entry, type Posting } from './journal.ts';

/**
 * Transfers that customers ask for: what is owed goes back the way that the fee came, or a balance is withdrawn. Asking sets
 * the sum aside on an account of its own, so that it is there once; finance transfers it and records that, or it is
 * cancelled and stands where it stood. Arguments in, value out; amounts in minor units.
 */

/** What is asked for; `balance` (journal.ts) moves no money and asks nobody. */
export const transferWays = ['original', 'withdrawal'] as const;
export type TransferWay = (typeof transferWays)[number];

export const transferStates = ['asked', 'sent', 'cancelled'] as const;
export type TransferState = (typeof transferStates)[number];

export const askedKinds = transferWays.map((way) => `transfer-${way}`);

/** What can go back by the payment that it came with. */
export interface Channel {
  readonly receipt: string;
  /** As it was recorded with the payment: bank, WeChat Pay, … */
  readonly method: string;
  readonly at: number;
  readonly currency: string;
  /** Above zero: what came in by it, less what went back. */
  readonly left: number;
}

/** A posting to an account of the customer, with the entry that it is of. */
export interface Moved extends Posting {
  readonly kind: string;
  readonly at: number;
  readonly detail: unknown;
}

interface Told {
  readonly receipt?: string;
  readonly sale?: string;
  readonly method?: string;
}

/**
 * The customer's payments by which something can still go back, newest first. A refund takes from the newest payments
 * of its sale, a transfer from the payment that it names, one that names none from the newest of all.
 */
export function channelsOf(moves: readonly Moved[], currency: string): readonly Channel[] {
  const own = moves.filter((move) => move.currency === currency);
  const ofKind = (kind: string) => own.filter((move) => move.kind === kind);
  const open = ofKind('payment')
    .map(({ at, detail, amount }) => ({ ...(detail as Told), at, left: -amount }))
    .sort((a, b) => b.at - a.at);
  const takeFrom = (some: typeof open, amount: number): void => {
    let rest = amount;
    for (const one of some) {
      const taken = Math.min(rest, one.left);
      one.left -= taken;
      rest -= taken;
    }
  };
  const isAside = ({ account }: Moved): boolean => account.endsWith(':transfer');
  for (const { detail, amount } of ofKind('refund'))
    takeFrom(
      open.filter(({ sale }) => sale === (detail as Told).sale),
      amount,
    );
  for (const { detail, amount } of [...ofKind('transfer-original'), ...ofKind('transfer-cancelled')]
    .filter(isAside)
    .filter(({ detail }) => (detail as Told).receipt !== undefined)) {
    const one = open.find(({ receipt }) => receipt === (detail as Told).receipt);
    if (one !== undefined) one.left += amount;
  }
  for (const { amount } of ofKind('payout-original')) takeFrom(open, amount);
  return open
    .filter(({ left }) => left > 0)
    .map(({ receipt = '', method = '', at, left }) => ({ receipt, method, at, currency, left }));
}

/** How much goes back by which payment, newest first; refused when all of them together brought less. */
export function shareOut(channels: readonly Channel[], amount: number): readonly Channel[] | Refusal {
  const shares: Channel[] = [];
  let rest = amount;
  for (const channel of channels) {
    const left = Math.min(rest, channel.left);
    if (left > 0) shares.push({ ...channel, left });
    rest -= left;
  }
  if (rest > 0)
    return refuse('channel-exhausted', 'amount', `by the payments go back at most ${amount - rest}`);
  return shares;
}

/** How people name a transfer: `TR-000042`, of the entry that asked. */
export function numberOf(id: number): string {
  return `TR-${String(id).padStart(6, '0')}`;
}

/** What is asked, of one channel or of the balance. */
export interface Transfer {
  readonly key: string;
  readonly customer: string;
  readonly way: TransferWay;
  readonly amount: number;
  readonly currency: string;
  /** Of `original`: the payment that it goes back by, and how that was paid. */
  readonly receipt?: string;
  readonly method?: string;
  /** Of `withdrawal`: the account that it goes to, as the customer wrote it. */
  readonly to?: string;
  readonly actor: string;
}

export function askEntry({ key, customer, way, amount, currency, ...detail }: Transfer, at: number): Entry {
  const from = way === 'original' ? accounts.compensationOwed(customer) : accounts.balance(customer);
  return {
    key: `transfer:${key}`,
    kind: `transfer-${way}`,
    at,
    detail: { ...detail },
    postings: [
      { account: from, amount, currency },
      { account: accounts.transfer(customer), amount: -amount, currency },
    ],
  };
}

/** A transfer as it stands in the books. */
export interface Standing {
  /** Of the entry that asked. */
  readonly id: number;
  readonly customer: string;
  readonly way: TransferWay;
  readonly amount: number;
  readonly currency: string;
  readonly receipt: string;
  readonly method: string;
  readonly to: string;
  readonly at: number;
  readonly actor: string;
  readonly state: TransferState;
  /** What ended it: the number at the bank or service, or why it was cancelled. */
  readonly end: {
    readonly at: number;
    readonly reference: string;
    readonly reason: string;
    readonly actor: string;
  } | null;
}

/** What ends a transfer; once, by whichever comes first. */
export interface Ending {
  readonly state: Exclude<TransferState, 'asked'>;
  readonly reference: string;
  readonly reason: string;
  readonly actor: string;
}

/** Both endings have one key: the books take one of them. */
export function endKey(id: number): string {
  return `transfer-end:${id}`;
}

export function endEntry(standing: Standing, ending: Ending, at: number): Entry {
  const { id, customer, way, amount, currency, receipt } = standing;
  const { state, reference, reason, actor } = ending;
  const before = way === 'original' ? accounts.compensationOwed(customer) : accounts.balance(customer);
  return {
    key: endKey(id),
    kind: `transfer-${state}`,
    at,
    detail: {
      actor,
      ...(receipt && { receipt }),
      ...(reference && { reference }),
      ...(reason && { reason }),
    },
    postings: [
      { account: accounts.transfer(customer), amount, currency },
      { account: state === 'sent' ? accounts.received : before, amount: -amount, currency },
    ],
  };
}

/** True: it ended so already, and saying it again changes nothing. */
export function admitEnding({ state, end }: Standing, ending: Ending): boolean | Refusal {
  if (ending.state === 'sent' && ending.reference.trim() === '')
    return refuse('reference-missing', 'reference', 'the number of the transfer at the bank or service');
  if (end === null) return false;
  if (state === ending.state && (state === 'cancelled' || end.reference === ending.reference)) return true;
  return refuse('transfer-state', 'id', `a transfer that is asked for; it is ${state}`);
}

import { isZone, monthOf } from '../calendar/zone.ts';
import type { Tx } from '../db/connection.ts';
import { post } from '../db/outbox.ts';
import { changePlan } from '../hosting/flow.ts';
import { type Closing, closings, lifeAt, openedAt } from '../hosting/host.ts';
import { type StageEntry, stageAt, stageOrder } from '../hosting/plan.ts';
import {
  type HostRow,
  type PlanVersion,
  readFacts,
  readHost,
  readHosts,
  readPlans,
} from '../hosting/store.ts';
import { refuseUnchecked } from '../people/flow.ts';
import { readCustomer } from '../people/store.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../refusal.ts';
import { offerTerms, type WorkingText } from '../terms/editions/hosting.ts';
import type { Acts, Facts } from './force.ts';
import {
  admitCredit,
  admitPayment,
  admitSale,
  creditOf,
  type Payment,
  type SaleRecord,
  type Sold,
  saleRows,
  saleShape,
} from './sale.ts';
import { planOf, stagesOf } from './stage.ts';
import * as store from './store.ts';

/** Records a sale or a renewal. The same sale (by number) told twice is one sale. */
export async function recordSale(tx: Tx, now: number, input: SaleRecord): Promise<Refusal | null> {
  const parsed = saleShape.safeParse(input);
  if (!parsed.success) return refuseShape('sale-invalid', parsed.error);
  const sale = parsed.data;
  await store.lockChain(tx, sale.host);
  const known = await store.readSale(tx, sale.number);
  if (known !== null) {
    const { cut: _, ...told } = known;
    return isSame(told, sale) ? null : refuse('sale-known', 'number', `${sale.number} says something else`);
  }
  const host = await readHost(tx, sale.host);
  if (host === null) return refuse('host-unknown', 'host', `there is no host ${sale.host}`);
  const chain = await store.readChain(tx, sale.host);
  const unfit =
    admitSale(chain, sale) ??
    admitPlan(chain, sale, await readPlans(tx, null)) ??
    (await refuseReleased(tx, now, sale.host));
  if (unfit !== null) return unfit;
  await store.insertSale(tx, sale, now);
  await store.wakeRenewal(tx, sale.host, host.customer, sale.to);
  return null;
}

/** What was released is gone: there is nothing to renew. */
async function refuseReleased(tx: Tx, now: number, host: string): Promise<Refusal | null> {
  const facts = (await readFacts(tx, [host])).get(host) ?? [];
  if (lifeAt(facts, now).state !== 'released') return null;
  return refuse('host-released', 'host', `${host} was released: order another host`);
}

/** A sale's plan version is a published one, and no stage is put back (SEMANTICS §2). */
function admitPlan(chain: readonly Sold[], sale: SaleRecord, plans: readonly PlanVersion[]): Refusal | null {
  const plan = planOf(plans, sale);
  if (plan === undefined || plan.publishedAt === null)
    return refuse('plan-unpublished', 'plan', 'a published plan version');
  const stage = (stages: readonly StageEntry[] = []): number =>
    stageOrder.indexOf(stageAt(stages, sale.from)?.stage ?? 'invited-test');
  const last = chain.at(-1);
  const stood = last === undefined ? 0 : stage(planOf(plans, last)?.stages);
  if (stage(plan.stages) >= stood) return null;
  return refuse('plan-in-test', 'version', `a plan that is ${stageOrder[stood]}: no stage is put back`);
}

/**
 * Records a payment, or below zero a refund. The same receipt told twice is one payment. What happened is told
 * to the ledger.
 */
export async function recordPayment(tx: Tx, now: number, payment: Payment): Promise<Refusal | null> {
  const sale = await store.readSale(tx, payment.sale);
  if (sale !== null) await store.lockChain(tx, sale.host);
  const known = await store.readPayment(tx, payment.receipt);
  if (known !== null) {
    return isSame(known, payment)
      ? null
      : refuse('receipt-known', 'receipt', `${payment.receipt} says something else`);
  }
  if (sale === null) return refuse('sale-unknown', 'sale', `there is no sales agreement ${payment.sale}`);
  if (payment.at > now) return refuse('payment-future', 'at', 'an instant that has been');
  const unfit = admitPayment(sale, await store.readPayments(tx, [sale.number]), payment);
  if (unfit === null) await takePayment(tx, now, sale, payment);
  return unfit;
}

async function takePayment(tx: Tx, now: number, sale: Sold, payment: Payment): Promise<void> {
  await store.insertPayment(tx, payment);
  const { customer } = (await readHost(tx, sale.host))!;
  const { receipt, amount, currency, method, at } = payment;
  const told = { receipt, sale: sale.number, amount, currency, method, at, customer };
  if (amount !== 0) await post(tx, 'payment', receipt, told, now);
  await store.wakeRenewal(tx, sale.host, customer, sale.to);
}

/**
 * Another plan from `sale.from` on: the sale before it ends there, and what was paid for the time left is
 * credited to the new one. The same change told twice is one.
 */
export async function replaceSale(
  tx: Tx,
  now: number,
  input: SaleRecord,
  actor: string,
): Promise<Refusal | null> {
  const parsed = saleShape.safeParse(input);
  if (!parsed.success) return refuseShape('sale-invalid', parsed.error);
  const sale = parsed.data;
  await store.lockChain(tx, sale.host);
  if ((await store.readSale(tx, sale.number)) !== null) return recordSale(tx, now, sale);
  const chain = await store.readChain(tx, sale.host);
  const last = chain.at(-1);
  if (last === undefined || sale.from > now || sale.from <= last.from || sale.from >= last.to)
    return refuse('sale-unreplaced', 'from', 'an instant that has been, within the term that is replaced');
  const moves = await store.readPayments(tx, [last.number]);
  const cut = { ...last, cut: sale.from };
  const rest = [...chain.slice(0, -1), cut];
  const unfit =
    admitSale(rest, sale) ??
    admitPlan(rest, sale, await readPlans(tx, null)) ??
    admitCredit(last, moves, sale) ??
    (await changePlan(tx, sale.host, sale));
  if (unfit !== null) return unfit;
  await store.cutSale(tx, last.number, sale.from);
  await store.insertSale(tx, sale, now);
  const { customer } = (await readHost(tx, sale.host))!;
  await store.wakeRenewal(tx, sale.host, customer, sale.to);
  if (moves.length > 0) await store.insertPayment(tx, creditOf(last, moves, sale, actor));
  return null;
}

function isSame(a: object, b: object): boolean {
  const sorted = (value: object): string => JSON.stringify(Object.entries(value).sort());
  return sorted(a) === sorted(b);
}

export interface Offer {
  readonly host: string;
  readonly guarantees: readonly string[];
  /** Checks and deadline guarantees that something observes for this host right now. */
  readonly sources: ReadonlySet<string>;
  readonly working: WorkingText;
  readonly zone: string;
}

/** Why no agreement can be offered for a host at all, whatever it promises; null: one can. */
export async function admitOffer(tx: Tx, host: HostRow): Promise<Refusal | null> {
  const standing = await store.hostAgreement(tx, host.id);
  if (standing !== null) return refuse('agreement-known', 'host', `${host.id} has ${standing.number}`);
  if ((await store.readChain(tx, host.id)).length === 0) {
    return refuse('sale-missing', 'host', 'a quality agreement needs a sales agreement (clause 1.1)');
  }
  const customer = await readCustomer(tx, host.customer);
  return customer === null ? null : refuseUnchecked(tx, customer);
}

/**
 * Offers a quality agreement: terms frozen, the next number of the gapless sequence. Refused without a sales
 * agreement (clause 1.1), for a second one on the same host, and for a guarantee without a live source.
 */
export async function offer(tx: Tx, now: number, input: Offer): Promise<string | Refusal> {
  await store.lockChain(tx, input.host);
  const host = await readHost(tx, input.host);
  if (host === null) return refuse('host-unknown', 'host', `there is no host ${input.host}`);
  if (!isZone(input.zone)) return refuse('zone-invalid', 'zone', 'a time zone such as Asia/Shanghai');
  if (input.guarantees.length === 0)
    return refuse('guarantee-missing', 'guarantees', 'an agreement promises at least one thing');
  const unfit = await admitOffer(tx, host);
  if (unfit !== null) return unfit;
  const terms = offerTerms(input.guarantees, input.sources, input.working);
  if (isRefusal(terms)) return terms;
  const year = monthOf(input.zone, now).slice(0, 4);
  const number = `QA-${year}-${String(await store.nextNumber(tx, `agreement-${year}`)).padStart(6, '0')}`;
  const { zone } = input;
  await store.insertAgreement(tx, {
    number,
    host: host.id,
    customer: host.customer,
    terms,
    zone,
    offeredAt: now,
    ended: null,
  });
  return number;
}

/** Records a signature or seal (clause 4-1). A natural person has no seal: the signature is recorded as both. */
export async function recordAct(tx: Tx, act: store.Act): Promise<Refusal | null> {
  const agreement = await store.readAgreement(tx, act.agreement);
  if (agreement === null) return refuse('agreement-unknown', 'agreement', `there is no ${act.agreement}`);
  const customer = await readCustomer(tx, agreement.customer);
  await store.insertAct(tx, act);
  if (act.party === 'customer' && customer?.kind === 'person' && act.act === 'signed') {
    await store.insertAct(tx, { ...act, act: 'sealed' });
  }
  return null;
}

/**
 * Ends an agreement before its sales do, from an instant on that has not been: what was promised until then stands,
 * and months that are over are not touched. Ended once, it stays so.
 */
export async function endAgreement(
  tx: Tx,
  now: number,
  number: string,
  at: number,
): Promise<store.AgreementRow | Refusal> {
  const [agreement] = await store.lockAgreements(tx, [number]);
  if (agreement === undefined) return refuse('agreement-unknown', 'number', `there is no ${number}`);
  if (agreement.ended !== null) return refuse('agreement-ended', 'number', `${number} has ended already`);
  if (at < now) return refuse('end-past', 'at', 'now, or an instant to come: what was promised stands');
  await store.setEnded(tx, number, at);
  return { ...agreement, ended: at };
}

/** What a case file says of an agreement besides what was measured, and the host's closings beside it. */
export interface AgreementFacts {
  readonly facts: Facts;
  readonly host: HostRow;
  readonly closings: readonly Closing[];
}

/** The facts of an agreement as a case file states them, and the host's closings beside them. */
export async function gatherFacts(
  tx: Tx,
  agreement: store.AgreementRow,
  until: number,
): Promise<AgreementFacts> {
  return (await gatherAll(tx, [agreement], until)).get(agreement.number)!;
}

/** The same of many agreements in the same few queries, by number. */
export async function gatherAll(
  tx: Tx,
  agreements: readonly store.AgreementRow[],
  until: number,
): Promise<ReadonlyMap<string, AgreementFacts>> {
  const ids = agreements.map((agreement) => agreement.host);
  const hosts = new Map((await readHosts(tx, ids)).map((host) => [host.id, host]));
  const factsOf = await factsReader(tx, ids, agreements, until);
  return new Map(
    agreements.map(({ number, host: id, ended }) => {
      const host = hosts.get(id);
      if (host === undefined) throw new Error(`agreement ${number} is about ${id}, which is not there`);
      return [number, factsOf(host, number, ended)];
    }),
  );
}

/** The same of hosts, by host: of one without an agreement all but the signatures are facts all the same. */
export async function gatherHosts(
  tx: Tx,
  hosts: readonly HostRow[],
  until: number,
): Promise<ReadonlyMap<string, AgreementFacts & { readonly agreement: store.AgreementRow | null }>> {
  const ids = hosts.map((host) => host.id);
  const agreements = await store.hostAgreements(tx, ids);
  const factsOf = await factsReader(tx, ids, agreements, until);
  return new Map(
    hosts.map((host) => {
      const agreement = agreements.find((one) => one.host === host.id) ?? null;
      const gathered = factsOf(host, agreement?.number ?? '', agreement?.ended ?? null);
      return [host.id, { ...gathered, agreement }];
    }),
  );
}

/** Reads what is needed of some hosts and agreements at once; what it gives puts one's facts together. */
async function factsReader(
  tx: Tx,
  ids: readonly string[],
  agreements: readonly store.AgreementRow[],
  until: number,
): Promise<(host: HostRow, number: string, ended: number | null) => AgreementFacts> {
  const sales = await store.readChains(tx, ids);
  const chains = Map.groupBy(sales, (sale) => sale.host);
  const numbers = sales.map((sale) => sale.number);
  const payments = Map.groupBy(await store.readPayments(tx, numbers), (payment) => payment.sale);
  const signed = await store.readActs(
    tx,
    agreements.map((agreement) => agreement.number),
  );
  const acts = Map.groupBy(signed, (act) => act.agreement);
  const lives = await readFacts(tx, ids);
  const plans = await readPlans(tx, null);
  return (host, number, ended) => {
    const chain = chains.get(host.id) ?? [];
    const paid = chain.flatMap((sale) => payments.get(sale.number) ?? []);
    const mine = acts.get(number) ?? [];
    const life = lives.get(host.id) ?? [];
    const facts: Facts = {
      signatures: { provider: actsOf(mine, 'provider'), customer: actsOf(mine, 'customer') },
      opened: openedAt(life),
      ended,
      stages: stagesOf(chain, plans, host),
      sales: saleRows(chain, paid, until),
    };
    return { facts, host, closings: closings(life, until) };
  };
}

function actsOf(acts: readonly store.Act[], party: store.Act['party']): Acts {
  const at = (act: store.Act['act']): number | null =>
    acts.find((one) => one.party === party && one.act === act)?.at ?? null;
  return { signed: at('signed'), sealed: at('sealed') };
}

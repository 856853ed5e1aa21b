import { isZone, monthOf } from '../calendar/zone.ts';
import type { Tx } from '../db/connection.ts';
import { type Closing, closings, openedAt } from '../hosting/host.ts';
import { type HostRow, readFacts, readHost, readHosts, readPlans } from '../hosting/store.ts';
import { readCustomer } from '../people/store.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../refusal.ts';
import { offerTerms, type WorkingText } from '../terms/editions/hosting.ts';
import type { Acts, Facts } from './force.ts';
import { admitPayment, admitSale, type Payment, type SaleRecord, saleRows, saleShape } from './sale.ts';
import * as store from './store.ts';

/** Records a sale or a renewal. The same sale (by number) told twice is one sale. */
export async function recordSale(tx: Tx, now: number, input: SaleRecord): Promise<Refusal | null> {
  const parsed = saleShape.safeParse(input);
  if (!parsed.success) return refuseShape('sale-invalid', parsed.error);
  const sale = parsed.data;
  await store.lockChain(tx, sale.host);
  const known = await store.readSale(tx, sale.number);
  if (known !== null) {
    return isSame(known, sale) ? null : refuse('sale-known', 'number', `${sale.number} says something else`);
  }
  if ((await readHost(tx, sale.host)) === null)
    return refuse('host-unknown', 'host', `there is no host ${sale.host}`);
  const unfit = admitSale(await store.readChain(tx, sale.host), sale);
  if (unfit === null) await store.insertSale(tx, sale, now);
  return unfit;
}

/** Records a payment. The same receipt told twice is one payment. */
export async function recordPayment(tx: Tx, payment: Payment): Promise<Refusal | null> {
  const sale = await store.readSale(tx, payment.sale);
  if (sale !== null) await store.lockChain(tx, sale.host);
  const known = await store.readPayment(tx, payment.receipt);
  if (known !== null) {
    return isSame(known, payment)
      ? null
      : refuse('receipt-known', 'receipt', `${payment.receipt} says something else`);
  }
  if (sale === null) return refuse('sale-unknown', 'sale', `there is no sales agreement ${payment.sale}`);
  const unfit = admitPayment(sale, await store.readPayments(tx, [sale.number]), payment);
  if (unfit === null) await store.insertPayment(tx, payment);
  return unfit;
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
  const standing = await store.hostAgreement(tx, input.host);
  if (standing !== null) return refuse('agreement-known', 'host', `${input.host} has ${standing.number}`);
  if ((await store.readChain(tx, input.host)).length === 0) {
    return refuse('sale-missing', 'host', 'a quality agreement needs a sales agreement (clause 1.1)');
  }
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
  const factsOf = ({ number, host: id, ended }: store.AgreementRow): AgreementFacts => {
    const host = hosts.get(id);
    if (host === undefined) throw new Error(`agreement ${number} is about ${id}, which is not there`);
    const plan = plans.find((one) => one.plan === host.plan && one.version === host.version);
    const chain = chains.get(id) ?? [];
    const paid = chain.flatMap((sale) => payments.get(sale.number) ?? []);
    const mine = acts.get(number) ?? [];
    const life = lives.get(id) ?? [];
    const facts: Facts = {
      signatures: { provider: actsOf(mine, 'provider'), customer: actsOf(mine, 'customer') },
      opened: openedAt(life),
      ended,
      stages: (plan?.stages ?? []).map(({ from, stage }) => ({ from, stage })),
      sales: saleRows(chain, paid),
    };
    return { facts, host, closings: closings(life, until) };
  };
  return new Map(agreements.map((agreement) => [agreement.number, factsOf(agreement)]));
}

function actsOf(acts: readonly store.Act[], party: store.Act['party']): Acts {
  const at = (act: store.Act['act']): number | null =>
    acts.find((one) => one.party === party && one.act === act)?.at ?? null;
  return { signed: at('signed'), sealed: at('sealed') };
}

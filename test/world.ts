import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { offer, recordAct, recordPayment, recordSale } from '../src/agreement/flow.ts';
import type { SaleRecord } from '../src/agreement/sale.ts';
import type { Tx } from '../src/db/connection.ts';
import { confirmSpec, draftPlan, orderHost, publishPlan } from '../src/hosting/flow.ts';
import { specOf } from '../src/hosting/host.ts';
import type { NewPlan } from '../src/hosting/plan.ts';
import { type HostRow, readHost, readRecords, upsertPlane } from '../src/hosting/store.ts';
import { offsetOf } from '../src/measure/slot.ts';
import { type ProberRow, upsertProber } from '../src/measure/store.ts';
import { phaseOf, type Wanted, wantedTargets } from '../src/measure/target.ts';
import { addCustomer, setProvider } from '../src/people/flow.ts';
import { isRefusal, type Refusal, Refused } from '../src/refusal.ts';
import { defaultPeriods } from '../src/terms/editions/hosting.ts';

/** One small world for the tests of stores and flows: a provider, a customer, a plan, a plane, a host. */

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** When the world begins: 2026-09-01 in UTC. */
export const begin = Date.UTC(2026, 8, 1);

export const workingIn = (zone: string) => ({
  zone,
  periods: defaultPeriods,
  holidays: [],
  makeup: [],
  makeupLike: '1',
});

/** The value, or the refusal thrown. */
export function must<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Refused(value);
  return value;
}

/** The refusal's code; null when the domain agreed. */
export function codeOf(value: unknown): string | null {
  return isRefusal(value) ? value.code : null;
}

const particulars = { name: 'Party', email: 'party@customer.example' };

export const profile = (zone: string): Parameters<typeof setProvider>[2] => ({
  name: { zh: '主机', en: 'Hosting' },
  particulars,
  salesPhone: '0551-5550101',
  servicePhone: '0551-5550102',
  zone,
  working: workingIn(zone),
});

export const standardPlan: NewPlan = {
  plan: 'standard',
  name: { zh: '标准型', en: 'Standard' },
  functions: {
    spaceMb: 100,
    trafficGb: 10,
    domains: 2,
    ftp: { accounts: 2, tls: 'optional' },
    php: null,
    tls: true,
  },
  price: 36_500,
  currency: 'CNY',
  termMonths: 12,
  stage: 'released',
  problems: [],
};

/** Provider, plane `p1`, customers `c000001` (a company) and `c000002` (a person), plan `standard` 1 on sale. */
export async function makeWorld(tx: Tx, zone = 'UTC'): Promise<void> {
  must(await setProvider(tx, begin, profile(zone)));
  await upsertPlane(tx, 'p1', 'embedded', Buffer.alloc(32, 1));
  must(await addCustomer(tx, begin, { kind: 'company', particulars }));
  must(await addCustomer(tx, begin, { kind: 'person', particulars }));
  must(await draftPlan(tx, begin, standardPlan));
  must(await publishPlan(tx, begin, 'standard', 1));
}

export const orderOf = (domain: string, key = domain) => ({
  plan: 'standard',
  version: 1,
  customer: 'c000001',
  plane: 'p1',
  domain,
  actor: 'sales',
  key,
});

/** A host that is open. */
export async function makeHost(
  tx: Tx,
  domain = 'www.customer.example',
  customer = 'c000001',
): Promise<HostRow> {
  const id = must(await orderHost(tx, begin, { ...orderOf(domain), customer }));
  must(await confirmSpec(tx, begin, 'p1', { host: id, revision: 1, quarantine: null }));
  return (await readHost(tx, id))!;
}

export const saleOf = (
  host: string,
  number: string,
  from: number,
  to: number,
  price = 36_500,
): SaleRecord => ({
  number,
  host,
  name: 'virtual hosting',
  document: 'D-1',
  edition: '2026-11',
  management: 'M-1',
  plan: 'standard',
  version: 1,
  from,
  to,
  price,
  currency: 'CNY',
});

export const paymentOf = (sale: SaleRecord, receipt: string, at = sale.from) => ({
  receipt,
  sale: sale.number,
  amount: sale.price,
  currency: sale.currency,
  method: 'bank',
  at,
  actor: 'finance',
  reason: null,
});

/** Sells and pays a term of days from the world's beginning, offers the guarantees and signs; gives the number. */
export async function makeAgreement(
  tx: Tx,
  host: string,
  guarantees: readonly string[],
  days: number,
  zone = 'UTC',
): Promise<string> {
  const sale = saleOf(host, `SA-${host}`, begin, begin + days * dayMs);
  must(await recordSale(tx, begin, sale));
  must(await recordPayment(tx, begin, paymentOf(sale, `R-${host}`)));
  const sources = new Set(guarantees);
  const agreement = must(
    await offer(tx, begin, { host, guarantees, sources, working: workingIn(zone), zone }),
  );
  for (const party of ['provider', 'customer'] as const)
    for (const act of ['signed', 'sealed'] as const)
      must(await recordAct(tx, { agreement, party, act, at: begin, actor: party }));
  return agreement;
}

const doors = { address: '127.0.0.1', httpPort: 8081, ftpPort: 2121 };

/** What is to be checked of some hosts. */
export async function wantedOf(tx: Tx, ids: readonly string[]): Promise<readonly Wanted[]> {
  const rows = await Promise.all(ids.map(async (id) => (await readHost(tx, id))!));
  return (await readRecords(tx, rows)).flatMap((record) => wantedTargets(specOf(record, begin), doors));
}

/** A target's slot in the round of a minute after the world's beginning. */
export function slotOf(target: string, minute: number): number {
  return begin + minute * minuteMs + offsetOf(phaseOf(target), minuteMs);
}

/** Rounds from one minute to another after the world's beginning, as a prober tells quiet ones. */
export const quietOf = (first: number, last: number, version = 1) => ({
  first: begin + first * minuteMs,
  last: begin + last * minuteMs,
  intervalMs: minuteMs,
  version,
  targets: 2,
});

export interface Speaker {
  readonly prober: ProberRow;
  readonly key: KeyObject;
  /** A message of the next sequence, signed. */
  say(kind: 'round' | 'turns' | 'quiet', body: object, spool?: string): Said;
}

export interface Said {
  readonly spool: string;
  readonly seq: number;
  readonly kind: string;
  readonly text: string;
  readonly signature: string;
}

/** A prober with a key of its own, enrolled. */
export async function makeProber(tx: Tx, id: string): Promise<Speaker> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const prober = { id, tokenDigest: Buffer.alloc(32, 2), key };
  await upsertProber(tx, prober, begin);
  let seq = 0;
  const say = (kind: string, body: object, spool = 'first'): Said => {
    seq += 1;
    const text = JSON.stringify(body);
    return {
      spool,
      seq,
      kind,
      text,
      signature: sign(null, Buffer.from(text), privateKey).toString('base64'),
    };
  };
  return { prober, key: privateKey, say };
}

/** One observation of a target with its reading. */
export function seen(
  target: string,
  at: number,
  result: 'pass' | 'fail',
  code = result === 'pass' ? 'ok' : 'refused',
) {
  const check = target.split(':')[0]!;
  const reading = {
    check,
    target,
    at,
    result,
    code,
    detail: '',
    peer: null,
    phases: { connect: 1 },
    tookMs: 1,
    status: null,
    certificate: null,
    redirects: [],
  };
  return { id: target, check, at, result, reading };
}

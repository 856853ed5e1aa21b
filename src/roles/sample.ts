import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { offer, recordAct, recordPayment, recordSale } from '../agreement/flow.ts';
import { recordCause } from '../attribution/flow.ts';
import { holidaysOf } from '../calendar/holidays.ts';
import { dayStartOf } from '../calendar/zone.ts';
import { realClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Database, Tx } from '../db/connection.ts';
import { addAccount, confirmSpec, draftPlan, orderHost, publishPlan } from '../hosting/flow.ts';
import { specOf } from '../hosting/host.ts';
import type { NewPlan } from '../hosting/plan.ts';
import { findFpm } from '../hosting/planes/embedded/web/pool.ts';
import { readHost, readRecords } from '../hosting/store.ts';
import { foldDays, syncTargets, takeDeath, takeMinutes, takeSigned } from '../measure/flow.ts';
import { refreshOutages } from '../measure/outage/flow.ts';
import { ruleOf } from '../measure/rule.ts';
import { readProbers } from '../measure/store.ts';
import { wantedTargets } from '../measure/target.ts';
import { addCustomer, setProvider } from '../people/flow.ts';
import { readProvider } from '../people/store.ts';
import { isRefusal, type Refusal, Refused } from '../refusal.ts';
import { closeMonth, dueMonths, postReady } from '../settlement/flow.ts';
import { readDueDrafts } from '../settlement/store.ts';
import { defaultPeriods } from '../terms/editions/hosting.ts';
import type { Interval } from '../timeline/interval.ts';
import { keyFiles } from './keys.ts';
import { addPeople, makeLogins, type SampleLogins } from './logins.ts';
import { type Incident, incidents, minutesOfDay, readingOf } from './past.ts';

/**
 * The sample of `npm start`: a provider, three plans, two customers, a host, and two months of history told
 * on a virtual clock through the very flows that real facts go through. All of it is one transaction: killed
 * in the middle, it never was.
 */
export const sampleZone = 'Asia/Shanghai';
const demoDomain = 'demo.localhost';
const minuteMs = 60_000;
const dayMs = 86_400_000;

interface Place {
  readonly plane: string;
  readonly prober: string;
  readonly config: Config;
}

/** Fills an empty store; a store that has a provider is left as it is. */
export async function seedSamples(database: Database, place: Place): Promise<void> {
  if ((await readProvider(database.db)) !== null) return;
  const login = await makeLogins(place.config.data, demoDomain);
  const installation = await readFile(keyFiles(place.config.data).entranceKey, 'utf8');
  const php = (await findFpm('8.2')) === null ? null : '8.2';
  const signer = createPrivateKey(await readFile(keyFiles(place.config.data).proberKey));
  const now = Math.floor(realClock.now() / minuteMs) * minuteMs;
  await database.transaction(async (tx) => {
    const world: World = {
      tx,
      place,
      now,
      start: startOf(now),
      php,
      seq: 0,
      sign: (text) => signed(signer, text),
    };
    const customers = await sellAndSign(world, login);
    await addPeople(tx, now, login, customers, installation);
    await tellPast(world);
  });
}

interface World {
  readonly tx: Tx;
  readonly place: Place;
  /** The instant at which the sample ends and the real begins. */
  readonly now: number;
  readonly start: number;
  readonly php: string | null;
  seq: number;
  sign(text: string): string;
}

function signed(key: ReturnType<typeof createPrivateKey>, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64');
}

/** Two calendar months back, at the first instant of that local day. */
function startOf(now: number): number {
  const then = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(sampleZone)
    .subtract({ months: 2 });
  return dayStartOf(sampleZone, then.epochMilliseconds);
}

function must<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Refused(value);
  return value;
}

const host = 'h000001';

/** Gives the sample customers. */
async function sellAndSign(world: World, login: SampleLogins): Promise<readonly string[]> {
  const { tx, start, place } = world;
  const lists = holidaysOf([2025, 2026, 2027]);
  const working = { zone: sampleZone, periods: defaultPeriods, ...lists, makeupLike: '1' };
  must(await setProvider(tx, start - 30 * dayMs, providerProfile(working), world.now));
  for (const plan of samplePlans(world.php)) {
    const made = must(await draftPlan(tx, start - 20 * dayMs, plan));
    must(await publishPlan(tx, start - 20 * dayMs, made.plan, made.version));
  }
  const [company, person] = [companyCustomer, personCustomer];
  const customer = must(await addCustomer(tx, start - 10 * dayMs, company, true));
  const other = must(await addCustomer(tx, start - 5 * dayMs, person, true));
  const order = {
    plan: 'standard',
    version: 1,
    customer: customer.id,
    plane: place.plane,
    domain: demoDomain,
  };
  must(
    await orderHost(tx, start, { ...order, actor: 'sample', shown: true, sample: true, key: 'sample-order' }),
  );
  must(await addAccount(tx, start, host, { name: login.account, password: login.password }));
  const year = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(sampleZone);
  const sale = {
    number: 'SA-SAMPLE-0001',
    host,
    name: '虚拟主机销售协议',
    document: 'HP-S-001',
    edition: '2026-11',
    management: 'M-0001',
    plan: 'standard',
    version: 1,
    from: start,
    to: year.add({ years: 1 }).epochMilliseconds,
    price: 60_000,
    currency: 'CNY',
  };
  must(await recordSale(tx, start, sale));
  const payment = { receipt: 'R-SAMPLE-0001', sale: sale.number, amount: sale.price, currency: 'CNY' };
  const by = { method: 'bank', at: start, actor: 'sample', reason: null };
  must(await recordPayment(tx, start, { ...payment, ...by }));
  must(await confirmSpec(tx, start + minuteMs, place.plane, { host, revision: 0, quarantine: null }));
  const guarantees = ['web', 'ftp', 'response'];
  const sources = new Set(guarantees);
  const agreement = must(await offer(tx, start, { host, guarantees, sources, working, zone: sampleZone }));
  for (const party of ['provider', 'customer'] as const) {
    for (const act of ['signed', 'sealed'] as const) {
      must(await recordAct(tx, { agreement, party, act, at: start + 2 * minuteMs, actor: 'sample' }));
    }
  }
  return [customer.id, other.id];
}

/** Day by day on the virtual clock: what the prober saw, what the log said, what was found out, what was paid. */
async function tellPast(world: World): Promise<void> {
  const { tx, place, start, now } = world;
  const row = (await readHost(tx, host))!;
  const [record] = await readRecords(tx, [row]);
  const { host: address, hostsPort: httpPort, ftpPort } = place.config;
  const version = await syncTargets(
    tx,
    wantedTargets(specOf(record!, start), { address, httpPort, ftpPort }),
  );
  const prober = (await readProbers(tx)).find((one) => one.id === place.prober)!;
  const past = incidents(start, now);
  const say = async (kind: string, body: object): Promise<void> => {
    world.seq += 1;
    const text = JSON.stringify(body);
    const message = { spool: 'sample', seq: world.seq, kind, text, signature: world.sign(text) };
    must(await takeSigned(tx, now, prober, message));
  };
  const turns = past.flatMap((incident) => turnsOf(incident));
  const first = (['web', 'ftp'] as const).map((check) => observation(check, start, 'pass', 'ok'));
  await say('turns', { turns: [...first, ...turns] });
  for (const [from, to] of awake(past, start, now)) {
    const rounds = { first: from, last: to, intervalMs: minuteMs, version, targets: 2 };
    await say('quiet', rounds);
  }
  for (const [i, incident] of past.filter((one) => one.kind === 'death').entries()) {
    const death = { spool: 'sample', seq: i + 1, from: incident.from, to: incident.to };
    must(await takeDeath(tx, now, place.plane, death));
  }
  for (let day = start, seq = 1000; day < now; day += dayMs, seq += 1) {
    const end = Math.min(day + dayMs, now);
    const minutes = minutesOfDay(place.plane, host, day, end, past);
    must(await takeMinutes(tx, now, place.plane, { spool: 'sample', seq, minutes }));
    await passDay(world, Math.min(end + 3 * 3_600_000, now), past, [day, end]);
  }
  for (const check of ['web', 'ftp']) await refreshOutages(tx, now, row, check, ruleOf(check)!, now - start);
}

/** What the timetable and the staff did at the end of a day of the past. */
async function passDay(
  world: World,
  at: number,
  past: readonly Incident[],
  [from, to]: Interval,
): Promise<void> {
  const { tx } = world;
  for (const { cause, to: ended } of past) {
    if (cause !== null && ended > from && ended <= to) must(await recordCause(tx, at, cause));
  }
  await foldDays(tx, at);
  for (const { agreement, month } of await dueMonths(tx, at, 10)) {
    must(await closeMonth(tx, at, agreement, month, { actor: 'timetable', reason: null }));
  }
  for (const { agreement } of await readDueDrafts(tx, at, null, 10)) await postReady(tx, at, [agreement]);
}

/** The two observations at the ends of a failure, for each check that it hit. */
function turnsOf(incident: Incident): object[] {
  if (incident.kind !== 'failure') return [];
  return incident.checks.flatMap((check) => [
    observation(check, incident.from, 'fail', incident.code),
    observation(check, incident.to, 'pass', 'ok'),
  ]);
}

function observation(check: string, at: number, result: 'pass' | 'fail', code: string): object {
  return { id: `${check}:${host}`, check, at, result, reading: readingOf(check, at, result, code) };
}

/** The rounds that the prober made: all of them, but for the times in which it was away itself. */
function awake(past: readonly Incident[], start: number, now: number): [number, number][] {
  const out: [number, number][] = [];
  let from = start;
  for (const gap of past.filter((one) => one.kind === 'silence')) {
    out.push([from, gap.from]);
    from = gap.to;
  }
  out.push([from, now - minuteMs]);
  return out;
}

function providerProfile(
  working: Parameters<typeof setProvider>[2]['working'],
): Parameters<typeof setProvider>[2] {
  return {
    name: { zh: '示例主机', en: 'Sample Hosting' },
    particulars: {
      name: '示例主机服务有限公司',
      contact: '王敏',
      phone: '0551-5550100',
      fax: '0551-5550199',
      email: 'service@sample.example',
      address: '合肥市示例路 1 号',
      postcode: '230000',
    },
    salesPhone: '0551-5550101',
    servicePhone: '0551-5550102',
    zone: sampleZone,
    working,
  };
}

const companyCustomer = {
  kind: 'company' as const,
  particulars: {
    name: '青禾书店有限公司',
    contact: '李青',
    phone: '010-5550123',
    email: 'li@customer.example',
  },
};
const personCustomer = {
  kind: 'person' as const,
  particulars: { name: '陈一', contact: '陈一', phone: '021-5550145', email: 'chen@customer.example' },
};

function samplePlans(php: string | null): readonly NewPlan[] {
  const base = { currency: 'CNY', termMonths: 12, problems: [] };
  return [
    {
      ...base,
      plan: 'basic',
      name: { zh: '入门型', en: 'Basic' },
      functions: {
        spaceMb: 200,
        trafficGb: 20,
        domains: 1,
        ftp: { accounts: 1, tls: 'optional' },
        php: null,
        tls: true,
      },
      price: 20_000,
      stage: 'released',
    },
    {
      ...base,
      plan: 'standard',
      name: { zh: '标准型', en: 'Standard' },
      functions: {
        spaceMb: 1000,
        trafficGb: 100,
        domains: 5,
        ftp: { accounts: 3, tls: 'optional' },
        php,
        tls: true,
      },
      price: 60_000,
      stage: 'released',
    },
    {
      ...base,
      plan: 'lab',
      name: { zh: '试验型', en: 'Lab' },
      functions: {
        spaceMb: 500,
        trafficGb: 50,
        domains: 3,
        ftp: { accounts: 1, tls: 'required' },
        php,
        tls: true,
      },
      price: 0,
      stage: 'public-test',
      problems: [
        {
          zh: '只能用加密的 FTP 登录，旧客户端可能连不上。',
          en: 'FTP works with TLS only; old clients may fail.',
        },
        { zh: '每晚 3 点可能短暂重启。', en: 'It may restart briefly at 3 a.m.' },
      ],
    },
  ];
}

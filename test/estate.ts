import { issueAnnex } from '../src/agreement/document/annex.ts';
import { issueDocument } from '../src/agreement/document/draft.ts';
import { bringPicture, type Chancery, makeSigner } from '../src/agreement/document/keeper.ts';
import { signDocument } from '../src/agreement/document/signing.ts';
import { offer, recordPayment, recordSale } from '../src/agreement/flow.ts';
import { recordCause } from '../src/attribution/flow.ts';
import type { Database, Tx } from '../src/db/connection.ts';
import { listOpen } from '../src/db/outbox.ts';
import { addKey, addUser, invite } from '../src/entrance/flow.ts';
import {
  addAccount,
  bindDomain,
  confirmSpec,
  draftPlan,
  orderHost,
  publishPlan,
} from '../src/hosting/flow.ts';
import { payOut } from '../src/ledger/flow.ts';
import { askInvoice, stepInvoice } from '../src/ledger/invoice/flow.ts';
import { askTransfer } from '../src/ledger/transfer/flow.ts';
import { numberOf } from '../src/ledger/transfer.ts';
import { syncTargets, takeSigned } from '../src/measure/flow.ts';
import { lookAt } from '../src/measure/outage/flow.ts';
import { setRelay } from '../src/notice/flow.ts';
import { addContact, addPerson } from '../src/people/contact/flow.ts';
import { changeCustomer } from '../src/people/flow.ts';
import { askCode } from '../src/people/verification/flow.ts';
import { exampleLines } from '../src/settlement/example.ts';
import { closeMonth, takeStep } from '../src/settlement/flow.ts';
import { insertLimits } from '../src/settlement/store.ts';
import { at, type Front } from './entrance.ts';
import { ring } from './png.ts';
import {
  begin,
  dayMs,
  makeAgreement,
  makeProber,
  makeWorld,
  must,
  orderOf,
  paymentOf,
  quietOf,
  saleOf,
  seen,
  slotOf,
  standardPlan,
  wantedOf,
  workingIn,
} from './world.ts';

/**
 * Two customers with everything that a customer of ours can have, three months old: what stands in one address of the
 * API or another has to be somebody's. Names of the second customer's hold `marker`, and nothing else does.
 */

export const marker = 'zq-foreign-zq';
export const passphrase = 'the customer’s own 口令';

/** 2026-12-02 12:00 UTC: September, October and November are judged. */
export const estateNow = begin + 92 * dayMs + dayMs / 2;

/** Everything of one customer's that has a number. */
export interface Tenant {
  readonly customer: string;
  /** In its names. */
  readonly word: string;
  /** Sold, signed, judged; with a printed agreement; sold alone. */
  readonly host: string;
  readonly papers: string;
  readonly bare: string;
  readonly domain: string;
  readonly account: string;
  readonly agreement: string;
  readonly printed: string;
  readonly digest: string;
  readonly sale: string;
  readonly receipt: string;
  readonly cause: string;
  readonly person: string;
  readonly mail: string;
  readonly phone: string;
  readonly hook: string;
  readonly code: string;
  readonly invitation: string;
  readonly secret: string;
  /** Another user of the customer's, and a key of theirs. */
  readonly mate: string;
  readonly key: string;
  /** Asked for twice; issued. */
  readonly asked: string;
  readonly again: string;
  readonly issued: string;
  /** Asked to be transferred out of the balance, and not yet sent. */
  readonly transfer: string;
}

const roomy = { ...standardPlan, plan: 'roomy', functions: { ...standardPlan.functions, domains: 5 } };

/** Fills an empty database through the flows that people use; `front` has its vault and its signing key. */
export async function makeEstate(database: Database, front: Front): Promise<readonly [Tenant, Tenant]> {
  const chancery = await front.house.chancery();
  return database.transaction(async (tx) => {
    await makeWorld(tx);
    await bringPicture(tx, begin, 'provider', ring(30), 'owner');
    await setRelay(
      tx,
      begin,
      { host: 'mail.example', port: 587, security: 'starttls', from: 'a@example.cn' },
      front.house.vault,
    );
    must(await draftPlan(tx, begin, roomy));
    must(await publishPlan(tx, begin, 'roomy', 1));
    must(await draftPlan(tx, begin, standardPlan));
    must(await draftPlan(tx, begin, { ...standardPlan, plan: 'trial', stage: 'invited-test' }));
    must(await publishPlan(tx, begin, 'trial', 1));
    const lands: Land[] = [];
    for (const [customer, word] of [
      ['c000001', 'ours'],
      ['c000002', marker],
    ] as const)
      lands.push(await makeLand(tx, customer, word));
    await observe(tx, lands);
    for (const { agreement } of lands) await judge(tx, agreement);
    const made: Tenant[] = [];
    for (const land of lands) {
      const papers = await print(tx, land, chancery);
      must(await makeSigner(tx, estateNow, chancery, land.customer, passphrase));
      await bringPicture(tx, estateNow, land.customer, ring(30), land.word);
      made.push({
        ...land,
        ...papers,
        ...(await furnish(tx, land, papers.printed)),
        ...(await people(tx, land, front)),
      });
    }
    return [made[0]!, made[1]!];
  });
}

type Land = Pick<
  Tenant,
  'customer' | 'word' | 'host' | 'papers' | 'bare' | 'domain' | 'account' | 'agreement' | 'sale' | 'receipt'
>;

async function makeLand(tx: Tx, customer: string, word: string): Promise<Land> {
  const particulars = { name: `Party ${word}`, email: `${word}@customer.example`, contact: word };
  must(await changeCustomer(tx, customer, { kind: 'company', particulars }));
  const host = await openHost(tx, customer, `www.${word}.example`);
  must(await bindDomain(tx, begin, host, `two.${word}.example`, { filing: null, actor: word }));
  const account = `ftp-${word}`;
  must(await addAccount(tx, begin, host, { name: account, password: 'long enough for it' }));
  const agreement = await makeAgreement(tx, host, ['web'], 365);
  const [papers, bare] = [
    await openHost(tx, customer, `paper.${word}.example`),
    await openHost(tx, customer, `bare.${word}.example`),
  ];
  for (const [id, paid] of [
    [papers, 36_500],
    [bare, 30_000],
  ] as const) {
    const sale = { ...saleOf(id, `SA-${id}`, begin, begin + 365 * dayMs), plan: 'roomy' };
    must(await recordSale(tx, begin, sale));
    must(await recordPayment(tx, begin, { ...paymentOf(sale, `R-${id}`), amount: paid }));
  }
  const names = { sale: `SA-${bare}`, receipt: `R-${papers}` };
  return { customer, word, host, papers, bare, account, agreement, domain: `two.${word}.example`, ...names };
}

async function openHost(tx: Tx, customer: string, domain: string): Promise<string> {
  const id = must(await orderHost(tx, begin, { ...orderOf(domain), customer, plan: 'roomy' }));
  must(await confirmSpec(tx, begin, 'p1', { host: id, revision: 1, quarantine: null }));
  return id;
}

/** One prober that looks at everything all the time and sees each main host down once a month. */
async function observe(tx: Tx, lands: readonly Land[]): Promise<void> {
  const hosts = lands.flatMap(({ host, papers, bare }) => [host, papers, bare]);
  const wanted = await wantedOf(tx, hosts);
  await syncTargets(tx, wanted);
  const speaker = await makeProber(tx, 'a');
  const turns = wanted.map(({ id }) => seen(id, slotOf(id, 0), 'pass'));
  for (const { host } of lands)
    for (const day of [0, 30, 61]) {
      const web = `web:${host}`;
      turns.push(
        seen(web, slotOf(web, day * 1440 + 600), 'fail'),
        seen(web, slotOf(web, day * 1440 + 1200), 'pass'),
      );
    }
  must(await takeSigned(tx, estateNow, speaker.prober, speaker.say('turns', { turns })));
  const rounds = speaker.say('quiet', quietOf(0, (estateNow - begin) / 60_000));
  must(await takeSigned(tx, estateNow, speaker.prober, rounds));
  for (const { host } of lands) await lookAt(tx, estateNow, { host, check: 'web', since: begin });
}

/** September is posted, October held, November a draft that two must agree to; September is known otherwise since. */
async function judge(tx: Tx, agreement: string): Promise<void> {
  const by = { actor: 'timetable', reason: null };
  await insertLimits(
    tx,
    { reviewDays: 3, amounts: { CNY: { small: 1_000_000, large: null } } },
    'owner',
    begin,
  );
  must(await closeMonth(tx, estateNow, agreement, '2026-09', by));
  await insertLimits(tx, { reviewDays: 3, amounts: { CNY: { small: 0, large: 1 } } }, 'owner', begin + 1);
  for (const month of ['2026-10', '2026-11']) must(await closeMonth(tx, estateNow, agreement, month, by));
  const held = { kind: 'held', by: 'u', name: 'finance', reason: 'looked at', at: estateNow } as const;
  must(await takeStep(tx, { agreement, month: '2026-10', revision: 1 }, held, 0));
}

async function print(
  tx: Tx,
  { papers: host }: Land,
  chancery: Chancery,
): Promise<Pick<Tenant, 'printed' | 'digest'>> {
  const working = workingIn('UTC');
  const promised = { guarantees: ['web'], sources: new Set(['web']), working, zone: 'UTC' };
  const printed = must(await offer(tx, begin, { host, ...promised }));
  const { digest } = must(await issueDocument(tx, estateNow, printed, 'zh', 'sales', exampleLines));
  // What bears a signature can have annexes; the seals and the customer's acts are left.
  const signer = { number: printed, annex: null, party: 'provider', acts: ['signed'], digest } as const;
  const where = { passphrase: null, actor: 'sales', address: '127.0.0.1', agent: 'test' };
  must(await signDocument(tx, estateNow, chancery, { ...signer, ...where }, exampleLines));
  return { printed, digest };
}

async function furnish(tx: Tx, land: Land, printed: string) {
  const { customer, word, host, receipt } = land;
  must(await issueAnnex(tx, estateNow, printed, { title: word, text: word }, 'sales'));
  const cause = `cause-${host}`;
  const agreed = { provider: { name: word, at: begin }, customer: { name: word, at: begin }, reason: word };
  const stretch = { from: begin + 11 * 3_600_000, to: begin + 12 * 3_600_000 };
  must(
    await recordCause(tx, estateNow, {
      ...{ id: cause, host, cause: 'agreed', checks: ['web'], proof: agreed, actor: word },
      ...stretch,
    }),
  );
  const ask = async (amount: number) => {
    const wish = {
      kind: 'normal',
      title: word,
      taxNumber: '91350100M000100Y43',
      email: 'a@customer.example',
    } as const;
    const lines = [{ receipt, amount }];
    const rest = { address: '', phone: '', bank: '' };
    return must(await askInvoice(tx, estateNow, customer, { ...wish, ...rest, lines }, word)).number;
  };
  const [asked, again, issued] = [await ask(1000), await ask(1100), await ask(1200)];
  const number = `9999000${customer.slice(-1)}`;
  const official = { kind: 'issued', number, day: '2026-12-01', reason: '' } as const;
  must(await stepInvoice(tx, estateNow, issued, official, 'finance'));
  return { cause, asked, again, issued, transfer: await withdraw(tx, customer, word) };
}

/** Some of what is owed is a balance, and a part of it asked for. */
async function withdraw(tx: Tx, customer: string, actor: string): Promise<string> {
  const of = { customer, currency: 'CNY', actor };
  must(
    await payOut(tx, estateNow, { ...of, key: `${customer}:b`, way: 'balance', amount: 5, reference: '' }),
  );
  const wish = { ...of, key: 't', way: 'withdrawal', amount: 2, to: actor } as const;
  return numberOf(must(await askTransfer(tx, estateNow, wish))[0]!.id);
}

async function people(tx: Tx, { customer, word }: Land, { house: { vault } }: Front) {
  const person = must(
    await addPerson(tx, estateNow, word, customer, { name: word, title: word, lang: 'zh' }),
  ).id;
  const add = async (channel: 'email' | 'phone' | 'webhook', value: string) =>
    must(await addContact(tx, estateNow, word, person, { channel, value }, vault)).id;
  const mail = await add('email', `code@${word}.example`);
  const phone = await add('phone', '+865515550101');
  const hook = await add('webhook', `https://hook.${word}.example/`);
  must(await askCode(tx, estateNow, word, mail, vault));
  const letter = (await listOpen(tx, 'letter')).find(({ key }) => key.startsWith(`code ${mail} `));
  const code = vault.open(String(at(letter?.body, 'sealed')));
  const mate = must(
    await addUser(tx, estateNow, {
      ...{ email: `mate@${word}.example`, name: word, role: 'customer', customer, lang: 'zh' },
      password: 'long enough for a mate',
    }),
  ).id;
  const key = must(await addKey(tx, estateNow, mate, { name: word, scopes: ['hosts:read'] })).key.id;
  const guest = {
    email: `guest@${word}.example`,
    name: word,
    role: 'customer',
    customer,
    lang: 'zh',
  } as const;
  const { invitation, secret } = must(await invite(tx, estateNow, mate, guest, vault));
  return { person, mail, phone, hook, code, mate, key, invitation: invitation.id, secret };
}

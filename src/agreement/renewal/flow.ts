import { createHash } from 'node:crypto';
import type { Working } from '../../calendar/working.ts';
import { localDay } from '../../calendar/zone.ts';
import type { Tx } from '../../db/connection.ts';
import { post } from '../../db/outbox.ts';
import type { AuditEntry } from '../../entrance/audit.ts';
import { record } from '../../entrance/flow.ts';
import { tellFact } from '../../hosting/flow.ts';
import { type Fact, lifeAt } from '../../hosting/host.ts';
import { type HostRow, readDomains, readFacts, readHost } from '../../hosting/store.ts';
import { defaultRenewals, type ProviderProfile, type RenewalRules } from '../../people/party.ts';
import { readProvider } from '../../people/store.ts';
import { recipientsOf, webhooksOf } from '../../people/verification/flow.ts';
import { Refused } from '../../refusal.ts';
import { defaultPeriods } from '../../terms/editions/hosting.ts';
import { workingShape } from '../../terms/value.ts';
import { type Due, keyOf, outlook, type Stand, termLine, timetable, timetableActor } from '../renewal.ts';
import * as store from '../store.ts';

/** The timetable of renewals at work: what is due of a host is done in one transaction, each act once. */

/** The provider's rules and days off, and the digest by which a change of them is seen. */
export interface Timetable {
  readonly rules: RenewalRules;
  readonly working: Working;
  readonly digest: string;
}

export async function readTimetable(tx: Tx): Promise<Timetable> {
  return timetableOf((await readProvider(tx))?.profile ?? null);
}

function timetableOf(profile: Pick<ProviderProfile, 'renewals' | 'working' | 'zone'> | null): Timetable {
  const rules = profile?.renewals ?? defaultRenewals;
  const plain = { zone: 'UTC', periods: defaultPeriods, holidays: [], makeup: [], makeupLike: '1' };
  // Days are counted in the provider's own zone; the working hours may be stated in another.
  const text = { ...(profile?.working ?? plain), zone: profile?.zone ?? 'UTC' };
  const digest = createHash('sha256')
    .update(JSON.stringify([rules, text]))
    .digest('base64url');
  return { rules, working: workingShape.parse(text), digest };
}

/** Where hosts stand: their terms, what is due and what was done. */
export interface TermOf {
  readonly host: string;
  readonly line: readonly number[];
  readonly dues: readonly Due[];
  readonly stand: Stand;
  readonly done: readonly store.RenewalActRow[];
}

export async function readTerms(
  tx: Tx,
  now: number,
  { rules, working }: Timetable,
  hosts: readonly string[],
): Promise<readonly TermOf[]> {
  const chains = Map.groupBy(await store.readChains(tx, hosts), (sale) => sale.host);
  const numbers = [...chains.values()].flat().map((sale) => sale.number);
  const payments = await store.readPayments(tx, numbers);
  const recorded = await store.lastRecorded(tx, hosts);
  const facts = await readFacts(tx, hosts);
  const acts = Map.groupBy(await store.readRenewalActs(tx, hosts), (act) => act.host);
  return hosts.map((host) => {
    const chain = chains.get(host) ?? [];
    const own = new Set(chain.map((sale) => sale.number));
    const line = termLine(
      chain,
      payments.filter((payment) => own.has(payment.sale)),
    );
    const stand = standOf(facts.get(host) ?? [], now);
    const told = { stoppedAt: stand.stopped?.at ?? null, recordedAt: recorded.get(host) ?? null };
    const dues = timetable(line, rules, working, told);
    return { host, line, dues, stand, done: acts.get(host) ?? [] };
  });
}

function standOf(facts: readonly Fact[], now: number): Stand {
  const { state, fact } = lifeAt(facts, now);
  const stopped = state === 'expired' && fact !== null ? { at: fact.at, actor: fact.actor } : null;
  return { state, stopped };
}

/** What is due of one host at this instant is done, and when to look again is noted. Run twice, it does nothing new. */
export async function passRenewal(tx: Tx, now: number, host: string): Promise<void> {
  await store.lockChain(tx, host);
  const row = await readHost(tx, host);
  if (row === null) return;
  const calendar = await readTimetable(tx);
  const passing: Passing = { tx, now, row, audits: [] };
  // What was done may make something else due: with nothing to keep, a stopped host is released at once.
  for (;;) {
    const [term] = await readTerms(tx, now, calendar, [host]);
    const { line, dues, stand, done } = term!;
    const known = new Set(done.map((act) => keyOf(act)));
    const seen = outlook(line, dues, stand, known, now);
    const acts = seen.now.filter((due) => due.act !== 'remind');
    for (const due of seen.passed) await note(passing, due, [], 'a later reminder took its place');
    for (const due of seen.now)
      if (due.act === 'remind') await remind(passing, due, term!, calendar);
      else await tell(passing, due);
    if (acts.length > 0) continue;
    const { ends, next } = seen;
    await store.saveRenewal(tx, {
      host,
      customer: row.customer,
      ends,
      looksAt: next,
      rules: calendar.digest,
    });
    // Last of all: whoever holds the head of the evidence chain waits for nobody else.
    for (const audit of passing.audits) await record(tx, audit);
    return;
  }
}

/** One host at one instant, in one transaction. */
interface Passing {
  readonly tx: Tx;
  readonly now: number;
  readonly row: HostRow;
  readonly audits: AuditEntry[];
}

const facts = { stop: 'expired', reopen: 'renewed', release: 'released' } as const;
const reasons = {
  stop: 'the term ended and was not renewed',
  reopen: 'renewed and paid',
  release: 'kept for as long as was announced, and not renewed',
} as const;
/** The rule that a stop names: the term was agreed beforehand. */
const stopRule = 'end of the sales agreement’s term';

async function tell(passing: Passing, due: Due): Promise<void> {
  const { tx, now, row } = passing;
  const { act, ends } = due;
  const host = row.id;
  if (act === 'remind') return;
  const rule = act === 'stop' ? stopRule : null;
  const fact = { kind: facts[act], at: now, actor: timetableActor, reason: reasons[act], rule };
  const refused = await tellFact(tx, host, fact, `timetable:${host}:${ends}:${act}`);
  // A host whose facts do not allow it is a mishap: it is said, nothing is half done, and it is tried again.
  if (refused !== null) throw new Refused(refused);
  await note(passing, due, [], null);
}

/** Once under its name; the audit is written when everything else is. */
async function note(
  { tx, now, row, audits }: Passing,
  due: Due,
  told: readonly string[],
  refused: string | null,
): Promise<void> {
  const { act, ends, days } = due;
  const { id: host, customer } = row;
  const done = { act, ends, days, told, refused };
  await store.insertRenewalAct(tx, { key: `${host} ${keyOf(due)}`, host, ...done, at: now });
  const actor = { kind: 'system', id: timetableActor, name: timetableActor } as const;
  const what = { action: `renewals.${act}`, resource: 'hosts', subject: host, customer };
  const from = { address: '', agent: '', request: '' };
  audits.push({ at: now, actor, ...what, before: null, after: done, ...from });
}

/** Writes to every verified address; without one the reminder stands as not made, which the list shows. */
async function remind(passing: Passing, due: Due, { dues }: TermOf, { working }: Timetable): Promise<void> {
  const { tx, now, row } = passing;
  const { id: host, customer } = row;
  const recipients = await recipientsOf(tx, now, customer);
  const [domain = host] = (await readDomains(tx, [host])).get(host) ?? [];
  const { zone } = working;
  const { ends } = due;
  const at = (act: Due['act']): number =>
    dues.find((one) => one.act === act && one.ends === ends)?.at ?? ends;
  const days = now >= ends ? 0 : Math.max(1, localDay(zone, ends) - localDay(zone, now));
  const when = { ends, stops: at('stop'), releases: at('release'), until: Math.max(at('release'), now + 1) };
  for (const { contact, to, name, lang } of recipients) {
    const letter = { kind: 'renewal', to, lang, name, host, domain, days, ...when, zone };
    await post(tx, 'letter', `renewal ${host} ${keyOf(due)} ${contact}`, letter, now);
  }
  const webhooks = await webhooksOf(tx, now, customer);
  for (const webhook of webhooks) {
    const iso = (at: number): string => new Date(at).toISOString();
    const { stops, releases, until } = when;
    const instants = { ends: iso(ends), stops: iso(stops), releases: iso(releases) };
    const event = { kind: 'renewal', host, domain, days, ...instants };
    await post(
      tx,
      'hook',
      `renewal ${host} ${keyOf(due)} ${webhook.contact}`,
      { ...webhook, event, until },
      now,
    );
  }
  const told = [...recipients.map((one) => one.to), ...webhooks.map((one) => one.url)];
  await note(passing, due, told, told.length === 0 ? 'no verified contact is left' : null);
}

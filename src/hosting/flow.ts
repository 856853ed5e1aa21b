import type { Tx } from '../db/connection.ts';
import { refuseUnchecked } from '../people/flow.ts';
import { readCustomer, readProvider } from '../people/store.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../refusal.ts';
import { readDomain } from './domain.ts';
import { readFiling } from './filing.ts';
import { admitFact, type Fact, type HostRecord, lifeAt, specOf } from './host.ts';
import { admitStage, type NewPlan, planShape, type StageEntry, stageAt } from './plan.ts';
import { hashSecret } from './secret.ts';
import { defaultSettings, type HostSettings, type HostSpec } from './spec.ts';
import * as store from './store.ts';

/**
 * What can be done with plans and hosts: load → decide → save in the caller's transaction. A refusal is
 * returned before anything is written. `now` is the caller's clock.
 */

/** Drafts the next version of a plan with its first stage. */
export async function draftPlan(tx: Tx, now: number, input: NewPlan): Promise<store.PlanVersion | Refusal> {
  const parsed = planShape.safeParse(input);
  if (!parsed.success) return refuseShape('plan-invalid', parsed.error);
  const { stage, problems, ...plan } = parsed.data;
  const entry: StageEntry = { from: now, stage, problems };
  const unfit = admitStage([], entry);
  if (unfit !== null) return unfit;
  await store.lockHosts(tx);
  const last = (await store.readPlans(tx, plan.plan)).at(-1);
  const row = { ...plan, version: (last?.version ?? 0) + 1, createdAt: now, publishedAt: null };
  await store.insertPlan(tx, row);
  await store.insertStage(tx, plan.plan, row.version, entry);
  return { ...row, stages: [entry] };
}

/** From now on the version is shown, sold and unchangeable (clause 2-1.1). Publishing twice changes nothing. */
export async function publishPlan(
  tx: Tx,
  now: number,
  plan: string,
  version: number,
): Promise<Refusal | null> {
  const known = (await store.readPlans(tx, plan)).find((p) => p.version === version);
  if (known === undefined) return refuse('plan-unknown', 'plan', `there is no version ${version} of ${plan}`);
  await store.publish(tx, plan, version, now);
  return null;
}

/** Moves a published version towards release. */
export async function moveStage(
  tx: Tx,
  plan: string,
  version: number,
  entry: StageEntry,
): Promise<Refusal | null> {
  await store.lockHosts(tx);
  const known = (await store.readPlans(tx, plan)).find((p) => p.version === version);
  if (known === undefined) return refuse('plan-unknown', 'plan', `there is no version ${version} of ${plan}`);
  if (known.publishedAt === null)
    return refuse('plan-unpublished', 'plan', 'a draft has the stage that it was drafted with');
  const unfit = admitStage(known.stages, entry);
  if (unfit === null) await store.insertStage(tx, plan, version, entry);
  return unfit;
}

export interface Order {
  readonly plan: string;
  readonly version: number;
  readonly customer: string;
  readonly plane: string;
  readonly domain: string;
  /** The domain's filing number (备案号): in mainland mode nothing is bound without one. */
  readonly filing?: string | null;
  readonly actor: string;
  readonly shown?: boolean;
  readonly sample?: boolean;
  /** The same order told twice makes one host. */
  readonly key: string;
}

/**
 * Orders a host on a published plan version; resolves to its id (`h000001`). The same order told twice is that
 * host; another one under its key is refused.
 */
export async function orderHost(tx: Tx, now: number, order: Order): Promise<string | Refusal> {
  await store.lockHosts(tx);
  const domain = readDomain(order.domain);
  if (typeof domain !== 'string') return domain;
  const bound = await store.domainHost(tx, domain);
  const told = await store.readFact(tx, `order:${order.key}`);
  if (told !== null)
    return (await isOrdered(tx, told.host, order, bound)) ? told.host : orderKnown(order.key);
  const plan = (await store.readPlans(tx, order.plan)).find((p) => p.version === order.version);
  if (plan === undefined || plan.publishedAt === null) {
    return refuse('plan-unpublished', 'plan', 'only a published plan version can be ordered');
  }
  if (stageAt(plan.stages, now) === null)
    return refuse('plan-unpublished', 'plan', 'the plan has no stage yet');
  if (bound !== null) return refuse('domain-taken', 'domain', `${domain} is bound to another host`);
  const customer = await readCustomer(tx, order.customer);
  if (customer === null)
    return refuse('customer-unknown', 'customer', `there is no customer ${order.customer}`);
  const unchecked = await refuseUnchecked(tx, customer);
  if (unchecked !== null) return unchecked;
  const filing = await admitFiling(tx, order.filing ?? null);
  if (isRefusal(filing)) return filing;
  if (!(await store.readPlanes(tx)).some((plane) => plane.id === order.plane))
    return refuse('plane-unknown', 'plane', `there is no plane ${order.plane}`);
  const id = `h${String(Number((await store.lastHostId(tx))?.slice(1) ?? 0) + 1).padStart(6, '0')}`;
  await store.insertHost(tx, {
    id,
    plan: order.plan,
    version: order.version,
    customer: order.customer,
    plane: order.plane,
    settings: defaultSettings,
    revision: await store.nextRevision(tx),
    appliedRevision: 0,
    quarantine: null,
    shown: order.shown ?? false,
    sample: order.sample ?? false,
    createdAt: now,
  });
  await store.insertDomain(tx, domain, id, 0, now);
  if (filing !== null)
    await store.insertFiling(tx, { host: id, domain, number: filing, actor: order.actor, at: now });
  const fact = { kind: 'ordered', at: now, actor: order.actor, reason: order.key, rule: null } as const;
  await store.insertFact(tx, id, fact, `order:${order.key}`);
  return id;
}

async function isOrdered(tx: Tx, host: string, order: Order, bound: string | null): Promise<boolean> {
  const row = await store.readHost(tx, host);
  if (row === null || bound !== host) return false;
  const { plan, version, customer } = row;
  return plan === order.plan && version === order.version && customer === order.customer;
}

function orderKnown(key: string): Refusal {
  return refuse('order-known', 'key', `order ${key} says something else`);
}

/** The filing number in its form; null when there is none and none is needed. */
async function admitFiling(tx: Tx, given: string | null): Promise<string | null | Refusal> {
  if (given !== null) return readFiling(given);
  if ((await readProvider(tx))?.profile.mainland !== true) return null;
  return refuse('filing-missing', 'filing', 'the domain’s filing number, such as 京ICP备12345678号-1');
}

/** A domain's filing number (备案号), and who told it: in mainland mode nothing is bound without one. */
export interface Filed {
  readonly filing: string | null;
  readonly actor: string;
}

/** Binds one more domain; binding it again to the same host changes nothing. */
export async function bindDomain(
  tx: Tx,
  now: number,
  host: string,
  input: string,
  { filing: given, actor }: Filed = { filing: null, actor: '' },
): Promise<Refusal | null> {
  await store.lockHosts(tx);
  const domain = readDomain(input);
  if (typeof domain !== 'string') return domain;
  const record = await oneRecord(tx, host);
  if (record === null) return unknownHost(host);
  const bound = await store.domainHost(tx, domain);
  if (bound === host) return null;
  if (bound !== null) return refuse('domain-taken', 'domain', `${domain} is bound to another host`);
  const gone = refuseReleased(record, now);
  if (gone !== null) return gone;
  if (record.domains.length >= record.functions.domains) {
    return refuse('domains-full', 'domain', `the plan has ${record.functions.domains} domains`);
  }
  const filing = await admitFiling(tx, given);
  if (isRefusal(filing)) return filing;
  await store.insertDomain(tx, domain, host, record.domains.length, now);
  if (filing !== null) await store.insertFiling(tx, { host, domain, number: filing, actor, at: now });
  await store.touchHost(tx, host, await store.nextRevision(tx));
  return null;
}

/** Unbinds a domain: it may be bound elsewhere at once. The first one, by which the host is known, stays. */
export async function unbindDomain(tx: Tx, host: string, input: string): Promise<Refusal | null> {
  await store.lockHosts(tx);
  const record = await oneRecord(tx, host);
  if (record === null) return unknownHost(host);
  const position = record.domains.indexOf(input);
  if (position < 0) return refuse('domain-unbound', 'domain', `a domain that is bound to ${host}`);
  if (position === 0) return refuse('domain-first', 'domain', `${host} is known and observed by ${input}`);
  await store.deleteDomain(tx, host, input, position);
  await store.touchHost(tx, host, await store.nextRevision(tx));
  return null;
}

/** Records the filing number of a domain that is bound, or another one; the same one again changes nothing. */
export async function recordFiling(
  tx: Tx,
  now: number,
  host: string,
  given: { readonly domain: string; readonly number: string; readonly actor: string },
): Promise<Refusal | null> {
  await store.lockHosts(tx);
  const domain = readDomain(given.domain);
  if (typeof domain !== 'string') return domain;
  const number = readFiling(given.number, 'number');
  if (isRefusal(number)) return number;
  if ((await store.domainHost(tx, domain)) !== host)
    return refuse('domain-unbound', 'domain', `a domain that is bound to ${host}`);
  const latest = (await store.readFilings(tx, [host])).find((one) => one.domain === domain);
  if (latest?.number === number) return null;
  await store.insertFiling(tx, { host, domain, number, actor: given.actor, at: now });
  return null;
}

/** Makes an FTP account `NAME` of a host; the password is kept only as a hash. */
export async function addAccount(
  tx: Tx,
  now: number,
  host: string,
  account: { readonly name: string; readonly password: string },
): Promise<Refusal | null> {
  if (!/^[a-z][a-z0-9._-]{1,31}$/.test(account.name) || account.name.startsWith('probe.')) {
    return refuse('account-invalid', 'name', '2 to 32 of a-z 0-9 . _ - from a letter on; not probe.…');
  }
  if (account.password.length < 10 || account.password.length > 128 || /\p{Cc}/u.test(account.password)) {
    return refuse('password-invalid', 'password', '10 to 128 characters, none of them control characters');
  }
  const secret = await hashSecret(account.password);
  await store.lockHosts(tx);
  const record = await oneRecord(tx, host);
  if (record === null) return unknownHost(host);
  const gone = refuseReleased(record, now);
  if (gone !== null) return gone;
  if (record.functions.ftp === null)
    return refuse('plan-without-ftp', 'host', 'the plan has no FTP (clause 2-3.3.1)');
  if ((await store.accountHost(tx, account.name)) !== null) {
    return refuse('account-taken', 'name', `${account.name} is taken`);
  }
  if (record.accounts.length >= record.functions.ftp.accounts) {
    return refuse('accounts-full', 'name', `the plan has ${record.functions.ftp.accounts} FTP accounts`);
  }
  await store.insertAccount(tx, host, { name: account.name, secret, root: '' }, now);
  await store.touchHost(tx, host, await store.nextRevision(tx));
  return null;
}

/** Removes an FTP account: once the plane has the new state nobody signs in with it. The files stay. */
export async function removeAccount(tx: Tx, host: string, name: string): Promise<Refusal | null> {
  await store.lockHosts(tx);
  if (!(await store.deleteAccount(tx, host, name)))
    return refuse('account-missing', 'name', `an FTP account of ${host}`);
  await store.touchHost(tx, host, await store.nextRevision(tx));
  return null;
}

function refuseReleased(record: HostRecord, now: number): Refusal | null {
  if (lifeAt(record.facts, now).state !== 'released') return null;
  return refuse('state-forbids', 'host', `${record.id} was released`);
}

/** Puts a host on another published plan version, one that has room for what it has. */
export async function changePlan(
  tx: Tx,
  host: string,
  to: { readonly plan: string; readonly version: number },
): Promise<Refusal | null> {
  await store.lockHosts(tx);
  const record = await oneRecord(tx, host);
  if (record === null) return unknownHost(host);
  const plan = (await store.readPlans(tx, to.plan)).find((one) => one.version === to.version);
  if (plan === undefined || plan.publishedAt === null)
    return refuse('plan-unpublished', 'plan', 'only a published plan version can be taken');
  const { domains, ftp } = plan.functions;
  if (record.domains.length > domains)
    return refuse(
      'domains-full',
      'plan',
      `the plan has ${domains} domains, the host ${record.domains.length}`,
    );
  if (record.accounts.length > (ftp?.accounts ?? 0))
    return refuse('accounts-full', 'plan', `the plan has ${ftp?.accounts ?? 0} FTP accounts`);
  await store.pinPlan(tx, host, to.plan, to.version, await store.nextRevision(tx));
  return null;
}

/** Tells a fact of a host's life (host.ts). The same key twice is one fact; it names no other one. */
export async function tellFact(
  tx: Tx,
  host: string,
  fact: Omit<Fact, 'id'>,
  key: string,
): Promise<Refusal | null> {
  const told = await tellOnce(tx, host, fact, key);
  return typeof told === 'boolean' ? null : told;
}

/** False: it was told before, and nothing is changed. */
async function tellOnce(
  tx: Tx,
  host: string,
  fact: Omit<Fact, 'id'>,
  key: string,
  settings?: HostSettings,
): Promise<boolean | Refusal> {
  await store.lockHosts(tx);
  const told = await store.readFact(tx, key);
  if (told !== null) {
    const isSame = told.host === host && told.kind === fact.kind;
    return isSame ? false : refuse('fact-known', 'key', `${key} is ${told.kind} of ${told.host}`);
  }
  const record = await oneRecord(tx, host);
  if (record === null) return unknownHost(host);
  const unfit = admitFact(record.facts, fact);
  if (unfit !== null) return unfit;
  await store.insertFact(tx, host, fact, key);
  await store.touchHost(tx, host, await store.nextRevision(tx), settings);
  return true;
}

/** A customer's settings; the change is recorded, since a wrong one is the customer's (clause 2-2.2.4). */
export async function changeSettings(
  tx: Tx,
  now: number,
  host: string,
  change: { readonly settings: HostSettings; readonly actor: string; readonly key: string },
): Promise<Refusal | null> {
  const fact = {
    kind: 'settings-changed',
    at: now,
    actor: change.actor,
    reason: 'settings',
    rule: null,
  } as const;
  // An older change told again must not undo a newer one: settings change with their fact, or not at all.
  const told = await tellOnce(tx, host, fact, change.key, change.settings);
  return typeof told === 'boolean' ? null : told;
}

/** Desired states of a plane's hosts newer than `revision`, oldest change first. */
export async function specsSince(
  tx: Tx,
  now: number,
  plane: string,
  revision: number,
): Promise<readonly HostSpec[]> {
  const rows = await store.changedHosts(tx, plane, revision, 500);
  return (await store.readRecords(tx, rows)).map((record) => specOf(record, now));
}

/**
 * The plane confirms (or refuses) a revision. The first revision that serves opens the host (clause 2.1); a
 * host that could not be applied is named with its reason and earns no opening.
 */
export async function confirmSpec(
  tx: Tx,
  now: number,
  plane: string,
  answer: { readonly host: string; readonly revision: number; readonly quarantine: string | null },
): Promise<Refusal | null> {
  await store.lockHosts(tx);
  const row = await store.readHost(tx, answer.host);
  if (row === null || row.plane !== plane) return unknownHost(answer.host);
  if (answer.revision > row.revision)
    return refuse('revision-unknown', 'revision', `${answer.host} is at revision ${row.revision}`);
  await store.confirmHost(tx, answer.host, answer.revision, answer.quarantine);
  const record = await oneRecord(tx, answer.host);
  if (answer.quarantine !== null || record === null) return null;
  const fact = { kind: 'opened', at: now, actor: `plane:${plane}`, reason: 'served', rule: null } as const;
  if (admitFact(record.facts, fact) !== null) return null;
  await store.insertFact(tx, answer.host, fact, `opened:${answer.host}`);
  return null;
}

async function oneRecord(tx: Tx, host: string) {
  const row = await store.readHost(tx, host);
  return row === null ? null : ((await store.readRecords(tx, [row]))[0] ?? null);
}

function unknownHost(host: string): Refusal {
  return refuse('host-unknown', 'host', `there is no host ${host}`);
}

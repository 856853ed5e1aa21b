import { and, asc, desc, eq, gt, isNotNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { among } from '../db/among.ts';
import type { Tx } from '../db/connection.ts';
import type { Fact, FactKind, HostRecord, LifeState } from './host.ts';
import type { PlanFunctions, StageEntry } from './plan.ts';
import type { FtpAccount, HostSettings } from './spec.ts';
import {
  domains,
  filings,
  ftpAccounts,
  hostFacts,
  hosts,
  planes,
  planStages,
  planVersions,
} from './tables.ts';

/** SQL of plans, hosts and planes; nobody else's tables. Everything takes the transaction it is given. */

export interface PlanVersion {
  readonly plan: string;
  readonly version: number;
  readonly name: { readonly zh: string; readonly en: string };
  readonly functions: PlanFunctions;
  readonly price: number;
  readonly currency: string;
  readonly termMonths: number;
  readonly createdAt: number;
  readonly publishedAt: number | null;
  readonly stages: readonly StageEntry[];
}

export async function insertPlan(tx: Tx, plan: Omit<PlanVersion, 'stages'>): Promise<void> {
  await tx.insert(planVersions).values({ ...plan, name: { ...plan.name } });
}

export async function insertStage(tx: Tx, plan: string, version: number, entry: StageEntry): Promise<void> {
  await tx.insert(planStages).values({ plan, version, ...entry });
}

/** Publishes a draft; false when there is none (already published, or never drafted). */
export async function publish(tx: Tx, plan: string, version: number, at: number): Promise<boolean> {
  const rows = await tx
    .update(planVersions)
    .set({ publishedAt: at })
    .where(and(eq(planVersions.plan, plan), eq(planVersions.version, version), sql`published_at is null`))
    .returning();
  return rows.length === 1;
}

/** Versions of a plan (or of all), newest last, with their stages. */
export async function readPlans(tx: Tx, plan: string | null): Promise<readonly PlanVersion[]> {
  const rows = await tx
    .select({ version: planVersions, stage: planStages })
    .from(planVersions)
    .leftJoin(
      planStages,
      and(eq(planStages.plan, planVersions.plan), eq(planStages.version, planVersions.version)),
    )
    .where(plan === null ? undefined : eq(planVersions.plan, plan))
    .orderBy(asc(planVersions.plan), asc(planVersions.version), asc(planStages.from));
  const versions = Map.groupBy(rows, ({ version }) => `${version.plan} ${version.version}`);
  return [...versions.values()].map((own) => ({
    ...own[0]!.version,
    stages: own.flatMap(({ stage }) =>
      stage === null ? [] : [{ from: stage.from, stage: stage.stage, problems: stage.problems }],
    ),
  }));
}

export interface HostRow {
  readonly id: string;
  readonly plan: string;
  readonly version: number;
  readonly customer: string;
  readonly plane: string;
  readonly settings: HostSettings;
  readonly revision: number;
  readonly appliedRevision: number;
  readonly quarantine: string | null;
  readonly shown: boolean;
  readonly sample: boolean;
  readonly createdAt: number;
}

export async function insertHost(tx: Tx, host: HostRow): Promise<void> {
  await tx.insert(hosts).values(host);
}

export async function readHost(tx: Tx, id: string): Promise<HostRow | null> {
  const rows = await tx.select().from(hosts).where(eq(hosts.id, id));
  return rows[0] ?? null;
}

export async function readHosts(tx: Tx, ids: readonly string[]): Promise<readonly HostRow[]> {
  return tx.select().from(hosts).where(among(hosts.id, ids));
}

/** Hosts in the order of their numbers, from after `after`, at most `limit`. */
export async function listHosts(tx: Tx, after = '', limit = 1000): Promise<readonly HostRow[]> {
  return tx.select().from(hosts).where(gt(hosts.id, after)).orderBy(asc(hosts.id)).limit(limit);
}

/** Hosts that were not released. */
export async function countHosts(tx: Tx): Promise<number> {
  const released = sql`exists (select 1 from ${hostFacts} where ${hostFacts.host} = ${hosts.id} and ${hostFacts.kind} = 'released')`;
  return tx.$count(hosts, sql`not ${released}`);
}

export interface HostFilter {
  readonly customer: string | null;
  /** A part of one of their domains. */
  readonly domain: string | null;
  readonly state?: LifeState | null;
  /** True: those whose plane has not confirmed what is wanted of it, or could not apply it. */
  readonly behind?: boolean;
}

/** Like `listHosts`, those that a filter lets through. */
export async function pageHosts(
  tx: Tx,
  { customer, domain, state = null, behind = false }: HostFilter,
  after: string,
  limit: number,
): Promise<readonly HostRow[]> {
  const part = `%${(domain ?? '').toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const bound = sql`exists (select 1 from ${domains} where ${domains.host} = ${hosts.id} and ${domains.domain} like ${part})`;
  const lags = or(isNotNull(hosts.quarantine), ne(hosts.revision, hosts.appliedRevision));
  return tx
    .select()
    .from(hosts)
    .where(
      and(
        gt(hosts.id, after),
        customer === null ? undefined : eq(hosts.customer, customer),
        domain === null ? undefined : bound,
        state === null ? undefined : sql`${lifeState} = ${state}`,
        behind ? lags : undefined,
      ),
    )
    .orderBy(asc(hosts.id))
    .limit(limit);
}

function last(kind: FactKind): SQL {
  return sql`coalesce(max(${hostFacts.id}) filter (where ${hostFacts.kind} = ${kind}), 0)`;
}

/** What `lifeAt` (host.ts) says of all facts, for choosing among many hosts; store.test.ts holds the two together. */
const lifeState = sql`(select case
  when ${last('released')} > 0 then 'released'
  when ${last('expired')} > ${last('renewed')} then 'expired'
  when ${last('closed')} > ${last('reopened')} then 'closed'
  when ${last('over-traffic')} > ${last('traffic-cleared')} then 'over-traffic'
  when ${last('opened')} > 0 then 'serving'
  when ${last('ordered')} > 0 then 'ordered'
  else 'none' end from ${hostFacts} where ${hostFacts.host} = ${hosts.id})`;

/** Ids of a plane's hosts. */
export async function planeHosts(tx: Tx, plane: string): Promise<readonly string[]> {
  const rows = await tx
    .select({ id: hosts.id })
    .from(hosts)
    .where(eq(hosts.plane, plane))
    .orderBy(asc(hosts.id));
  return rows.map((row) => row.id);
}

export async function lastHostId(tx: Tx): Promise<string | null> {
  const rows = await tx.select({ id: hosts.id }).from(hosts).orderBy(desc(hosts.id)).limit(1);
  return rows[0]?.id ?? null;
}

/** Serialises what gives numbers to hosts and revisions to specs; held until the transaction ends. */
export async function lockHosts(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4711, 1)`);
}

/** Every change of desired state takes the next revision of all. */
export async function nextRevision(tx: Tx): Promise<number> {
  const rows = await tx.select({ last: sql<string>`coalesce(max(${hosts.revision}), 0)` }).from(hosts);
  return Number(rows[0]?.last ?? 0) + 1;
}

export async function touchHost(
  tx: Tx,
  id: string,
  revision: number,
  settings?: HostSettings,
): Promise<void> {
  const set = settings === undefined ? { revision } : { revision, settings };
  await tx.update(hosts).set(set).where(eq(hosts.id, id));
}

export async function pinPlan(
  tx: Tx,
  id: string,
  plan: string,
  version: number,
  revision: number,
): Promise<void> {
  await tx.update(hosts).set({ plan, version, revision }).where(eq(hosts.id, id));
}

export async function confirmHost(
  tx: Tx,
  id: string,
  appliedRevision: number,
  quarantine: string | null,
): Promise<void> {
  await tx
    .update(hosts)
    .set({ appliedRevision, quarantine })
    .where(and(eq(hosts.id, id), sql`${hosts.appliedRevision} <= ${appliedRevision}`));
}

/** Hosts of a plane whose desired state is newer than `revision`, oldest change first. */
export async function changedHosts(tx: Tx, plane: string, revision: number, limit: number) {
  return tx
    .select()
    .from(hosts)
    .where(and(eq(hosts.plane, plane), gt(hosts.revision, revision)))
    .orderBy(asc(hosts.revision))
    .limit(limit);
}

/** The parts of hosts that a spec is made of. */
export async function readRecords(tx: Tx, rows: readonly HostRow[]): Promise<readonly HostRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const [names, accounts, facts] = [
    await readDomains(tx, ids),
    await readAccounts(tx, ids),
    await readFacts(tx, ids),
  ];
  const plans = await readPlans(tx, null);
  return rows.map((row) => {
    const plan = plans.find((p) => p.plan === row.plan && p.version === row.version);
    if (plan === undefined)
      throw new Error(`host ${row.id} is pinned to ${row.plan} ${row.version}, which is not there`);
    return {
      id: row.id,
      revision: row.revision,
      settings: row.settings,
      domains: names.get(row.id) ?? [],
      accounts: accounts.get(row.id) ?? [],
      functions: plan.functions,
      facts: facts.get(row.id) ?? [],
    };
  });
}

export async function readDomains(tx: Tx, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.select().from(domains).where(among(domains.host, ids)).orderBy(asc(domains.position));
  return grouped(
    rows,
    (row) => row.host,
    (row) => row.domain,
  );
}

export async function readAccounts(tx: Tx, ids: readonly string[]): Promise<Map<string, FtpAccount[]>> {
  const rows = await tx
    .select()
    .from(ftpAccounts)
    .where(among(ftpAccounts.host, ids))
    .orderBy(asc(ftpAccounts.name));
  return grouped(
    rows,
    (row) => row.host,
    ({ name, secret, root }) => ({ name, secret, root }),
  );
}

export async function readFacts(tx: Tx, ids: readonly string[]): Promise<Map<string, Fact[]>> {
  const rows = await tx
    .select()
    .from(hostFacts)
    .where(among(hostFacts.host, ids))
    .orderBy(asc(hostFacts.at), asc(hostFacts.id));
  return grouped(
    rows,
    (row) => row.host,
    ({ id, kind, at, actor, reason, rule }) => ({ id, kind, at, actor, reason, rule }),
  );
}

function grouped<Row, Value>(rows: readonly Row[], key: (row: Row) => string, value: (row: Row) => Value) {
  const out = new Map<string, Value[]>();
  for (const row of rows) {
    const list = out.get(key(row));
    if (list === undefined) out.set(key(row), [value(row)]);
    else list.push(value(row));
  }
  return out;
}

/** The host that a domain is bound to, or an FTP account belongs to; null: free. */
export async function domainHost(tx: Tx, domain: string): Promise<string | null> {
  const rows = await tx.select({ host: domains.host }).from(domains).where(eq(domains.domain, domain));
  return rows[0]?.host ?? null;
}

export async function accountHost(tx: Tx, name: string): Promise<string | null> {
  const rows = await tx
    .select({ host: ftpAccounts.host })
    .from(ftpAccounts)
    .where(eq(ftpAccounts.name, name));
  return rows[0]?.host ?? null;
}

export async function insertDomain(tx: Tx, domain: string, host: string, position: number, boundAt: number) {
  await tx.insert(domains).values({ domain, host, position, boundAt });
}

/** Those behind it move up, so that the next one bound is the last. */
export async function deleteDomain(tx: Tx, host: string, domain: string, position: number): Promise<void> {
  await tx.delete(domains).where(eq(domains.domain, domain));
  const behind = and(eq(domains.host, host), gt(domains.position, position));
  await tx
    .update(domains)
    .set({ position: sql`${domains.position} - 1` })
    .where(behind);
}

export type Filing = typeof filings.$inferSelect;

export async function insertFiling(tx: Tx, filing: Omit<Filing, 'id'>): Promise<void> {
  await tx.insert(filings).values(filing);
}

/** Every filing number of some hosts' domains, the latest first. */
export async function readFilings(tx: Tx, ids: readonly string[]): Promise<readonly Filing[]> {
  return tx.select().from(filings).where(among(filings.host, ids)).orderBy(desc(filings.id));
}

export async function insertAccount(
  tx: Tx,
  host: string,
  account: FtpAccount,
  createdAt: number,
): Promise<void> {
  await tx.insert(ftpAccounts).values({ host, ...account, createdAt });
}

/** False: the host has no such account. */
export async function deleteAccount(tx: Tx, host: string, name: string): Promise<boolean> {
  const own = and(eq(ftpAccounts.host, host), eq(ftpAccounts.name, name));
  return (await tx.delete(ftpAccounts).where(own).returning({ name: ftpAccounts.name })).length > 0;
}

/** False when the same fact (by key) already stands. */
export async function insertFact(
  tx: Tx,
  host: string,
  fact: Omit<Fact, 'id'>,
  key: string,
): Promise<boolean> {
  const rows = await tx
    .insert(hostFacts)
    .values({ host, ...fact, key })
    .onConflictDoNothing()
    .returning();
  return rows.length === 1;
}

/** Whose fact was told under a key, and which; null: none. */
export async function readFact(
  tx: Tx,
  key: string,
): Promise<{ readonly host: string; readonly kind: string } | null> {
  const rows = await tx
    .select({ host: hostFacts.host, kind: hostFacts.kind })
    .from(hostFacts)
    .where(eq(hostFacts.key, key));
  return rows[0] ?? null;
}

export async function upsertPlane(tx: Tx, id: string, kind: string, tokenDigest: Buffer): Promise<void> {
  await tx
    .insert(planes)
    .values({ id, kind, tokenDigest })
    .onConflictDoUpdate({ target: planes.id, set: { kind, tokenDigest } });
}

export interface PlaneRow {
  readonly id: string;
  readonly kind: string;
  readonly tokenDigest: Buffer;
  readonly health: unknown;
  readonly seenAt: number | null;
}

export async function readPlanes(tx: Tx): Promise<readonly PlaneRow[]> {
  return tx.select().from(planes).orderBy(asc(planes.id));
}

export async function seePlane(tx: Tx, id: string, health: unknown, seenAt: number): Promise<void> {
  await tx.update(planes).set({ health, seenAt }).where(eq(planes.id, id));
}

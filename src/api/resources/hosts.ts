import { z } from 'zod';
import { rouseRenewal } from '../../agreement/store.ts';
import type { Tx } from '../../db/connection.ts';
import {
  addAccount,
  bindDomain,
  changeSettings,
  orderHost,
  recordFiling,
  removeAccount,
  tellFact,
  unbindDomain,
} from '../../hosting/flow.ts';
import { healthShape } from '../../hosting/health.ts';
import { type LifeState, lifeAt } from '../../hosting/host.ts';
import {
  type HostRow,
  pageHosts,
  readFilings,
  readHost,
  readPlanes,
  readRecords,
} from '../../hosting/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { refuseOurs } from '../ours.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, page, pageShape, pagingShape } from '../shape.ts';

const settingsShape = z.strictObject({
  index: z.array(z.string().min(1).max(100)).max(20),
  /** Only 403, 404, 500 and 503 may be set. */
  errorPages: z.record(z.string().regex(/^(?:403|404|500|503)$/), z.string().max(500)),
  listFolders: z.boolean(),
});

const states = [
  'none',
  'ordered',
  'serving',
  'closed',
  'over-traffic',
  'expired',
  'released',
] as const satisfies readonly LifeState[];

const hostReply = z.strictObject({
  id: z.string(),
  customer: z.string(),
  plan: z.strictObject({ plan: z.string(), version: z.int() }),
  plane: z.string(),
  state: z.enum(states).describe('what the facts up to now say'),
  since: instantShape.nullable(),
  domains: z.array(z.string()).describe('the canonical one first'),
  filings: z
    .array(z.strictObject({ domain: z.string(), number: z.string() }))
    .describe('filing numbers (备案号) of those domains that have one'),
  ftpAccounts: z.array(z.strictObject({ name: z.string(), root: z.string() })),
  settings: settingsShape,
  desired: z.strictObject({
    revision: z.int(),
    applied: z.int().describe('the revision that the plane confirmed'),
    quarantine: z.string().nullable().describe('why a newer one could not be applied'),
  }),
  doors: z
    .strictObject({ address: z.string(), http: z.int(), https: z.int().nullable(), ftp: z.int() })
    .nullable()
    .describe('where it is reached: the address and ports of its plane; null: the plane never said'),
  facts: z.array(
    z.strictObject({
      kind: z.string(),
      at: instantShape,
      actor: z.string(),
      reason: z.string(),
      rule: z.string().nullable(),
    }),
  ),
  sample: z.boolean(),
  createdAt: instantShape,
});
type HostReply = z.input<typeof hostReply>;

async function hostsOf(tx: Tx, rows: readonly HostRow[], now: number): Promise<readonly HostReply[]> {
  const records = new Map((await readRecords(tx, rows)).map((record) => [record.id, record]));
  const told = await readFilings(
    tx,
    rows.map((row) => row.id),
  );
  const doors = await doorsOf(tx);
  return rows.map((row) => {
    const record = records.get(row.id)!;
    const life = lifeAt(record.facts, now);
    return {
      id: row.id,
      customer: row.customer,
      plan: { plan: row.plan, version: row.version },
      plane: row.plane,
      state: life.state,
      since: life.fact === null ? null : iso(life.fact.at),
      domains: [...record.domains],
      filings: record.domains.flatMap((domain) => {
        const latest = told.find((one) => one.host === row.id && one.domain === domain);
        return latest === undefined ? [] : [{ domain, number: latest.number }];
      }),
      ftpAccounts: record.accounts.map(({ name, root }) => ({ name, root })),
      settings: { ...row.settings, index: [...row.settings.index] },
      desired: { revision: row.revision, applied: row.appliedRevision, quarantine: row.quarantine },
      doors: doors.get(row.plane) ?? null,
      facts: record.facts.map(({ kind, at, actor, reason, rule }) => ({
        kind,
        at: iso(at),
        actor,
        reason,
        rule,
      })),
      sample: row.sample,
      createdAt: iso(row.createdAt),
    };
  });
}

/** Where each plane is reached, by what it reported of itself. */
async function doorsOf(tx: Tx): Promise<ReadonlyMap<string, NonNullable<HostReply['doors']>>> {
  return new Map(
    (await readPlanes(tx)).flatMap(({ id, health }) => {
      const told = healthShape.safeParse(health).data;
      if (told === undefined) return [];
      const { address, httpPort: http, httpsPort: https, ftpPort: ftp } = told;
      return [[id, { address, http, https, ftp }] as const];
    }),
  );
}

const filingShape = z
  .string()
  .max(60)
  .nullable()
  .default(null)
  .describe('the domain’s filing number (备案号), such as 京ICP备12345678号-1; needed in mainland mode');

const named = z.strictObject({ id: z.string().max(20) });
type OneHost = Context<z.output<typeof named>, unknown, unknown>;

/** The host, unless it is another customer's: that one does not exist for who asks. */
export async function ownHost(
  { tx, scope }: Pick<OneHost, 'tx' | 'scope'>,
  id: string,
): Promise<HostRow | Refusal> {
  const row = await readHost(tx, id);
  if (row === null || (scope !== null && row.customer !== scope)) {
    return refuse('host-unknown', 'id', `there is no host ${id}`);
  }
  return row;
}

async function shown(context: OneHost): Promise<HostReply | Refusal> {
  const row = await ownHost(context, context.params.id);
  return isRefusal(row) ? row : (await hostsOf(context.tx, [row], context.now))[0]!;
}

/** Loads, changes, notes before and after: every edit of a host is this. */
async function edited(
  context: Context<z.output<typeof named>, unknown, unknown>,
  change: (row: HostRow) => Promise<Refusal | null>,
): Promise<HostReply | Refusal> {
  const row = await ownHost(context, context.params.id);
  if (isRefusal(row)) return row;
  const before = (await hostsOf(context.tx, [row], context.now))[0]!;
  const refused = await change(row);
  if (refused !== null) return refused;
  const after = await shown(context);
  if (isRefusal(after)) return after;
  context.note(row.id, row.customer, before, after);
  return after;
}

const filingReply = z.strictObject({
  domain: z.string(),
  number: z.string(),
  actor: z.string(),
  at: instantShape,
});

export const hostRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/hosts',
    id: 'hosts.list',
    summary: 'Hosts in the order of their numbers, with desired and real state',
    gate: 'hosts:read',
    query: z.strictObject({
      ...pagingShape,
      customer: z.string().max(20).optional(),
      domain: z.string().max(253).optional().describe('part of a domain'),
      state: z.enum(states).optional(),
      behind: z
        .enum(['true'])
        .optional()
        .describe('those whose plane has not confirmed what is wanted, or could not apply it'),
    }),
    reply: pageShape(hostReply),
    handle: async ({ tx, now, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const { domain = null, state = null, behind } = query;
      const filter = { customer: scope ?? query.customer ?? null, domain, state, behind: behind === 'true' };
      const rows = await pageHosts(tx, filter, after, query.limit + 1);
      const items = await hostsOf(tx, rows, now);
      return page(
        items,
        query.limit,
        (item) => item.id,
        (item) => item,
      );
    },
  }),
  route({
    method: 'GET',
    url: '/hosts/:id',
    id: 'hosts.read',
    summary: 'One host',
    gate: 'hosts:read',
    params: named,
    reply: hostReply,
    handle: shown,
  }),
  route({
    method: 'POST',
    url: '/hosts',
    id: 'hosts.order',
    summary: 'Orders a host on a published plan version',
    gate: 'hosts:order',
    body: z.strictObject({
      plan: z.string().max(32),
      version: z.int().min(1),
      customer: z.string().max(20),
      plane: z.string().max(40).optional(),
      domain: z.string().max(253),
      filing: filingShape,
    }),
    reply: hostReply,
    status: 201,
    handle: async ({ tx, now, who, body, from, note, house }) => {
      const ours = refuseOurs(house, body.domain);
      if (ours !== null) return ours;
      const plane = body.plane ?? (await readPlanes(tx))[0]?.id;
      if (plane === undefined) return refuse('plane-unknown', 'plane', 'no plane has been seen yet');
      const order = { ...body, plane, actor: who!.name, key: from.request };
      const id = await orderHost(tx, now, order);
      if (typeof id !== 'string') return id;
      const row = (await readHost(tx, id))!;
      const made = (await hostsOf(tx, [row], now))[0]!;
      note(id, row.customer, null, made);
      return made;
    },
  }),
  route({
    method: 'POST',
    url: '/hosts/:id/domains',
    id: 'hosts.bind',
    summary: 'Binds one more domain',
    gate: 'hosts:edit',
    params: named,
    body: z.strictObject({ domain: z.string().max(253), filing: filingShape }),
    reply: hostReply,
    handle: (context) =>
      edited(context, async (row) => {
        const { domain, filing } = context.body;
        const filed = { filing, actor: context.who!.name };
        const ours = refuseOurs(context.house, domain);
        return ours ?? bindDomain(context.tx, context.now, row.id, domain, filed);
      }),
  }),
  route({
    method: 'DELETE',
    url: '/hosts/:id/domains/:domain',
    id: 'hosts.unbind',
    summary: 'Unbinds a domain, not the first one, by which the host is known',
    gate: 'hosts:edit',
    params: named.extend({ domain: z.string().max(253) }),
    reply: hostReply,
    handle: (context) => edited(context, (row) => unbindDomain(context.tx, row.id, context.params.domain)),
  }),
  route({
    method: 'GET',
    url: '/hosts/:id/filings',
    id: 'filings.list',
    summary: 'The filing numbers that were recorded for a host’s domains, by whom and when, the latest first',
    gate: 'hosts:read',
    params: named,
    reply: z.strictObject({ items: z.array(filingReply), next: z.null() }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const items = (await readFilings(context.tx, [row.id])).map(({ domain, number, actor, at }) => {
        return { domain, number, actor, at: iso(at) };
      });
      return { items, next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/hosts/:id/filings',
    id: 'filings.record',
    summary: 'Records the filing number (备案号) of a bound domain, or another one; the history is kept',
    gate: 'hosts:edit',
    params: named,
    body: z.strictObject({ domain: z.string().max(253), number: z.string().max(60) }),
    reply: hostReply,
    handle: (context) =>
      edited(context, (row) =>
        recordFiling(context.tx, context.now, row.id, { ...context.body, actor: context.who!.name }),
      ),
  }),
  route({
    method: 'POST',
    url: '/hosts/:id/ftp-accounts',
    id: 'hosts.account',
    summary: 'Makes an FTP account; its password is kept as a hash alone',
    gate: 'hosts:edit',
    params: named,
    body: z.strictObject({ name: z.string().max(32), password: z.string().max(128) }),
    reply: hostReply,
    handle: (context) => edited(context, (row) => addAccount(context.tx, context.now, row.id, context.body)),
  }),
  route({
    method: 'DELETE',
    url: '/hosts/:id/ftp-accounts/:name',
    id: 'accounts.remove',
    summary: 'Removes an FTP account; the files stay',
    gate: 'hosts:edit',
    params: named.extend({ name: z.string().max(32) }),
    reply: hostReply,
    handle: (context) => edited(context, (row) => removeAccount(context.tx, row.id, context.params.name)),
  }),
  route({
    method: 'PUT',
    url: '/hosts/:id/settings',
    id: 'hosts.settings',
    summary: 'Changes what a customer may set; every change is recorded (clause 2-2.2.4)',
    gate: 'hosts:edit',
    params: named,
    body: settingsShape,
    reply: hostReply,
    current: shown,
    handle: (context) =>
      edited(context, (row) =>
        changeSettings(context.tx, context.now, row.id, {
          settings: context.body,
          actor: context.who!.name,
          key: `api:${context.from.request}`,
        }),
      ),
  }),
  route({
    method: 'POST',
    url: '/hosts/:id/facts',
    id: 'hosts.tell',
    summary: 'Closes, reopens, expires, renews or releases a host, with the reason and the rule',
    gate: 'hosts:close',
    params: named,
    body: z.strictObject({
      kind: z.enum([
        'closed',
        'reopened',
        'over-traffic',
        'traffic-cleared',
        'expired',
        'renewed',
        'released',
      ]),
      reason: z.string().trim().min(1).max(500),
      rule: z.string().trim().min(1).max(500).nullable().default(null),
    }),
    reply: hostReply,
    handle: (context) =>
      edited(context, async (row) => {
        const { kind, reason, rule } = context.body;
        const fact = { kind, at: context.now, actor: context.who!.name, reason, rule };
        const refused = await tellFact(context.tx, row.id, fact, `api:${context.from.request}`);
        if (refused === null) await rouseRenewal(context.tx, row.id);
        return refused;
      }),
  }),
];

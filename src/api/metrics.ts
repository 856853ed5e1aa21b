import type { FastifyInstance, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { waiting } from '../db/outbox.ts';
import { reach } from '../entrance/right.ts';
import { countHosts, readPlanes } from '../hosting/store.ts';
import { lastRounds, openOutages } from '../measure/store.ts';
import { refuse } from '../refusal.ts';
import { countDue } from '../settlement/store.ts';
import { lookOver } from './health.ts';
import type { House } from './house.ts';
import { sendRefusal } from './server.ts';
import { whoAsks } from './who.ts';

/**
 * What Prometheus is told. Nothing here has a label that grows with hosts or customers: which host is down is what
 * the API says; this says that some are.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #durations: Histogram<'method' | 'route' | 'status'>;
  readonly #gauges: Readonly<Record<Name, Gauge<string>>>;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, prefix: 'hostpledge_' });
    this.#durations = new Histogram({
      name: 'hostpledge_request_seconds',
      help: 'Time from a request of the API or site to its answer, by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 1.5, 5],
      registers,
    });
    const gauge = ([name, [help, labels]]: [string, readonly [string, readonly string[]]]) =>
      [name, new Gauge({ name: `hostpledge_${name}`, help, labelNames: [...labels], registers })] as const;
    this.#gauges = Object.fromEntries(Object.entries(gauges).map(gauge)) as Record<Name, Gauge<string>>;
  }

  /** Of every request that a server answers; the route is the template, never what was asked for. */
  watch(server: FastifyInstance): void {
    server.addHook('onResponse', async (request, reply) => {
      const labels = { method: request.method, route: routeOf(request), status: `${reply.statusCode}` };
      this.#durations.observe(labels, reply.elapsedTime / 1000);
    });
    server.addHook('onClose', async () => this.#registry.clear());
  }

  /** The text format of Prometheus, what it says read now. */
  async text({ database, clock, data }: Read): Promise<string> {
    const { db } = database;
    const set = (name: Name, value: number, labels: Record<string, string> = {}): void =>
      this.#gauges[name].set(labels, value);
    for (const { part, ok } of await lookOver({ database, clock, data }))
      set('part_ready', ok ? 1 : 0, { part });
    set('hosts', await countHosts(db));
    this.#gauges.outages_open.reset();
    for (const [check, some] of Map.groupBy(await openOutages(db), (outage) => outage.check))
      set('outages_open', some.length, { check });
    const letters = await waiting(db);
    set('outbox_waiting', letters.open);
    set('outbox_oldest_seconds', letters.oldest === null ? 0 : (clock.now() - letters.oldest) / 1000);
    set('months_due', await countDue(db, clock.now()));
    for (const { id, seenAt } of await readPlanes(db))
      if (seenAt !== null) set('plane_silent_seconds', (clock.now() - seenAt) / 1000, { plane: id });
    for (const { prober, lastRound } of await lastRounds(db))
      if (lastRound !== null) set('prober_silent_seconds', (clock.now() - lastRound) / 1000, { prober });
    return this.#registry.metrics();
  }
}

type Read = Pick<House, 'database' | 'clock'> & { readonly data: string };
type Name = keyof typeof gauges;

const gauges = {
  part_ready: ['1 when this part of the installation is well (see /readyz).', ['part']],
  hosts: ['Hosts that are there, released ones left out.', []],
  outages_open: ['Outages that are under way, by check.', ['check']],
  outbox_waiting: ['What happened and was not yet handed on.', []],
  outbox_oldest_seconds: ['How long the oldest of it waits.', []],
  months_due: ['Agreements with a month that may be judged and is not.', []],
  plane_silent_seconds: ['Since a plane was last heard.', ['plane']],
  prober_silent_seconds: ['Since a prober’s last round that was told.', ['prober']],
} as const satisfies Readonly<Record<string, readonly [help: string, labels: readonly string[]]>>;

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

/** `/metrics`, for who has the right `metrics:read`: an API key in the scraper's `authorization`. */
export function metricsRoute(server: FastifyInstance, house: House, data: string): void {
  const metrics = new Metrics();
  metrics.watch(server);
  server.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const who = await whoAsks(request, house);
    if (who === null || reach(who, 'metrics:read') !== 'all') {
      const code = who === null ? 'sign-in-needed' : 'right-missing';
      return sendRefusal(reply, refuse(code, 'authorization', 'an API key with the right metrics:read'));
    }
    const { database, clock } = house;
    const text = await metrics.text({ database, clock, data });
    return reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(text);
  });
}

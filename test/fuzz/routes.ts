import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { api } from '../../src/api/api.ts';
import { createServer } from '../../src/api/server.ts';
import type { Database } from '../../src/db/connection.ts';
import { roles } from '../../src/entrance/role.ts';
import { siteSource } from '../../src/site/flow.ts';
import { siteRoutes } from '../../src/site/routes.ts';
import { verifyRoutes } from '../../src/site/verify.ts';
import { ageSessions, makePerson } from '../callers.ts';
import { withDatabase } from '../database.ts';
import { openFront } from '../entrance.ts';
import { estateNow, makeEstate, marker } from '../estate.ts';
import type { Caller } from '../requests.ts';
import { undone } from '../undone.ts';
import { doorEmail, type Estate, entries, heavy, type Sent } from './asked.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs } from './target.ts';

interface World extends Estate {
  readonly server: FastifyInstance;
  readonly callers: Map<string, Caller>;
  /** Whether what the next request does stays. */
  keep(keeps: boolean): void;
  /** Sessions that began just now began in the estate’s time. */
  age(): Promise<void>;
}

/** How many were sent to each entry, and what came back: what the fuzzing reached. */
const reached = new Map<string, Map<number, number>>();

/** Every route of the API, every door, sheet and page: what would be done, nearly that, fitting, and wild. */
export const routes: FuzzTarget = {
  name: 'routes',
  about:
    'every route answers whatever is sent, with its value or a refusal, and never with what is another’s',
  inputs: 400,
  atLeast: 4000,
  run: async (random, count) => {
    const ends: (() => Promise<void> | void)[] = [];
    const world = await open({ after: (end: () => Promise<void> | void) => void ends.push(end) });
    try {
      return await tryInputs<Sent>(random, count, {
        make: (own) => make(own, world, count < 1000),
        check: (sent) => check(sent, world),
        show: (sent) => Buffer.from(JSON.stringify(sent, null, 1)),
        limitMs: 10_000,
      });
    } finally {
      for (const end of ends.toReversed()) await end();
    }
  },
  told,
};

/** What our own server said last of a failure. */
let failure = '';

async function open(context: Parameters<typeof openFront>[0]): Promise<World> {
  const database = await withDatabase(context);
  let keeps = true;
  // A little of the estate’s time for each request: waits after wrong passwords end, what is live stays so.
  let asked = 0;
  const now = (): number => estateNow + asked;
  const hook = async (_url: string, text: string) =>
    ({ outcome: 'sent', said: '200', body: /[0-9a-f]{48}/.exec(text)?.[0] ?? '' }) as const;
  const loose = undone(database, () => keeps);
  const front = await openFront(context, loose, now, () => {}, hook);
  const server = createServer(1 << 20, (error) => {
    failure = String(error.cause ?? '') + String(error.stack);
  });
  server.register((scope) => api(scope, front.house), { prefix: '/api' });
  siteRoutes(server, { source: siteSource(loose, { now }), now });
  verifyRoutes(server, loose);
  context.after(() => server.close());
  const [own, foreign] = await makeEstate(database, front);
  const callers = await peopleOf(database, front);
  const keep = (kept: boolean): void => {
    keeps = kept;
    asked += 50;
  };
  return { server, own, foreign, callers, keep, age: () => ageSessions(database) };
}

async function peopleOf(
  database: Database,
  front: Awaited<ReturnType<typeof openFront>>,
): Promise<Map<string, Caller>> {
  const wrong = {
    role: 'customer',
    headers: { authorization: `Bearer hp_${'A'.repeat(43)}` },
    key: 'none',
  } as const;
  const callers = new Map<string, Caller>([['wrong', wrong]]);
  for (const role of roles) {
    const person = await makePerson(database, front, role, role === 'customer' ? 'c000001' : null);
    callers.set(role, person.program).set(`${role}*`, person.session);
  }
  const door = await makePerson(database, front, 'customer', 'c000001', doorEmail);
  return callers.set('door*', door.session);
}

const names = [...entries.keys()];

function make(random: Random, world: World, isShort: boolean): Sent {
  let name = random.pick(names);
  if (isShort && heavy.test(name) && random.chance(0.9)) name = random.pick(names);
  return entries.get(name)!(random, world);
}

let count = 0;

async function check(sent: Sent, { server, callers, keep, age }: World): Promise<void> {
  const { method, url, route, caller, text } = sent;
  count += 1;
  keep(sent.keeps);
  const answer = await server.inject({
    method: method as 'GET',
    url,
    // Each from somewhere else: the limit of requests is another test's.
    remoteAddress: `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`,
    headers: { ...sent.headers, ...callers.get(caller)?.headers },
    ...(text === null ? {} : { payload: text }),
  });
  const { statusCode: status, body } = answer;
  const tally = reached.get(route) ?? new Map<number, number>();
  reached.set(route, tally.set(status, (tally.get(status) ?? 0) + 1));
  const detail = `${route} as ${caller}: ${status} ${body.slice(0, 300)}`;
  assert.ok(status < 500, `${detail}\n${failure}`);
  if (/^(?:customer|door|nobody|wrong)/.test(caller))
    assert.ok(!body.includes(marker) || isEcho(sent, body), `${detail} tells of another customer`);
  if (caller === 'door*' && follow(answer.cookies, callers)) await age();
  // `..` in a path leads out of the API before it is sent: to a page.
  if (!route.startsWith('/') && !isOfApi(url)) return;
  checkHead(answer, route, detail);
}

function isOfApi(url: string): boolean {
  return URL.parse(url, 'http://any')?.pathname.startsWith('/api/') ?? true;
}

/** A refusal may say again what it was sent; a value never holds another's name. */
function isEcho({ url, text }: Sent, body: string): boolean {
  return (
    /"status":4\d\d/.test(body) && (decodeURIComponent(url).includes(marker) || (text ?? '').includes(marker))
  );
}

/** Whoever uses the doors goes on in the session that they were given last. */
function follow(cookies: readonly { name: string; value: string }[], callers: Map<string, Caller>): boolean {
  const fresh = cookies.find(({ name, value }) => name.endsWith('session_token') && value !== '');
  const door = callers.get('door*')!;
  if (fresh === undefined) return false;
  const cookie = `${fresh.name}=${encodeURIComponent(fresh.value)}`;
  callers.set('door*', { ...door, headers: { ...door.headers, cookie } });
  return true;
}

type Answer = Awaited<ReturnType<FastifyInstance['inject']>>;

function checkHead({ statusCode: status, headers, json }: Answer, route: string, detail: string): void {
  if (route.startsWith('door ')) return;
  const type = String(headers['content-type'] ?? '');
  assert.equal(headers['x-content-type-options'], 'nosniff', detail);
  assert.equal(headers.location, undefined, detail);
  if (route === '/' || route === '/verify') return;
  if (status >= 400) {
    assert.match(type, /^application\/problem\+json/, detail);
    const problem = json<{ code?: unknown; status?: unknown }>();
    assert.equal(problem.status, status, detail);
    assert.match(String(problem.code), /^[a-z][a-z0-9-]+$/, detail);
  } else if (status !== 304)
    assert.match(type, route.endsWith('.csv') ? /^text\/csv/ : /^application\/json/, detail);
}

/** Requests of each entry, and how many of them were done: the least, the median, the most, and each by its name. */
function told(): readonly string[] {
  const rows = [...reached].map(([route, tally]) => {
    const sum = (from: number, to: number): number =>
      [...tally].reduce((all, [status, times]) => all + (status >= from && status < to ? times : 0), 0);
    return { route, all: sum(0, 600), done: sum(200, 400), statuses: tally };
  });
  const line = (name: string, counts: readonly number[]): string => {
    const sorted = counts.toSorted((a, b) => a - b);
    return `${name}: least ${sorted[0]}, median ${sorted[sorted.length >> 1]}, most ${sorted.at(-1)}`;
  };
  const total = rows.reduce((sum, { all }) => sum + all, 0);
  const classes = new Map<string, number>();
  for (const { statuses } of rows)
    for (const [status, times] of statuses) classes.set(`${status}`, (classes.get(`${status}`) ?? 0) + times);
  const shares = [...classes]
    .sort()
    .map(([status, times]) => `${status} ${((100 * times) / total).toFixed(1)} %`);
  return [
    `${total} requests to ${rows.length} of ${entries.size} entries; ${shares.join(', ')}`,
    line(
      'requests',
      rows.map(({ all }) => all),
    ),
    line(
      'done',
      rows.map(({ done }) => done),
    ),
    ...rows.sort((a, b) => a.done - b.done).map(({ route, all, done }) => `  ${route} ${all} ${done}`),
  ];
}

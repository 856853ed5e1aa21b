import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeKey, makePerson, type Person, unlimited } from '../../test/callers.ts';
import { withDatabase } from '../../test/database.ts';
import { openFront, type Reply } from '../../test/entrance.ts';
import { estateNow, makeEstate, marker, type Tenant } from '../../test/estate.ts';
import { type Caller, send, type Wish, wishes } from '../../test/requests.ts';
import { undone } from '../../test/undone.ts';
import { healthRoutes } from '../api/health.ts';
import { metricsRoute } from '../api/metrics.ts';
import type { Route } from '../api/route.ts';
import { routes } from '../api/routes.ts';
import { grantsOf, type Right, rightNames } from '../entrance/right.ts';
import { isStaff, type Role, roles } from '../entrance/role.ts';
import { consoleRoutes } from '../site/console.ts';
import { siteSource } from '../site/flow.ts';
import { siteRoutes } from '../site/routes.ts';
import { verifyRoutes } from '../site/verify.ts';

/**
 * Every route × every role × session, session without a second factor, API key, narrower API key, nobody, × one's own
 * things and another customer's. Each with a request that does what the route is for (test/requests.ts), so that what
 * refuses it is who asks and nothing else. Nothing is kept: every request meets the same estate.
 */

/** For a party itself: a person with a second factor, no program. */
const proven = new Set([
  ...['documents.sign', 'signers.set', 'seals.set', 'seals.remove'],
  ...['statements.hold', 'statements.release', 'statements.approve'],
]);

/** What the centre answers on the network besides the routes of the API, and where it is tried who gets it. */
const beside: Readonly<Record<string, string>> = {
  '/api/auth/*': 'a closed list of doors: entrance.test.ts, hostile.test.ts, and below',
  '/api/live': 'below, and live.test.ts',
  '/api/customers/:id/account.csv': 'below, and book.test.ts',
  '/api/ledger.csv': 'below',
  '/api/openapi.json': 'for everybody',
  '/healthz': 'for everybody: health.test.ts',
  '/readyz': 'for everybody: health.test.ts',
  '/metrics': 'below, and health.test.ts',
  '/': 'for everybody; below',
  '/verify': 'for everybody, keeps nothing: site/verify.test.ts',
  '/console': 'for everybody; what is in it comes from the API',
  '/console/*': 'for everybody; what is in it comes from the API',
};

/** By what is mounted: another function that puts routes on the network has to be named here and tried. */
const mounted: Readonly<Record<string, string>> = {
  ...{ api: 'here', healthRoutes: 'here', metricsRoute: 'here', siteRoutes: 'here', verifyRoutes: 'here' },
  ...{ consoleRoutes: 'here', ingestRoutes: 'ingest.test.ts: tokens of planes and probers alone' },
  ...{ controlRoutes: 'the control socket alone', paperRoutes: 'the control socket alone' },
  porterRoutes: 'the control socket alone',
};

async function open(t: TestContext) {
  const database = await withDatabase(t);
  let keeps = true;
  const known = new Set<string>();
  const front = await openFront(
    t,
    undone(database, () => keeps),
    () => estateNow,
    (server, house) => {
      server.addHook('onRoute', ({ url, method }) => {
        if (method !== 'HEAD') known.add(url);
      });
      const { clock } = house;
      healthRoutes(server, { database, clock, data: tmpdir() });
      metricsRoute(server, house, tmpdir());
      siteRoutes(server, { source: siteSource(database, clock), now: clock.now });
      verifyRoutes(server, database);
      consoleRoutes(server);
    },
    async (_url, text) => ({ outcome: 'sent', said: '200', body: /[0-9a-f]{48}/.exec(text)?.[0] ?? '' }),
  );
  const [own, foreign] = await makeEstate(database, front);
  const people = new Map<Role, Person>();
  for (const role of roles)
    people.set(role, await makePerson(database, front, role, role === 'customer' ? own.customer : null));
  keeps = false;
  return { database, front: { ...front, ask: unlimited(front) }, own, foreign, people, known };
}

type Opened = Awaited<ReturnType<typeof open>>;

test('the entrance, with two customers who have everything', async (t) => {
  const opened = await open(t);
  await t.test('every route on the network is in the matrix or named beside it', () => everyRoute(opened));
  await t.test('each route to each role is done or refused as the rights say', (inner) =>
    rights(inner, opened),
  );
  await t.test('another’s things do not exist: by path, filter, body, list, stream', (inner) =>
    tenants(inner, opened),
  );
  await t.test('downloads, figures and pages, to each role', () => besides(opened));
  await t.test('at the doors: one’s own sessions and passkeys alone', () => doors(opened));
});

function everyRoute({ known }: Opened): void {
  const missing = routes.filter(({ id }) => wishes[id] === undefined).map(({ id }) => id);
  assert.deepEqual(missing, [], 'routes without a request in test/requests.ts');
  const unknown = Object.keys(wishes).filter((id) => !routes.some((one) => one.id === id));
  assert.deepEqual(unknown, [], 'requests without a route');
  const ours = new Set(routes.map(({ url }) => `/api${url}`));
  const others = [...known].filter((url) => !ours.has(url) && !/\.(?:css|js|svg)$/.test(url));
  assert.deepEqual(others.sort(), Object.keys(beside).sort());
  const centre = readFileSync(join(import.meta.dirname, 'centre.ts'), 'utf8');
  const calls = [...centre.matchAll(/\b(api|\w+Routes?)\((?:server|scope|inner|outer)\b/g)].map(
    ([, name]) => name!,
  );
  assert.deepEqual([...new Set(calls)].sort(), Object.keys(mounted).sort());
}

/** What came back, of which kind: `done`, or the status of the refusal. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(who: string, kind: string): void {
    const name = `${who} ${kind}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  toString(): string {
    return [...this.#counts].map(([name, count]) => `${name}: ${count}`).join(', ');
  }
}

function kindOf({ status, body }: Reply, wish: Wish): string {
  if (status < 300) return 'done';
  const code = Reflect.get(Object(body), 'code');
  return wish.said !== undefined && code === wish.said ? 'done' : String(status);
}

/** What is expected of a caller who asks for their own company’s things, or of staff for a customer’s. */
function expected(one: Route, role: Role, way: 'session' | 'weak' | 'program'): 'done' | '403' | '422' {
  if (one.gate === 'open') return 'done';
  // Whoever has no rights yet has none to give to a key.
  if (one.id === 'account.key' && way === 'weak' && isStaff(role)) return '422';
  if (one.gate === 'self') return way === 'program' ? '403' : 'done';
  if (grantsOf(one.gate)[role] === undefined) return '403';
  if (way === 'weak' && (isStaff(role) || proven.has(one.id))) return '403';
  return way === 'program' && proven.has(one.id) ? '403' : 'done';
}

async function rights(t: TestContext, { database, front, own, people }: Opened): Promise<void> {
  const tally = new Tally();
  for (const one of routes) {
    const ask = (by: Caller) => send(front, one, wishes[one.id]!(own, by), by.headers);
    const nobody: Caller = { role: 'customer', headers: {}, key: 'none' };
    const wrong = { ...nobody, headers: { authorization: `Bearer hp_${'A'.repeat(43)}` } };
    for (const [who, by] of [
      ['nobody', nobody],
      ['wrong key', wrong],
    ] as const) {
      const reply = await ask(by);
      const kind = kindOf(reply, wishes[one.id]!(own, by));
      tally.add(who, kind);
      assert.equal(kind, who === 'nobody' && one.gate === 'open' ? 'done' : '401', `${one.id} to ${who}`);
      assert.ok(!JSON.stringify(reply.body).includes(marker), `${one.id} tells ${who}`);
    }
    for (const [role, person] of people) {
      for (const way of ['session', 'weak', 'program'] as const) {
        const by = person[way];
        const reply = await ask(by);
        const kind = kindOf(reply, wishes[one.id]!(own, by));
        tally.add(`${isStaff(role) ? 'staff' : role} ${way}`, kind);
        const name = `${one.id} as ${role} by ${way}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`;
        assert.equal(kind, expected(one, role, way), name);
      }
      if (one.gate === 'open' || one.gate === 'self' || grantsOf(one.gate)[role] === undefined) continue;
      const scopes = rightNames.filter((right) => right !== one.gate);
      const narrow = await makeKey(database, person.user, scopes);
      const by = { ...person.program, headers: { authorization: `Bearer ${narrow.secret}` } };
      const { status } = await ask(by);
      tally.add('narrower key', String(status));
      assert.equal(status, 403, `${one.id} as ${role} with a key without ${one.gate}`);
    }
  }
  t.diagnostic(`${routes.length} routes; ${tally}`);
  assert.deepEqual(front.mishaps, []);
}

/** Names and numbers that are the second customer’s alone. */
function foreignWords(own: Tenant, foreign: Tenant): readonly string[] {
  const theirs = Object.values(foreign).filter((word) => !Object.values(own).includes(word));
  return [...new Set(theirs.filter((word) => word !== foreign.code))];
}

async function tenants(t: TestContext, { front, own, foreign, people }: Opened): Promise<void> {
  const words = foreignWords(own, foreign);
  assert.ok(words.length > 20);
  const owner = people.get('owner')!.session;
  const customer = people.get('customer')!;
  const heard = await listen(front.origin, customer.session.headers);
  const tally = new Tally();
  const seen = new Set<string>();
  for (const one of routes.filter(({ gate }) => gate !== 'open')) {
    const shown = async (by: Caller, wish: Wish) => {
      const reply = await send(front, one, wish, by.headers);
      const text = JSON.stringify(reply.body);
      const told = reply.status < 300 ? words : [marker];
      for (const word of told)
        assert.ok(!text.includes(word), `${one.id} tells of ${word}: ${text.slice(0, 400)}`);
      return reply;
    };
    for (const by of [customer.session, customer.program]) {
      const mine = wishes[one.id]!(own, by);
      const theirs =
        one.id === 'account.revoke' ? { params: { id: foreign.key } } : wishes[one.id]!(foreign, by);
      if (expected(one, 'customer', by === customer.session ? 'session' : 'program') === 'done') {
        await shown(by, mine);
        tally.add('own', 'done');
      }
      const crossed = crossings(mine, theirs);
      for (const [where, wish] of Object.entries(crossed)) {
        const { status, body } = await shown(by, wish);
        tally.add(`foreign in ${where}`, status < 300 ? 'none of it' : String(status));
        const name = `${one.id} with another’s ${where}: ${status} ${JSON.stringify(body).slice(0, 200)}`;
        const granted = one.gate === 'self' || grantsOf(one.gate as Right).customer !== undefined;
        if (where === 'path') assert.equal(status, refusedAs(one, by === customer.program, granted), name);
        else if (one.method !== 'GET') assert.ok(status >= 400 && status < 500, name);
        else assert.ok(status < 300 || status === 404 || !granted, name);
      }
    }
    // The same requests do what they are for when somebody sends them who may.
    const wish = wishes[one.id]!(foreign, owner);
    const reply = await send(front, one, wish, owner.headers);
    assert.equal(
      kindOf(reply, wish),
      'done',
      `${one.id}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`,
    );
    tally.add('foreign by the owner', 'done');
    for (const word of words) if (JSON.stringify(reply.body).includes(word)) seen.add(word);
    await send(front, one, wishes[one.id]!(own, owner), owner.headers);
  }
  const stream = await heard();
  assert.match(stream, /h000001/, 'what is one’s own is told');
  for (const word of words) assert.ok(!stream.includes(word), `the stream tells of ${word}`);
  t.diagnostic(`${tally}; ${words.length} foreign words looked for, ${seen.size} of them shown to the owner`);
  assert.deepEqual(
    [...words].filter((word) => !seen.has(word)).length <= 2,
    true,
    'the words are there to be told',
  );
  assert.deepEqual(front.mishaps, []);
}

/** Not there (404) for whoever has the right at all; a program has no account and signs for nobody (403). */
function refusedAs(one: Route, isProgram: boolean, granted: boolean): 403 | 404 {
  if (!granted) return 403;
  return isProgram && (one.gate === 'self' || proven.has(one.id)) ? 403 : 404;
}

/** One’s own request with another’s value in its path, its filter or its body, as far as it has one there. */
function crossings(mine: Wish, theirs: Wish): Readonly<Record<string, Wish>> {
  const isOther = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);
  const crossed: Record<string, Wish> = {};
  if (isOther(mine.params, theirs.params)) crossed['path'] = theirs;
  if (isOther(mine.query, theirs.query)) crossed['filter'] = { ...mine, query: theirs.query! };
  const names = ['customer', 'lines', 'host', 'digest', 'receipt', 'secret', 'code'];
  const named = names.filter((name) => isOther(mine.body?.[name], theirs.body?.[name]));
  const body = { ...mine.body, ...Object.fromEntries(named.map((name) => [name, theirs.body![name]])) };
  if (named.length > 0) crossed['body'] = { ...mine, body };
  return crossed;
}

/** Everything that an event stream says from now on. */
async function listen(origin: string, headers: Caller['headers']): Promise<() => Promise<string>> {
  const { port } = new URL(origin);
  let said = '';
  const sent = request({ host: '127.0.0.1', port, path: '/api/live', headers });
  await new Promise<void>((done, fail) => {
    sent.on('error', fail);
    sent.on('response', (answer) => {
      assert.equal(answer.statusCode, 200);
      answer.setEncoding('utf8').on('data', (part: string) => {
        said += part;
        done();
      });
      answer.on('error', () => {});
    });
    sent.end();
  });
  return async () => {
    sent.destroy();
    return said;
  };
}

const csv = 'from=2026-09-01&to=2026-11-30';

/** The status for whoever asks: by role with its session, by role without its second factor, for nobody. */
const downloads: readonly {
  readonly path: (own: Tenant, foreign: Tenant) => string;
  readonly session: Readonly<Record<Role, number>>;
  readonly weak: Readonly<Record<Role, number>>;
  readonly nobody: number;
}[] = [
  {
    path: ({ customer }) => `/api/customers/${customer}/account.csv?${csv}`,
    session: { owner: 200, finance: 200, customer: 200, sales: 403, support: 403, operator: 403 },
    weak: { owner: 403, finance: 403, customer: 200, sales: 403, support: 403, operator: 403 },
    nobody: 401,
  },
  {
    path: (_own, { customer }) => `/api/customers/${customer}/account.csv?${csv}`,
    session: { owner: 200, finance: 200, customer: 404, sales: 403, support: 403, operator: 403 },
    weak: { owner: 403, finance: 403, customer: 404, sales: 403, support: 403, operator: 403 },
    nobody: 401,
  },
  {
    path: () => `/api/ledger.csv?${csv}`,
    session: { owner: 200, finance: 200, customer: 403, sales: 403, support: 403, operator: 403 },
    weak: { owner: 403, finance: 403, customer: 403, sales: 403, support: 403, operator: 403 },
    nobody: 401,
  },
  {
    path: () => '/metrics',
    session: { owner: 200, operator: 200, customer: 403, sales: 403, support: 403, finance: 403 },
    weak: { owner: 403, operator: 403, customer: 403, sales: 403, support: 403, finance: 403 },
    nobody: 401,
  },
];

async function besides({ front, own, foreign, people }: Opened): Promise<void> {
  const words = foreignWords(own, foreign);
  for (const { path, session, weak, nobody } of downloads) {
    const url = path(own, foreign);
    assert.equal((await front.ask('GET', url)).status, nobody, url);
    for (const [role, person] of people) {
      for (const [way, wanted] of [
        ['session', session[role]],
        ['weak', weak[role]],
        ['program', session[role]],
      ] as const) {
        const { status, body } = await front.ask('GET', url, { headers: person[way].headers });
        assert.equal(status, wanted, `${url} as ${role} by ${way}`);
        if (role === 'customer' && status === 200)
          for (const word of words) assert.ok(!String(body).includes(word), `${url}: ${word}`);
      }
    }
  }
  for (const path of ['/', '/verify', '/console/', '/healthz', '/readyz', '/api/openapi.json', '/nowhere']) {
    for (const headers of [{}, people.get('customer')!.session.headers]) {
      const { body } = await front.ask('GET', path, { headers: { ...headers, accept: 'text/html' } });
      for (const word of words) assert.ok(!JSON.stringify(body).includes(word), `${path}: ${word}`);
    }
  }
}

async function doors({ database, front, foreign, people }: Opened): Promise<void> {
  const customer = people.get('customer')!;
  const headers = customer.session.headers;
  const other = await makePerson(
    database,
    front,
    'customer',
    foreign.customer,
    `zoe@${foreign.word}.example`,
  );
  const list = await front.ask('GET', '/api/auth/list-sessions', { headers });
  const tokens = (list.body as readonly { readonly token: string; readonly userId: string }[]).map(
    (one) => one,
  );
  assert.deepEqual([...new Set(tokens.map(({ userId }) => userId))], [customer.user]);
  const theirs = await front.ask('GET', '/api/auth/list-sessions', { headers: other.session.headers });
  const [{ token }] = theirs.body as readonly [{ readonly token: string }];
  await front.ask('POST', '/api/auth/revoke-session', { headers, body: { token } });
  const still = await front.ask('GET', '/api/auth/list-sessions', { headers: other.session.headers });
  assert.equal((still.body as readonly unknown[]).length, 2, 'both of another’s sessions stand');
  const gone = await front.ask('POST', '/api/auth/passkey/delete-passkey', {
    headers,
    body: { id: 'another’s' },
  });
  assert.ok(gone.status >= 400 && gone.status < 500, `${gone.status}`);
}

import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { api } from '../../src/api/api.ts';
import type { Route } from '../../src/api/route.ts';
import { routes as served } from '../../src/api/routes.ts';
import { createServer } from '../../src/api/server.ts';
import type { Database } from '../../src/db/connection.ts';
import { roles } from '../../src/entrance/role.ts';
import { withDatabase } from '../database.ts';
import { enter, openFront, passwordOf } from '../entrance.ts';
import { begin, dayMs, makeAgreement, makeHost, makeWorld } from '../world.ts';
import type { Json } from './mutate.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs } from './target.ts';
import { fitting, type Schema, wild, word } from './value.ts';

/** In everything of the second customer's that has words; no input has it. */
const marker = 'zq-foreign-zq';
const now = begin + 2 * dayMs;

interface Sent {
  readonly route: string;
  readonly method: string;
  readonly url: string;
  readonly caller: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | null;
}

interface World {
  readonly server: FastifyInstance;
  readonly callers: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

interface Asked {
  readonly one: Route;
  readonly params: Schema | null;
  readonly query: Schema | null;
  readonly body: Schema | null;
}

const schemaOf = (shape: z.ZodType | undefined): Schema | null =>
  shape === undefined ? null : (z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Schema);

const asked: readonly Asked[] = served.map((one) => ({
  one,
  params: schemaOf(one.params),
  query: schemaOf(one.query),
  body: schemaOf(one.body),
}));

/** They set type, sign or hash: a hundred times the others' work. */
const heavy = /^(documents|signers)\.|^statements\.paper|^invitations\.accept|^setup\./;

const doors = [
  ...['GET get-session', 'POST sign-in/email', 'POST sign-out', 'GET list-sessions', 'POST revoke-session'],
  ...['POST change-password', 'POST request-password-reset', 'POST reset-password', 'POST two-factor/enable'],
  ...[
    'POST two-factor/verify-totp',
    'POST two-factor/verify-backup-code',
    'POST passkey/verify-registration',
  ],
  ...['GET passkey/generate-register-options', 'GET passkey/generate-authenticate-options', 'GET ok'],
  ...[
    'POST passkey/verify-authentication',
    'POST passkey/delete-passkey',
    'POST update-user',
    'POST a/../ok',
  ],
];
const callerNames = ['nobody', 'wrong', 'cookie', ...roles];

/** How many were sent to each route, and what came back: for whoever wants to know what the fuzzing reached. */
export const reached = new Map<string, Map<number, number>>();

/** Every route of the API and every door, from its own schema: fitting, nearly fitting and wild. */
export const routes: FuzzTarget = {
  name: 'routes',
  about:
    'every route answers whatever is sent, with its value or a refusal, and never with what is another’s',
  inputs: 400,
  atLeast: 1500,
  run: async (random, count) => {
    const ends: (() => Promise<void> | void)[] = [];
    const world = await open({ after: (end: () => Promise<void> | void) => void ends.push(end) });
    try {
      return await tryInputs<Sent>(random, count, {
        make,
        check: (sent) => check(sent, world),
        show: (sent) => Buffer.from(JSON.stringify(sent, null, 1)),
        limitMs: 10_000,
      });
    } finally {
      for (const end of ends.toReversed()) await end();
    }
  },
};

/** What our own server said last of a failure. */
let said = '';

async function open(context: Parameters<typeof openFront>[0]): Promise<World> {
  const database = await withDatabase(context);
  nameds['user']?.splice(0);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx, 'one.customer.example', 'c000001');
    const two = await makeHost(tx, `${marker}.example`, 'c000002');
    await makeAgreement(tx, 'h000001', ['web'], 90);
    await makeAgreement(tx, two.id, ['web'], 90);
    await tx.execute(
      sql.raw(`update customers set particulars = replace(particulars::text, 'Party', '${marker}')::jsonb
      where id = 'c000002'`),
    );
  });
  const front = await openFront(context, database, () => now);
  const server = createServer(1 << 20, (error) => {
    said = String(error.cause ?? '') + String(error.stack);
  });
  server.register((scope) => api(scope, front.house), { prefix: '/api' });
  context.after(() => server.close());
  const { origin } = front;
  const callers = new Map<string, Readonly<Record<string, string>>>([
    ['nobody', {}],
    ['wrong', { authorization: `Bearer hp_${'A'.repeat(43)}` }],
  ]);
  for (const role of roles) {
    const { headers, user } = await enter(database, now, role, role === 'customer' ? 'c000001' : null);
    callers.set(role, headers);
    nameds['user']?.push(user.id);
  }
  const { user } = await enter(database, now, 'customer', 'c000002', `${marker}@a.example`);
  nameds['user']?.push(user.id);
  callers.set('cookie', { cookie: await cookieOf(server, database, origin), origin });
  return { server, callers };
}

async function cookieOf(server: FastifyInstance, database: Database, origin: string): Promise<string> {
  const email = 'anna@customer.example';
  await enter(database, now, 'customer', 'c000001', email);
  const payload = { email, password: passwordOf(email) };
  const answer = await server.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers: { origin },
    payload,
  });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

function make(random: Random): Sent {
  const caller = random.pick(callerNames);
  const slip = random.pick([0, 0, 0.03, 0.1, 0.5]);
  if (random.chance(0.03)) {
    const [method = '', path = ''] = random.pick(doors).split(' ');
    const body = random.chance(0.5) ? doorBody(random, slip) : wild(random);
    const text = method === 'GET' ? null : JSON.stringify(body);
    return {
      route: 'doors',
      method,
      url: `/api/auth/${path}`,
      caller,
      headers: headersOf(random, text),
      text,
    };
  }
  let chosen = random.pick(asked);
  if (heavy.test(chosen.one.id) && random.chance(0.9)) chosen = random.pick(asked);
  const { one, body } = chosen;
  const text = body === null && random.chance(0.95) ? null : bodyOf(body, random, slip);
  const url = urlOf(chosen, random, slip);
  return { route: one.id, method: one.method, url, caller, headers: headersOf(random, text), text };
}

function doorBody(random: Random, slip: number): Json {
  const email = random.pick(['anna@customer.example', 'owner@example.cn', 'nobody@a.example']);
  const some = {
    email,
    password: 'not the right one',
    newPassword: 'long enough for anybody',
    code: '123456',
  };
  return fitting(
    {
      type: 'object',
      properties: Object.fromEntries(Object.entries(some).map(([name, value]) => [name, { const: value }])),
    },
    random,
    slip,
  );
}

function bodyOf(schema: Schema | null, random: Random, slip: number): string {
  if (schema === null || random.chance(slip / 4)) {
    return random.pick([JSON.stringify(wild(random)), '', '{', 'null', '{"__proto__":{"a":1}}', '[]']);
  }
  return JSON.stringify(fitting(schema, random, slip));
}

function urlOf({ one, params, query }: Asked, random: Random, slip: number): string {
  const path = one.url.replace(/:(\w+)/g, (_all, name: string) => {
    const fits = nameds[one.url.startsWith('/users') ? 'user' : name];
    if (fits !== undefined && !random.chance(slip)) return random.pick(fits);
    if (random.chance(slip / 4))
      return random.pick(['%00', '%ff', '%', '..', '%2e%2e', '%2f', '', 'a%0d%0ab']);
    const value = params?.properties?.[name];
    const text = value === undefined ? word(random, slip) : plain(fitting(value, random, slip));
    return encodeURIComponent(text.toWellFormed());
  });
  const made = query === null ? {} : fitting(query, random, slip);
  const search = new URLSearchParams();
  if (typeof made === 'object' && made !== null) {
    for (const [name, value] of Object.entries(made)) {
      const text = plain(value);
      search.append(name, text.toWellFormed().slice(0, 2000));
      if (random.chance(slip / 4)) search.append(name, word(random, slip).toWellFormed());
    }
  }
  return `/api${path}?${search}`;
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Values that lead to something, ours or another's; nobody guesses a number by chance. */
const nameds: Readonly<Record<string, string[]>> = {
  user: [],
  id: ['h000001', 'h000002', 'c000001', 'c000002'],
  number: ['QA-2026-000001', 'QA-2026-000002', 'SA-h000001', 'SA-h000002'],
  month: ['2026-09', '2026-08'],
  plan: ['standard'],
  version: ['1', '2'],
  holder: ['provider', 'customer'],
};

function headersOf(random: Random, text: string | null): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (text !== null)
    headers['content-type'] = random.chance(0.97)
      ? 'application/json'
      : random.pick([
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data',
          'a',
          'application/xml',
        ]);
  if (random.chance(0.5)) headers['if-match'] = random.pick(['*', '*', '"stale"', 'W/"x"', '']);
  if (random.chance(0.3))
    headers['idempotency-key'] = random.pick(['key-00001', `k-${random.below(1e9)}-x`, 'short']);
  if (random.chance(0.02)) headers['content-encoding'] = random.pick(['gzip', 'br', 'x']);
  if (random.chance(0.05)) headers['if-none-match'] = random.pick(['*', '"x"']);
  return headers;
}

let count = 0;

async function check(sent: Sent, { server, callers }: World): Promise<void> {
  const { method, url, route, caller, text } = sent;
  count += 1;
  const answer = await server.inject({
    method: method as 'GET',
    url,
    // Each from somewhere else: the limit of requests is another test's.
    remoteAddress: `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`,
    headers: { ...sent.headers, ...callers.get(caller) },
    ...(text === null ? {} : { payload: text }),
  });
  const { statusCode: status, body } = answer;
  const tally = reached.get(route) ?? new Map<number, number>();
  reached.set(route, tally.set(status, (tally.get(status) ?? 0) + 1));
  const detail = `${route} as ${caller}: ${status} ${body.slice(0, 300)}`;
  assert.ok(status < 500, `${detail}\n${said}`);
  if (caller === 'customer' || caller === 'cookie' || caller === 'nobody' || caller === 'wrong')
    assert.ok(!body.includes(marker), `${detail} tells of another customer`);
  const type = String(answer.headers['content-type'] ?? '');
  if (route === 'doors') return;
  assert.equal(answer.headers['x-content-type-options'], 'nosniff', detail);
  if (status >= 400) {
    assert.match(type, /^application\/problem\+json/, detail);
    const problem = answer.json<{ code?: unknown; status?: unknown }>();
    assert.equal(problem.status, status, detail);
    assert.match(String(problem.code), /^[a-z][a-z0-9-]+$/, detail);
  } else if (status !== 304) assert.match(type, /^application\/json/, detail);
}

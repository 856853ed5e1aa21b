import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { sql } from 'drizzle-orm';
import { routes } from '../../src/api/routes.ts';
import { consoleRoutes } from '../../src/site/console.ts';
import { siteSource } from '../../src/site/flow.ts';
import { siteRoutes } from '../../src/site/routes.ts';
import { verifyRoutes } from '../../src/site/verify.ts';
import { makePerson } from '../callers.ts';
import { withDatabase } from '../database.ts';
import { at, openFront, passwordOf } from '../entrance.ts';
import { estateNow, makeEstate } from '../estate.ts';
import { type Caller, send, type Wish, wishes } from '../requests.ts';
import { undone } from '../undone.ts';
import { begin, dayMs } from '../world.ts';
import { leftOut, nameOf, type Path, payloads, textsOf, turned, withText } from './payload.ts';

/** The estate of test/estate.ts, in which every field that takes a hostile text holds one. */

export async function openHostile(t: TestContext) {
  const database = await withDatabase(t);
  const state = { keeps: true };
  const now = (): number => estateNow;
  const loose = undone(database, () => state.keeps);
  let count = 0;
  const front = await openFront(t, loose, now, (server) => {
    // Each request from somewhere else: five people at once look at more pages in a minute than one may.
    server.addHook('onRequest', async (request) => {
      count += 1;
      Object.defineProperty(request, 'ip', {
        value: `10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`,
      });
    });
    siteRoutes(server, { source: siteSource(loose, { now }), now });
    verifyRoutes(server, loose);
    consoleRoutes(server);
  });
  const [own] = await makeEstate(database, front);
  await database.db.execute(sql`update hosts set shown = true where id = ${own.host}`);
  const owner = await makePerson(database, front, 'owner', null);
  const customer = await makePerson(database, front, 'customer', own.customer);
  return { database, front, own, owner, customer, state };
}

export type World = Awaited<ReturnType<typeof openHostile>>;

/** A field that took one of the texts. */
export interface Field {
  readonly number: number;
  readonly name: string;
  readonly path: Path;
  readonly text: string;
}

/** Fields that a wish leaves out, with the reason. */
const unasked: Readonly<Record<string, string>> = {
  ...{ 'setup.mail': 'set up already; the same shapes', 'setup.finish': 'set up already; the same shapes' },
  ...{ 'relay.change': 'a certificate', 'documents.sign': 'a passphrase', 'signers.set': 'a passphrase' },
};

/** Tries each text in each field of each route, undone, and then sends the request with all that were taken. */
export async function plant(world: World): Promise<{ fields: readonly Field[]; refused: readonly string[] }> {
  const { front, own, owner, customer, state } = world;
  const fields: Field[] = [];
  const refused: string[] = [];
  for (const one of routes) {
    if (!(one.id in unasked)) assert.deepEqual(leftOut(one, wishes[one.id]!(own, owner.session)), [], one.id);
    for (const by of one.gate === 'self' ? [owner.session, customer.session] : [owner.session]) {
      const wish = wishes[one.id]!(own, by);
      const taken: Field[] = [];
      state.keeps = false;
      for (const path of textsOf(wish.body)) {
        const number = fields.length + taken.length;
        const name = `${one.id} ${nameOf(path)}`;
        const text = await takenText(world, one, wish, by, path, payloads(number));
        if (text === null) refused.push(name);
        else taken.push({ number, name, path, text });
      }
      state.keeps = true;
      fields.push(...taken);
      const body = taken.reduce<unknown>((all, { path, text }) => withText(all, path, text), wish.body);
      if (taken.length === 0) continue;
      const { status, body: said } = await send(
        front,
        one,
        { ...wish, body: body as object as Wish['body'] & object },
        by.headers,
      );
      const code = String(at(said, 'code'));
      assert.ok(
        status < 300 || spent.has(`${one.id} ${code}`),
        `${one.id}: ${status} ${JSON.stringify(said)}`,
      );
    }
  }
  return { fields, refused };
}

/** Requests whose thing another one has taken by then, with what is said. */
const spent = new Set([
  'statements.approve approval-stale',
  'sales.replace sale-overlaps',
  'sales.replace sale-known',
]);

async function takenText(
  { front }: World,
  one: (typeof routes)[number],
  wish: Wish,
  by: Caller,
  path: Path,
  texts: readonly string[],
): Promise<string | null> {
  const tried = async (text: string): Promise<number> => {
    const body = withText(wish.body, path, text) as NonNullable<Wish['body']>;
    const { status, body: said } = await send(front, one, { ...wish, body }, by.headers);
    assert.ok(status < 500, `${one.id} ${nameOf(path)}: ${status} ${JSON.stringify(said)}`);
    return status;
  };
  assert.ok((await tried(turned)) >= 400, `${one.id} ${nameOf(path)} takes a text that is turned round`);
  for (const text of texts) if ((await tried(text)) < 300) return text;
  return null;
}

/** Whatever a person cannot write into a field of a form, but into a proof, a header or what a server says of itself. */
export async function plantBeside(world: World, from: number): Promise<readonly Field[]> {
  const { database, front, own, owner, customer } = world;
  const fields: Field[] = [];
  const next = (name: string, which = 0): string => {
    const number = from + fields.length;
    const text = payloads(number)[which]!;
    fields.push({ number, name, path: [], text });
    return text;
  };
  const proofs: Readonly<Record<string, object>> = {
    violation: { facts: [1], rule: next('proof rule'), actor: next('proof actor') },
    'customer-settings': {
      byAddress: 'fail',
      neighbour: { host: next('proof neighbour'), result: 'pass' },
      ...{ change: next('proof change'), curedAt: null },
    },
    'customer-dns': {
      resolvers: [
        { address: next('resolver'), answer: [next('answer')] },
        { address: 'another', answer: [] },
      ],
      ...{ ours: ['192.0.2.1'], nameServers: [next('name server')], byAddress: 'pass' },
    },
    'customer-code': { script: next('script'), slowestMs: 9000, referenceMs: 1, limitMs: 3000 },
  };
  for (const [cause, proof] of Object.entries(proofs)) {
    const span = { from: new Date(begin).toISOString(), to: new Date(begin + 30 * dayMs).toISOString() };
    const body = { cause, checks: ['web'], ...span, proof };
    const path = `/api/hosts/${own.host}/causes`;
    const made = await front.ask('POST', path, { headers: owner.session.headers, body });
    assert.equal(made.status, 201, JSON.stringify(made.body));
  }
  // What the probers read of a server is the customer's own: its banner, its certificate, where it sends one.
  await database.db.execute(
    sql`update turns set reading = jsonb_set(jsonb_set(reading, '{detail}', to_jsonb(${next('detail')}::text)),
      '{code}', to_jsonb(${next('code')}::text)) where target = ${`web:${own.host}`}`,
  );
  for (const email of ['owner@example.cn', 'customer@example.cn'])
    await front.ask('POST', '/api/auth/sign-in/email', {
      headers: { origin: front.origin, 'user-agent': next('User-Agent', 4) },
      body: { email, password: passwordOf(email) },
    });
  for (const one of [owner, customer])
    await front.ask('GET', '/api/account', {
      headers: { ...one.session.headers, 'x-forwarded-for': '"><img src=x>', referer: '"><img src=x>' },
    });
  return fields;
}

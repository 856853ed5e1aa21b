import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront, passwordOf } from '../../test/entrance.ts';
import { begin, dayMs, makeAgreement, makeHost, makeWorld } from '../../test/world.ts';
import { verifyChain } from '../db/evidence.ts';
import { grantsOf } from '../entrance/right.ts';
import { listAudits } from '../entrance/store.ts';
import { files } from './files.ts';
import { routes } from './routes.ts';

const now = begin + 1000;
const everything = {
  customer: null,
  actor: null,
  action: null,
  resource: null,
  subject: null,
  from: null,
  to: null,
};

async function open(t: Parameters<typeof openFront>[0], at = now) {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx, 'one.customer.example', 'c000001');
    const two = await makeHost(tx, 'two.customer.example', 'c000002');
    await makeAgreement(tx, 'h000001', ['web'], 90);
    await makeAgreement(tx, two.id, ['web'], 90);
  });
  const front = await openFront(t, database, () => at);
  return { database, front, ...front };
}

test('every route has a name of its own, a gate that the rights know, and says what it changes', () => {
  const names = routes.map((one) => one.id);
  assert.equal(new Set(names).size, names.length);
  for (const one of routes) {
    if (one.gate === 'open' || one.gate === 'self') continue;
    assert.ok(Object.keys(grantsOf(one.gate)).length > 0, `${one.id}: nobody has ${one.gate}`);
  }
});

test('a customer sees and edits their own host, and the change is written down as a leaf of the chain', async (t) => {
  const { database, ask } = await open(t);
  const { headers, user } = await enter(database, now, 'customer', 'c000001');
  const list = await ask('GET', '/api/hosts', { headers });
  assert.deepEqual([at(list.body, 'items', 0, 'id'), at(list.body, 'items', 1)], ['h000001', undefined]);
  const bound = await ask('POST', '/api/hosts/h000001/domains', {
    headers,
    body: { domain: 'Neu.Customer.Example' },
  });
  assert.deepEqual(at(bound.body, 'domains'), ['one.customer.example', 'neu.customer.example']);
  const [audit] = await database.transaction((tx) => listAudits(tx, everything, null, 10));
  assert.deepEqual(
    [audit?.action, audit?.subject, audit?.customer, audit?.actor.id, audit?.actor.kind],
    ['hosts.bind', 'h000001', 'c000001', user.id, 'key'],
  );
  assert.equal((await database.transaction((tx) => verifyChain(tx))).kind, 'sound');
  await assert.rejects(database.db.execute('delete from audits'), (error: Error) =>
    String(error.cause).includes('append-only'),
  );
});

test('a customer reads what was promised, judged and seen of their own host', async (t) => {
  const { database, front } = await open(t, begin + 2 * dayMs);
  const { headers } = await enter(database, now, 'customer', 'c000001');
  const number = 'QA-2026-000001';
  const read = async (path: string) => {
    const { status, body } = await front.ask('GET', `/api${path}`, { headers });
    assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    return body;
  };
  const agreement = await read(`/agreements/${number}`);
  assert.equal(at(agreement, 'inForce', 0, 0), new Date(begin).toISOString());
  const month = await read(`/agreements/${number}/months/2026-09`);
  assert.deepEqual(
    [at(month, 'guarantees', 0, 'id'), at(month, 'guarantees', 0, 'status'), at(month, 'until')],
    ['web', 'breached', new Date(begin + 2 * dayMs).toISOString()],
  );
  assert.deepEqual(at(await read(`/agreements/${number}/statements`), 'items'), []);
  const file = JSON.parse(String(at(await read(`/agreements/${number}/cases/2026-09`), 'text')));
  assert.equal(at(file, 'format'), 'hostpledge/case@1');
  const span = `from=${new Date(begin).toISOString()}&to=${new Date(begin + dayMs).toISOString()}`;
  for (const kind of ['outages', 'runs', 'minutes', 'usage', 'causes'])
    await read(`/hosts/h000001/${kind}?${span}`);
  assert.equal(at(await read('/hosts/h000001/sales'), 'items', 0, 'payments', 0, 'receipt'), 'R-h000001');
  const future = await front.ask('GET', `/api/agreements/${number}/months/2030-01`, { headers });
  assert.equal(future.status, 422, JSON.stringify(future.body));
});

test('a refusal names the field and leaves nothing behind', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'customer', 'c000001');
  const taken = await ask('POST', '/api/hosts/h000001/domains', {
    headers,
    body: { domain: 'two.customer.example' },
  });
  assert.equal(taken.status, 422);
  assert.equal(taken.headers['content-type'], 'application/problem+json; charset=utf-8');
  assert.deepEqual([at(taken.body, 'code'), at(taken.body, 'path')], ['domain-taken', 'domain']);
  const foreign = await ask('POST', '/api/hosts/h000001/domains', {
    headers,
    body: { domain: 'x.example', customer: 'c000002' },
  });
  assert.deepEqual([foreign.status, at(foreign.body, 'code')], [422, 'request-invalid']);
  assert.deepEqual(await database.transaction((tx) => listAudits(tx, everything, null, 10)), []);
});

test('an idempotency key makes one thing, however often and by how many at once it is sent', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'sales');
  const order = { plan: 'standard', version: 1, customer: 'c000001', domain: 'new.customer.example' };
  const keyed = { ...headers, 'idempotency-key': 'order-0001' };
  const answers = await Promise.all(
    [1, 2, 3].map(() => ask('POST', '/api/hosts', { headers: keyed, body: order })),
  );
  assert.deepEqual(
    answers.map(({ status, body }) => [status, at(body, 'id')]),
    [1, 2, 3].map(() => [201, 'h000003']),
  );
  const other = await ask('POST', '/api/hosts', { headers: keyed, body: { ...order, domain: 'b.example' } });
  assert.deepEqual([other.status, at(other.body, 'code')], [422, 'idempotency-key-used']);
});

test('an edit needs the ETag of what was read, and a stale one is refused', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'customer', 'c000001');
  const { headers: read } = await ask('GET', '/api/hosts/h000001', { headers });
  const etag = String(read['etag']);
  const body = { index: ['start.html'], errorPages: {}, listFolders: false };
  const path = '/api/hosts/h000001/settings';
  assert.equal((await ask('PUT', path, { headers, body })).status, 428);
  const done = await ask('PUT', path, { headers: { ...headers, 'if-match': etag }, body });
  assert.equal(done.status, 200, JSON.stringify(done.body));
  assert.equal((await ask('PUT', path, { headers: { ...headers, 'if-match': etag }, body })).status, 412);
  const fresh = await ask('GET', '/api/hosts/h000001', { headers });
  const again = await ask('GET', '/api/hosts/h000001', {
    headers: { ...headers, 'if-none-match': String(fresh.headers['etag']) },
  });
  assert.equal(again.status, 304);
});

test('pages are walked by their cursor; a forged one is refused', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'support');
  const first = await ask('GET', '/api/hosts?limit=1', { headers });
  const second = await ask('GET', `/api/hosts?limit=1&cursor=${at(first.body, 'next')}`, { headers });
  assert.deepEqual(
    [at(first.body, 'items', 0, 'id'), at(second.body, 'items', 0, 'id')],
    ['h000001', 'h000002'],
  );
  assert.equal(at(second.body, 'next'), null);
  const forged = await ask('GET', '/api/hosts?cursor=%27or%201', { headers });
  assert.deepEqual([forged.status, at(forged.body, 'code')], [422, 'cursor-invalid']);
});

test('a scope that was not given is no right, and a revoked or altered key opens nothing', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'owner', null, 'narrow@example.cn', ['plans:read']);
  assert.equal((await ask('GET', '/api/plans', { headers })).status, 200);
  assert.equal((await ask('GET', '/api/hosts', { headers })).status, 403);
  const altered = { authorization: headers.authorization.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')) };
  assert.equal((await ask('GET', '/api/plans', { headers: altered })).status, 401);
});

test('a session: a customer’s password opens it, its cookie is __Host-, a foreign page cannot use it', async (t) => {
  const { database, ask, origin } = await open(t);
  const email = 'anna@customer.example';
  await enter(database, now, 'customer', 'c000001', email);
  const own = { origin };
  const wrong = await ask('POST', '/api/auth/sign-in/email', {
    headers: own,
    body: { email, password: 'not the right one' },
  });
  assert.equal(wrong.status, 401);
  const right = await ask('POST', '/api/auth/sign-in/email', {
    headers: own,
    body: { email, password: passwordOf(email) },
  });
  assert.equal(right.status, 200, JSON.stringify(right.body));
  const given = [right.headers['set-cookie'] ?? []].flat();
  for (const cookie of given) {
    assert.match(cookie, /^__Host-hostpledge\.\w+=/);
    assert.match(cookie, /; ?Secure/i);
    assert.match(cookie, /; ?HttpOnly/i);
    assert.match(cookie, /; ?Path=\/(?:;|$)/i);
    assert.doesNotMatch(cookie, /Domain=/i);
  }
  const cookie = given.map((one) => one.split(';')[0]).join('; ');
  const account = await ask('GET', '/api/account', { headers: { cookie } });
  assert.deepEqual(
    [account.status, at(account.body, 'email'), at(account.body, 'customer')],
    [200, email, 'c000001'],
  );
  const body = { domain: 'b.customer.example' };
  for (const headers of [{ cookie }, { cookie, origin: 'http://evil.example' }]) {
    const foreign = await ask('POST', '/api/hosts/h000001/domains', { headers, body });
    assert.deepEqual([foreign.status, at(foreign.body, 'code')], [403, 'origin-foreign']);
  }
  assert.equal(
    (await ask('POST', '/api/hosts/h000001/domains', { headers: { cookie, origin }, body })).status,
    200,
  );
  await ask('POST', '/api/auth/sign-out', { headers: { cookie, origin }, body: {} });
  assert.equal((await ask('GET', '/api/account', { headers: { cookie } })).status, 401);
});

test('staff without a second factor see nothing but their account', async (t) => {
  const { database, ask, origin } = await open(t);
  const email = 'owner@example.cn';
  await enter(database, now, 'owner');
  const body = { email, password: passwordOf(email) };
  const signed = await ask('POST', '/api/auth/sign-in/email', { headers: { origin }, body });
  const cookie = [signed.headers['set-cookie'] ?? []]
    .flat()
    .map((one) => one.split(';')[0])
    .join('; ');
  const account = await ask('GET', '/api/account', { headers: { cookie } });
  assert.deepEqual([at(account.body, 'secondFactor'), at(account.body, 'rights')], [false, {}]);
  const hosts = await ask('GET', '/api/hosts', { headers: { cookie } });
  assert.deepEqual([hosts.status, at(hosts.body, 'code')], [403, 'second-factor-needed']);
});

test('doors that the library has and we did not open stay shut', async (t) => {
  const { ask, origin } = await open(t);
  for (const path of [
    '/sign-up/email',
    '/update-user',
    '/delete-user',
    '/change-email',
    '/ok',
    '/two-factor/send-otp',
  ]) {
    const answer = await ask('POST', `/api/auth${path}`, {
      headers: { origin },
      body: { email: 'x@example.cn', password: 'long enough for anybody', name: 'x', role: 'owner' },
    });
    assert.equal(answer.status, 404, path);
  }
});

test('the description is OpenAPI 3.1 and names every route', async (t) => {
  const { ask } = await open(t);
  const { status, body } = await ask('GET', '/api/openapi.json');
  assert.equal(status, 200);
  assert.match(String(at(body, 'openapi')), /^3\.1/);
  const named = Object.values(at(body, 'paths') as Record<string, Record<string, { operationId: string }>>)
    .flatMap((methods) => Object.values(methods))
    .map((operation) => operation.operationId);
  assert.deepEqual(named.sort(), [...routes, ...files].map((one) => one.id).sort());
});

test('whatever is read below /api stands in the description, downloads with their media types', async (t) => {
  const mounted = new Set<string>();
  const database = await withDatabase(t);
  const { ask } = await openFront(
    t,
    database,
    () => now,
    (server) => {
      server.addHook('onRoute', ({ method, url }) => {
        if (method === 'GET' && url.startsWith('/api/'))
          mounted.add(url.slice('/api'.length).replace(/:(\w+)/g, '{$1}'));
      });
    },
  );
  const { body } = await ask('GET', '/api/openapi.json');
  const paths = at(body, 'paths') as Record<string, Record<string, unknown>>;
  const told = Object.keys(paths).filter((path) => paths[path]?.['get'] !== undefined);
  // Below /api/auth/ are the library's doors, a closed list of its own (entrance/doors/).
  const missing = [...mounted].filter((url) => !url.startsWith('/auth/') && !told.includes(url));
  assert.deepEqual(missing, []);
  assert.ok(mounted.size > 40, `${mounted.size} are mounted`);
  for (const { path, media } of files) {
    assert.ok(mounted.has(path), `${path} is nowhere`);
    assert.ok(at(paths, path, 'get', 'responses', '200', 'content', media), path);
  }
});

test('every operation says its right, its shapes, its refusals, and refers to nothing that is not there', async (t) => {
  const { ask } = await open(t);
  const { body } = await ask('GET', '/api/openapi.json');
  const references = JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g);
  for (const [, path = ''] of references) assert.ok(at(body, ...path.split('/')) !== undefined, path);
  const paths = at(body, 'paths') as Record<string, Record<string, Record<string, unknown>>>;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, told] of Object.entries(methods)) {
      if (files.some(({ id }) => id === told['operationId'])) continue;
      const one = routes.find(({ id }) => id === told['operationId']);
      const name = `${method} ${path}`;
      assert.equal(told['x-right'], one?.gate, name);
      assert.ok(String(told['summary']).length > 3 && at(told, 'tags', 0) !== undefined, name);
      assert.ok(at(told, 'responses', String(one?.status), 'content', 'application/json', 'schema'), name);
      assert.equal(at(told, 'responses', 'default', '$ref'), '#/components/responses/Problem', name);
      const named = (at(told, 'parameters') ?? []) as { name: string; in: string; required: boolean }[];
      const inPath = named.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      assert.deepEqual(inPath.sort(), [...path.matchAll(/\{(\w+)\}/g)].map(([, word]) => word).sort(), name);
      assert.equal(
        new Set(named.map((parameter) => `${parameter.in} ${parameter.name}`)).size,
        named.length,
        name,
      );
    }
  }
});

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront, passwordOf } from '../../test/entrance.ts';
import { begin, makeAgreement, makeHost, makeWorld } from '../../test/world.ts';
import { listAudits } from '../entrance/store.ts';
import { routes } from './routes.ts';

const now = begin + 1000;
const email = 'anna@customer.example';
const all = {
  customer: null,
  actor: null,
  action: null,
  resource: null,
  subject: null,
  from: null,
  to: null,
};

async function open(t: TestContext) {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx, 'one.customer.example', 'c000001');
    const two = await makeHost(tx, 'two.customer.example', 'c000002');
    await makeAgreement(tx, two.id, ['web'], 90);
  });
  const front = await openFront(t, database, () => now);
  await enter(database, now, 'customer', 'c000001', email);
  const signIn = async (more: object = {}, headers: Record<string, string> = {}) =>
    front.ask('POST', '/api/auth/sign-in/email', {
      headers: { origin: front.origin, ...headers },
      body: { email, password: passwordOf(email), ...more },
    });
  const cookieOf = (answer: Awaited<ReturnType<typeof signIn>>) =>
    [answer.headers['set-cookie'] ?? []]
      .flat()
      .map((one) => one.split(';')[0])
      .join('; ');
  return { database, ...front, signIn, cookieOf };
}

/** What comes back for raw bytes, until the server ends or nothing more comes. */
async function raw(origin: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  let said = '';
  socket.on('data', (part) => {
    said += part.toString('latin1');
  });
  socket.write(text, 'latin1');
  await new Promise<void>((done) => {
    socket.on('close', done);
    socket.on('error', () => {});
    socket.setTimeout(700, () => socket.destroy());
  });
  return said;
}

test('a foreign page, a form and a page without origin change nothing with a visitor’s cookie', async (t) => {
  const { database, ask, signIn, cookieOf, origin } = await open(t);
  const cookie = cookieOf(await signIn());
  const before = (await listAudits(database.db, all, null, 100)).length;
  const pages: Record<string, string>[] = [
    {},
    { origin: 'null' },
    { origin: 'http://evil.example' },
    { origin: `${origin}.evil.example` },
    { origin: `${origin}@evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
    { referer: `${origin}/` },
  ];
  for (const one of routes.filter(({ method, gate }) => method !== 'GET' && gate !== 'open')) {
    const path = `/api${one.url.replace(/:\w+/g, 'h000001')}`;
    for (const page of pages) {
      const { status } = await ask(one.method, path, { headers: { cookie, ...page }, body: {} });
      assert.ok([403, 422].includes(status), `${one.id} ${JSON.stringify(page)}: ${status}`);
    }
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
    ]) {
      const headers = { cookie, origin: 'null', 'content-type': type };
      const { status } = await ask(one.method, path, { headers, body: '{"domain":"b.example"}' });
      assert.equal(status, 415, `${one.id} as ${type}`);
    }
  }
  assert.equal((await listAudits(database.db, all, null, 100)).length, before, 'nothing was done');
});

test('doors of sign-in take no request of a foreign page, and send nobody elsewhere', async (t) => {
  const { ask, signIn, cookieOf, origin } = await open(t);
  const foreign = await signIn({}, { origin: 'http://evil.example' });
  assert.equal(foreign.status, 403);
  for (const callbackURL of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
  ]) {
    const { status, headers, body } = await signIn({ callbackURL });
    assert.ok(status >= 400 || headers['location'] === undefined, callbackURL);
    assert.ok(
      status >= 400 || !JSON.stringify(body).includes('evil'),
      `${callbackURL}: ${JSON.stringify(body)}`,
    );
    const reset = await ask('POST', '/api/auth/request-password-reset', {
      headers: { origin },
      body: { email: 'nobody@a.example', redirectTo: callbackURL },
    });
    assert.ok([200, 403, 422, 429].includes(reset.status), `${reset.status}`);
    assert.equal(reset.headers['location'], undefined);
  }
  const cookie = cookieOf(await signIn());
  const out = await ask('POST', '/api/auth/sign-out', {
    headers: { cookie, origin: 'http://evil.example' },
    body: {},
  });
  assert.equal(out.status, 403);
  assert.equal((await ask('GET', '/api/account', { headers: { cookie } })).status, 200, 'still signed in');
});

test('a session that somebody was given before they signed in is not theirs afterwards', async (t) => {
  const { ask, signIn, cookieOf } = await open(t);
  const given = '__Host-hostpledge.session_token=fixed-by-a-stranger.c2lnbmVk';
  const cookie = cookieOf(await signIn({}, { cookie: given }));
  assert.ok(!cookie.includes('fixed-by-a-stranger'));
  assert.equal((await ask('GET', '/api/account', { headers: { cookie: given } })).status, 401);
  const first = cookieOf(await signIn());
  const second = cookieOf(await signIn({}, { cookie: first }));
  assert.notEqual(first, second);
});

test('every body is closed: what is not asked for is refused, at every level', () => {
  const openAt = (schema: unknown, path: string): string[] => {
    if (typeof schema !== 'object' || schema === null) return [];
    const inner = Object.entries(schema).flatMap(([key, value]) => openAt(value, `${path}/${key}`));
    const isOpen = 'properties' in schema && Reflect.get(schema, 'additionalProperties') !== false;
    return isOpen && !path.endsWith('/properties') ? [path, ...inner] : inner;
  };
  for (const { id, body, query, params } of routes) {
    for (const shape of [body, query, params]) {
      if (shape === undefined) continue;
      const schema = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
      assert.deepEqual(openAt(schema, ''), [], id);
    }
  }
});

test('fields that are the server’s own are refused by name', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'owner');
  const person = { kind: 'person', particulars: { name: 'B', email: 'b@a.example' } };
  const order = { plan: 'standard', version: 1, customer: 'c000001', domain: 'n.customer.example' };
  for (const [path, body] of [
    ['/api/customers', { ...person, id: 'c000009' }],
    ['/api/customers', { ...person, member: '1' }],
    ['/api/customers', { ...person, sample: true }],
    ['/api/hosts', { ...order, id: 'h000009' }],
    ['/api/hosts', { ...order, revision: 7 }],
    ['/api/hosts', { ...order, actor: 'nobody' }],
    ['/api/hosts/h000001/domains', { domain: 'b.example', customer: 'c000002' }],
  ] as const) {
    const { status, body: said } = await ask('POST', path, { headers, body });
    assert.deepEqual([status, at(said, 'code')], [422, 'request-invalid'], `${path} ${JSON.stringify(body)}`);
  }
  assert.equal((await ask('GET', '/api/customers', { headers })).status, 200);
});

test('JSON that bursts, nests without end or names a prototype is refused, and nothing is polluted', async (t) => {
  const { database, ask, mishaps } = await open(t);
  const { headers } = await enter(database, now, 'owner');
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  for (const [body, expected] of [
    [`{"domain":${deep}}`, [422, 413]],
    [deep, [422]],
    ['{"__proto__":{"admin":true},"domain":"b.example"}', [400]],
    ['{"constructor":{"prototype":{"admin":true}},"domain":"b.example"}', [400, 422]],
    ['{"domain":"a.example","domain":["b"]}', [422]],
    ['{"domain":1e999}', [422]],
    ['{"domain":"a\\u0000b"}', [422]],
    ['{"domain":"\\ud800"}', [422]],
    ['{"domain":"\\u202elpmaxe.a"}', [422]],
    ['{"\\u202d":"a.example"}', [422]],
    [`{"domain":"${'x'.repeat(2_000_000)}"}`, [413]],
    ['{', [400]],
    ['', [400]],
  ] as const) {
    const { status, body: said } = await ask('POST', '/api/hosts/h000001/domains', { headers, body });
    assert.ok((expected as readonly number[]).includes(status), `${body.slice(0, 60)}: ${status}`);
    assert.match(String(at(said, 'code')), /^[a-z-]+$/);
  }
  assert.equal(Reflect.get({}, 'admin'), undefined);
  assert.deepEqual(mishaps, []);
});

test('a body that is said to be gzip and is not, read or unread, ends nothing', async (t) => {
  const { ask, origin } = await open(t);
  const head = 'Host: localhost\r\nContent-Encoding: gzip\r\n';
  for (const request of [
    `GET /api/plans HTTP/1.1\r\n${head}\r\n`,
    `GET /api/plans HTTP/1.1\r\n${head}Content-Length: 4\r\n\r\nabcd`,
    `POST /api/hosts HTTP/1.1\r\n${head}Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nabcd`,
    `POST /api/hosts HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 4\r\n\r\nabcd`,
    `DELETE /api/nowhere HTTP/1.1\r\n${head}\r\n`,
  ])
    assert.doesNotMatch(await raw(origin, request), /^HTTP\/1\.1 (2|5)/, request);
  assert.equal((await ask('GET', '/api/setup')).status, 200);
});

test('two readings of one request: refused, and what hides behind it is not answered', async (t) => {
  const { origin } = await open(t);
  const hidden = 'GET /api/setup HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const head = 'POST /api/auth/sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  for (const framing of [
    'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'Content-Length: 4\r\nContent-Length: 5\r\n\r\n',
    'Transfer-Encoding: xchunked\r\n\r\n',
    'Transfer-Encoding: chunked, identity\r\n\r\n',
    'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
    'Content-Length: +0\r\n\r\n',
    'Content-Length: 0x0\r\n\r\n',
    'X: a\r\n b\r\nContent-Length: 0\n\n',
    'Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n',
  ]) {
    const said = await raw(origin, `${head}${framing}${hidden}`);
    assert.doesNotMatch(said, /"needed"/, framing);
    assert.match(said, /^HTTP\/1\.1 400/, framing);
  }
});

test('no path leads past the doors that are open', async (t) => {
  const { ask, origin } = await open(t);
  const body = { email: 'x@example.cn', password: 'long enough for anybody', name: 'x' };
  for (const path of [
    ...['/sign-up/email', '/sign-in/../sign-up/email', '/%73ign-up/email', '/sign-in/%2e%2e/sign-up/email'],
    ...[
      '//sign-up/email',
      '/sign-up//email',
      '/sign-up/email/',
      '/SIGN-UP/email',
      '/sign-up/email;x',
      '/sign-up/email%00',
    ],
    ...[
      '/sign-in/email/../../sign-up/email',
      '/sign-in\\..\\sign-up\\email',
      '/sign-up/email%2f',
      '/admin/list-users',
    ],
    ...['/../auth/sign-up/email', '/sign-up/email?x=/sign-in/email', '/sign-up/email%23/sign-in/email'],
  ]) {
    const { status } = await ask('POST', `/api/auth${path}`, { headers: { origin }, body });
    assert.ok([400, 403, 404, 422].includes(status), `${path}: ${status}`);
  }
});

test('what a person writes comes back as JSON that no browser takes for a page', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'owner');
  const name = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  const body = { kind: 'person', particulars: { name, email: 'b@a.example' } };
  const made = await ask('POST', '/api/customers', { headers, body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  for (const path of [
    '/api/customers',
    '/api/audit',
    '/api/nowhere/<script>',
    '/api/hosts?cursor=<script>',
  ]) {
    const { headers: got } = await ask('GET', path, { headers });
    assert.match(String(got['content-type']), /^application\/(problem\+)?json/, path);
    assert.equal(got['x-content-type-options'], 'nosniff', path);
  }
});

test('an address and a request’s number are what they are, whatever the headers say', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'owner');
  const said = { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'mine', 'user-agent': 'a\tb' };
  const own = { ...headers, ...said, 'x-http-method-override': 'DELETE' };
  const answer = await ask('POST', '/api/hosts/h000001/domains', {
    headers: own,
    body: { domain: 'b.example' },
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.notEqual(answer.headers['x-request-id'], 'mine');
  const [audit] = await listAudits(database.db, all, null, 1);
  assert.deepEqual([audit?.action, audit?.address], ['hosts.bind', '127.0.0.1']);
});

test('a flood under ever new keys is counted as what it is: one address', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'owner');
  assert.equal((await ask('GET', '/api/plans', { headers })).status, 200);
  const flood = Array.from({ length: 1250 }, (_, i) =>
    ask('GET', '/api/account', { headers: { authorization: `Bearer nothing-${i}` } }),
  );
  const seen = new Set((await Promise.all(flood)).map(({ status }) => status));
  assert.deepEqual([...seen].sort(), [401, 429]);
  assert.equal(
    (await ask('GET', '/api/plans', { headers })).status,
    200,
    'a key that stands has a count of its own',
  );
});

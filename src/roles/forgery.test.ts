import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { makePerson, unlimited } from '../../test/callers.ts';
import { withDatabase } from '../../test/database.ts';
import { at, openFront, passwordOf, type Reply } from '../../test/entrance.ts';
import { estateNow, makeEstate } from '../../test/estate.ts';
import { relayServer, wordsOf } from '../../test/mail.ts';
import { pathOf, send, type Wish, wishes } from '../../test/requests.ts';
import { undone } from '../../test/undone.ts';
import { routes } from '../api/routes.ts';
import { mailChannel } from '../notice/channels/mail.ts';
import { type Office, sendLetters, setRelay } from '../notice/flow.ts';
import { consoleRoutes } from '../site/console.ts';
import { siteSource } from '../site/flow.ts';
import { siteRoutes } from '../site/routes.ts';
import { verifyRoutes } from '../site/verify.ts';

/**
 * Requests that are not what they seem, against everything that the centre answers: another page's, with another's
 * session, with fields of the server's own, with a second header or another place in what is written.
 */

async function open(t: TestContext) {
  const database = await withDatabase(t);
  const state = { keeps: true };
  const now = (): number => estateNow;
  const loose = undone(database, () => state.keeps);
  const front = await openFront(t, loose, now, (server) => {
    siteRoutes(server, { source: siteSource(loose, { now }), now });
    verifyRoutes(server, loose);
    consoleRoutes(server);
  });
  const [own] = await makeEstate(database, front);
  const owner = await makePerson(database, front, 'owner', null);
  const customer = await makePerson(database, front, 'customer', own.customer);
  return { database, front: { ...front, ask: unlimited(front) }, own, owner, customer, state };
}

type Opened = Awaited<ReturnType<typeof open>>;

test('what is forged is refused, at every route, door and page', async (t) => {
  const opened = await open(t);
  opened.state.keeps = false;
  await t.test('a field of the server’s own in every body, at every level', () => assigned(opened));
  await t.test('a second header in every path, query and name', () => injected(opened));
  await t.test('no answer leads elsewhere', () => redirected(opened));
  await t.test('no page of another site is let read, no preflight granted', () => shared(opened));
  opened.state.keeps = true;
  await t.test('another page’s request at every door', () => doors(opened));
  await t.test('a session that was planted stays whose it is', () => fixed(opened));
  await t.test('a second header in a letter, by a real relay', (inner) => letters(inner, opened));
  assert.deepEqual(opened.front.mishaps, []);
});

/** What only the server says of a thing. */
const owned: Readonly<Record<string, unknown>> = {
  ...{ id: 'c000009', number: 'QA-2026-000009', member: '9', role: 'owner', actor: 'nobody', by: 'nobody' },
  ...{
    createdAt: 1,
    postedAt: 1,
    revision: 7,
    sample: true,
    digest: 'x',
    disabledAt: null,
    secondFactor: true,
  },
  ...{
    isAdmin: true,
    approvers: 0,
    verifiedAt: 1,
    scope: 'all',
    constructor: { prototype: { admin: true } },
  },
};

async function assigned({ front, own, owner }: Opened): Promise<void> {
  let tried = 0;
  for (const one of routes) {
    const wish = wishes[one.id]!(own, owner.session);
    if (wish.body === undefined) continue;
    const shape = JSON.stringify(z.toJSONSchema(one.body!, { io: 'input', unrepresentable: 'any' }));
    for (const [name, value] of Object.entries(owned).filter(([key]) => !shape.includes(`"${key}":`))) {
      for (const body of withField(wish.body, name, value)) {
        const reply = await send(
          front,
          one,
          { ...wish, body: body as NonNullable<Wish['body']> },
          owner.session.headers,
        );
        tried += 1;
        const told = `${one.id} takes ${name}: ${reply.status} ${JSON.stringify(reply.body)}`;
        assert.ok(reply.status === 422 || reply.status === 400, told);
        assert.match(
          String(at(reply.body, 'code')),
          /^(?:request-invalid|request-malformed|proof-missing)$/,
          told,
        );
      }
    }
  }
  assert.ok(tried > 900, `${tried}`);
  assert.equal(Reflect.get({}, 'admin'), undefined);
}

/** The body with a field more, in each of its objects that has not such a field already. */
function withField(body: unknown, name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(body))
    return body.flatMap((inner, i) => withField(inner, name, value).map((made) => body.with(i, made)));
  if (typeof body !== 'object' || body === null) return [];
  const own = Object.hasOwn(body, name) || isTable(body) ? [] : [{ ...body, [name]: value }];
  const inner = Object.entries(body).flatMap(([key, one]) =>
    withField(one, name, value).map((made) => ({ ...body, [key]: made })),
  );
  return [...own, ...inner];
}

/** Objects whose names are values: weekdays, statuses, currencies. */
function isTable(body: object): boolean {
  return Object.keys(body).every((name) => /^(?:\d+|[A-Z]{3})$/.test(name));
}

const splits = [
  '%0d%0aset-cookie:%20evil=1',
  '%0aX-Evil:%201',
  '%0d%0a%0d%0a<script>',
  '%E5%98%8A%E5%98%8Dset-cookie:evil=1',
];

function assertHead({ headers }: Reply, name: string): void {
  for (const [key, value] of Object.entries(headers)) {
    assert.ok(!key.startsWith('x-evil'), name);
    assert.doesNotMatch(String(value), /evil|[\r\n]/, `${name}: ${key}`);
  }
}

async function injected({ front, own, owner }: Opened): Promise<void> {
  const { headers } = owner.session;
  for (const one of routes) {
    const wish = wishes[one.id]!(own, owner.session);
    for (const split of splits) {
      const path = pathOf(one.url, wish);
      const places = [
        one.url.includes(':') ? `${path.split('?')[0]}${split}` : '',
        `${path}${path.includes('?') ? '&' : '?'}x=${split}`,
      ];
      for (const place of places.filter((text) => text !== ''))
        assertHead(await front.ask(one.method, place, { headers: { ...headers, 'if-match': '*' } }), place);
    }
  }
  const sheet = `/api/customers/${own.customer}`;
  const days = 'from=2026-09-01&to=2026-11-30';
  for (const split of [...splits, '"; filename="evil.html', '%22;filename=%22evil.html', '%2f..%2fevil'])
    for (const path of [
      ...[
        `${sheet}${split}/account.csv?${days}`,
        `${sheet}/account.csv?${days}${split}`,
        `/api/ledger.csv?${days}&lang=en${split}`,
      ],
      ...[
        `/?lang=en${split}`,
        `/?month=2026-09${split}`,
        `/console?a=${split}`,
        `/console/${split}`,
        `/api/auth/ok${split}`,
        `/verify?lang=${split}`,
      ],
    ]) {
      const reply = await front.ask('GET', path.replaceAll('"', '%22').replaceAll(' ', '%20'), { headers });
      const { location, ...rest } = reply.headers;
      assertHead({ ...reply, headers: rest }, path);
      if (location !== undefined) assert.match(String(location), /^\/console\/\?a=[\x21-\x7e]*$/, path);
    }
}

/** The head that comes back for a target as it stands, whatever a client would make of it. */
async function headOf(origin: string, target: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n`,
  );
  let said = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    said += part;
  });
  await new Promise<void>((done, fail) => socket.on('close', () => done()).on('error', fail));
  return said.split('\r\n\r\n')[0]!;
}

async function redirected({ front }: Opened): Promise<void> {
  for (const target of [
    ...[
      '/console',
      '/console?to=//evil.example',
      '//evil.example/console',
      '/console//evil.example',
      '/console/..//evil.example',
    ],
    ...[
      '/console/%2f%2fevil.example',
      '/console/\\evil.example',
      '/\\evil.example',
      '//evil.example',
      '//evil.example/%2e%2e',
    ],
    ...[
      'http://evil.example/console',
      'http://evil.example//console',
      '/api//evil.example',
      '/?next=//evil.example',
      '/verify/..//evil.example',
    ],
    ...[
      '/console?//evil.example/..',
      '/console?\\evil.example',
      '/console/https:evil.example',
      '/api/auth/sign-in/email?callbackURL=//evil.example',
    ],
  ]) {
    const head = await headOf(front.origin, target);
    const [, location] = /^location: (.*)$/im.exec(head) ?? [];
    if (location === undefined) assert.match(head, /^HTTP\/1\.1 (?:200|400|404|503)/, target);
    else assert.match(location, /^\/console\/(?:\?|$)/, `${target} leads to ${location}`);
  }
}

async function shared({ front, own, owner, customer }: Opened): Promise<void> {
  for (const one of routes.filter(({ method }) => method === 'GET')) {
    const wish = wishes[one.id]!(own, customer.session);
    const headers = { ...customer.session.headers, origin: 'https://evil.example' };
    const reply = await send(front, one, wish, headers);
    assert.equal(reply.headers['access-control-allow-origin'], undefined, one.id);
  }
  for (const one of routes) {
    const asked = { origin: 'https://evil.example', 'access-control-request-method': one.method };
    const preflight = await front.ask('OPTIONS', pathOf(one.url, wishes[one.id]!(own, owner.session)), {
      headers: asked,
    });
    assert.equal(preflight.status, 404, one.id);
    assert.equal(preflight.headers['access-control-allow-origin'], undefined, one.id);
  }
}

const doorPaths = [
  ...['sign-out', 'revoke-session', 'revoke-other-sessions', 'change-password', 'two-factor/enable'],
  ...['two-factor/disable', 'two-factor/verify-totp', 'two-factor/verify-backup-code'],
  ...['two-factor/generate-backup-codes', 'passkey/verify-registration', 'passkey/verify-authentication'],
  ...['passkey/delete-passkey', 'sign-in/email', 'reset-password'],
];

async function doors({ front, customer }: Opened): Promise<void> {
  const email = 'customer@example.cn';
  const password = passwordOf(email);
  const body = {
    email,
    password,
    newPassword: `${password}!`,
    currentPassword: password,
    token: 'x',
    code: '123456',
    id: 'x',
    response: {},
  };
  const { cookie } = customer.session.headers as { readonly cookie: string };
  for (const door of doorPaths) {
    // Guesses are counted: each door has counts of its own here.
    const ask = await front.another();
    for (const page of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${front.origin}.evil.example` },
    ]) {
      const { status } = await ask('POST', `/api/auth/${door}`, { headers: { cookie, ...page }, body });
      assert.equal(status, 403, `${door} from ${page.origin}`);
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const headers = { cookie, origin: front.origin, 'content-type': type };
      const { status } = await ask('POST', `/api/auth/${door}`, { headers, body: 'a=b' });
      assert.equal(status, 415, `${door} as ${type}`);
    }
  }
  const still = await front.ask('GET', '/api/account', { headers: { cookie } });
  assert.equal(still.status, 200, 'the session stands, under the same password');
}

async function fixed({ front, customer, owner }: Opened): Promise<void> {
  const email = 'customer@example.cn';
  const body = { email, password: passwordOf(email) };
  const cookieOf = ({ headers }: Reply): string =>
    [headers['set-cookie'] ?? []]
      .flat()
      .map((one) => one.split(';')[0])
      .join('; ');
  const planted = (owner.session.headers as { readonly cookie: string }).cookie;
  const token = /session_token=([^;]+)/.exec(planted)![1]!;
  for (const cookie of [
    ...[planted, `hostpledge.session_token=${token}`, `__Secure-hostpledge.session_token=${token}`],
    ...[`better-auth.session_token=${token}`, `${planted}; ${planted}`, '__Host-hostpledge.session_token='],
  ]) {
    const origin = front.origin;
    const signed = await front.ask('POST', '/api/auth/sign-in/email', { headers: { origin, cookie }, body });
    assert.equal(signed.status, 200, JSON.stringify(signed.body));
    const fresh = cookieOf(signed);
    assert.ok(fresh.includes('__Host-hostpledge.session_token=') && !fresh.includes(token), cookie);
    assert.notEqual(at(signed.body, 'token'), decodeURIComponent(token).split('.')[0], cookie);
  }
  // Whoever planted it is still who they were, and is not the one who signed in.
  const account = await front.ask('GET', '/api/account', { headers: owner.session.headers });
  assert.equal(at(account.body, 'email'), 'owner@example.cn');
  for (const name of [
    'hostpledge.session_token',
    '__Secure-hostpledge.session_token',
    'better-auth.session_token',
  ]) {
    const tossed = await front.ask('GET', '/api/account', { headers: { cookie: `${name}=${token}` } });
    assert.equal(tossed.status, 401, `${name} of a neighbouring name is no session`);
  }
  assert.equal((await front.ask('GET', '/api/account', { headers: customer.session.headers })).status, 200);
}

async function letters(t: TestContext, { database, front, owner, own }: Opened): Promise<void> {
  const { relay, taken } = await relayServer(t);
  const { vault, mishap } = front.house;
  await database.transaction((tx) => setRelay(tx, estateNow, relay, vault));
  const { headers } = owner.session;
  const evil = 'A\r\nBcc: evil@evil.example\r\n\r\n<b>\u2028X-Evil: 1';
  const body = { ...wishes['provider.change']!(own, owner.session).body, name: { zh: evil, en: evil } };
  const changed = await front.ask('PUT', '/api/provider', { headers: { ...headers, 'if-match': '*' }, body });
  assert.ok([200, 422].includes(changed.status));
  const guest = { email: 'only@guest.example', name: evil, role: 'customer', customer: own.customer };
  const invited = await front.ask('POST', '/api/invitations', { headers, body: guest });
  assert.equal(invited.status, 201, JSON.stringify(invited.body));
  for (const email of [
    'a@b.example\r\nBcc: evil@evil.example',
    'a@b.example,evil@evil.example',
    '"a\r\nb"@b.example',
  ]) {
    const { status } = await front.ask('POST', '/api/invitations', { headers, body: { ...guest, email } });
    assert.equal(status, 422, email);
  }
  const clock = { now: () => estateNow };
  const office: Office = {
    database,
    clock,
    vault,
    origin: () => front.origin,
    open: mailChannel,
    mishap,
  };
  await sendLetters(office);
  const ours = taken.filter(({ to }) => to.includes('only@guest.example'));
  assert.equal(ours.length, 1);
  for (const letter of taken) {
    assert.equal(letter.to.length, 1);
    const head = letter.text.split('\r\n\r\n')[0]!.replace(/\r\n[ \t]+/g, ' ');
    const names = head.split('\r\n').map((line) => line.split(':')[0]!.toLowerCase());
    assert.ok(!names.some((name) => /bcc|^cc$|evil/.test(name)), head);
    assert.equal(names.filter((name) => name === 'subject').length, 1);
    assert.ok(wordsOf(letter).length > 20);
  }
}

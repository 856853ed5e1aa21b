import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Secret, TOTP } from 'otpauth';
import { withDatabase } from '../../test/database.ts';
import { at, enter, type Front, openFront, passwordOf, type Reply } from '../../test/entrance.ts';
import { Passkey } from '../../test/passkey.ts';
import { makeWorld } from '../../test/world.ts';
import type { Tx } from '../db/connection.ts';
import { listOpen } from '../db/outbox.ts';
import { addUser, changeUser } from '../entrance/flow.ts';

/** Sign-in through the real doors, on the real clock: the library that keeps sessions has no other. */

const dayMs = 86_400_000;

async function open(t: TestContext) {
  const database = await withDatabase(t);
  await database.transaction((tx) => makeWorld(tx));
  let ahead = 0;
  const front = await openFront(t, database, () => Date.now() + ahead);
  const pass = (ms: number): void => {
    ahead += ms;
  };
  return { database, front, pass, ...front };
}

/** A browser: keeps its cookies, says where it comes from. */
class Browser {
  readonly #front: Front;
  readonly #jar = new Map<string, string>();

  constructor(front: Front) {
    this.#front = front;
  }

  get cookie(): string {
    return [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  forget(): void {
    this.#jar.clear();
  }

  put(cookie: string): void {
    const [name = '', ...rest] = cookie.split('=');
    this.#jar.set(name, rest.join('='));
  }

  async ask(method: string, path: string, body?: unknown): Promise<Reply> {
    const headers = { origin: this.#front.origin, ...(this.cookie === '' ? {} : { cookie: this.cookie }) };
    const asked = body === undefined && method !== 'GET' ? {} : body;
    const reply = await this.#front.ask(method, path, {
      headers,
      ...(asked === undefined ? {} : { body: asked }),
    });
    for (const text of [reply.headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = text.split(';');
      if (/max-age=0/i.test(text)) this.#jar.delete(pair.split('=')[0]!);
      else this.put(pair);
    }
    return reply;
  }

  async signIn(email: string, password = passwordOf(email)): Promise<Reply> {
    return this.ask('POST', '/api/auth/sign-in/email', { email, password });
  }
}

interface Enrolled {
  readonly totp: TOTP;
  readonly backupCodes: readonly string[];
}

async function enrol(browser: Browser, password: string): Promise<Enrolled> {
  const begun = await browser.ask('POST', '/api/auth/two-factor/enable', { password });
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  const uri = new URL(String(at(begun.body, 'totpURI')));
  const totp = new TOTP({ secret: Secret.fromBase32(uri.searchParams.get('secret')!) });
  // The code of the half minute before is good too, and leaves the present one for what follows.
  const code = totp.generate({ timestamp: Date.now() - 30_000 });
  const verified = await browser.ask('POST', '/api/auth/two-factor/verify-totp', { code });
  assert.equal(verified.status, 200, JSON.stringify(verified.body));
  return { totp, backupCodes: at(begun.body, 'backupCodes') as readonly string[] };
}

test('staff enrol one-time codes, come in with one, and a code that was used is refused', async (t) => {
  const { database, front } = await open(t);
  const email = 'owner@example.cn';
  await enter(database, Date.now(), 'owner');
  const browser = new Browser(front);
  assert.equal((await browser.signIn(email)).status, 200);
  const before = browser.cookie;
  assert.equal((await browser.ask('GET', '/api/hosts')).status, 403);
  const { totp } = await enrol(browser, passwordOf(email));
  assert.equal((await browser.ask('GET', '/api/hosts')).status, 200);
  const old = new Browser(front);
  for (const one of before.split('; ')) old.put(one);
  assert.equal(
    (await old.ask('GET', '/api/account')).status,
    401,
    'the session from before the factor is gone',
  );

  const other = new Browser(front);
  const half = await other.signIn(email);
  assert.equal(at(half.body, 'twoFactorRedirect'), true);
  assert.equal((await other.ask('GET', '/api/account')).status, 401, 'a password alone opens nothing');
  const wrong = await other.ask('POST', '/api/auth/two-factor/verify-totp', { code: '000000' });
  assert.equal(wrong.status, 401);
  const code = totp.generate();
  assert.equal((await other.ask('POST', '/api/auth/two-factor/verify-totp', { code })).status, 200);
  assert.equal(at((await other.ask('GET', '/api/account')).body, 'secondFactor'), true);

  const thief = new Browser(front);
  await thief.signIn(email);
  const replayed = await thief.ask('POST', '/api/auth/two-factor/verify-totp', { code });
  assert.equal(replayed.status, 401, JSON.stringify(replayed.body));
  assert.equal((await thief.ask('GET', '/api/account')).status, 401);
});

test('a recovery code lets in once; without the factor staff see nothing again', async (t) => {
  const { database, front } = await open(t);
  const email = 'finance@example.cn';
  await enter(database, Date.now(), 'finance');
  const browser = new Browser(front);
  await browser.signIn(email);
  const { backupCodes } = await enrol(browser, passwordOf(email));
  assert.equal(backupCodes.length, 10);
  for (const [code, status] of [
    [backupCodes[0], 200],
    [backupCodes[0], 401],
    [backupCodes[1], 200],
  ] as const) {
    const other = new Browser(front);
    await other.signIn(email);
    const answer = await other.ask('POST', '/api/auth/two-factor/verify-backup-code', { code });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    const account = await other.ask('GET', '/api/account');
    assert.equal(account.status, status);
  }
  const shut = await browser.ask('POST', '/api/auth/two-factor/disable', { password: 'not the password' });
  assert.notEqual(shut.status, 200);
  const off = await browser.ask('POST', '/api/auth/two-factor/disable', { password: passwordOf(email) });
  assert.equal(off.status, 200, JSON.stringify(off.body));
  assert.equal((await browser.ask('GET', '/api/hosts')).status, 403);
});

test('a passkey is a second factor of its own; a foreign page and an old answer get nowhere', async (t) => {
  const { database, front, origin } = await open(t);
  const email = 'owner@example.cn';
  const { user } = await enter(database, Date.now(), 'owner');
  const browser = new Browser(front);
  await browser.signIn(email);
  const device = new Passkey(origin);
  const offered = await browser.ask('GET', '/api/auth/passkey/generate-register-options');
  const response = device.register(String(at(offered.body, 'challenge')));
  const added = await browser.ask('POST', '/api/auth/passkey/verify-registration', {
    response,
    name: 'phone',
  });
  assert.equal(added.status, 200, JSON.stringify(added.body));
  assert.equal((await browser.ask('GET', '/api/hosts')).status, 403, 'adding one is not showing it');
  const door = async (answer: (challenge: string) => object) => {
    const other = new Browser(front);
    const options = await other.ask('GET', '/api/auth/passkey/generate-authenticate-options');
    const shown = answer(String(at(options.body, 'challenge')));
    const said = await other.ask('POST', '/api/auth/passkey/verify-authentication', { response: shown });
    return { status: said.status, hosts: (await other.ask('GET', '/api/hosts')).status, shown };
  };
  const right = await door((challenge) => device.signIn(challenge));
  assert.deepEqual([right.status, right.hosts], [200, 200]);
  for (const wrong of [
    () => right.shown,
    (challenge: string) => device.signIn(challenge, 'http://evil.example'),
    (challenge: string) => new Passkey(origin).signIn(challenge),
  ]) {
    const { status, hosts } = await door(wrong);
    assert.ok(status >= 400 && status < 500, String(status));
    assert.equal(hosts, 401);
  }
  await database.transaction((tx) => enterSecond(tx));
  await database.transaction((tx) => changeUser(tx, Date.now(), user.id, { disabled: true }));
  const shut = await door((challenge) => device.signIn(challenge));
  assert.deepEqual([shut.status, shut.hosts], [401, 401]);
});

/** The last owner cannot be shut out. */
async function enterSecond(tx: Tx): Promise<void> {
  const rest = { role: 'owner', customer: null, lang: 'zh', password: 'long enough for all' } as const;
  await addUser(tx, Date.now(), { email: 'second@example.cn', name: 'Second', ...rest });
}

test('strangers who guess hold up each other, not the browser that signed in before', async (t) => {
  const { database, front } = await open(t);
  const email = 'anna@customer.example';
  await enter(database, Date.now(), 'customer', 'c000001', email);
  const known = new Browser(front);
  assert.equal((await known.signIn(email)).status, 200);
  const stranger = new Browser(front);
  const said = [];
  for (let i = 0; i < 7; i += 1) said.push((await stranger.signIn(email, 'a wrong guess at it')).status);
  assert.deepEqual(said, [401, 401, 401, 401, 401, 401, 429]);
  assert.equal((await stranger.signIn(email)).status, 429, 'even the right one waits');
  // Asking for a letter neither clears the count nor makes this browser a known one.
  assert.equal((await stranger.ask('POST', '/api/auth/request-password-reset', { email })).status, 200);
  assert.equal((await stranger.signIn(email)).status, 429);
  assert.equal((await known.signIn(email)).status, 200);
});

test('a session is made anew at sign-in, ends after a week, and with whoever is shut out', async (t) => {
  const { database, front, pass } = await open(t);
  const email = 'anna@customer.example';
  const { user } = await enter(database, Date.now(), 'customer', 'c000001', email);
  const browser = new Browser(front);
  const planted = '__Host-hostpledge.session_token=planted.by-somebody';
  browser.put(planted);
  await browser.signIn(email);
  assert.ok(!browser.cookie.includes('planted'), 'a session that was put there is not taken over');
  const first = browser.cookie;
  await browser.signIn(email);
  assert.notEqual(browser.cookie, first);
  assert.equal((await browser.ask('GET', '/api/account')).status, 200);
  pass(7 * dayMs + 60_000);
  assert.equal((await browser.ask('GET', '/api/account')).status, 401);
  pass(-7 * dayMs - 60_000);
  assert.equal((await browser.ask('GET', '/api/account')).status, 401, 'it does not come back');
  await browser.signIn(email);
  assert.equal((await browser.ask('GET', '/api/account')).status, 200);
  await database.transaction((tx) => changeUser(tx, Date.now(), user.id, { disabled: true }));
  assert.equal((await browser.ask('GET', '/api/account')).status, 401);
  assert.equal((await browser.signIn(email)).status, 401);
});

test('a changed password ends the other sessions and keeps the second factor of this one', async (t) => {
  const { database, front } = await open(t);
  const email = 'operator@example.cn';
  await enter(database, Date.now(), 'operator');
  const browser = new Browser(front);
  await browser.signIn(email);
  const { totp } = await enrol(browser, passwordOf(email));
  const other = new Browser(front);
  await other.signIn(email);
  await other.ask('POST', '/api/auth/two-factor/verify-totp', { code: totp.generate() });
  assert.equal((await other.ask('GET', '/api/hosts')).status, 200);
  const body = {
    currentPassword: passwordOf(email),
    newPassword: 'another one that is long',
    revokeOtherSessions: false,
  };
  const changed = await browser.ask('POST', '/api/auth/change-password', body);
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.equal((await other.ask('GET', '/api/account')).status, 401);
  assert.equal((await browser.ask('GET', '/api/hosts')).status, 200);
});

test('a new password by mail: answers alike for nobody, works once, ends every session, keeps the factor', async (t) => {
  const { database, front } = await open(t);
  const email = 'support@example.cn';
  await enter(database, Date.now(), 'support');
  const browser = new Browser(front);
  await browser.signIn(email);
  await enrol(browser, passwordOf(email));
  const ask = (to: string) =>
    new Browser(front).ask('POST', '/api/auth/request-password-reset', { email: to });
  const [there, nowhere] = [await ask(email), await ask('nobody@example.cn')];
  assert.deepEqual([there.status, there.body], [nowhere.status, nowhere.body]);
  const token = await resetToken(front);
  const reset = (newPassword: string) =>
    new Browser(front).ask('POST', '/api/auth/reset-password', { token, newPassword });
  assert.equal((await reset('short')).status, 400);
  assert.equal((await reset('chosen anew and long')).status, 200);
  assert.equal((await reset('chosen by a thief, later')).status, 400);
  assert.equal((await browser.ask('GET', '/api/account')).status, 401);
  assert.equal((await browser.signIn(email)).status, 401);
  const again = await browser.signIn(email, 'chosen anew and long');
  assert.equal(at(again.body, 'twoFactorRedirect'), true);
});

/** The token of the one letter that waits; it is written down nowhere in the clear. */
async function resetToken({ house, ask }: Front): Promise<string> {
  for (let i = 0; i < 100; i += 1) {
    const letters = await listOpen(house.database.db, 'letter');
    const [letter] = letters.filter((one) => at(one.body, 'kind') === 'reset');
    if (letter !== undefined) {
      const token = house.vault.open(String(at(letter.body, 'sealed')));
      const dump = JSON.stringify(await house.database.db.execute('select * from verifications'));
      assert.ok(!dump.includes(token) && !JSON.stringify(letters).includes(token));
      assert.equal(letters.length, 1, 'nobody else gets one');
      return token;
    }
    await ask('GET', '/api/openapi.json');
    await delay(50);
  }
  throw new Error('no letter came');
}

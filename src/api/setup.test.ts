import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, type Front, openFront } from '../../test/entrance.ts';
import { begin } from '../../test/world.ts';
import { readUser, userByEmail } from '../entrance/store.ts';
import { readRelay } from '../notice/store.ts';
import { readProvider } from '../people/store.ts';

async function open(t: TestContext): Promise<Front> {
  return openFront(t, await withDatabase(t), () => begin);
}

const particulars = { name: '甲方', email: 'office@provider.example' };
const filled = (token: string) => ({
  token,
  provider: {
    name: { zh: '主机', en: 'Hosting' },
    particulars,
    salesPhone: '1',
    servicePhone: '2',
    zone: 'Asia/Shanghai',
  },
  owner: { name: 'Owner', email: 'Owner@Provider.Example', password: 'long enough for all' },
  relay: {
    host: 'localhost',
    port: 1,
    security: 'none',
    user: 'mailer',
    password: 'hidden from everybody',
    from: 'post@provider.example',
  },
  mainland: true,
});

test('before the set-up there is nothing but it', async (t) => {
  const { ask } = await open(t);
  assert.deepEqual((await ask('GET', '/api/setup')).body, { needed: true });
  assert.equal((await ask('GET', '/api/openapi.json')).status, 200);
  for (const path of ['/api/plans', '/api/sample', '/api/account', '/api/auth/get-session', '/api/nowhere']) {
    const { status, body } = await ask('GET', path);
    assert.ok(at(body, 'code') === 'set-up-needed' || status === 404, `${path}: ${status}`);
  }
  assert.equal(at((await ask('GET', '/api/plans')).body, 'code'), 'set-up-needed');
});

test('the set-up makes everything at once, or nothing; then never again', async (t) => {
  const { ask, house } = await open(t);
  const { db } = house.database;
  const send = async (body: object) => {
    const answer = await ask('POST', '/api/setup', { body });
    return at(answer.body, 'code') ?? answer.status;
  };
  assert.equal(await send(filled('a guess at the token that is long enough')), 'token-invalid');
  const old = (await house.first.token())!;
  const token = (await house.first.renew())!;
  assert.equal(await send(filled(old)), 'token-invalid', 'another link ends the one before');
  const wrong = { ...filled(token), provider: { ...filled(token).provider, zone: 'Mars/Olympus' } };
  assert.equal(await send(wrong), 'request-invalid');
  assert.equal(await send({ ...filled(token), hours: { '1': [['18:00', 'never']] } }), 'provider-invalid');
  assert.equal(await readProvider(db), null);
  const answers = await Promise.all([send(filled(token)), send(filled(token))]);
  assert.deepEqual(answers.sort(), [201, 'set-up-done']);
  const provider = (await readProvider(db))!;
  assert.deepEqual([provider.profile.mainland, provider.profile.zone], [true, 'Asia/Shanghai']);
  assert.equal((await userByEmail(db, 'owner@provider.example'))?.role, 'owner');
  const relay = (await readRelay(db))!;
  assert.equal(house.vault.open(relay.sealed!), 'hidden from everybody');
  const all = await db.execute(`select before::text || after::text as text from audits`);
  for (const secret of ['hidden from everybody', 'long enough for all', token])
    assert.ok(!JSON.stringify(all).includes(secret));
  assert.deepEqual((await ask('GET', '/api/setup')).body, { needed: false });
  assert.equal(await send(filled(token)), 'set-up-done');
  assert.equal(await house.first.token(), null);
  assert.equal((await ask('GET', '/api/plans')).status, 401);
  assert.equal(await readUser(db, 'nobody'), null);
});

test('the test mail is for whoever has the link, and says what went wrong', async (t) => {
  const { ask, house } = await open(t);
  const token = (await house.first.token())!;
  const trial = { relay: filled(token).relay, to: 'me@provider.example' };
  const foreign = await ask('POST', '/api/setup/mail', {
    body: { ...trial, token: 'somebody else’s guess' },
  });
  assert.equal(foreign.status, 401);
  const away = await ask('POST', '/api/setup/mail', { body: { ...trial, token } });
  assert.deepEqual([away.status, at(away.body, 'outcome')], [200, 'away']);
  assert.match(String(at(away.body, 'words', 'zh')), /连不上/);
  assert.ok(!JSON.stringify(away.body).includes('hidden from everybody'));
});

test('an installation without samples has no such logins, to nobody', async (t) => {
  const { ask, house } = await open(t);
  const token = (await house.first.token())!;
  await ask('POST', '/api/setup', { body: filled(token) });
  const answer = await ask('GET', '/api/sample');
  assert.deepEqual([answer.status, answer.body], [200, { users: [] }]);
});

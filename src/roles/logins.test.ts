import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, openFront } from '../../test/entrance.ts';
import { begin, makeWorld } from '../../test/world.ts';
import { type Config, parseConfig } from '../config.ts';
import { addPeople, makeLogins, samplesOf } from './logins.ts';

async function sown(t: TestContext) {
  const database = await withDatabase(t);
  const data = await mkdtemp(join(tmpdir(), 'hostpledge-logins-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const logins = await makeLogins(data, 'demo.localhost');
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await addPeople(tx, begin, logins, ['c000001', 'c000002'], 's'.repeat(64));
  });
  const configOf = (...args: string[]) => parseConfig(['--data', data, ...args], {}) as Config;
  return { database, data, configOf };
}

test('sample logins are offered by a loopback address under its own name, and by no other', async (t) => {
  const { database, data, configOf } = await sown(t);
  assert.equal((await stat(join(data, 'sample.json'))).mode & 0o777, 0o600);
  assert.equal((await samplesOf(database, configOf())())?.length, 4);
  for (const args of [
    ['--host', '0.0.0.0'],
    ['--host', '192.0.2.1'],
    ['--origin', 'https://console.example.cn'],
  ]) {
    assert.equal(await samplesOf(database, configOf(...args))(), null, args.join(' '));
  }
  await rm(join(data, 'sample.json'));
  assert.equal(await samplesOf(database, configOf())(), null, 'a folder without samples');
});

test('what is offered opens the real doors: a password, and for staff the code of this moment', async (t) => {
  const { database, configOf } = await sown(t);
  const { ask, house, origin } = await openFront(t, database, () => Date.now());
  house.samples = samplesOf(database, configOf());
  const { host } = new URL(origin);
  for (const other of ['evil.example', `evil.example:${new URL(origin).port}`, 'localhost']) {
    const { body } = await ask('GET', '/api/sample', { headers: { host: other } });
    assert.deepEqual(body, { users: [] }, other);
  }
  const { body } = await ask('GET', '/api/sample', { headers: { host } });
  const users = at(body, 'users') as { email: string; password: string; code: string | null }[];
  assert.deepEqual(
    users.map(({ email, code }) => [email, code !== null]),
    [
      ['owner@sample.example', true],
      ['ops@sample.example', true],
      ['li@customer.example', false],
      ['chen@customer.example', false],
    ],
  );
  const cookieOf = (answer: Awaited<ReturnType<typeof ask>>) =>
    [answer.headers['set-cookie'] ?? []]
      .flat()
      .map((one) => one.split(';')[0])
      .join('; ');
  for (const { email, password, code } of users) {
    const body = { email, password };
    const first = await ask('POST', '/api/auth/sign-in/email', { headers: { origin }, body });
    assert.equal(first.status, 200, JSON.stringify(first.body));
    let cookie = cookieOf(first);
    if (code !== null) {
      assert.equal(
        (await ask('GET', '/api/hosts', { headers: { cookie } })).status,
        401,
        'not by a password alone',
      );
      const headers = { origin, cookie };
      const second = await ask('POST', '/api/auth/two-factor/verify-totp', { headers, body: { code } });
      assert.equal(second.status, 200, JSON.stringify(second.body));
      cookie = cookieOf(second);
    }
    assert.equal((await ask('GET', '/api/hosts', { headers: { cookie } })).status, 200, email);
  }
});

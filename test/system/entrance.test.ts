import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hostpledge, type Installation, install, newFolder } from './installation.ts';

/** How the first people come in: the printed link of an empty installation, an invitation printed on the machine. */

async function ask(one: Installation, method: string, path: string, body?: object) {
  const { port } = new URL(one.ready.site);
  const origin = `http://localhost:${port}`;
  const headers = { origin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(`${origin}${path}`, init);
  return { status: answer.status, body: (await answer.json()) as unknown };
}

const provider = {
  name: { zh: '主机', en: 'Hosting' },
  particulars: { name: '甲方', email: 'office@provider.example' },
  salesPhone: '1',
  servicePhone: '2',
  zone: 'Asia/Shanghai',
};

test('an empty folder prints a link that sets it up once, and has no samples', async (t) => {
  const data = await newFolder(t);
  const one = await install(t, data, 'serve');
  const printed = /http:\/\/localhost:\d+\/console\/setup#(\S+)/.exec(one.said())?.[1];
  assert.ok(printed !== undefined, one.said());
  const other = await hostpledge(['setup-link', '--data', data]);
  const token = /#(\S+)/.exec(other.out)?.[1];
  assert.ok(token !== undefined && token !== printed, other.err);
  const owner = { name: 'Owner', email: 'owner@provider.example', password: 'long enough for all' };
  assert.equal((await ask(one, 'POST', '/api/setup', { token: printed, provider, owner })).status, 401);
  assert.equal((await ask(one, 'GET', '/api/plans')).status, 409);
  const done = await ask(one, 'POST', '/api/setup', { token, provider, owner });
  assert.equal(done.status, 201, JSON.stringify(done.body));
  assert.deepEqual((await ask(one, 'GET', '/api/sample')).body, { users: [] });
  assert.equal(existsSync(join(data, 'keys', 'setup.token')), false);
  assert.equal((await hostpledge(['setup-link', '--data', data])).code, 2);
  const invited = await hostpledge(['invite', 'ops@provider.example', '--role', 'operator', '--data', data]);
  const secret = /\/console\/invitation#(\S+)/.exec(invited.out)?.[1];
  assert.ok(secret !== undefined, invited.err);
  const accepted = await ask(one, 'POST', '/api/invitations/accept', {
    secret,
    name: 'Ops',
    password: 'also long enough',
  });
  assert.equal(accepted.status, 201, JSON.stringify(accepted.body));
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront, passwordOf } from '../../test/entrance.ts';
import { chunk, ending, file, header, ring } from '../../test/png.ts';
import { begin, makeWorld, must } from '../../test/world.ts';
import { addUser } from '../entrance/flow.ts';
import type { Role } from '../entrance/role.ts';

const now = begin + 1000;

async function open(t: TestContext) {
  const database = await withDatabase(t);
  await makeWorld(database.db);
  const front = await openFront(t, database, () => now);
  const { ask, origin } = front;
  /** A session in which a second factor was shown. */
  const session = async (role: Role, customer: string | null) => {
    const email = `${role}-${customer}@example.cn`;
    const password = passwordOf(email);
    const user = { email, name: role, role, customer, lang: 'zh', password } as const;
    await database.transaction(async (tx) => must(await addUser(tx, now, user)));
    const body = { email, password };
    const signed = await ask('POST', '/api/auth/sign-in/email', { headers: { origin }, body });
    assert.equal(signed.status, 200, JSON.stringify(signed.body));
    await database.db.execute(sql`update sessions set factor = 'totp'`);
    const cookies = [signed.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]);
    return { cookie: cookies.join('; '), origin };
  };
  const bring = async (headers: Record<string, string>, png: Buffer) => {
    const { status, body } = await ask('PUT', '/api/seal', {
      headers,
      body: { png: png.toString('base64') },
    });
    return { status, code: at(body, 'code'), seal: at(body, 'seal') };
  };
  return { database, ...front, session, bring };
}

test('each party brings, sees and takes away its own seal, and no other’s; a person has none', async (t) => {
  const { database, ask, session, bring } = await open(t);
  const [owner, company, person] = [
    await session('owner', null),
    await session('customer', 'c000001'),
    await session('customer', 'c000002'),
  ];
  const made = await bring(owner, ring(300));
  assert.deepEqual([made.status, at(made.seal, 'width'), at(made.seal, 'height')], [200, 300, 300]);
  assert.equal(at((await ask('GET', '/api/seal', { headers: company })).body, 'seal'), null);
  assert.equal((await bring(company, ring(100))).status, 200);
  assert.equal(at((await ask('GET', '/api/seal', { headers: owner })).body, 'seal', 'width'), 300);
  assert.equal((await bring(person, ring(100))).code, 'seal-foreign');
  assert.equal((await bring(await session('sales', null), ring(100))).status, 403);
  const { headers: program } = await enter(database, now, 'owner');
  assert.equal((await bring(program, ring(100))).code, 'session-needed');
  assert.equal((await ask('DELETE', '/api/seal', { headers: company })).status, 200);
  assert.equal(at((await ask('DELETE', '/api/seal', { headers: company })).body, 'code'), 'picture-missing');
  assert.equal(at((await ask('GET', '/api/seal', { headers: company })).body, 'seal'), null);
  const audit = await ask('GET', '/api/audit?action=seals.set', { headers: owner });
  assert.equal((at(audit.body, 'items') as unknown[]).length, 2);
  assert.ok(!JSON.stringify(audit.body).includes('iVBOR'), 'the audit has its size, not the file');
});

test('hostile files are refused by name over the wire, and what stood stays', async (t) => {
  const { ask, session, bring } = await open(t);
  const owner = await session('owner', null);
  assert.equal((await bring(owner, ring(50))).status, 200);
  const pixels = chunk('IDAT', Buffer.alloc(18));
  const files: Record<string, Buffer> = {
    'picture-kind': Buffer.from('GIF89a'),
    'picture-dimensions': file(header(60_000, 60_000), pixels, ending),
    'picture-pixels': file(header(2, 2), pixels, ending),
    'picture-trailing': Buffer.concat([ring(20), Buffer.from('more')]),
    'picture-checksum': file(header(2, 2), chunk('IDAT', Buffer.alloc(18), 7), ending),
    'picture-large': Buffer.concat([ring(20), Buffer.alloc(512 * 1024 - ring(20).length + 1)]),
  };
  for (const [code, hostile] of Object.entries(files)) {
    const said = await bring(owner, hostile);
    assert.deepEqual([said.status, said.code], [422, code]);
  }
  const huge = await bring(owner, Buffer.alloc(2 << 20));
  assert.equal(huge.status, 413);
  assert.equal(at((await ask('GET', '/api/seal', { headers: owner })).body, 'seal', 'width'), 50);
});

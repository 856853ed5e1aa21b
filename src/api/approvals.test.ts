import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { at, enter, openFront, passwordOf } from '../../test/entrance.ts';
import { due, end, excuse, late, makeMonth, month } from '../../test/month.ts';
import { dayMs, must, slotOf } from '../../test/world.ts';
import { recordCause, withdrawCause } from '../attribution/flow.ts';
import { addUser } from '../entrance/flow.ts';

import { closeMonth, postReady } from '../settlement/flow.ts';
import { insertLimits } from '../settlement/store.ts';
import { proveChain } from './proof.ts';

/** A judged month over the API, with people in sessions. `at.now` may be moved on. */
async function open(t: TestContext, large: number | null = null) {
  const made = await makeMonth(t);
  const { database, db, number } = made;
  const time = { now: late };
  await insertLimits(db, { reviewDays: 3, amounts: { CNY: { small: 0, large } } }, 'owner', late);
  must(await closeMonth(db, late, number, month, { actor: 'timetable', reason: null }));
  const front = await openFront(t, database, () => time.now);
  /** A person of finance in a session with a second factor. */
  const person = async (name: string, proven = true) => {
    const email = `${name}@example.cn`;
    const password = passwordOf(email);
    await database.transaction(async (tx) =>
      must(await addUser(tx, late, { email, name, role: 'finance', customer: null, lang: 'zh', password })),
    );
    const { origin, ask } = front;
    const headers = { origin };
    const signed = await ask('POST', '/api/auth/sign-in/email', { headers, body: { email, password } });
    assert.equal(signed.status, 200, JSON.stringify(signed.body));
    if (proven) await db.execute(sql`update sessions set factor = 'totp'`);
    const cookie = [signed.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]);
    return { cookie: cookie.join('; '), origin };
  };
  const path = `/api/agreements/${number}/statements/${month}/1`;
  const take = async (headers: Record<string, string>, step: string, body: object) => {
    const { status, body: said } = await front.ask('POST', `${path}/${step}`, { headers, body });
    return { status, code: at(said, 'code'), approval: at(said, 'approval') };
  };
  return { ...made, ...front, time, person, take, path };
}

test('staff hold and release a draft in a session; the customer reads who, when and why, with the leaf', async (t) => {
  const { database, db, number, owed, ask, time, person, take } = await open(t);
  const anna = await person('anna');
  const { headers: mine } = await enter(database, late, 'customer', 'c000001');
  const { headers: program } = await enter(database, late, 'finance');
  const hold = { seen: 0, reason: '正在核对域名解析记录' };
  assert.deepEqual([(await take(mine, 'hold', hold)).status], [403]);
  assert.equal((await take(program, 'hold', hold)).code, 'session-needed');
  assert.equal((await take(anna, 'hold', { ...hold, reason: ' ' })).status, 422);
  assert.equal((await take(anna, 'hold', { ...hold, seen: 1 })).code, 'approval-stale');
  assert.equal((await take(anna, 'approve', { seen: 0 })).code, 'approval-needless');
  assert.equal((await take(anna, 'hold', hold)).status, 201);
  const read = async () => {
    const list = await ask('GET', `/api/agreements/${number}/statements?month=${month}`, { headers: mine });
    return at(list.body, 'items', 0, 'approval') as Record<string, unknown>;
  };
  const held = await read();
  assert.deepEqual(
    [held['state'], held['dueAt'], held['missing']],
    ['held', new Date(due).toISOString(), ['release', 'review-time']],
  );
  const said = at(held, 'steps', 0) as Record<string, unknown>;
  assert.deepEqual([said['kind'], said['by'], said['reason']], ['held', 'anna', hold.reason]);
  assert.match(String(said['digest']), /^[0-9a-f]{64}$/);
  assert.equal((await proveChain(db)).kind, 'sound');
  const drafts = await ask('GET', '/api/approvals', { headers: mine });
  assert.equal(at(drafts.body, 'items', 0, 'agreement'), number);
  const { headers: other } = await enter(database, late, 'customer', 'c000002');
  assert.deepEqual(at((await ask('GET', '/api/approvals', { headers: other })).body, 'items'), []);
  time.now = due + dayMs;
  await postReady(db, time.now, [number]);
  assert.equal(await owed(db), 0);
  const free = await take(anna, 'release', { seen: 1, reason: 'all is right' });
  assert.deepEqual([free.status, at(free.approval, 'state')], [201, 'posted']);
  assert.ok((await owed(db)) > 0);
  const audit = await ask('GET', '/api/audit?action=statements.hold', { headers: mine });
  assert.equal(at(audit.body, 'items', 0, 'actor', 'name'), 'anna', JSON.stringify(audit.body));
});

test('above the limit two people agree; two at once: one wins, the other is refused with a code', async (t) => {
  const { db, owed, time, person, take } = await open(t, 1);
  const [anna, bo, cy] = [await person('anna'), await person('bo'), await person('cy')];
  time.now = due;
  const first = await Promise.all([anna, bo].map((who) => take(who, 'approve', { seen: 0 })));
  assert.deepEqual(first.map(({ status }) => status).sort(), [201, 422]);
  assert.ok(first.some(({ code }) => code === 'approval-stale'));
  const [winner, loser] = first[0]!.status === 201 ? [anna, bo] : [bo, anna];
  assert.equal((await take(winner, 'approve', { seen: 1 })).code, 'second-person-needed');
  assert.equal(await owed(db), 0);
  const second = await Promise.all([loser, cy].map((who) => take(who, 'approve', { seen: 1 })));
  assert.deepEqual(second.map(({ status }) => status).sort(), [201, 422]);
  assert.equal(at(second.find(({ status }) => status === 201)?.approval, 'state'), 'posted');
  assert.ok((await owed(db)) > 0);
});

test('a cause that changes is judged anew as a draft; the customer reads the change with its leaves', async (t) => {
  const { database, db, number, ask, person } = await open(t);
  const stretch = [slotOf('web:h000001', 600), slotOf('web:h000001', 900)] as const;
  must(await database.transaction((tx) => recordCause(tx, late, excuse('c1', ...stretch))));
  const anna = await person('anna');
  const url = `/api/agreements/${number}/statements`;
  const again = await ask('POST', url, { headers: anna, body: { month, reason: 'both agreed' } });
  assert.deepEqual([again.status, at(again.body, 'revision')], [201, 2], JSON.stringify(again.body));
  assert.deepEqual(at(again.body, 'approval', 'missing'), ['earlier-revision', 'review-time']);
  const same = await ask('POST', url, { headers: anna, body: { month, reason: 'both agreed' } });
  assert.deepEqual([same.status, at(same.body, 'code')], [422, 'statement-unchanged']);
  must(await database.transaction((tx) => withdrawCause(tx, late, 'c1', 'owner', 'the document was void')));
  const { headers: mine } = await enter(database, late, 'customer', 'c000001');
  const span = `from=${new Date(end - 30 * dayMs).toISOString()}&to=${new Date(end).toISOString()}`;
  const standing = await ask('GET', `/api/hosts/h000001/causes?${span}`, { headers: mine });
  assert.deepEqual(at(standing.body, 'items'), []);
  const all = await ask('GET', `/api/hosts/h000001/causes?${span}&withdrawn=yes`, { headers: mine });
  assert.equal(at(all.body, 'items', 0, 'withdrawn', 'reason'), 'the document was void');
  for (const leaf of [at(all.body, 'items', 0, 'leaf'), at(all.body, 'items', 0, 'withdrawn', 'leaf')])
    assert.match(String(at(leaf, 'digest')), /^[0-9a-f]{64}$/);
  assert.equal((await proveChain(db)).kind, 'sound');
});

test('an owner sets the limits, finance reads them; wrong ones are refused by field', async (t) => {
  const { database, ask } = await open(t);
  const { headers: owner } = await enter(database, late, 'owner');
  const { headers: finance } = await enter(database, late, 'finance');
  const { headers: sales } = await enter(database, late, 'sales');
  const read = await ask('GET', '/api/limits', { headers: finance });
  assert.equal(at(read.body, 'reviewDays'), 3);
  assert.equal((await ask('GET', '/api/limits', { headers: sales })).status, 403);
  const body = { reviewDays: 2, amounts: { CNY: { small: 100, large: 50_000 } } };
  const etag = { 'if-match': String(read.headers['etag']) };
  assert.equal((await ask('PUT', '/api/limits', { headers: { ...finance, ...etag }, body })).status, 403);
  const wrong = { ...body, amounts: { CNY: { small: 100, large: 50 } } };
  assert.equal(
    (await ask('PUT', '/api/limits', { headers: { ...owner, ...etag }, body: wrong })).status,
    422,
  );
  assert.equal((await ask('PUT', '/api/limits', { headers: { ...owner, ...etag }, body })).status, 200);
  assert.equal((await ask('PUT', '/api/limits', { headers: { ...owner, ...etag }, body })).status, 412);
  assert.deepEqual((await ask('GET', '/api/limits', { headers: finance })).body, body);
});

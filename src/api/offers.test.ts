import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import {
  begin,
  dayMs,
  hourMs,
  makeHost,
  makeProber,
  makeWorld,
  must,
  paymentOf,
  quietOf,
  saleOf,
  seen,
  slotOf,
  wantedOf,
} from '../../test/world.ts';
import { recordAct, recordPayment, recordSale } from '../agreement/flow.ts';
import { syncTargets, takeSigned } from '../measure/flow.ts';

const host = 'h000001';
const year = saleOf(host, 'SA-1', begin, begin + 365 * dayMs);

/** A host that a real prober's rounds have in them for the first ten minutes. */
async function open(t: TestContext) {
  const database = await withDatabase(t);
  let now = begin + 10 * 60_000;
  const front = await openFront(t, database, () => now);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx);
    await makeHost(tx, 'two.customer.example', 'c000002');
    const version = await syncTargets(tx, await wantedOf(tx, [host]));
    const speaker = await makeProber(tx, 'a');
    const first = (['web:h000001', 'ftp:h000001'] as const).map((target) =>
      seen(target, slotOf(target, 1), 'pass'),
    );
    must(await takeSigned(tx, now, speaker.prober, speaker.say('turns', { turns: first })));
    must(await takeSigned(tx, now, speaker.prober, speaker.say('quiet', quietOf(1, 9, version))));
  });
  const sales = await enter(database, now, 'sales');
  const customer = await enter(database, now, 'customer', 'c000001');
  const ask = async (who: typeof sales, method: string, path: string, body?: object) => {
    const options = { headers: who.headers, ...(body === undefined ? {} : { body }) };
    const { status, body: said } = await front.ask(method, `/api${path}`, options);
    return { status, said, code: at(said, 'code') ?? null };
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { database, sales, customer, ask, pass, now: () => now };
}

const liveOf = (said: unknown) =>
  (at(said, 'items') as { id: string; live: boolean }[]).filter((one) => one.live).map((one) => one.id);

test('the list says what observes the host right now and what is missing; only that may be offered', async (t) => {
  const { ask, sales, customer, database, pass } = await open(t);
  const bare = await ask(sales, 'GET', `/hosts/${host}/guarantees`);
  assert.equal(at(bare.said, 'refused', 'code'), 'sale-missing');
  assert.deepEqual(liveOf(bare.said), ['web', 'ftp']);
  const power = (at(bare.said, 'items') as { id: string; missing: { zh: string } }[]).find(
    (one) => one.id === 'power',
  );
  assert.match(power?.missing.zh ?? '', /没有/);
  assert.equal((await ask(sales, 'POST', `/hosts/${host}/agreements`, {})).code, 'sale-missing');
  must(await recordSale(database.db, begin, year));
  const refused = await ask(sales, 'POST', `/hosts/${host}/agreements`, {
    guarantees: ['web', 'power', 'fault-reply'],
  });
  assert.deepEqual([refused.status, refused.code], [422, 'source-missing']);
  assert.match(String(at(refused.said, 'title')), /power, fault-reply/);
  assert.equal((await ask(customer, 'POST', `/hosts/${host}/agreements`, {})).status, 403);
  pass(hourMs);
  assert.deepEqual(
    liveOf((await ask(sales, 'GET', `/hosts/${host}/guarantees`)).said),
    [],
    'an hour of silence',
  );
  const silent = await ask(sales, 'POST', `/hosts/${host}/agreements`, { guarantees: ['web'] });
  assert.equal(silent.code, 'source-missing');
  pass(-hourMs);
  const made = await ask(sales, 'POST', `/hosts/${host}/agreements`, {});
  assert.deepEqual(
    [made.status, at(made.said, 'number')],
    [201, 'QA-2026-000001'],
    JSON.stringify(made.said),
  );
  assert.deepEqual(at(made.said, 'guarantees'), ['web', 'ftp']);
  const again = await ask(sales, 'GET', `/hosts/${host}/guarantees`);
  assert.equal(at(again.said, 'refused', 'code'), 'agreement-known');
});

test('what is missing for an agreement to be in force is said in the list and at any instant', async (t) => {
  const { ask, sales, customer, database, now } = await open(t);
  const { db } = database;
  must(await recordSale(db, begin, year));
  await ask(sales, 'POST', `/hosts/${host}/agreements`, {});
  const facts = async () =>
    (at((await ask(customer, 'GET', '/agreements')).said, 'items', 0, 'missing') as { fact: string }[]).map(
      (one) => one.fact,
    );
  assert.deepEqual(await facts(), ['signed', 'paid']);
  must(await recordPayment(db, now(), paymentOf(year, 'R-1')));
  assert.deepEqual(await facts(), ['signed']);
  for (const party of ['provider', 'customer'] as const)
    for (const act of ['signed', 'sealed'] as const)
      must(await recordAct(db, { agreement: 'QA-2026-000001', party, act, at: now(), actor: party }));
  assert.deepEqual(await facts(), []);
  const before = new Date(begin - dayMs).toISOString();
  const then = await ask(customer, 'GET', `/agreements/QA-2026-000001?at=${before}`);
  assert.deepEqual(
    (at(then.said, 'missing') as { fact: string }[]).map((one) => one.fact),
    ['signed', 'paid', 'opened', 'released'],
  );
});

test('who paid and is served without a signature is shown as such, offered or not, with what follows', async (t) => {
  const { ask, sales, customer, database, now } = await open(t);
  const { db } = database;
  const list = async (who = sales) =>
    at((await ask(who, 'GET', '/agreements/unsigned')).said, 'items') as unknown[];
  assert.deepEqual(await list(), [], 'not paid');
  must(await recordSale(db, begin, year));
  must(await recordPayment(db, now(), paymentOf(year, 'R-1')));
  const second = saleOf('h000002', 'SA-2', begin, begin + dayMs);
  must(await recordSale(db, begin, second));
  must(await recordPayment(db, now(), paymentOf(second, 'R-2')));
  const [one, two] = await list();
  assert.deepEqual(
    [at(one, 'host'), at(one, 'agreement'), at(one, 'unsigned', 'since')],
    [host, null, new Date(begin).toISOString()],
  );
  assert.match(String(at(one, 'unsigned', 'words', 'zh')), /不追溯/);
  assert.equal(at(two, 'host'), 'h000002');
  assert.equal((await list(customer)).length, 1, 'a customer sees their own');
  await ask(sales, 'POST', `/hosts/${host}/agreements`, {});
  assert.equal(at((await list())[0], 'agreement'), 'QA-2026-000001');
  const brief = await ask(customer, 'GET', '/agreements');
  assert.match(String(at(brief.said, 'items', 0, 'unsigned', 'words', 'en')), /nothing compensated/);
  for (const party of ['provider', 'customer'] as const)
    for (const act of ['signed', 'sealed'] as const)
      must(await recordAct(db, { agreement: 'QA-2026-000001', party, act, at: now(), actor: party }));
  assert.deepEqual(
    (await list()).map((item) => at(item, 'host')),
    ['h000002'],
  );
});

test('an agreement is ended from now on or later, once; what was promised until then stands', async (t) => {
  const { ask, sales, customer, database, now } = await open(t);
  const { db } = database;
  must(await recordSale(db, begin, year));
  must(await recordPayment(db, now(), paymentOf(year, 'R-1')));
  await ask(sales, 'POST', `/hosts/${host}/agreements`, {});
  for (const party of ['provider', 'customer'] as const)
    for (const act of ['signed', 'sealed'] as const)
      must(await recordAct(db, { agreement: 'QA-2026-000001', party, act, at: now(), actor: party }));
  const path = '/agreements/QA-2026-000001/end';
  const reason = '客户不再使用';
  const later = new Date(now() + dayMs).toISOString();
  assert.equal((await ask(customer, 'POST', path, { reason })).status, 403);
  const past = await ask(sales, 'POST', path, { reason, at: new Date(now() - 1).toISOString() });
  assert.deepEqual([past.status, past.code], [422, 'end-past']);
  const ended = await ask(sales, 'POST', path, { reason, at: later });
  assert.deepEqual([ended.status, at(ended.said, 'ended')], [200, later], JSON.stringify(ended.said));
  assert.deepEqual(at(ended.said, 'missing'), [], 'it is in force until then');
  assert.equal(at(ended.said, 'inForce', 0, 1), later);
  assert.equal((await ask(sales, 'POST', path, { reason })).code, 'agreement-ended');
  const then = await ask(customer, 'GET', `/agreements/QA-2026-000001?at=${later}`);
  assert.equal(at(then.said, 'missing', 0, 'fact'), 'ended');
});

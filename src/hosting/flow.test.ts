import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { begin, codeOf, hourMs, makeHost, makeWorld, must, orderOf, standardPlan } from '../../test/world.ts';
import { sqlState, type Tx } from '../db/connection.ts';
import { isRefusal } from '../refusal.ts';
import {
  addAccount,
  bindDomain,
  changeSettings,
  confirmSpec,
  draftPlan,
  moveStage,
  orderHost,
  publishPlan,
  removeAccount,
  specsSince,
  tellFact,
  unbindDomain,
} from './flow.ts';
import type { FactKind } from './host.ts';
import { checkSecret } from './secret.ts';
import { defaultSettings } from './spec.ts';
import * as store from './store.ts';
import { planVersions } from './tables.ts';

const later = begin + hourMs;
const password = 'a long password';

const fact = (kind: FactKind, at: number, rule: string | null = null) => ({
  kind,
  at,
  actor: 'staff',
  reason: kind,
  rule,
});

async function kindsOf(tx: Tx, host: string): Promise<readonly string[]> {
  return ((await store.readFacts(tx, [host])).get(host) ?? []).map((one) => one.kind);
}

const revisionOf = async (tx: Tx, host: string) => (await store.readHost(tx, host))?.revision;

test('drafts of one plan are numbered, and only a published one is on sale', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const draft = must(await draftPlan(db, later, { ...standardPlan, price: 40_000 }));
  assert.deepEqual([draft.version, draft.publishedAt], [2, null]);
  const order = { ...orderOf('two.example'), version: 2 };
  assert.equal(codeOf(await orderHost(db, later, order)), 'plan-unpublished');
  assert.equal(codeOf(await orderHost(db, later, { ...order, version: 3 })), 'plan-unpublished');
  must(await publishPlan(db, later, 'standard', 2));
  must(await publishPlan(db, later + 1, 'standard', 2));
  const [, second] = await store.readPlans(db, 'standard');
  assert.equal(second?.publishedAt, later);
  assert.equal(must(await orderHost(db, later, order)), 'h000001');
  assert.equal(codeOf(await publishPlan(db, later, 'standard', 9)), 'plan-unknown');
});

test('a plan that is not one is refused with the field', async (t) => {
  const { db } = await withDatabase(t);
  const { functions } = standardPlan;
  const wrong = [
    ['functions.spaceMb', { ...standardPlan, functions: { ...functions, spaceMb: 0 } }],
    ['functions.colour', { ...standardPlan, functions: { ...functions, ...{ colour: 'red' } } }],
    ['currency', { ...standardPlan, currency: 'JPY' }],
  ] as const;
  for (const [path, plan] of wrong) {
    const refused = await draftPlan(db, begin, plan);
    assert.deepEqual(isRefusal(refused) && [refused.code, refused.path], ['plan-invalid', path]);
  }
  const silent = await draftPlan(db, begin, { ...standardPlan, stage: 'public-test' });
  assert.equal(codeOf(silent), 'problems-missing');
  assert.deepEqual(await store.readPlans(db, null), []);
});

test('the database itself refuses to change a published version', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  must(await draftPlan(db, later, standardPlan));
  await db.update(planVersions).set({ price: 1 }).where(eq(planVersions.version, 2));
  const change = db.update(planVersions).set({ price: 1 }).where(eq(planVersions.version, 1));
  await assert.rejects(change.execute(), (error) => sqlState(error) === 'HP002');
  const withdrawn = db.update(planVersions).set({ publishedAt: null }).where(eq(planVersions.version, 1));
  await assert.rejects(withdrawn.execute(), (error) => sqlState(error) === 'HP002');
  await assert.rejects(db.delete(planVersions).where(eq(planVersions.version, 1)).execute());
  const prices = (await store.readPlans(db, 'standard')).map((plan) => plan.price);
  assert.deepEqual(prices, [36_500, 1]);
});

test('a version moves towards release, never back, and a draft not at all', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const problems = [{ zh: '问题', en: 'a problem' }];
  must(await draftPlan(db, begin, { ...standardPlan, plan: 'lab', stage: 'public-test', problems }));
  const released = { from: later, stage: 'released', problems: [] } as const;
  assert.equal(codeOf(await moveStage(db, 'lab', 1, released)), 'plan-unpublished');
  must(await publishPlan(db, begin, 'lab', 1));
  assert.equal(codeOf(await moveStage(db, 'lab', 2, released)), 'plan-unknown');
  assert.equal(codeOf(await moveStage(db, 'lab', 1, { ...released, from: begin })), 'stage-order');
  must(await moveStage(db, 'lab', 1, released));
  const back = { from: later + 1, stage: 'public-test', problems } as const;
  assert.equal(codeOf(await moveStage(db, 'lab', 1, back)), 'stage-backwards');
  const [lab] = await store.readPlans(db, 'lab');
  assert.deepEqual(
    lab?.stages.map(({ from, stage }) => [from, stage]),
    [
      [begin, 'public-test'],
      [later, 'released'],
    ],
  );
});

test('the same order told twice makes one host; another one under its key is refused', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const order = orderOf('WWW.Customer.Example.', 'o-1');
  assert.equal(must(await orderHost(db, begin, order)), 'h000001');
  assert.equal(must(await orderHost(db, later, orderOf('www.customer.example', 'o-1'))), 'h000001');
  assert.equal(codeOf(await orderHost(db, later, orderOf('other.example', 'o-1'))), 'order-known');
  assert.equal(codeOf(await orderHost(db, later, { ...order, customer: 'c000002' })), 'order-known');
  assert.deepEqual(await kindsOf(db, 'h000001'), ['ordered']);
  assert.equal((await store.listHosts(db)).length, 1);
});

test('an order with a taken domain, for nobody, or on no plane is refused and leaves nothing', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  await makeHost(db, 'taken.example');
  assert.equal(codeOf(await orderHost(db, begin, orderOf('taken.example', 'o-2'))), 'domain-taken');
  const order = orderOf('free.example');
  assert.equal(codeOf(await orderHost(db, begin, { ...order, domain: '10.0.0.1' })), 'domain-invalid');
  assert.equal(codeOf(await orderHost(db, begin, { ...order, customer: 'c9' })), 'customer-unknown');
  assert.equal(codeOf(await orderHost(db, begin, { ...order, plane: 'p9' })), 'plane-unknown');
  assert.equal((await store.listHosts(db)).length, 1);
  assert.equal(await store.domainHost(db, 'free.example'), null);
});

test('domains are bound up to the plan’s number, each to one host', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db, 'one.example');
  await makeHost(db, 'two.example');
  const before = await revisionOf(db, id);
  must(await bindDomain(db, later, id, 'bücher.example'));
  assert.equal(await revisionOf(db, id), (before ?? 0) + 2, 'the next revision of all hosts');
  must(await bindDomain(db, later, id, 'XN--BCHER-KVA.example'));
  assert.equal(await revisionOf(db, id), (before ?? 0) + 2, 'binding again changes nothing');
  assert.equal(codeOf(await bindDomain(db, later, id, 'two.example')), 'domain-taken');
  assert.equal(codeOf(await bindDomain(db, later, id, 'three.example')), 'domains-full');
  assert.equal(codeOf(await bindDomain(db, later, id, '-.example')), 'domain-invalid');
  assert.equal(codeOf(await bindDomain(db, later, 'h9', 'three.example')), 'host-unknown');
  const names = await store.readDomains(db, [id]);
  assert.deepEqual(names.get(id), ['one.example', 'xn--bcher-kva.example']);
});

test('a domain but the first is unbound and free for others; the next one takes its place', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db, 'one.example');
  const other = await makeHost(db, 'two.example');
  must(await bindDomain(db, later, id, 'three.example'));
  const before = (await revisionOf(db, id)) ?? 0;
  assert.equal(codeOf(await unbindDomain(db, id, 'one.example')), 'domain-first');
  assert.equal(codeOf(await unbindDomain(db, id, 'two.example')), 'domain-unbound');
  assert.equal(codeOf(await unbindDomain(db, 'h9', 'one.example')), 'host-unknown');
  assert.equal(await revisionOf(db, id), before, 'a refusal changes nothing');
  must(await unbindDomain(db, id, 'three.example'));
  assert.ok(((await revisionOf(db, id)) ?? 0) > before);
  assert.deepEqual((await store.readDomains(db, [id])).get(id), ['one.example']);
  must(await bindDomain(db, later, other.id, 'three.example'));
  must(await bindDomain(db, later, id, 'four.example'));
  assert.deepEqual((await store.readDomains(db, [id])).get(id), ['one.example', 'four.example']);
});

test('an account is removed by its own host alone', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db, 'one.example');
  const other = await makeHost(db, 'two.example');
  must(await addAccount(db, later, id, { name: 'anna', password }));
  const before = (await revisionOf(db, id)) ?? 0;
  assert.equal(codeOf(await removeAccount(db, other.id, 'anna')), 'account-missing');
  must(await removeAccount(db, id, 'anna'));
  assert.ok(((await revisionOf(db, id)) ?? 0) > before);
  assert.equal(codeOf(await removeAccount(db, id, 'anna')), 'account-missing');
  must(await addAccount(db, later, other.id, { name: 'anna', password }));
});

test('accounts are made up to the plan’s number, with a name of their own and only a hash', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db, 'one.example');
  const other = await makeHost(db, 'two.example');
  const add = (host: string, name: string, secret = password) =>
    addAccount(db, later, host, { name, password: secret });
  must(await add(id, 'anna'));
  assert.equal(codeOf(await add(other.id, 'anna')), 'account-taken');
  assert.equal(codeOf(await add(id, 'probe.h000001')), 'account-invalid');
  assert.equal(codeOf(await add(id, 'Anna')), 'account-invalid');
  assert.equal(codeOf(await add(id, 'ben', 'too short')), 'password-invalid');
  assert.equal(codeOf(await add(id, 'ben', 'a\nline and more')), 'password-invalid');
  assert.equal(codeOf(await add('h9', 'ben')), 'host-unknown');
  must(await add(id, 'ben'));
  assert.equal(codeOf(await add(id, 'carl')), 'accounts-full');
  const accounts = (await store.readAccounts(db, [id])).get(id) ?? [];
  assert.deepEqual(
    accounts.map((account) => account.name),
    ['anna', 'ben'],
  );
  assert.ok(accounts.every(({ secret }) => !secret.includes(password)));
  assert.ok(await checkSecret(accounts[0]!.secret, password));
});

test('a plan without FTP has no accounts', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const functions = { ...standardPlan.functions, ftp: null };
  must(await draftPlan(db, begin, { ...standardPlan, plan: 'webonly', functions }));
  must(await publishPlan(db, begin, 'webonly', 1));
  const id = must(await orderHost(db, begin, { ...orderOf('web.example'), plan: 'webonly' }));
  assert.equal(codeOf(await addAccount(db, later, id, { name: 'anna', password })), 'plan-without-ftp');
});

test('a fact is told once by its key, and a key names one fact', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db, 'one.example');
  const other = await makeHost(db, 'two.example');
  const closed = fact('closed', later, 'rule 7');
  must(await tellFact(db, id, closed, 'k1'));
  const revision = await revisionOf(db, id);
  must(await tellFact(db, id, closed, 'k1'));
  assert.equal(await revisionOf(db, id), revision);
  assert.deepEqual(await kindsOf(db, id), ['ordered', 'opened', 'closed']);
  assert.equal(codeOf(await tellFact(db, other.id, closed, 'k1')), 'fact-known');
  assert.equal(codeOf(await tellFact(db, id, fact('reopened', later), 'k1')), 'fact-known');
  assert.deepEqual(await kindsOf(db, other.id), ['ordered', 'opened']);
});

test('a closing names its rule, only a closed host is reopened, and after release nothing follows', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db);
  let key = 0;
  const tell = async (kind: FactKind, at: number, rule: string | null = null) => {
    key += 1;
    return codeOf(await tellFact(db, id, fact(kind, at, rule), `k${key}`));
  };
  assert.equal(await tell('closed', later), 'rule-missing');
  assert.equal(await tell('closed', later, '  '), 'rule-missing');
  assert.equal(await tell('reopened', later), 'state-forbids');
  assert.equal(await tell('closed', later, 'rule 7'), null);
  assert.equal(await tell('closed', later, 'rule 8'), 'state-forbids');
  assert.equal(await tell('reopened', later - 1), 'state-forbids');
  assert.equal(await tell('reopened', later + 5), null);
  assert.equal(await tell('expired', later + 4, 'term'), 'fact-late');
  assert.equal(await tell('expired', later + 6, 'term'), null);
  assert.equal(await tell('released', later + 7), null);
  for (const kind of ['closed', 'reopened', 'renewed', 'released', 'opened', 'settings-changed'] as const)
    assert.equal(await tell(kind, later + 8, 'rule 7'), 'state-forbids', kind);
  assert.equal(codeOf(await bindDomain(db, later + 9, id, 'new.example')), 'state-forbids');
  const account = { name: 'anna', password };
  assert.equal(codeOf(await addAccount(db, later + 9, id, account)), 'state-forbids');
  assert.equal(codeOf(await tellFact(db, 'h9', fact('closed', later, 'rule 7'), 'k')), 'host-unknown');
});

test('facts are neither changed nor removed', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  await makeHost(db);
  for (const statement of [
    'update host_facts set at = 0',
    'delete from host_facts',
    'delete from plan_stages',
  ])
    await assert.rejects(
      async () => void (await db.execute(sql.raw(statement))),
      (error) => sqlState(error) === 'HP001',
    );
});

test('settings change with their fact; an older change told again does not undo a newer one', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db);
  const change = (key: string, listFolders: boolean) =>
    changeSettings(db, later, id, { settings: { ...defaultSettings, listFolders }, actor: 'c000001', key });
  must(await change('s1', true));
  must(await change('s2', false));
  const revision = await revisionOf(db, id);
  must(await change('s1', true));
  const host = await store.readHost(db, id);
  assert.deepEqual([host?.settings.listFolders, host?.revision], [false, revision]);
  assert.deepEqual((await kindsOf(db, id)).slice(2), ['settings-changed', 'settings-changed']);
});

test('a plane is told what changed since its revision, oldest first, and no other plane’s hosts', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  await store.upsertPlane(db, 'p2', 'embedded', Buffer.alloc(32));
  const first = must(await orderHost(db, begin, orderOf('one.example')));
  const second = must(await orderHost(db, begin, orderOf('two.example')));
  must(await orderHost(db, begin, { ...orderOf('three.example'), plane: 'p2' }));
  must(await bindDomain(db, later, first, 'more.example'));
  const specs = await specsSince(db, later, 'p1', 0);
  assert.deepEqual(
    specs.map((spec) => [spec.host, spec.domains.length, spec.state.kind]),
    [
      [second, 1, 'serving'],
      [first, 2, 'serving'],
    ],
  );
  const [, latest] = specs;
  assert.deepEqual(await specsSince(db, later, 'p1', latest!.revision), []);
  assert.deepEqual(
    (await specsSince(db, later, 'p1', latest!.revision - 1)).map((spec) => spec.host),
    [first],
  );
  assert.deepEqual(await store.planeHosts(db, 'p2'), ['h000003']);
});

test('the first revision that serves opens the host, once', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const host = must(await orderHost(db, begin, orderOf('one.example')));
  const confirm = (at: number, revision: number, quarantine: string | null = null, plane = 'p1') =>
    confirmSpec(db, at, plane, { host, revision, quarantine });
  assert.equal(codeOf(await confirm(begin, 1, null, 'p2')), 'host-unknown');
  assert.equal(codeOf(await confirm(begin, 7)), 'revision-unknown');
  must(await confirm(begin + 1, 1, 'no space left'));
  assert.deepEqual(await kindsOf(db, host), ['ordered']);
  assert.equal((await store.readHost(db, host))?.quarantine, 'no space left');
  must(await confirm(begin + 2, 1));
  must(await bindDomain(db, later, host, 'more.example'));
  must(await confirm(later, 2));
  must(await confirm(later + 1, 1, 'told late'));
  assert.deepEqual(await kindsOf(db, host), ['ordered', 'opened']);
  const facts = (await store.readFacts(db, [host])).get(host)!;
  assert.equal(facts[1]?.at, begin + 2);
  const row = await store.readHost(db, host);
  assert.deepEqual([row?.appliedRevision, row?.quarantine], [2, null]);
});

test('a host that was confirmed after its closing is not opened again', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db);
  must(await tellFact(db, id, fact('closed', later, 'rule 7'), 'k1'));
  const [closed] = await specsSince(db, later, 'p1', 1);
  assert.deepEqual(closed?.state, { kind: 'closed', reason: 'violation', rule: 'rule 7', since: later });
  must(await confirmSpec(db, later, 'p1', { host: id, revision: closed!.revision, quarantine: null }));
  assert.deepEqual(await kindsOf(db, id), ['ordered', 'opened', 'closed']);
});

/** The embedded database has one connection. */
const together = onPostgres ? test : () => {};

together('of two orders of one domain at the same time one is a host', async (t) => {
  const database = await withDatabase(t);
  await makeWorld(database.db);
  const order = (key: string) =>
    database.transaction((tx) => orderHost(tx, begin, orderOf('one.example', key)));
  const made = await Promise.all([order('a'), order('b'), order('c')]);
  assert.deepEqual(made.map(codeOf).sort(), ['domain-taken', 'domain-taken', null].sort());
  assert.equal((await store.listHosts(database.db)).length, 1);
});

together('accounts added at the same time do not pass the plan’s number', async (t) => {
  const database = await withDatabase(t);
  await makeWorld(database.db);
  const { id } = await makeHost(database.db);
  const add = (name: string) => database.transaction((tx) => addAccount(tx, later, id, { name, password }));
  const added = await Promise.all(['anna', 'ben', 'carl'].map(add));
  assert.equal(added.filter((one) => codeOf(one) === 'accounts-full').length, 1);
  assert.equal((await store.readAccounts(database.db, [id])).get(id)?.length, 2);
});

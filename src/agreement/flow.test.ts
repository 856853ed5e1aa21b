import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { onPostgres, withDatabase } from '../../test/database.ts';
import {
  begin,
  codeOf,
  dayMs,
  hourMs,
  makeHost,
  makeWorld,
  must,
  paymentOf,
  saleOf,
  standardPlan,
  workingIn,
} from '../../test/world.ts';
import { sqlState, type Tx } from '../db/connection.ts';
import { waiting } from '../db/outbox.ts';
import { addAccount, draftPlan, publishPlan, tellFact } from '../hosting/flow.ts';
import { readHost } from '../hosting/store.ts';
import { isRefusal } from '../refusal.ts';
import { gatherFacts, offer, recordAct, recordPayment, recordSale, replaceSale } from './flow.ts';
import { force } from './force.ts';
import * as store from './store.ts';

const year = [begin, begin + 365 * dayMs] as const;
const now = begin + 1000 * dayMs;

const offerOf = (host: string, guarantees: readonly string[] = ['web', 'ftp']) => ({
  host,
  guarantees,
  sources: new Set(['web', 'ftp']),
  working: workingIn('UTC'),
  zone: 'UTC',
});

async function makeSold(tx: Tx, domain: string, customer?: string): Promise<string> {
  const { id } = await makeHost(tx, domain, customer);
  must(await recordSale(tx, begin, saleOf(id, `SA-${id}`, ...year)));
  return id;
}

test('a sale told twice is one, under the same number it says nothing else', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db);
  const sale = saleOf(id, 'SA-1', ...year);
  must(await recordSale(db, begin, sale));
  must(await recordSale(db, begin + 1, sale));
  assert.deepEqual(await store.readChain(db, id), [{ ...sale, cut: null }]);
  assert.equal(codeOf(await recordSale(db, begin, { ...sale, price: 1 })), 'sale-known');
  assert.equal(codeOf(await recordSale(db, begin, saleOf('h9', 'SA-2', ...year))), 'host-unknown');
  assert.equal(codeOf(await recordSale(db, begin, saleOf(id, 'SA-2', year[1], year[1]))), 'sale-empty');
  const refused = await recordSale(db, begin, { ...sale, number: 'SA-2', currency: 'JPY' });
  assert.deepEqual(isRefusal(refused) && [refused.code, refused.path], ['sale-invalid', 'currency']);
});

test('a renewal begins when the term before it ends, or later, in its currency', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const host = await makeSold(db, 'one.example');
  const next = (from: number) => saleOf(host, 'SA-next', from, from + 365 * dayMs);
  assert.equal(codeOf(await recordSale(db, begin, next(year[1] - 1))), 'sale-overlaps');
  assert.equal(codeOf(await recordSale(db, begin, next(begin - 400 * dayMs))), 'sale-overlaps');
  assert.equal(codeOf(await recordSale(db, begin, { ...next(year[1]), currency: 'EUR' })), 'sale-currency');
  must(await recordSale(db, begin, next(year[1])));
  assert.equal((await store.readChain(db, host)).length, 2);
});

test('a sale is paid up to its price, in its currency, and not in the future', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const host = await makeSold(db, 'one.example');
  const payment = paymentOf(saleOf(host, `SA-${host}`, ...year), 'R-1');
  const pay = async (change: object) => codeOf(await recordPayment(db, now, { ...payment, ...change }));
  assert.equal(await pay({ amount: 36_501 }), 'payment-amount');
  assert.equal(await pay({ currency: 'EUR' }), 'payment-currency');
  assert.equal(await pay({ sale: 'SA-9' }), 'sale-unknown');
  assert.equal(await pay({ at: now + 1 }), 'payment-future');
  assert.deepEqual(await store.readPayments(db, [payment.sale]), []);
  assert.equal(await pay({}), null);
  assert.equal(await pay({}), null);
  assert.equal(await pay({ at: begin + 1 }), 'receipt-known');
  assert.equal(await pay({ receipt: 'R-2' }), 'already-paid');
  assert.deepEqual(await store.readPayments(db, [payment.sale]), [payment]);
  assert.equal((await waiting(db)).open, 1, 'the ledger is told once');
});

test('what is paid back is what was paid and not used, and a row ends at that instant', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const host = await makeSold(db, 'one.example');
  const paid = paymentOf(saleOf(host, `SA-${host}`, ...year), 'R-1');
  const refund = {
    ...paid,
    receipt: 'R-2',
    amount: -10_000,
    at: begin + 100 * dayMs,
    reason: 'one site less',
  };
  assert.equal(codeOf(await recordPayment(db, now, refund)), 'refund-early');
  must(await recordPayment(db, now, paid));
  assert.equal(codeOf(await recordPayment(db, now, { ...refund, reason: null })), 'reason-missing');
  // 265 of 365 days are left: 26,500 of 36,500.
  assert.equal(codeOf(await recordPayment(db, now, { ...refund, amount: -26_501 })), 'refund-larger');
  must(await recordPayment(db, now, refund));
  must(await recordPayment(db, now, refund));
  const number = must(await offer(db, begin, offerOf(host)));
  const agreement = (await store.readAgreement(db, number))!;
  const rowsAt = async (until: number) =>
    (await gatherFacts(db, agreement, until)).facts.sales.map((row) => [row.from, row.to, row.paid]);
  assert.deepEqual(await rowsAt(refund.at), [[...year, 36_500n]], 'what comes later is not known yet');
  assert.deepEqual(await rowsAt(now), [
    [begin, refund.at, 10_000n],
    [refund.at, year[1], 16_500n],
  ]);
});

test('another plan in mid-term: the old sale ends, what is left of it is credited, the host follows', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const larger = must(await draftPlan(db, begin, { ...standardPlan, price: 73_000 }));
  const lab = must(await draftPlan(db, begin, { ...standardPlan, plan: 'lab', stage: 'invited-test' }));
  const poor = { ...standardPlan.functions, domains: 1, ftp: null };
  const small = must(await draftPlan(db, begin, { ...standardPlan, plan: 'small', functions: poor }));
  const host = await makeSold(db, 'one.example');
  const old = saleOf(host, `SA-${host}`, ...year);
  must(await recordPayment(db, now, paymentOf(old, 'R-1')));
  const at = begin + 73 * dayMs;
  const next = { ...saleOf(host, 'SA-2', at, year[1], 58_400), version: larger.version };
  const change = async (to: object) => codeOf(await replaceSale(db, now, { ...next, ...to }, 'sales'));
  assert.equal(await change({}), 'plan-unpublished');
  for (const { plan, version } of [larger, lab, small]) must(await publishPlan(db, begin, plan, version));
  assert.equal(await change({ plan: 'lab', version: 1 }), 'plan-in-test');
  assert.equal(await change({ price: 29_199 }), 'credit-larger');
  assert.equal(await change({ from: begin }), 'sale-unreplaced');
  assert.equal(await change({ from: now + 1, to: now + 2 }), 'sale-unreplaced');
  must(await addAccount(db, begin, host, { name: 'shop', password: 'a long password' }));
  assert.equal(await change({ plan: 'small', version: 1 }), 'accounts-full');
  assert.deepEqual((await store.readChain(db, host)).length, 1, 'refused: nothing is half done');
  assert.equal(await change({}), null);
  assert.equal(await change({}), null);
  assert.equal((await readHost(db, host))?.version, larger.version);
  const rest = { ...paymentOf(next, 'R-2', at), amount: 58_400 - 29_200 };
  must(await recordPayment(db, now, rest));
  assert.equal(codeOf(await recordPayment(db, now, paymentOf(old, 'R-3'))), 'sale-cut');
  const agreement = (await store.readAgreement(db, must(await offer(db, begin, offerOf(host)))))!;
  const { facts } = await gatherFacts(db, agreement, now);
  assert.deepEqual(
    facts.sales.map(({ number, from, to, paid }) => [number, from, to, paid]),
    [
      [old.number, begin, at, 7_300n],
      ['SA-2', at, year[1], 58_400n],
    ],
  );
  const before = await gatherFacts(db, agreement, at);
  assert.deepEqual(
    before.facts.sales.map(({ number, to, paid }) => [number, to, paid]),
    [[old.number, year[1], 36_500n]],
  );
});

test('an offer needs a sale, live sources, a zone and a promise; a host has one agreement', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const bare = await makeHost(db, 'bare.example');
  const host = await makeSold(db, 'one.example');
  assert.equal(codeOf(await offer(db, begin, offerOf('h9'))), 'host-unknown');
  assert.equal(codeOf(await offer(db, begin, offerOf(bare.id))), 'sale-missing');
  const missing = await offer(db, begin, offerOf(host, ['web', 'power', 'fault-reply']));
  assert.ok(isRefusal(missing));
  assert.deepEqual(
    [missing.code, missing.path, missing.rule],
    ['source-missing', 'guarantees', 'no live source for this host: power, fault-reply'],
  );
  const unknown = await offer(db, begin, offerOf(host, ['web', 'luck']));
  assert.deepEqual(isRefusal(unknown) && [unknown.code, unknown.path], [
    'guarantee-unknown',
    'guarantees[1]',
  ]);
  assert.equal(codeOf(await offer(db, begin, offerOf(host, []))), 'guarantee-missing');
  assert.equal(codeOf(await offer(db, begin, { ...offerOf(host), zone: 'Mars/Olympus' })), 'zone-invalid');
  assert.equal(must(await offer(db, begin, offerOf(host))), 'QA-2026-000001');
  assert.equal(codeOf(await offer(db, begin, offerOf(host))), 'agreement-known');
  const agreement = await store.readAgreement(db, 'QA-2026-000001');
  assert.deepEqual(
    agreement?.terms.guarantees.map((guarantee) => guarantee.id),
    ['web', 'ftp'],
  );
});

test('numbers have no gap: a refused and a rolled-back offer take none, a new year begins at one', async (t) => {
  const database = await withDatabase(t);
  const { db } = database;
  await makeWorld(db);
  const hosts = [];
  for (const name of ['a', 'b', 'c']) hosts.push(await makeSold(db, `${name}.example`));
  const [a, b, c] = hosts as [string, string, string];
  const made = (at: number, input: Parameters<typeof offer>[2]) =>
    database.transaction((tx) => offer(tx, at, input));
  assert.equal(await made(begin, offerOf(a)), 'QA-2026-000001');
  assert.equal(codeOf(await made(begin, offerOf(b, ['power']))), 'source-missing');
  const lost = database.transaction(async (tx) => {
    assert.equal(await offer(tx, begin, offerOf(b)), 'QA-2026-000002');
    throw new Error('killed before the commit');
  });
  await assert.rejects(lost, /killed/);
  assert.equal(await made(begin, offerOf(b)), 'QA-2026-000002');
  // The new year's first hour in Shanghai, still the old year in UTC.
  const newYear = Date.UTC(2026, 11, 31, 17);
  assert.equal(await made(newYear, { ...offerOf(c), zone: 'Asia/Shanghai' }), 'QA-2027-000001');
});

test('a company signs and seals; a natural person’s signature counts as both', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const company = must(await offer(db, begin, offerOf(await makeSold(db, 'a.example'))));
  const person = must(await offer(db, begin, offerOf(await makeSold(db, 'b.example', 'c000002'))));
  const act = { party: 'customer', act: 'signed', at: begin + 1, actor: 'customer' } as const;
  must(await recordAct(db, { ...act, agreement: company }));
  must(await recordAct(db, { ...act, agreement: person }));
  must(await recordAct(db, { ...act, agreement: person, at: begin + hourMs }));
  assert.equal(codeOf(await recordAct(db, { ...act, agreement: 'QA-9' })), 'agreement-unknown');
  const acts = async (agreement: string) =>
    (await store.readActs(db, [agreement])).map(({ act, at }) => [act, at]).sort();
  assert.deepEqual(await acts(company), [['signed', begin + 1]]);
  assert.deepEqual(await acts(person), [
    ['sealed', begin + 1],
    ['signed', begin + 1],
  ]);
  must(await recordAct(db, { ...act, party: 'provider', agreement: person }));
  assert.equal((await store.readActs(db, [person])).length, 3, 'the provider has a seal of its own');
});

test('the facts of an agreement are those that were recorded, and its time in force follows', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const host = await makeSold(db, 'one.example');
  const first = saleOf(host, `SA-${host}`, ...year);
  const second = saleOf(host, 'SA-renewal', year[1] + dayMs, year[1] + 2 * dayMs, 0);
  must(await recordSale(db, begin, second));
  must(await recordPayment(db, now, paymentOf(first, 'R-1', begin + 2 * dayMs)));
  const number = must(await offer(db, begin, offerOf(host)));
  for (const party of ['provider', 'customer'] as const)
    for (const act of ['signed', 'sealed'] as const)
      must(await recordAct(db, { agreement: number, party, act, at: begin + dayMs + hourMs, actor: party }));
  const at = begin + 5 * dayMs;
  const closed = { kind: 'closed', at, actor: 'staff', reason: 'spam', rule: 'rule 7' } as const;
  must(await tellFact(db, host, closed, 'k1'));
  const agreement = (await store.readAgreement(db, number))!;
  const { facts, closings } = await gatherFacts(db, agreement, at + hourMs);
  assert.deepEqual(
    facts.sales.map(({ number: sale, paid, paidAt }) => [sale, paid, paidAt]),
    [
      [first.number, 36_500n, begin + 2 * dayMs],
      ['SA-renewal', 0n, null],
    ],
  );
  assert.deepEqual(
    closings.map(({ stretch, rule }) => [stretch, rule]),
    [[[at, at + hourMs], 'rule 7']],
  );
  assert.deepEqual(force(facts, 'UTC', null), [begin + 2 * dayMs, year[1]]);
  must(await recordPayment(db, now, paymentOf(second, 'R-2', begin + 3 * dayMs)));
  const renewed = await gatherFacts(db, agreement, at + hourMs);
  assert.deepEqual(force(renewed.facts, 'UTC', null), [begin + 2 * dayMs, year[1], second.from, second.to]);
  await store.setEnded(db, number, begin + 9 * dayMs);
  const ended = await gatherFacts(db, (await store.readAgreement(db, number))!, at + hourMs);
  assert.deepEqual(force(ended.facts, 'UTC', null), [begin + 2 * dayMs, begin + 9 * dayMs]);
});

test('payments and acts are neither changed nor removed', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  for (const statement of ['update payments set amount = 0', 'delete from acts', 'truncate payments cascade'])
    await assert.rejects(
      async () => void (await db.execute(sql.raw(statement))),
      (error) => sqlState(error) === 'HP001',
    );
});

// Needs two connections, which PGlite does not have; bin/test runs this file on PostgreSQL too.
const together = onPostgres ? test : () => {};

together(
  'offers at the same time are numbered without a gap, also when one of them is rolled back',
  async (t) => {
    const database = await withDatabase(t);
    await makeWorld(database.db);
    const hosts = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) hosts.push(await makeSold(database.db, `${name}.example`));
    const results = await Promise.allSettled(
      hosts.map((host, i) =>
        database.transaction(async (tx) => {
          const number = must(await offer(tx, begin, offerOf(host)));
          if (i === 1) throw new Error(`${number} is rolled back`);
          return number;
        }),
      ),
    );
    const numbers = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.deepEqual(
      numbers.sort(),
      [1, 2, 3, 4].map((n) => `QA-2026-00000${n}`),
    );
  },
);

together(
  'of two renewals, payments and offers at the same time one stands, the other is refused',
  async (t) => {
    const database = await withDatabase(t);
    await makeWorld(database.db);
    const host = await makeSold(database.db, 'one.example');
    const { transaction } = database;
    const renew = (number: string) =>
      transaction((tx) => recordSale(tx, begin, saleOf(host, number, year[1], year[1] + dayMs)));
    const pay = (receipt: string) =>
      transaction((tx) => recordPayment(tx, now, paymentOf(saleOf(host, `SA-${host}`, ...year), receipt)));
    const propose = () => transaction((tx) => offer(tx, begin, offerOf(host)));
    const codes = async (work: Promise<unknown>[]) => (await Promise.all(work)).map(codeOf).sort();
    assert.deepEqual(await codes([renew('SA-2'), renew('SA-3')]), [null, 'sale-overlaps']);
    assert.deepEqual(await codes([pay('R-1'), pay('R-2')]), ['already-paid', null].sort());
    assert.deepEqual(await codes([pay('R-1'), pay('R-1')]).then((list) => new Set(list).size), 1);
    assert.deepEqual(await codes([propose(), propose()]), ['agreement-known', null].sort());
  },
);

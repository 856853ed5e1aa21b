import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { recordCause } from '../src/attribution/flow.ts';
import { query, sqlState, type Tx } from '../src/db/connection.ts';
import { verifyChain } from '../src/db/evidence.ts';
import { postStatements } from '../src/jobs.ts';
import { post } from '../src/ledger/flow.ts';
import { readPostings } from '../src/ledger/store.ts';
import type { StepKind } from '../src/settlement/approval.ts';
import { closeMonth, postReady, takeStep } from '../src/settlement/flow.ts';
import { insertLimits, readStatement, readSteps } from '../src/settlement/store.ts';
import { onPostgres } from './database.ts';
import { due, excuse, late, makeMonth, month } from './month.ts';
import { codeOf, dayMs, hourMs, makeAgreement, makeHost, must, slotOf } from './world.ts';

const timetable = { actor: 'timetable', reason: null };
const close = async (tx: Tx, number: string, at = late, by = timetable as Parameters<typeof closeMonth>[4]) =>
  must(await closeMonth(tx, at, number, month, by))!;

const step = (kind: StepKind, by: string, at = late + hourMs) => ({ kind, by, name: by, reason: 'why', at });
const limitsOf = (large: number | null, small = 0, reviewDays = 3) => ({
  reviewDays,
  amounts: { CNY: { small, large } },
});

test('a judged month is a draft until its review is over, then it is posted once, however often the timetable looks', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  const made = await close(db, number);
  assert.deepEqual([made.postedAt, made.dueAt, made.approvers], [null, due, 0]);
  const wake = (at: number) => postStatements(database, { now: () => at }, assert.fail);
  for (const at of [late, due - 1]) {
    await wake(at);
    assert.equal(await owed(db), 0, new Date(at).toISOString());
  }
  for (const at of [due, due + 1, due + dayMs]) await wake(at);
  assert.equal(await owed(db), made.amount);
  assert.equal((await readStatement(db, number, month))?.postedAt, due);
  const after = (await readStatement(db, number, month))!;
  assert.deepEqual([after.settlement, after.caseText], [made.settlement, made.caseText], 'its bytes stay');
});

test('what is below the small limit is posted at once', async (t) => {
  const { db, number, owed } = await makeMonth(t);
  await insertLimits(db, limitsOf(null, 1_000_000), 'owner', late);
  const made = await close(db, number);
  assert.equal(made.postedAt, late);
  assert.equal(await owed(db), made.amount);
});

test('a held draft stays a draft until it is released, then it is posted; both are leaves of the chain', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  const made = await close(db, number);
  const of = { agreement: number, month, revision: 1 };
  must(await takeStep(db, of, step('held', 'anna'), 0));
  await postStatements(database, { now: () => due + dayMs }, assert.fail);
  assert.equal(await owed(db), 0);
  assert.equal(codeOf(await takeStep(db, of, step('held', 'bo'), 1)), 'statement-held');
  must(await takeStep(db, of, step('released', 'bo', due + dayMs), 1));
  assert.equal(await owed(db), made.amount, 'its review was over: posted with the release');
  assert.equal(codeOf(await takeStep(db, of, step('held', 'anna'), 2)), 'statement-posted');
  assert.deepEqual(
    (await readSteps(db, [number])).map(({ step: n, kind, by }) => [n, kind, by]),
    [
      [1, 'held', 'anna'],
      [2, 'released', 'bo'],
    ],
  );
  const leaves = await query<{ id: string }>(db, sql`select id from evidence_leaves where kind = 'approval'`);
  assert.deepEqual(leaves.map(({ id }) => id).sort(), [`${number}/${month}/1/1`, `${number}/${month}/1/2`]);
  assert.equal((await verifyChain(db)).kind, 'sound');
  for (const statement of [
    'update approvals set reason = $$$$',
    'delete from approvals',
    'delete from limits',
  ])
    await assert.rejects(
      async () => void (await db.execute(sql.raw(statement))),
      (error) => sqlState(error) === 'HP001',
      statement,
    );
});

test('above the large limit two people agree, and neither the first nor whoever held it is the second', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  await insertLimits(db, limitsOf(1), 'owner', late);
  const made = await close(db, number);
  assert.equal(made.approvers, 2);
  await insertLimits(db, limitsOf(null), 'owner', late + 1);
  const wake = () => postStatements(database, { now: () => due }, assert.fail);
  await wake();
  assert.equal(await owed(db), 0, 'a limit that is lifted later does not reach back');
  const of = { agreement: number, month, revision: 1 };
  const take = async (kind: StepKind, by: string, seen: number, at = late + hourMs) =>
    codeOf(await takeStep(db, of, step(kind, by, at), seen));
  assert.equal(await take('held', 'cy', 0), null);
  assert.equal(await take('released', 'anna', 1), null);
  assert.equal(await take('approved', 'anna', 2), null);
  assert.equal(await take('approved', 'anna', 3), 'second-person-needed');
  assert.equal(await take('approved', 'cy', 3), 'second-person-needed');
  await wake();
  assert.equal(await owed(db), 0);
  assert.equal(await take('approved', 'bo', 3, due), null);
  assert.equal(await owed(db), made.amount);
  await wake();
  assert.equal(await owed(db), made.amount);
});

test('of two who approve what they both saw one wins, the other is refused and nothing of it is left', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  await insertLimits(db, limitsOf(1), 'owner', late);
  await close(db, number);
  const of = { agreement: number, month, revision: 1 };
  for (const seen of [0, 1]) {
    const approve = (by: string) =>
      database.transaction((tx) => takeStep(tx, of, step('approved', by, due), seen));
    const people = seen === 0 ? ['anna', 'bo'] : ['cy', 'di'];
    const said = await Promise.all(people.map(approve));
    assert.deepEqual(new Set(said.map(codeOf)), new Set([null, 'approval-stale']));
    assert.equal((await readSteps(db, [number])).length, seen + 1);
  }
  assert.equal(await owed(db), (await readStatement(db, number, month))?.amount);
});

test('revisions of a month are posted in their order, each with its difference', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  await close(db, number);
  const first = { agreement: number, month, revision: 1 };
  must(await takeStep(db, first, step('held', 'anna'), 0));
  const stretch = [slotOf('web:h000001', 600), slotOf('web:h000001', 900)] as const;
  must(await database.transaction((tx) => recordCause(tx, late, excuse('c1', ...stretch))));
  const second = await close(db, number, late + hourMs, { actor: 'finance', reason: 'agreed' });
  assert.equal(second.postedAt, null);
  assert.ok(second.difference < 0);
  const wake = () => postStatements(database, { now: () => due + 9 * dayMs }, assert.fail);
  await wake();
  assert.equal(await owed(db), 0, 'the difference waits for what it differs from');
  must(await takeStep(db, first, step('released', 'anna', due + 9 * dayMs), 1));
  assert.equal(await owed(db), second.amount, 'both with the release');
  await wake();
  assert.equal(await owed(db), second.amount);
});

test('a small revision of a draft waits for the draft', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  await close(db, number);
  await insertLimits(db, limitsOf(null, 1_000_000), 'owner', late);
  const stretch = [slotOf('web:h000001', 600), slotOf('web:h000001', 601)] as const;
  must(await database.transaction((tx) => recordCause(tx, late, excuse('c1', ...stretch))));
  const second = await close(db, number, late + hourMs, { actor: 'finance', reason: 'agreed' });
  assert.deepEqual([second.postedAt, second.dueAt], [null, late + hourMs]);
  await postStatements(database, { now: () => due - 1 }, assert.fail);
  assert.equal(await owed(db), 0);
  await postStatements(database, { now: () => due }, assert.fail);
  assert.equal(await owed(db), second.amount);
});

test('a transaction that dies at any statement leaves nothing, and the next wake-up posts once', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  const made = await close(db, number);
  for (let statements = 1; ; statements += 1) {
    const killed = new Error('killed');
    const work = database.transaction((tx) => postReady(dying(tx, statements, killed), due, [number]));
    const survived = await work.then(
      () => true,
      (error: unknown) => {
        assert.equal(error, killed);
        return false;
      },
    );
    if (survived) {
      assert.ok(statements > 5, 'it is tried at each statement');
      break;
    }
    assert.equal(await owed(db), 0);
    assert.equal((await readStatement(db, number, month))?.postedAt, null);
  }
  await postStatements(database, { now: () => due + 1 }, assert.fail);
  assert.equal(await owed(db), made.amount);
  assert.equal((await readPostings(db, `statement:${number}/${month}/1`)).length, 2);
});

/** A transaction in which the n-th statement is never made: a process that died there. */
function dying(tx: Tx, statements: number, killed: Error): Tx {
  let left = statements;
  const verbs = new Set<string | symbol>(['select', 'selectDistinctOn', 'insert', 'update', 'execute']);
  return new Proxy(tx, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (!verbs.has(name) || typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        left -= 1;
        if (left <= 0) throw killed;
        return Reflect.apply(value, target, given);
      };
    },
  });
}

test('one statement that the ledger does not take is said and holds up no other', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  const other = await database.transaction(async (tx) => {
    const { id } = await makeHost(tx, 'two.customer.example', 'c000002');
    return makeAgreement(tx, id, ['web'], 365);
  });
  const made = await close(db, number);
  must(await closeMonth(db, late, other, month, timetable));
  const postings = [
    { account: 'a', amount: 1, currency: 'CNY' },
    { account: 'b', amount: -1, currency: 'CNY' },
  ];
  const key = `statement:${other}/${month}/1`;
  must(await post(db, { key, kind: 'compensation', at: late, detail: {}, postings }));
  const said: string[] = [];
  await postStatements(database, { now: () => due }, (text) => void said.push(text));
  assert.deepEqual([said.length, said[0]?.includes(`${other}/${month}/1`)], [1, true]);
  assert.equal(await owed(db), made.amount);
  assert.equal((await readStatement(db, other, month))?.postedAt, null);
});

/** The embedded database has one connection. */
const together = onPostgres ? test : () => {};

together('wake-ups at the same time post once', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  const made = await close(db, number);
  await Promise.all([1, 2, 3].map(() => postStatements(database, { now: () => due }, assert.fail)));
  assert.equal(await owed(db), made.amount);
});

together('a connection that is cut in the middle of posting leaves nothing', async (t) => {
  const { database, db, number, owed } = await makeMonth(t);
  const made = await close(db, number);
  const cut = database.transaction(async (tx) => {
    await postReady(tx, due, [number]);
    const [row] = await query<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`);
    await db.execute(sql`select pg_terminate_backend(${row!.pid})`);
    await tx.execute(sql`select 1`);
  });
  await assert.rejects(cut);
  assert.equal(await owed(db), 0);
  await postStatements(database, { now: () => due }, assert.fail);
  assert.equal(await owed(db), made.amount);
});

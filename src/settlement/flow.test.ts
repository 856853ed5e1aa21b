import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPostgres, withDatabase } from '../../test/database.ts';
import { end, excuse, late, makeMonth, month } from '../../test/month.ts';
import {
  begin,
  codeOf,
  dayMs,
  hourMs,
  makeAgreement,
  makeHost,
  makeWorld,
  minuteMs,
  must,
  slotOf,
} from '../../test/world.ts';
import { readAgreement } from '../agreement/store.ts';
import { recordCause, withdrawCause } from '../attribution/flow.ts';
import type { Tx } from '../db/connection.ts';
import { readSeries, readWindows, takeMinutes } from '../measure/flow.ts';
import { packMinute } from '../measure/pack.ts';
import { readCase, readCaseText } from './case.ts';
import { closeMonth, dueMonths, exportCase, gatherCase } from './flow.ts';
import { evaluate, settlementText } from './settlement.ts';
import { readStatement, readStatements } from './store.ts';

const web = 'web:h000001';
const timetable = { actor: 'timetable', reason: null };

const close = (tx: Tx, number: string, at = late, by: { actor: string; reason: string | null } = timetable) =>
  closeMonth(tx, at, number, month, by);

test('a month is not closed before its late data had time to come', async (t) => {
  const { db, number } = await makeMonth(t);
  for (const at of [end - 1, end, late - 1]) {
    const refused = await close(db, number, at);
    assert.equal(codeOf(refused) === null, false, `closed at ${new Date(at).toISOString()}`);
  }
  assert.equal(await readStatement(db, number, month), null);
  assert.notEqual(must(await close(db, number)), null);
});

test('closing twice changes nothing: one statement, one posting', async (t) => {
  const { db, number } = await makeMonth(t);
  const first = must(await close(db, number))!;
  assert.equal(first.revision, 1);
  assert.equal(first.difference, first.amount);
  assert.ok(first.amount > 0);
  assert.equal(must(await close(db, number, late + dayMs)), null);
  assert.equal((await readStatements(db, number)).length, 1);
  const due = (await dueMonths(db, late + dayMs, 10)).filter((one) => one.agreement === number);
  assert.deepEqual(due, []);
});

test('the amount is that of the deficient time: 36,500 fen over 365 days, ten hours, twice', async (t) => {
  const { db, number } = await makeMonth(t);
  const statement = must(await close(db, number))!;
  // From the first failing observation to the first passing one: 600 minutes (SEMANTICS §4).
  const exact = (36_500 * 600 * 2) / (365 * 1440);
  assert.equal(statement.amount, Math.ceil(exact));
});

test('the exported case evaluates to the statement’s bytes', async (t) => {
  const { db, number } = await makeMonth(t);
  const statement = must(await close(db, number))!;
  const text = await exportCase(db, late, number, month, null);
  assert.equal(text, statement.caseText);
  const input = must(readCaseText(String(text)));
  assert.equal(settlementText(evaluate(input)), statement.settlement);
});

test('what is gathered judges as the same facts written down by hand', async (t) => {
  const { db, number, host } = await makeMonth(t);
  const agreement = (await readAgreement(db, number))!;
  const gathered = must(await gatherCase(db, agreement, month, null));
  const at = (ms: number) => new Date(ms).toISOString();
  const run = (first: number, last: number, result: 'pass' | 'fail') => ({
    first: at(slotOf(web, first)),
    last: at(slotOf(web, last)),
    count: last - first + 1,
    result,
  });
  const given = JSON.parse(gathered.text);
  const runs = [run(0, 599, 'pass'), run(600, 1199, 'fail'), run(1200, 30 * 1440 + 3, 'pass')];
  const shown = given.series.find((one: { check: string }) => one.check === 'web');
  assert.deepEqual(shown.runs.slice(0, 2), runs.slice(0, 2));
  const byHand = must(readCase({ ...given, series: [{ check: 'web', vantage: 'a', runs }] }));
  assert.deepEqual(evaluate(gathered.case), evaluate(byHand));
  const series = await readSeries(db, host, () => 150_000, begin, end);
  assert.equal(series.filter((one) => one.check === 'web').length, 1);
});

test('a later finding makes a revision with the difference; lowering needs a person’s reason', async (t) => {
  const { database, db, number } = await makeMonth(t);
  const first = must(await close(db, number))!;
  const stretch = [slotOf(web, 600), slotOf(web, 900)] as const;
  must(await database.transaction((tx) => recordCause(tx, late, excuse('c1', ...stretch))));
  const refused = await database.transaction((tx) => close(tx, number, late + hourMs));
  assert.equal(codeOf(refused), 'lowers-paid');
  assert.equal((await readStatements(db, number)).length, 1);
  const by = { actor: 'finance', reason: 'agreed with the customer in D-77' };
  const second = must(await database.transaction((tx) => close(tx, number, late + hourMs, by)))!;
  assert.deepEqual([second.revision, second.reason, second.actor], [2, by.reason, 'finance']);
  assert.equal(second.difference, second.amount - first.amount);
  assert.ok(second.difference < 0);
  must(await database.transaction((tx) => withdrawCause(tx, late, 'c1', 'owner', 'the document was void')));
  const third = must(await database.transaction((tx) => close(tx, number, late + 2 * hourMs)))!;
  assert.deepEqual([third.revision, third.amount, third.difference], [3, first.amount, -second.difference]);
});

test('a month that has not begun is refused, one cut before its start is empty, a wrong one is no month', async (t) => {
  const { db, number, host } = await makeMonth(t);
  assert.equal(codeOf(await exportCase(db, late, number, '2030-01', null)), 'month-unknown');
  assert.equal(codeOf(await exportCase(db, late, number, '2026-13', null)), 'month-invalid');
  assert.equal(codeOf(await exportCase(db, late, 'QA-0', month, null)), 'agreement-unknown');
  const empty = await exportCase(db, late, number, month, begin - dayMs);
  const [guarantee] = evaluate(must(readCaseText(String(empty)))).guarantees;
  assert.equal(guarantee?.status, 'nothing-measured');
  assert.deepEqual(await readWindows(db, host, begin, begin), []);
});

test('minutes of the log are windows of the case when a ceiling is promised', async (t) => {
  const database = await withDatabase(t);
  const text = await database.transaction(async (tx) => {
    await makeWorld(tx);
    const host = await makeHost(tx);
    const number = await makeAgreement(tx, host.id, ['response'], 365);
    const quiet = { plane: 'p1', part: 0, loopDelayMs: 0, hosts: [] };
    const packed = [
      { ...quiet, minute: begin },
      { ...quiet, minute: begin + minuteMs },
    ];
    const minutes = packed.map((one) => ({
      minute: one.minute,
      part: 0,
      packed: packMinute(one).toString('base64'),
    }));
    must(await takeMinutes(tx, begin + hourMs, 'p1', { spool: 's', seq: 1, minutes }));
    return exportCase(tx, begin + hourMs, number, month, begin + hourMs);
  });
  assert.match(String(text), /"windows":\[\{/);
});

/** The embedded database has one connection. */
const together = onPostgres ? test : () => {};

together('two closings at once are one', async (t) => {
  const { database, db, number } = await makeMonth(t);
  const made = await Promise.all([1, 2, 3].map(() => database.transaction((tx) => close(tx, number))));
  assert.equal(made.filter((one) => one !== null).length, 1);
  assert.equal((await readStatements(db, number)).length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPostgres } from '../../../test/database.ts';
import { due, late, makeMonth, month } from '../../../test/month.ts';
import { hourMs, makeAgreement, makeHost, must } from '../../../test/world.ts';
import type { Tx } from '../../db/connection.ts';
import { listOpen } from '../../db/outbox.ts';
import { type Letter, letterShape, render } from '../../notice/message.ts';
import { insertContact, insertPerson } from '../../people/store.ts';
import { closeMonth, closeMonths, postReady } from '../flow.ts';
import { insertLimits } from '../store.ts';
import { tellMonths } from './flow.ts';

const timetable = { actor: 'timetable', reason: null };

/** Two of a customer's people whose addresses are verified, one of whom is not. */
async function people(tx: Tx): Promise<void> {
  for (const [id, lang, verifiedAt] of [
    ['p1', 'zh', late],
    ['p2', 'en', late],
    ['p3', 'zh', null],
  ] as const) {
    const about = { customer: 'c000001', createdAt: late, removedAt: null };
    await insertPerson(tx, { ...about, id, name: `李${id}`, title: '', lang });
    const marks = { sealed: null, bouncedAt: null, remindedAt: null, verifiedAt };
    const value = `${id}@customer.example`;
    await insertContact(tx, { ...about, ...marks, id: `k${id}`, person: id, channel: 'email', value });
  }
}

const lettersOf = async (tx: Tx): Promise<readonly Letter[]> =>
  (await listOpen(tx, 'letter')).map(({ body }) => letterShape.parse(body));

test('a month is one letter to each verified address, with what is posted and what waits, however often it is looked', async (t) => {
  const { database, db, number } = await makeMonth(t);
  await people(db);
  const other = await database.transaction(async (tx) => {
    const { id } = await makeHost(tx, 'two.customer.example');
    return makeAgreement(tx, id, ['web'], 365);
  });
  const first = must(await closeMonth(db, late, number, month, timetable))!;
  const look = (at: number) => tellMonths(database, () => at, assert.fail);
  assert.equal(await look(late), 0, 'the customer’s other agreement is not judged yet');
  assert.deepEqual(await lettersOf(db), []);
  await insertLimits(
    db,
    { reviewDays: 3, amounts: { CNY: { small: 9_000_000, large: null } } },
    'owner',
    late,
  );
  const second = must(await closeMonth(db, late, other, month, timetable))!;
  assert.equal(second.postedAt, late, 'below the small limit it is posted at once');
  assert.equal(await look(late + hourMs), 1);
  assert.equal(await look(late + 2 * hourMs), 0);
  const letters = await lettersOf(db);
  assert.deepEqual(
    letters.map(({ to, lang }) => [to, lang]),
    [
      ['p1@customer.example', 'zh'],
      ['p2@customer.example', 'en'],
    ],
  );
  const [zh, en] = letters.map((letter) => {
    const sender = {
      name: { zh: '主机', en: 'Hosting' },
      address: 'a@host.example',
      origin: 'https://c.example',
    };
    return render(letter, 'k', sender, '');
  });
  assert.equal(zh?.subject, '主机：2026-09 服务质量月度结算');
  const yuan = (minor: number): string => (minor / 100).toFixed(2);
  assert.ok(
    zh.text.includes(`${number}　赔偿 ¥${yuan(first.amount)}　草稿，2026-10-08 00:00（UTC）起自动入账`),
    zh.text,
  );
  assert.ok(en?.text.includes(`${other}  compensation CNY ${yuan(second.amount)}, posted`), String(en?.text));
  assert.ok(String(en?.text).includes('https://c.example/console/statements'));
});

test('a customer without a verified address gets none, and none later for what is over', async (t) => {
  const { database, db, number } = await makeMonth(t);
  must(await closeMonth(db, late, number, month, timetable));
  assert.equal(await tellMonths(database, () => late, assert.fail), 1);
  assert.deepEqual(await lettersOf(db), [], 'nobody has a verified address');
  await people(db);
  await postReady(db, due, [number]);
  assert.equal(await tellMonths(database, () => due, assert.fail), 0);
  assert.deepEqual(await lettersOf(db), []);
});

/** The embedded database has one connection. */
const together = onPostgres ? test : () => {};

together('two wake-ups and two closings at once write one letter to each', async (t) => {
  const { database, db, number } = await makeMonth(t);
  await people(db);
  const close = () => database.transaction((tx) => closeMonths(tx, late, [number], month, timetable));
  await Promise.all([close(), close()]);
  await Promise.all([1, 2, 3].map(() => tellMonths(database, () => late, assert.fail)));
  assert.equal((await lettersOf(db)).length, 2);
});

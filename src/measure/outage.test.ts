import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import {
  begin,
  dayMs,
  hourMs,
  makeHost,
  makeProber,
  makeWorld,
  minuteMs,
  must,
  quietOf,
  seen,
  slotOf,
  wantedOf,
} from '../../test/world.ts';
import { syncTargets, takeDeath, takeSigned } from './flow.ts';
import { lookAgain, refreshOutages } from './outage/flow.ts';
import { codeOf } from './outage.ts';
import { ruleOf } from './rule.ts';
import { openOutages, readOutages } from './store.ts';

const web = 'web:h000001';
const ftp = 'ftp:h000001';
const holdMs = 150_000;

/** A host with one prober; `see` tells turns and quiet rounds up to a minute, `refresh` looks at it then. */
async function makeSeen(t: TestContext) {
  const database = await withDatabase(t);
  const { db } = database;
  await makeWorld(db);
  const host = await makeHost(db);
  await syncTargets(db, await wantedOf(db, [host.id]));
  const { prober, say } = await makeProber(db, 'a');
  const other = await makeProber(db, 'b');
  const take = async (kind: 'turns' | 'quiet', body: object) =>
    must(await takeSigned(db, begin + 100 * dayMs, prober, say(kind, body)));
  const turn = (target: string, minute: number, result: 'pass' | 'fail', code?: string) =>
    take('turns', { turns: [seen(target, slotOf(target, minute), result, code)] });
  const quiet = (first: number, last: number) => take('quiet', quietOf(first, last));
  const refresh = (minute: number, check: 'web' | 'ftp' = 'web', lookBackMs?: number) =>
    refreshOutages(db, begin + minute * minuteMs, host, check, ruleOf(check)!, lookBackMs);
  const rows = async () => {
    const found = await readOutages(db, host.id, begin, begin + 100 * dayMs);
    const minute = (at: number, check: string) => (at - slotOf(`${check}:h000001`, 0)) / minuteMs;
    return found.map(({ check, from, to, code }) => [
      check,
      minute(from, check),
      to === null ? null : minute(to, check),
      code,
    ]);
  };
  await turn(web, 0, 'pass');
  await turn(ftp, 0, 'pass');
  /** What the second prober tells, at once or much later. */
  const tell = async (kind: 'turns' | 'quiet', body: object, at = begin + 100 * dayMs) =>
    must(await takeSigned(db, at, other.prober, other.say(kind, body)));
  return { database, db, host, turn, quiet, refresh, rows, tell };
}

test('an outage opens with its first failing turn, grows, and closes with the pass', async (t) => {
  const { db, turn, quiet, refresh, rows } = await makeSeen(t);
  await quiet(0, 9);
  await refresh(10);
  assert.deepEqual(await rows(), []);
  await turn(web, 10, 'fail', 'http-status');
  await refresh(11);
  assert.deepEqual(await rows(), [['web', 10, null, 'http-status']]);
  assert.deepEqual(await openOutages(db), [{ host: 'h000001', check: 'web' }]);
  await quiet(10, 19);
  const [open] = await refresh(20);
  assert.equal(open?.lastFail, slotOf(web, 19));
  await turn(web, 20, 'pass');
  await quiet(20, 25);
  await refresh(26);
  assert.deepEqual(await rows(), [['web', 10, 20, 'http-status']]);
  assert.deepEqual(await openOutages(db), []);
});

test('a second look changes nothing', async (t) => {
  const { db, turn, quiet, refresh } = await makeSeen(t);
  await turn(web, 10, 'fail');
  await turn(web, 12, 'pass');
  await turn(web, 100, 'fail');
  await quiet(0, 110);
  const first = await refresh(111);
  const stored = await readOutages(db, 'h000001', begin, begin + dayMs);
  assert.deepEqual(await refresh(111), first);
  assert.deepEqual(await readOutages(db, 'h000001', begin, begin + dayMs), stored);
  assert.equal(stored.length, 2);
});

test('two checks have outages of their own', async (t) => {
  const { turn, quiet, refresh, rows } = await makeSeen(t);
  await turn(web, 10, 'fail');
  await turn(ftp, 11, 'fail', 'login');
  await turn(ftp, 12, 'pass');
  await quiet(0, 20);
  await refresh(21, 'ftp');
  await refresh(21, 'web');
  await refresh(21, 'ftp');
  assert.deepEqual((await rows()).sort(), [
    ['ftp', 11, 12, 'login'],
    ['web', 10, null, 'refused'],
  ]);
});

test('silence ends an outage when the last word no longer holds; a fail soon after makes it one again', async (t) => {
  const { turn, quiet, refresh, rows } = await makeSeen(t);
  await turn(web, 10, 'fail');
  await quiet(0, 11);
  await refresh(13);
  assert.deepEqual(await rows(), [['web', 10, null, 'refused']]);
  await refresh(20);
  assert.deepEqual(await rows(), [['web', 10, 11 + holdMs / minuteMs, 'refused']]);
  await turn(web, 60, 'fail', 'timeout');
  await quiet(60, 65);
  await refresh(66);
  assert.deepEqual(await rows(), [['web', 10, null, 'refused']]);
});

test('an outage that lasts for days stays one, with its own beginning', async (t) => {
  const { turn, quiet, refresh, rows } = await makeSeen(t);
  await turn(web, 10, 'fail');
  const days = 5 * 24 * 60;
  await quiet(0, days);
  await refresh(days + 1);
  assert.deepEqual(await rows(), [['web', 10, null, 'refused']]);
  await turn(web, days + 1, 'pass');
  await quiet(days + 1, days + 500);
  await refresh(days + 2);
  await refresh(days + 490);
  assert.deepEqual(await rows(), [['web', 10, days + 1, 'refused']]);
});

test('what is told days late is found when the look goes back to it, and splits what it contradicts', async (t) => {
  const { turn, quiet, refresh, rows } = await makeSeen(t);
  const day = 24 * 60;
  await turn(web, 10, 'fail');
  await turn(web, 10 + day, 'pass');
  await quiet(0, 3 * day);
  await refresh(3 * day);
  assert.deepEqual(await rows(), [], 'a look of three hours does not reach so far');
  await refresh(3 * day, 'web', 2 * day * minuteMs);
  assert.deepEqual(await rows(), [['web', 10, 10 + day, 'refused']]);
  await turn(web, 300, 'pass');
  await turn(web, 400, 'fail', 'timeout');
  await refresh(3 * day, 'web', 2.5 * day * minuteMs);
  assert.deepEqual(await rows(), [
    ['web', 10, 300, 'refused'],
    ['web', 400, 10 + day, 'timeout'],
  ]);
});

test('rounds without a turn that are told late settle what one prober saw alone, once', async (t) => {
  const { database, turn, quiet, refresh, rows, tell } = await makeSeen(t);
  await tell('turns', { turns: [seen(web, slotOf(web, 0), 'pass')] });
  await tell('quiet', quietOf(0, 9), begin + 10 * minuteMs);
  await turn(web, 60, 'fail');
  await quiet(0, 119);
  await turn(web, 120, 'pass');
  await quiet(120, 200);
  await refresh(200);
  assert.deepEqual(await rows(), [['web', 60, 120, 'refused']]);
  const later = begin + 2 * dayMs;
  const look = () => lookAgain(database, () => later + hourMs, assert.fail);
  await look();
  // It saw nothing turn: half of two is no majority.
  await tell('quiet', quietOf(10, 200), later);
  assert.equal(await lookAgain(database, () => later, assert.fail), 0, 'gathered first');
  assert.equal(await look(), 1);
  assert.deepEqual(await rows(), []);
  assert.equal(await look(), 0);
});

test('late rounds of one who saw it fail, and whose word no longer held, make an outage that was none', async (t) => {
  const { database, db, turn, quiet, refresh, rows, tell } = await makeSeen(t);
  const third = await makeProber(db, 'c');
  const say = async (kind: 'turns' | 'quiet', body: object) =>
    must(await takeSigned(db, begin + 3 * hourMs, third.prober, third.say(kind, body)));
  await tell('turns', { turns: [seen(web, slotOf(web, 30), 'fail', 'timeout')] });
  await tell('quiet', quietOf(30, 31), begin + 32 * minuteMs);
  await say('turns', { turns: [seen(web, slotOf(web, 60), 'fail')] });
  await say('quiet', quietOf(60, 119));
  await say('turns', { turns: [seen(web, slotOf(web, 120), 'pass')] });
  await turn(web, 20, 'pass');
  await quiet(20, 200);
  await refresh(200);
  assert.deepEqual(await rows(), [], 'one against one');
  await tell('quiet', quietOf(32, 200), begin + 2 * dayMs);
  assert.equal((await lookAgain(database, () => begin + 3 * dayMs, assert.fail)) > 0, true);
  assert.deepEqual(await rows(), [['web', 60, 120, 'refused']]);
});

test('a plane’s death that nobody else saw is an outage without a reading', async (t) => {
  const { db, quiet, refresh } = await makeSeen(t);
  await quiet(0, 9);
  const [from, to] = [begin + 20 * minuteMs, begin + 30 * minuteMs];
  must(await takeDeath(db, begin + hourMs, 'p1', { spool: 's', seq: 1, from, to }));
  const rows = await refresh(40);
  assert.deepEqual(
    rows.map((row) => [row.from, row.to, row.code]),
    [[from, to, 'silent']],
  );
});

test('an outage’s code is that of its first failing turn, not of a later outage’s', () => {
  const at = (instant: number, result: 'pass' | 'fail', code: string) => ({
    at: instant,
    result,
    reading: { code },
  });
  const turns = [
    at(5, 'fail', 'early'),
    at(20, 'pass', 'ok'),
    at(25, 'fail', 'own'),
    at(90, 'fail', 'later'),
  ];
  assert.equal(codeOf({ from: 20, to: 50, firstFail: 21, lastFail: 40 }, turns), 'own');
  assert.equal(codeOf({ from: 50, to: 80, firstFail: 50, lastFail: 79 }, turns), 'silent');
});

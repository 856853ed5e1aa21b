import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import {
  begin,
  codeOf,
  dayMs,
  makeHost,
  makeProber,
  makeWorld,
  minuteMs,
  must,
  orderOf,
  quietOf,
  type Said,
  seen,
  slotOf,
  wantedOf,
} from '../../test/world.ts';
import type { Tx } from '../db/connection.ts';
import { orderHost } from '../hosting/flow.ts';
import type { HostRow } from '../hosting/store.ts';
import { isRefusal } from '../refusal.ts';
import { readSeries, syncTargets, takeSigned } from './flow.ts';
import * as store from './store.ts';

const web = 'web:h000001';
const ftp = 'ftp:h000001';
const now = begin + dayMs;

/** A host whose two targets are version 1, and a prober that tells of them. */
async function makeWatched(t: TestContext) {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const host = await makeHost(db);
  assert.equal(await syncTargets(db, await wantedOf(db, [host.id])), 1);
  const speaker = await makeProber(db, 'a');
  const take = (said: Said) => takeSigned(db, now, speaker.prober, said);
  const round = (
    minute: number,
    missed: readonly string[] = [],
    turns: readonly object[] = [],
    version = 1,
  ) => speaker.say('round', { ...roundOf(minute, version), missed, turns });
  const quiet = (first: number, last: number, version = 1) =>
    speaker.say('quiet', quietOf(first, last, version));
  return { db, host, speaker, take, round, quiet };
}

const roundOf = (minute: number, version = 1) => ({
  round: begin + minute * minuteMs,
  intervalMs: minuteMs,
  version,
  targets: 2,
});
/** The runs of one check from the one vantage point: minutes of their first and last slot, result, count. */
async function runsOf(tx: Tx, host: HostRow, target: string, vantage = 'a') {
  const series = await readSeries(tx, host, () => 150_000, begin, now);
  const check = target.split(':')[0];
  const one = series.find((each) => each.check === check && each.vantage === vantage);
  const minute = (at: number) => (at - slotOf(target, 0)) / minuteMs;
  return (one?.runs ?? []).map((run) => [minute(run.first), minute(run.last), run.result, run.count]);
}

const rangesOf = async (tx: Tx) =>
  (await store.readReceipts(tx, begin, now)).map(({ prober, firstRound, lastRound, version }) => [
    prober,
    (firstRound - begin) / minuteMs,
    (lastRound - begin) / minuteMs,
    version,
  ]);

test('rounds become runs: what turned is told, what did not follows from the receipts', async (t) => {
  const { db, host, take, round, quiet } = await makeWatched(t);
  const first = [seen(web, slotOf(web, 0), 'pass'), seen(ftp, slotOf(ftp, 0), 'pass')];
  const taken = must(await take(round(0, [], first)));
  assert.deepEqual(taken, {
    taken: true,
    touched: [
      { host: host.id, check: 'web', since: slotOf(web, 0) },
      { host: host.id, check: 'ftp', since: slotOf(ftp, 0) },
    ],
  });
  must(await take(round(1)));
  must(await take(quiet(2, 9)));
  must(await take(round(10, [], [seen(web, slotOf(web, 10), 'fail')])));
  must(await take(round(11, [web])));
  must(await take(quiet(12, 20)));
  assert.deepEqual(await rangesOf(db), [['a', 0, 20, 1]]);
  assert.deepEqual(await runsOf(db, host, web), [
    [0, 9, 'pass', 10],
    [10, 20, 'fail', 10],
  ]);
  assert.deepEqual(await runsOf(db, host, ftp), [[0, 20, 'pass', 21]]);
});

test('what another key signed, and what was changed after signing, is refused and not taken in', async (t) => {
  const { db, speaker, take, quiet } = await makeWatched(t);
  const stranger = await makeProber(db, 'b');
  const said = quiet(0, 5);
  const forged = { ...said, text: said.text.replace('"version":1', '"version":2') };
  assert.equal(codeOf(await take(forged)), 'signature-invalid');
  assert.equal(codeOf(await take({ ...said, signature: '' })), 'signature-invalid');
  assert.equal(codeOf(await takeSigned(db, now, stranger.prober, said)), 'signature-invalid');
  const foreign = stranger.say('quiet', quietOf(0, 5));
  assert.equal(codeOf(await takeSigned(db, now, speaker.prober, foreign)), 'signature-invalid');
  assert.deepEqual(await rangesOf(db), []);
  must(await take(said));
  assert.deepEqual(await rangesOf(db), [['a', 0, 5, 1]]);
});

test('a message that comes again changes nothing; a new spool begins again at its own sequence', async (t) => {
  const { db, host, take, round, speaker } = await makeWatched(t);
  const said = round(0, [ftp], [seen(web, slotOf(web, 0), 'pass')]);
  must(await take(said));
  const [before] = await store.readReceipts(db, begin, now);
  assert.deepEqual(await take(said), { taken: false, touched: [] });
  assert.deepEqual(await store.readReceipts(db, begin, now), [before]);
  const body = { ...roundOf(1), missed: [], turns: [] };
  const fresh = { ...speaker.say('round', body, 'second'), seq: 1 };
  assert.equal(must(await take(fresh)).taken, true);
  assert.equal(must(await take(fresh)).taken, false);
  assert.deepEqual(await runsOf(db, host, web), [[0, 1, 'pass', 2]]);
});

test('a receipt is chained to the one before it', async (t) => {
  const { db, take, round } = await makeWatched(t);
  const digest = (text: string | Buffer) => createHash('sha256').update(text).digest();
  const [one, two] = [round(0), round(1)];
  must(await take(one));
  must(await take(two));
  const first = digest(Buffer.concat([Buffer.alloc(32), digest(one.text)]));
  const [range] = await store.readReceipts(db, begin, now);
  assert.deepEqual(range?.digest, digest(Buffer.concat([first, digest(two.text)])));
  assert.equal(range?.signature.toString('base64'), two.signature);
});

test('a message that is none is refused with the path of its fault', async (t) => {
  const { db, take, speaker } = await makeWatched(t);
  const good = seen(web, slotOf(web, 0), 'pass');
  const bad: readonly [string, Parameters<typeof speaker.say>[0], object][] = [
    ['text.turns[1].result', 'turns', { turns: [good, { ...good, result: 'maybe' }] }],
    [
      'text.turns[0].reading.colour',
      'turns',
      { turns: [{ ...good, reading: { ...good.reading, colour: 1 } }] },
    ],
    ['text.missed', 'round', { ...roundOf(0), missed: 'all', turns: [] }],
    ['text.round', 'round', { ...roundOf(0), round: begin + 1, missed: [], turns: [] }],
    ['text.last', 'quiet', quietOf(5, 4)],
    ['text.first', 'quiet', quietOf(0.5, 1.5)],
    ['text.turns', 'turns', roundOf(0)],
  ];
  for (const [path, kind, body] of bad) {
    const refused = await take(speaker.say(kind, body));
    assert.ok(isRefusal(refused), path);
    assert.deepEqual([refused.code, refused.path], ['message-invalid', path]);
  }
  const said = speaker.say('turns', { turns: [] });
  for (const [path, body] of [
    ['seq', { ...said, seq: 0 }],
    ['spool', { ...said, spool: '../x' }],
    ['kind', { ...said, kind: 'gossip' }],
    ['hint', { ...said, hint: 1 }],
    ['', null],
  ] as const) {
    const refused = await takeSigned(db, now, speaker.prober, body);
    assert.deepEqual(isRefusal(refused) && [refused.code, refused.path], ['message-invalid', path]);
  }
  assert.deepEqual(await rangesOf(db), []);
});

test('a clock that runs more than five minutes ahead is refused', async (t) => {
  const { speaker, db, quiet, round } = await makeWatched(t);
  const at = (minute: number, said: Said) => takeSigned(db, begin + minute * minuteMs, speaker.prober, said);
  assert.equal(codeOf(await at(10, quiet(0, 16))), 'clock-ahead');
  const turn = seen(web, begin + 16 * minuteMs, 'fail');
  assert.equal(codeOf(await at(10, round(10, [], [turn]))), 'clock-ahead');
  assert.equal(codeOf(await at(10, quiet(0, 15))), null);
});

test('of a target that is not there nothing is kept, the rest of the message is', async (t) => {
  const { db, host, take, round } = await makeWatched(t);
  const turns = [seen('web:h000009', slotOf(web, 0), 'fail'), seen(web, slotOf(web, 0), 'pass')];
  const { touched } = must(await take(round(0, ['web:h000009'], turns)));
  assert.deepEqual(
    touched.map((one) => one.host),
    [host.id],
  );
  assert.deepEqual(await store.readTurns(db, ['web:h000009'], begin, now), []);
  assert.deepEqual(await runsOf(db, host, web), [[0, 0, 'pass', 1]]);
});

test('rounds out of order fill the gap that they were missing from', async (t) => {
  const { db, host, take, round, quiet } = await makeWatched(t);
  must(await take(round(0, [], [seen(web, slotOf(web, 0), 'pass')])));
  must(await take(quiet(20, 29)));
  must(await take(quiet(5, 9)));
  must(await take(round(10)));
  assert.deepEqual(await rangesOf(db), [
    ['a', 0, 0, 1],
    ['a', 5, 10, 1],
    ['a', 20, 29, 1],
  ]);
  assert.deepEqual(await runsOf(db, host, web), [
    [0, 0, 'pass', 1],
    [5, 10, 'pass', 6],
    [20, 29, 'pass', 10],
  ]);
  must(await take(quiet(1, 40)));
  assert.deepEqual(await runsOf(db, host, web), [[0, 40, 'pass', 41]]);
});

test('ranges that overlap count each round once, and a version keeps its own rounds', async (t) => {
  const { db, host, take, round, quiet } = await makeWatched(t);
  must(await take(round(0, [], [seen(web, slotOf(web, 0), 'pass')])));
  must(await take(quiet(1, 10)));
  must(await take(quiet(8, 14, 2)));
  must(await take(quiet(2, 6)));
  assert.deepEqual(await rangesOf(db), [
    ['a', 0, 10, 1],
    ['a', 11, 14, 2],
  ]);
  assert.deepEqual(await runsOf(db, host, web), [[0, 14, 'pass', 15]]);
});

test('of a round told twice a slot is missed only if both tellings missed it', async (t) => {
  const { db, host, take, round } = await makeWatched(t);
  must(await take(round(0, [], [seen(web, slotOf(web, 0), 'pass'), seen(ftp, slotOf(ftp, 0), 'pass')])));
  // The prober ends within round 1: web was read, ftp not yet. Started again, it reads ftp, and web's slot is past.
  must(await take(round(1, [ftp])));
  must(await take(round(1, [web], [seen(ftp, slotOf(ftp, 1), 'pass')])));
  // Round 2: both tellings missed web; ftp was read by the first only.
  must(await take(round(2, [web])));
  must(await take(round(2, [web, ftp])));
  must(await take(round(3)));
  assert.deepEqual(await rangesOf(db), [['a', 0, 3, 1]]);
  const misses = await store.readMissed(db, 'a', begin, now);
  assert.deepEqual(misses, [{ target: web, at: slotOf(web, 2) }]);
  assert.deepEqual(await runsOf(db, host, ftp), [[0, 3, 'pass', 4]]);
  assert.deepEqual(await runsOf(db, host, web), [[0, 3, 'pass', 3]]);
});

test('a quiet range takes back the misses of rounds in it that were told before', async (t) => {
  const { db, take, round, quiet } = await makeWatched(t);
  for (const minute of [3, 4, 5]) must(await take(round(minute, [web, ftp])));
  must(await take(quiet(4, 8)));
  const misses = await store.readMissed(db, 'a', begin, now);
  assert.deepEqual(misses.map(({ target, at }) => [target, (at - slotOf(target, 0)) / minuteMs]).sort(), [
    [ftp, 3],
    [web, 3],
  ]);
  assert.deepEqual(await rangesOf(db), [['a', 3, 8, 1]]);
});

test('a telling over an older list takes back nothing of a target that it did not know', async (t) => {
  const { db, take, quiet, round } = await makeWatched(t);
  const id = must(await orderHost(db, begin, orderOf('two.example')));
  assert.equal(await syncTargets(db, await wantedOf(db, ['h000001', id])), 2);
  const target = `web:${id}`;
  must(await take(round(3, [target, web], [], 2)));
  must(await take(quiet(3, 3, 1)));
  assert.deepEqual(
    (await store.readMissed(db, 'a', begin, now)).map((miss) => miss.target),
    [target],
  );
});

test('the same turn told twice is one; another result in its slot follows it', async (t) => {
  const { db, host, take, round, speaker } = await makeWatched(t);
  const turn = seen(web, slotOf(web, 0), 'fail');
  must(await take(speaker.say('turns', { turns: [turn] })));
  must(await take(round(0, [ftp], [turn])));
  const again = seen(web, slotOf(web, 0), 'pass');
  must(await take(speaker.say('turns', { turns: [again] })));
  must(await take(round(0, [ftp], [again])));
  must(await take(round(1, [ftp])));
  const turns = await store.readTurns(db, [web], begin, now);
  assert.deepEqual(
    turns.map(({ at, result }) => [at - slotOf(web, 0), result]),
    [
      [0, 'fail'],
      [1, 'pass'],
    ],
  );
  const series = await readSeries(db, host, () => 150_000, begin, now);
  assert.deepEqual(
    series[0]?.runs.map((run) => [run.result, run.last - slotOf(web, 0)]),
    [
      ['fail', 0],
      ['pass', minuteMs],
    ],
  );
});

test('each prober is a vantage point of its own', async (t) => {
  const { db, host, take, round } = await makeWatched(t);
  const other = await makeProber(db, 'b');
  must(await take(round(0, [ftp], [seen(web, slotOf(web, 0), 'pass')])));
  const body = { ...roundOf(0), missed: [ftp], turns: [seen(web, slotOf(web, 0), 'fail')] };
  must(await takeSigned(db, now, other.prober, other.say('round', body)));
  assert.deepEqual(await runsOf(db, host, web), [[0, 0, 'pass', 1]]);
  assert.deepEqual(await runsOf(db, host, web, 'b'), [[0, 0, 'fail', 1]]);
});

test('the set of targets takes a version when it changes, and only then', async (t) => {
  const { db, host } = await makeWatched(t);
  const wanted = await wantedOf(db, [host.id]);
  assert.equal(await syncTargets(db, wanted), 1);
  const moved = wanted.map((one) => ({ ...one, spec: { ...one.spec, port: 1 } }));
  assert.equal(await syncTargets(db, moved), 2);
  assert.equal(await syncTargets(db, [], new Set([host.id])), 2, 'of a host left alone nothing goes');
  assert.equal(await syncTargets(db, moved.slice(0, 1)), 3);
  const targets = await store.readTargets(db, [host.id]);
  assert.deepEqual(
    targets.map(({ id, added, removed }) => [id, added, removed]),
    [
      [ftp, 1, 3],
      [web, 1, null],
    ],
  );
});

test('a target’s life ends with its version: later rounds say nothing of it', async (t) => {
  const { db, host, take, round, quiet } = await makeWatched(t);
  must(await take(round(0, [], [seen(web, slotOf(web, 0), 'pass'), seen(ftp, slotOf(ftp, 0), 'pass')])));
  must(await take(quiet(1, 5)));
  await syncTargets(db, (await wantedOf(db, [host.id])).slice(0, 1));
  must(await take(quiet(6, 9, 2)));
  assert.deepEqual(await runsOf(db, host, ftp), [[0, 5, 'pass', 6]]);
  assert.deepEqual(await runsOf(db, host, web), [[0, 9, 'pass', 10]]);
});

test('what was seen of a target before it was taken away counts, told after it', async (t) => {
  const { db, host, take, round, quiet, speaker } = await makeWatched(t);
  must(await take(round(0, [], [seen(web, slotOf(web, 0), 'pass'), seen(ftp, slotOf(ftp, 0), 'pass')])));
  assert.equal(await syncTargets(db, []), 2);
  const [down, up] = [slotOf(web, 10), slotOf(web, 300)];
  must(await take(speaker.say('turns', { turns: [seen(web, down, 'fail'), seen(web, up, 'pass')] })));
  must(await take(quiet(1, 399)));
  must(await take(round(400, [web])));
  assert.deepEqual(await runsOf(db, host, web), [
    [0, 9, 'pass', 10],
    [10, 299, 'fail', 290],
    [300, 399, 'pass', 100],
  ]);
});

test('what the other telling of a round had of a target that was taken away is no miss', async (t) => {
  const { db, host, take, round } = await makeWatched(t);
  must(await take(round(0, [], [seen(web, slotOf(web, 0), 'pass')])));
  must(await take(round(1, [web])));
  assert.equal(await syncTargets(db, []), 2);
  must(await take(round(1)));
  assert.deepEqual(await runsOf(db, host, web), [[0, 1, 'pass', 2]]);
});

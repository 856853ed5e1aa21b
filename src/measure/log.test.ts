import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import {
  begin,
  codeOf,
  dayMs,
  hourMs,
  makeHost,
  makeWorld,
  minuteMs,
  must,
  wantedOf,
} from '../../test/world.ts';
import { isRefusal } from '../refusal.ts';
import {
  foldDays,
  readSeries,
  readWindows,
  syncTargets,
  takeDeath,
  takeLogins,
  takeMinutes,
} from './flow.ts';
import { bucketCount, bucketOf, type HostMinute, slowMs } from './minute.ts';
import { packMinute, unpackDay } from './pack.ts';
import * as store from './store.ts';
import { logins } from './tables.ts';

const now = begin + dayMs;
const host = 'h000001';

/** One minute with one request of the host that took so long; null: none. */
function told(minute: number, slowest: number | null, part = 0, id = host) {
  const buckets = new Uint32Array(bucketCount);
  if (slowest !== null) buckets[bucketOf(slowest)] = 1;
  const counts = { requests: 1, bytesIn: 10, bytesOut: 100, clients: 1, busiest: 1, long: 0 };
  const one: HostMinute = {
    ...counts,
    host: id,
    measured: 1,
    slowest: slowest ?? 0,
    slow: (slowest ?? 0) > slowMs ? 1 : 0,
    statuses: [0, 1, 0, 0, 0, 0],
    buckets,
  };
  const hosts = slowest === null ? [] : [one];
  const packed = packMinute({ plane: 'p1', minute, part, loopDelayMs: 0, hosts });
  return { minute, part, packed: packed.toString('base64') };
}

async function makeLogged(t: TestContext, zone = 'UTC') {
  const { db } = await withDatabase(t);
  await makeWorld(db, zone);
  const row = await makeHost(db);
  let seq = 0;
  const tell = async (minutes: readonly ReturnType<typeof told>[], at: number) => {
    seq += 1;
    return takeMinutes(db, at, 'p1', { spool: 's', seq, minutes });
  };
  /** Value by minute index from an instant; absent: not read. */
  const windows = async (from: number, to: number) => {
    const out: Record<number, number | null> = {};
    for (const { from: start, count, values } of await readWindows(db, row, from, to))
      for (let i = 0; i < count; i += 1) out[(start - from) / minuteMs + i] = values?.[i] ?? null;
    return out;
  };
  return { db, row, tell, windows };
}

test('minutes are kept once by sequence and by (minute, part), and stand as windows', async (t) => {
  const { db, tell, windows } = await makeLogged(t);
  must(await tell([told(begin, 12), told(begin + minuteMs, null)], now));
  must(await tell([told(begin, 900), told(begin + 3 * minuteMs, 1600)], now));
  const again = { spool: 's', seq: 2, minutes: [told(begin + 5 * minuteMs, 1)] };
  assert.deepEqual(await takeMinutes(db, now, 'p1', again), { taken: false, touched: [] });
  assert.deepEqual(await windows(begin, begin + hourMs), { 0: 12, 1: null, 3: 1600 });
  assert.deepEqual(await windows(begin + 3 * minuteMs, begin + hourMs), { 0: 1600 });
});

test('a minute that is none, from the future, or cannot be unpacked is refused with its path', async (t) => {
  const { db, tell } = await makeLogged(t);
  const good = told(begin, 5);
  const cases = [
    ['message-invalid', 'minutes[1].minute', { ...good, minute: begin + 1 }],
    ['message-invalid', 'minutes[1].part', { ...good, part: -1 }],
    ['message-invalid', 'minutes[1].packed', { ...good, packed: '!' }],
    ['clock-ahead', 'minutes[1].minute', told(now + 10 * minuteMs, 5)],
    ['minute-corrupt', 'minutes[1].packed', { ...good, packed: 'AAAA' }],
    ['minute-corrupt', 'minutes[1].packed', { ...good, packed: good.packed.slice(0, 8) }],
  ] as const;
  for (const [code, path, minute] of cases) {
    const refused = await tell([good, minute], now);
    assert.deepEqual(isRefusal(refused) && [refused.code, refused.path], [code, path]);
  }
  assert.equal(await store.oldestMinute(db), null);
});

test('a day is folded two hours after its end, and folding again changes nothing', async (t) => {
  const { db, tell, windows } = await makeLogged(t);
  const minutes = [told(begin, 12), told(begin + 7 * minuteMs, 1700), told(begin + dayMs, 3)];
  must(await tell(minutes, now + hourMs));
  const before = await windows(begin, begin + 2 * dayMs);
  assert.equal(await foldDays(db, now + 2 * hourMs - 1), 0);
  assert.equal(await foldDays(db, now + 2 * hourMs), 1);
  const [day] = await store.readDays(db, [host], begin, now);
  assert.equal(await foldDays(db, now + 3 * hourMs), 0);
  assert.deepEqual(await store.readDays(db, [host], begin, now), [day]);
  const { sums } = unpackDay(day!.packed);
  assert.deepEqual([sums.requests, sums.slow, sums.bytesOut], [2, 1, 200]);
  assert.deepEqual(await store.oldestMinute(db), { plane: 'p1', minute: begin + dayMs });
  assert.deepEqual(await windows(begin, begin + 2 * dayMs), before);
  assert.deepEqual(before, { 0: 12, 7: 1700, 1440: 3 });
});

test('what comes after its day was folded is folded in likewise', async (t) => {
  const { db, tell, windows } = await makeLogged(t);
  must(await tell([told(begin, 12)], now));
  await foldDays(db, now + 2 * hourMs);
  must(await tell([told(begin, 12), told(begin + minuteMs, 40), told(begin, 1800, 1)], now));
  assert.deepEqual(await windows(begin, now), { 0: 1800, 1: 40 });
  assert.equal(await foldDays(db, now + 2 * hourMs), 1);
  assert.deepEqual(await windows(begin, now), { 0: 1800, 1: 40 });
  const [day] = await store.readDays(db, [host], begin, now);
  const { sums } = unpackDay(day!.packed);
  assert.deepEqual([sums.measured, sums.slow], [3, 1], 'the minute that was told again is in there once');
});

test('a supplement says the same before and after its day is folded', async (t) => {
  const { db, tell, windows } = await makeLogged(t);
  const at = (i: number): number => begin + i * minuteMs;
  const minutes = [
    ...[told(at(0), 12), told(at(0), 2000, 1), told(at(1), 12), told(at(1), 9, 1)],
    // Of these the minute itself was never read.
    ...[told(at(2), 2000, 1), told(at(3), 9, 1), told(at(4), null, 1)],
  ];
  must(await tell(minutes, now));
  const expected = { 0: 2000, 1: 12, 2: 2000 };
  assert.deepEqual(await windows(begin, now), expected);
  await foldDays(db, now + 2 * hourMs);
  assert.deepEqual(await windows(begin, now), expected);
});

test('a minute that was read without any request is idle for every host, also when folded', async (t) => {
  const { db, row, tell } = await makeLogged(t);
  const silent = Array.from({ length: 20 }, (_, i) => told(begin + i * minuteMs, null));
  must(await tell([...silent, told(begin + 20 * minuteMs, 5, 0, 'h000002')], now));
  const expected = [{ check: 'response', from: begin, everyMs: minuteMs, count: 21, values: null }];
  assert.deepEqual(await readWindows(db, row, begin, now), expected);
  await foldDays(db, now + 2 * hourMs);
  assert.deepEqual(await readWindows(db, row, begin, now), expected);
  assert.deepEqual(await readWindows(db, { ...row, plane: 'p2' }, begin, now), []);
});

for (const [day, hours] of [
  [Date.UTC(2026, 10, 1, 4), 25],
  [Date.UTC(2026, 2, 8, 5), 23],
] as const) {
  test(`a day of ${hours} hours keeps each of its minutes, folded or not`, async (t) => {
    const { db, tell, windows } = await makeLogged(t, 'America/New_York');
    const count = hours * 60;
    const at = (i: number): number => day + i * minuteMs;
    const all = Array.from({ length: count }, (_, i) => told(at(i), i % 1000));
    must(await tell([told(at(-1), 7), ...all, told(at(count), 8)], day + 2 * dayMs));
    const before = await windows(day, at(count));
    assert.equal(await foldDays(db, at(count) + 2 * hourMs), 2);
    assert.deepEqual(
      (await store.readPlaneDays(db, ['p1'], 0, now * 2)).map((one) => one.day),
      [day - dayMs, day],
    );
    assert.deepEqual(await windows(day, at(count)), before);
    assert.equal(Object.keys(before).length, count);
    assert.equal(before[count - 1], (count - 1) % 1000);
    assert.deepEqual(await windows(at(-2), at(1)), { 1: 7, 2: 0 });
    assert.deepEqual(await store.oldestMinute(db), { plane: 'p1', minute: at(count) });
  });
}

test('days of many planes are folded, each from its own oldest minute', async (t) => {
  const { db, tell } = await makeLogged(t);
  must(await tell([told(begin + dayMs, 5), told(begin + 9 * dayMs, 5)], now + 10 * dayMs));
  const other = { spool: 's', seq: 1, minutes: [told(begin, 5)] };
  must(await takeMinutes(db, now + 10 * dayMs, 'p2', other));
  assert.equal(await foldDays(db, now + 10 * dayMs), 3);
  assert.equal(await store.oldestMinute(db), null);
});

test('a plane’s death is fail of web and ftp for the hosts on it; a longer telling of it stands', async (t) => {
  const { db, row } = await makeLogged(t);
  await syncTargets(db, await wantedOf(db, [host]));
  const death = (seq: number, from: number, to: number) => ({ spool: 's', seq, from, to });
  const at = begin + hourMs;
  assert.equal(codeOf(await takeDeath(db, now, 'p1', death(1, at, at))), 'interval-empty');
  assert.equal(codeOf(await takeDeath(db, at, 'p1', death(1, at, at + hourMs))), 'clock-ahead');
  const taken = must(await takeDeath(db, now, 'p1', death(1, at, at + 5000)));
  assert.deepEqual(
    taken.touched.map(({ check, since }) => [check, since - at]),
    [
      ['ftp', 0],
      ['web', 0],
    ],
  );
  assert.deepEqual(await takeDeath(db, now, 'p1', death(1, at, at + 9000)), { taken: false, touched: [] });
  must(await takeDeath(db, now, 'p1', death(2, at, at + 8000)));
  must(await takeDeath(db, now, 'p1', death(3, at, at + 7000)));
  must(await takeDeath(db, now, 'p1', death(4, at + 8000, at + 9000)));
  must(await takeDeath(db, now, 'p2', death(1, at + hourMs, at + 2 * hourMs)));
  const series = await readSeries(db, row, () => 150_000, begin, now);
  assert.deepEqual(
    series.map(({ check, vantage, runs }) => [
      check,
      vantage,
      runs.map((run) => [run.first - at, run.result]),
    ]),
    ['web', 'ftp'].map((check) => [
      check,
      'plane',
      [
        [0, 'fail'],
        [9000, 'pass'],
      ],
    ]),
  );
});

test('logins are kept once, by their place in the log', async (t) => {
  const { db } = await makeLogged(t);
  const login = {
    offset: 0,
    at: begin,
    host: 'h000001',
    account: 'anna',
    client: '192.0.2.1',
    tls: false,
    outcome: 'ok',
    tookMs: 5,
    reply: '230',
  };
  const told = (seq: number, logins: readonly object[]) => ({ spool: 's', seq, file: '7', logins });
  const refused = await takeLogins(db, 'p1', told(1, [login, { ...login, outcome: 'perhaps' }]));
  assert.deepEqual(isRefusal(refused) && refused.path, 'logins[1].outcome');
  must(await takeLogins(db, 'p1', told(1, [login])));
  must(await takeLogins(db, 'p1', told(2, [login, { ...login, offset: 80 }])));
  const rows = await db.select().from(logins);
  assert.deepEqual(
    rows.map((row) => row.offset),
    [0, 80],
  );
});

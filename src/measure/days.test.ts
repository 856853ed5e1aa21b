import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WindowStretch } from '../terms/ceiling.ts';
import { daySpanOf, type Folded, foldDay, MinuteLine, minuteMs } from './days.ts';
import { bucketCount, bucketOf, type HostMinute, type PlaneMinute, slowMs } from './minute.ts';
import { isRead, packDay, unpackDay } from './pack.ts';

const utc = daySpanOf('UTC', Date.UTC(2026, 9, 25));
const berlin = (day: number, month: number) => daySpanOf('Europe/Berlin', Date.UTC(2026, month - 1, day, 12));

const hostOf = (host: string, slowest: number): HostMinute => {
  const buckets = new Uint32Array(bucketCount);
  if (slowest >= 0) buckets[bucketOf(slowest)] = 1;
  const none = { requests: 0, bytesIn: 0, bytesOut: 0, clients: 0, busiest: 0 };
  return {
    ...{ host, ...none, measured: slowest < 0 ? 0 : 1, slowest: Math.max(0, slowest) },
    ...{ slow: slowest > slowMs ? 1 : 0, long: slowest < 0 ? 1 : 0, statuses: [0, 0, 0, 0, 0, 0], buckets },
  };
};

/** −1: only long polls; a host that is not named has nothing. */
type Times = Readonly<Record<string, number>>;

const minuteOf = (minute: number, times: Times = {}, part = 0, loopDelayMs = 0): PlaneMinute => ({
  ...{ plane: 'p', minute, part, loopDelayMs },
  hosts: Object.entries(times).map(([host, ms]) => hostOf(host, ms)),
});

const nothing: Folded = { hosts: new Map(), read: Buffer.alloc(0) };

/** Windows as value per minute: absent where no window stands. */
function listed(windows: readonly WindowStretch[]): Map<number, number | null> {
  const out = new Map<number, number | null>();
  for (const { from, everyMs, count, values } of windows) {
    assert.equal(everyMs, minuteMs);
    assert.ok(count > 0);
    assert.ok(values === null || values.length === count);
    for (let i = 0; i < count; i += 1) {
      assert.ok(!out.has(from + i * minuteMs), 'windows do not overlap');
      out.set(from + i * minuteMs, values?.[i] ?? null);
    }
  }
  return out;
}

test('a day has as many minutes as its clocks say', () => {
  assert.equal(utc.minutes, 1440);
  assert.equal(berlin(25, 10).minutes, 1500);
  assert.equal(berlin(29, 3).minutes, 1380);
  assert.equal(daySpanOf('Asia/Shanghai', Date.UTC(2026, 9, 25, 16)).from, Date.UTC(2026, 9, 25, 16));
});

test('the first and the last instant of a day are in one day, the next in the next', () => {
  const { from, to } = berlin(25, 10);
  assert.deepEqual(daySpanOf('Europe/Berlin', from), daySpanOf('Europe/Berlin', to - 1));
  assert.equal(daySpanOf('Europe/Berlin', to).from, to);
  assert.equal(daySpanOf('Europe/Berlin', from - 1).to, from);
});

test('both hours of the day on which clocks are set back keep their own minutes', () => {
  const span = berlin(25, 10);
  const twice = [span.from + 130 * minuteMs, span.from + 190 * minuteMs];
  const { hosts, read } = foldDay(
    span,
    nothing,
    twice.map((at, i) => minuteOf(at, { h1: 10 + i })),
  );
  const { values } = unpackDay(packDay(hosts.get('h1')!));
  assert.deepEqual([values.length, values[130], values[190]], [1500, 10, 11]);
  const line = new MinuteLine(span.from, span.to);
  line.addDay(span.from, read, hosts.get('h1')!);
  assert.deepEqual(
    [...listed(line.windows())],
    [
      [twice[0], 10],
      [twice[1], 11],
    ],
  );
});

test('a minute that is told again after its day was cut is in it once', () => {
  const told = minuteOf(utc.from, { h1: 7 });
  const once = foldDay(utc, nothing, [told]);
  const counted = once.hosts.get('h1')!.sums.measured;
  const again = foldDay(utc, once, [told, minuteOf(utc.from + minuteMs, { h1: 9 })]);
  assert.equal(counted, 1);
  assert.equal(again.hosts.get('h1')!.sums.measured, 2);
  assert.ok(isRead(again.read, 0) && isRead(again.read, 1) && !isRead(again.read, 2));
});

test('a supplement adds its requests and does not claim that its minute was read', () => {
  const { hosts, read } = foldDay(utc, nothing, [minuteOf(utc.from, { h1: 2000 }, 3)]);
  assert.equal(hosts.get('h1')!.sums.slow, 1);
  assert.ok(!isRead(read, 0));
});

test('of a minute that was not read whole, a slow request is known to be slow, and nothing to be good', () => {
  const line = new MinuteLine(utc.from, utc.to);
  line.addMinute(minuteOf(utc.from, { h1: slowMs }, 1), 'h1');
  line.addMinute(minuteOf(utc.from + minuteMs, { h1: slowMs + 1 }, 1), 'h1');
  line.addMinute(minuteOf(utc.from + 2 * minuteMs, {}, 1), 'h1');
  assert.deepEqual([...listed(line.windows())], [[utc.from + minuteMs, slowMs + 1]]);
});

test('the delay of the plane’s own loop counts on top of the slowest, rounded up', () => {
  const line = new MinuteLine(utc.from, utc.to);
  line.addMinute(minuteOf(utc.from, { h1: 10 }, 0, 2.1), 'h1');
  assert.deepEqual([...listed(line.windows())], [[utc.from, 13]]);
});

test('long silences are written as idle, short ones as nulls, and what was not read not at all', () => {
  const line = new MinuteLine(utc.from, utc.from + 40 * minuteMs);
  const at = (i: number): number => utc.from + i * minuteMs;
  for (let i = 0; i < 30; i += 1) {
    line.addMinute(minuteOf(at(i), i === 0 || i === 5 || i === 20 ? { h1: i } : {}), 'h1');
  }
  assert.deepEqual(line.windows(), [
    { from: at(0), everyMs: minuteMs, count: 6, values: [0, null, null, null, null, 5] },
    { from: at(6), everyMs: minuteMs, count: 14, values: null },
    { from: at(20), everyMs: minuteMs, count: 1, values: [20] },
    { from: at(21), everyMs: minuteMs, count: 9, values: null },
  ]);
});

/** Which span, then per told minute: its index, the time of the host (−2 none, −1 long polls only), another host's, the delay. */
const anyTold = fc.record({
  span: fc.constantFrom(utc, berlin(25, 10), berlin(29, 3)),
  rows: fc.uniqueArray(
    fc.record({
      index: fc.oneof(fc.nat(40), fc.nat(1379), fc.integer({ min: 1370, max: 1499 })),
      own: fc.oneof(fc.integer({ min: -2, max: 3 }), fc.nat(60_000)),
      other: fc.integer({ min: -2, max: 50 }),
      delay: fc.nat(20),
      late: fc.option(fc.nat(60_000)),
    }),
    { selector: (row) => row.index, maxLength: 200 },
  ),
  /** How many of three rows are folded in the first cut, and of the rest in the second; what is left is not cut yet. */
  cuts: fc.tuple(fc.nat(3), fc.nat(3)),
  /** The stretch that is asked for, in minutes from the day's start: it may begin or end outside the day. */
  asked: fc.tuple(fc.integer({ min: -50, max: 1600 }), fc.integer({ min: 1, max: 1700 })),
});

/** The first `thirds` of three, and the rest. */
function cutAt<Row>(rows: readonly Row[], thirds: number): [readonly Row[], readonly Row[]] {
  const at = Math.round((rows.length * thirds) / 3);
  return [rows.slice(0, at), rows.slice(at)];
}

test('cut days and minutes not yet cut say together what a list of all minutes says', () => {
  const one = fc.property(anyTold, ({ span, rows, cuts, asked }) => {
    const inside = rows.filter((row) => row.index < span.minutes);
    const naive = new Map<number, number | null>();
    const told = inside.map(({ index, own, other, delay, late }) => {
      const at = span.from + index * minuteMs;
      const times: Times = { ...(own > -2 ? { h1: own } : {}), ...(other > -2 ? { h2: other } : {}) };
      const known = Math.max(own >= 0 ? own + delay : -1, late ?? -1);
      naive.set(at, known < 0 ? null : known);
      const whole = minuteOf(at, times, 0, delay);
      return late === null ? [whole] : [whole, minuteOf(at, { h1: late }, index + 1)];
    });
    const [first, rest] = cutAt(told, cuts[0]);
    const [second, kept] = cutAt(rest, cuts[1]);
    const folded = foldDay(span, foldDay(span, nothing, first.flat()), second.flat());
    const day = folded.hosts.get('h1');

    const from = span.from + asked[0] * minuteMs;
    const line = new MinuteLine(from, from + asked[1] * minuteMs);
    line.addDay(span.from, folded.read, day === undefined ? null : unpackDay(packDay(day)));
    for (const minute of kept.flat()) line.addMinute(minute, 'h1');

    const wanted = [...naive].filter(([at]) => at >= from && at < from + asked[1] * minuteMs);
    assert.deepEqual(
      [...listed(line.windows())],
      wanted.sort(([a], [b]) => a - b),
    );
  });
  fc.assert(one, { numRuns: 300 });
});

test('folding in any pieces gives the same day as folding at once', () => {
  const pieces = fc.property(anyTold, ({ span, rows, cuts }) => {
    const told = rows
      .filter((row) => row.index < span.minutes)
      .map((row) => minuteOf(span.from + row.index * minuteMs, { h1: row.own, h2: row.other }, 0, row.delay));
    const once = foldDay(span, nothing, told);
    const [first, second] = cutAt(told, cuts[0]);
    const twice = foldDay(span, foldDay(span, nothing, first), second);
    assert.deepEqual(twice, once);
  });
  fc.assert(pieces, { numRuns: 100 });
});

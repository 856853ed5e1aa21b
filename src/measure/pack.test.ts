import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketCount, bucketOf, type HostMinute, type PlaneMinute } from './minute.ts';
import {
  addMinute,
  emptyDay,
  type HostDay,
  isRead,
  markRead,
  packDay,
  packMinute,
  unpackDay,
  unpackMinute,
} from './pack.ts';
import { packSlots, unpackSlots } from './slots.ts';
import { CorruptError } from './varint.ts';

const count = fc.oneof(fc.constant(0), fc.nat(300), fc.nat(2 ** 31 - 1));
const total = fc.oneof(count, fc.maxSafeNat());
const statuses = fc.tuple(count, count, count, count, count, count);
const buckets = fc
  .array(count, { minLength: bucketCount, maxLength: bucketCount })
  .map((counts) => Uint32Array.from(counts));
const anyHost: fc.Arbitrary<HostMinute> = fc
  .record({
    host: fc.oneof(
      fc.constantFrom('-', 'h000001', 'h000002'),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
    ),
    measured: fc.oneof(fc.constantFrom(0, 1), count),
    slowest: count,
    slow: count,
    requests: count,
    bytesIn: total,
    bytesOut: total,
    statuses,
    clients: count,
    busiest: count,
    long: count,
    buckets: fc.oneof(fc.constant(new Uint32Array(bucketCount)), buckets),
  })
  .map((host) => ({ ...host }));

const quiet = (host: string, slowest: number): HostMinute => {
  const one = new Uint32Array(bucketCount);
  one[bucketOf(slowest)] = 1;
  const none = { slow: 0, requests: 0, bytesIn: 0, bytesOut: 0, clients: 0, busiest: 0, long: 0 };
  return { host, measured: 1, slowest, ...none, statuses: [0, 0, 0, 0, 0, 0], buckets: one };
};

const minuteOf = (hosts: readonly HostMinute[], loopDelayMs = 0): PlaneMinute => ({
  plane: 'p',
  minute: 1_793_500_020_000,
  part: 0,
  loopDelayMs,
  hosts,
});

const unpacked = (packed: Uint8Array): PlaneMinute => unpackMinute('p', 1_793_500_020_000, 0, packed);

test('a minute comes back as it was packed, its hosts in the order of their ids', () => {
  const hosts = fc.uniqueArray(anyHost, { selector: (host) => host.host, maxLength: 12 });
  fc.assert(
    fc.property(hosts, fc.nat(100_000), (some, delay) => {
      const minute = minuteOf(some, delay);
      const order = [...some].sort((a, b) => Buffer.compare(Buffer.from(a.host), Buffer.from(b.host)));
      assert.deepEqual(unpacked(packMinute(minute)), { ...minute, hosts: order });
    }),
  );
});

test('times are rounded up: nobody gains by a fraction', () => {
  const back = unpacked(packMinute(minuteOf([{ ...quiet('h', 3), slowest: 1499.2 }], 0.4)));
  assert.equal(back.loopDelayMs, 1);
  assert.equal(back.hosts[0]!.slowest, 1500);
});

test('a quiet minute of 1,000 hosts takes less than 7 bytes a host, one without requests 3 in all', () => {
  const hosts = Array.from({ length: 1000 }, (_, i) => quiet(`h${String(i).padStart(6, '0')}`, i % 90));
  const size = packMinute(minuteOf(hosts)).length;
  assert.ok(size < 7000, `${size}`);
  assert.equal(packMinute(minuteOf([])).length, 3);
});

const anySlots = fc
  .array(
    fc.oneof(
      fc.record({ value: fc.constant(-1), times: fc.nat(200) }),
      fc.record({ value: fc.nat(40), times: fc.nat(40) }),
      fc.record({ value: fc.nat(2 ** 31 - 1), times: fc.nat(3) }),
    ),
    { maxLength: 60 },
  )
  .map((runs) =>
    Int32Array.from(runs.flatMap(({ value, times }) => new Array<number>(times).fill(value)).slice(0, 1500)),
  );
const anyDay: fc.Arbitrary<HostDay> = fc
  .record({
    values: anySlots,
    sums: fc.record({
      measured: count,
      slow: count,
      requests: count,
      bytesIn: total,
      bytesOut: total,
      statuses,
      long: count,
      clients: count,
      busiest: count,
      buckets,
    }),
  })
  .map(({ values, sums }) => ({ values, sums: { ...sums } }));

test('a day comes back as it was packed', () => {
  fc.assert(fc.property(anyDay, (day) => assert.deepEqual(unpackDay(packDay(day)), day)));
});

test('the sizes of days: silent, ten requests, checked every minute, busy', () => {
  const size = (fill: (day: HostDay) => void): number => {
    const day = emptyDay(1440);
    fill(day);
    assert.deepEqual(unpackDay(packDay(day)), day);
    return packDay(day).length;
  };
  const each = (times: number, value: (i: number) => number) => (day: HostDay) => {
    for (let i = 0; i < times; i += 1)
      addMinute(day, Math.floor((i * 1440) / times), quiet('h', value(i)), 0);
  };
  assert.ok(size(() => undefined) < 24);
  assert.ok(size(each(10, (i) => 20 + i * 37)) < 100);
  assert.ok(size(each(1440, () => 2)) < 100);
  const checked = size(each(1440, (i) => 1 + ((i * 7919) % 3)));
  assert.ok(checked < 450, `${checked}`);
  const busy = size(each(1440, (i) => 20 + ((i * 104_729) % 90) + (i % 100 === 0 ? 2000 : 0)));
  assert.ok(busy < 1700, `${busy}`);
});

test('minutes add up to a day, and a supplement keeps the slower value', () => {
  const day = emptyDay(1440);
  const visited: HostMinute = {
    ...quiet('h', 7),
    requests: 2,
    bytesIn: 3,
    bytesOut: 5,
    statuses: [0, 1, 0, 1, 0, 0],
    clients: 2,
    busiest: 1,
    long: 1,
  };
  addMinute(day, 3, visited, 4);
  addMinute(day, 3, { ...visited, slowest: 2000, slow: 1, clients: 5 }, 0);
  addMinute(day, 3, quiet('h', 1), 0);
  addMinute(day, 9, { ...visited, measured: 0, slowest: 0, buckets: new Uint32Array(bucketCount) }, 50);
  assert.deepEqual([day.values[3], day.values[9]], [2000, -1]);
  const { buckets: filled, ...sums } = day.sums;
  assert.deepEqual(sums, {
    measured: 3,
    slow: 1,
    requests: 6,
    bytesIn: 9,
    bytesOut: 15,
    statuses: [0, 3, 0, 3, 0, 0],
    long: 3,
    clients: 5,
    busiest: 1,
  });
  assert.equal(
    filled.reduce((sum, n) => sum + n, 0),
    3,
  );
});

/** Either refused as corrupt or, when the bytes happen to mean something, read; nothing else. */
function refusedOrRead(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof CorruptError, String(error));
  }
}

test('bytes that were torn, added to or changed are refused as corrupt, or mean something; nothing hangs', () => {
  const minute = packMinute(minuteOf([quiet('h1', 3), quiet('h2', 90)]));
  const day = packDay(addMinute(emptyDay(1440), 7, quiet('h', 12), 0));
  for (const [packed, read] of [
    [minute, unpacked],
    [day, unpackDay],
  ] as const) {
    for (let i = 0; i < packed.length; i += 1) assert.throws(() => read(packed.subarray(0, i)), CorruptError);
    assert.throws(() => read(Buffer.concat([packed, Buffer.from([1])])), CorruptError);
    assert.throws(() => read(Buffer.concat([Buffer.from([9]), packed])), CorruptError);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(packed);
        changed[at] = byte;
        refusedOrRead(() => read(changed));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => refusedOrRead(() => read(noise))));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) =>
        refusedOrRead(() => read(Buffer.from([packed[0]!, ...noise]))),
      ),
    );
  }
});

test('slots are refused unless they are exactly as many as said', () => {
  const values = Int32Array.from([-1, -1, 5, 5, 5, 5, -1, 7]);
  const packed = packSlots(values);
  assert.deepEqual(unpackSlots(packed, 8), values);
  assert.throws(() => unpackSlots(packed, 7), CorruptError);
  assert.throws(() => unpackSlots(packed, 100), CorruptError);
});

test('a minute is marked as read by itself', () => {
  const read = Buffer.alloc(180);
  markRead(read, 1439);
  markRead(read, 9);
  assert.deepEqual(
    [8, 9, 10, 1438, 1439, 1440, 5000].map((i) => isRead(read, i)),
    [false, true, false, false, true, false, false],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketCount, bucketOf, bucketUpMs, mergeMinutes, type PlaneMinute } from './minute.ts';
import { quantileMs } from './quantile.ts';

function bucketsOf(times: readonly number[]): Uint32Array {
  const buckets = new Uint32Array(bucketCount);
  for (const ms of times) buckets[bucketOf(ms)]! += 1;
  return buckets;
}

test('a time is in the first bucket whose bound it does not exceed', () => {
  for (const ms of [0, 1, 2, 3, 4, 5, 1500, 1501, 32_767, 32_768, 32_769, 10 ** 9]) {
    const i = bucketOf(ms);
    assert.ok(ms <= bucketUpMs(i), `${ms}`);
    assert.ok(i === 0 || ms > bucketUpMs(i - 1), `${ms}`);
  }
});

test('a quantile is within a bucket of the true one and never above the slowest', () => {
  const times = fc.array(fc.oneof(fc.nat(50), fc.nat(3000), fc.nat(32_768)), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
      const sorted = [...some].sort((a, b) => a - b);
      const truth = sorted[Math.min(some.length, Math.max(1, Math.ceil(share * some.length - 1e-9))) - 1]!;
      const told = quantileMs(bucketsOf(some), share, sorted.at(-1)!)!;
      assert.ok(told <= sorted.at(-1)!);
      const i = bucketOf(truth);
      assert.ok(
        told <= Math.ceil(bucketUpMs(i)) && told >= (i === 0 ? 0 : Math.floor(bucketUpMs(i - 1))),
        `${told} for ${truth}`,
      );
    }),
  );
});

test('without requests there is no quantile, and beyond the last bound the slowest is known', () => {
  assert.equal(quantileMs(new Uint32Array(bucketCount), 0.95), null);
  assert.equal(quantileMs(bucketsOf([60_000]), 0.95, 60_000), 60_000);
  assert.ok(quantileMs(bucketsOf([60_000]), 0.95)! >= 32_768);
});

test('a minute and its supplement merge by adding counts and keeping the slower time', () => {
  const minute = (part: number, host: string, slowest: number, clients: number): PlaneMinute => ({
    plane: 'p',
    minute: 0,
    part,
    loopDelayMs: part,
    hosts: [
      {
        host,
        measured: 1,
        slowest,
        slow: 0,
        requests: 1,
        bytesIn: 2,
        bytesOut: 3,
        statuses: [0, 1, 0, 0, 0, 0],
        clients,
        busiest: 1,
        long: 0,
        buckets: bucketsOf([slowest]),
      },
    ],
  });
  const merged = mergeMinutes(minute(0, 'a', 5, 3), minute(4, 'a', 900, 2));
  const [host] = merged.hosts;
  assert.deepEqual([merged.part, merged.loopDelayMs, merged.hosts.length], [0, 4, 1]);
  assert.deepEqual(
    [host!.slowest, host!.requests, host!.bytesOut, host!.clients, host!.statuses[1]],
    [900, 2, 6, 3, 2],
  );
  assert.deepEqual(host!.buckets, bucketsOf([5, 900]));
  assert.equal(mergeMinutes(minute(0, 'a', 5, 3), minute(1, 'b', 1, 1)).hosts.length, 2);
});

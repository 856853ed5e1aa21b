import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../../test/database.ts';
import { begin, dayMs, hourMs, makeHost, makeWorld, minuteMs, must } from '../../../test/world.ts';
import { foldDays, takeMinutes } from '../flow.ts';
import { bucketCount, type HostMinute } from '../minute.ts';
import { packMinute } from '../pack.ts';
import { readUsage } from './flow.ts';

const host = 'h000001';

function told(minute: number, requests: number, part = 0) {
  const one: HostMinute = {
    host,
    measured: requests,
    slowest: 10,
    slow: 1,
    requests,
    bytesIn: 10 * requests,
    bytesOut: 100 * requests,
    statuses: [0, requests, 0, 0, 0, 0],
    clients: 1,
    busiest: 1,
    long: 0,
    buckets: new Uint32Array(bucketCount),
  };
  const packed = packMinute({ plane: 'p1', minute, part, loopDelayMs: 0, hosts: [one] });
  return { minute, part, packed: packed.toString('base64') };
}

test('use of a day is the same while its minutes are apart and after it was cut, in the provider’s days', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db, 'Asia/Shanghai');
  const row = await makeHost(db);
  // Days begin at 16:00 in UTC.
  const day = begin - 8 * hourMs;
  const now = day + dayMs + 10 * hourMs;
  const minutes = [
    told(day, 3),
    told(day + dayMs - minuteMs, 4),
    told(day + dayMs - minuteMs, 1, 1),
    told(day + dayMs, 7),
  ];
  must(await takeMinutes(db, now, 'p1', { spool: 's', seq: 1, minutes }));
  const read = async () =>
    (await readUsage(db, row, day, day + 3 * dayMs, now)).map(({ day: from, sums }) => [
      (from - day) / dayMs,
      sums.requests,
      sums.bytesIn,
      sums.bytesOut,
      sums.slow,
    ]);
  const expected = [
    [0, 8, 80, 800, 3],
    [1, 7, 70, 700, 1],
  ];
  assert.deepEqual(await read(), expected);
  assert.equal(await foldDays(db, now), 1);
  assert.deepEqual(await read(), expected);
  assert.deepEqual(await readUsage(db, row, day + 2 * dayMs, day + 3 * dayMs, now), []);
  assert.deepEqual(await readUsage(db, { id: 'h000002', plane: 'p1' }, day, day + 3 * dayMs, now), []);
});

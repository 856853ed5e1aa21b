import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startSweep } from './sweep.ts';

test('a sweep begins at once, comes again, and never runs beside itself', async () => {
  let begun = 0;
  let running = 0;
  const end = startSweep(async () => {
    begun += 1;
    running += 1;
    assert.equal(running, 1);
    await delay(25);
    running -= 1;
  }, 10);
  assert.equal(begun, 1);
  await delay(120);
  assert.ok(begun >= 2 && begun <= 6, String(begun));
  await end();
  assert.equal(running, 0, 'its end waits for the one under way');
  const last = begun;
  await delay(40);
  assert.equal(begun, last);
});

test('a sweep under way is told to stop', async () => {
  let left = 0;
  const end = startSweep(async (stop) => {
    for (left = 1000; left > 0 && !stop.aborted; left -= 1) await delay(5);
  });
  await delay(20);
  await end();
  assert.ok(left > 900, String(left));
});

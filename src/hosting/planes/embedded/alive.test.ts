import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type DeadTime, deadTime, openAlive } from './alive.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'alive-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function mark(path: string): Promise<{ at: number; boot: string }> {
  return JSON.parse(await readFile(join(path, 'alive.json'), 'utf8'));
}

test('a mark is written each second while serving, and the next life finds the last one', async (t) => {
  const path = await folder(t);
  let now = 1000;
  const alive = await openAlive(path, () => now);
  assert.equal(alive.previous, null);
  await alive.begin();
  assert.equal((await mark(path)).at, 1000);
  now = 2000;
  await delay(1200);
  assert.equal((await mark(path)).at, 2000);
  now = 2500;
  await alive.close();
  const next = await openAlive(path, () => now);
  assert.equal(next.previous?.at, 2500);
  assert.equal(next.previous?.boot, alive.boot);
});

test('no mark is written before anybody is served', async (t) => {
  const path = await folder(t);
  const alive = await openAlive(path, () => 5);
  await alive.close();
  await assert.rejects(mark(path), { code: 'ENOENT' });
});

test('a mark that cannot be read is none', async (t) => {
  const path = await folder(t);
  for (const text of ['', '{', '{"at":"x","boot":""}', '{"at":1}', '[]']) {
    await writeFile(join(path, 'alive.json'), text);
    assert.equal((await openAlive(path, () => 0)).previous, null, text);
  }
});

test('dead time is told before the first mark, again until it is kept', async (t) => {
  const path = await folder(t);
  let now = 1000;
  const first = await openAlive(path, () => now);
  await first.begin();
  await first.close();
  now = 5000;
  const second = await openAlive(path, () => now);
  const told: DeadTime[] = [];
  let isFull = true;
  await second.begin(async (dead) => {
    told.push(dead);
    if (isFull) throw new Error('no space left on device');
  });
  now = 6000;
  assert.equal((await mark(path)).at, 1000, 'the old mark stands while nothing could be told');
  isFull = false;
  await delay(1300);
  assert.deepEqual(told, [
    { from: 1000, to: 5000 },
    { from: 1000, to: 5000 },
  ]);
  assert.equal((await mark(path)).at, 6000);
  await second.close();
});

test('dead time is as long as it was although the clock was set back, and never shorter than it says', () => {
  const last = { at: 10_000, boot: 'b', tickMs: 500 };
  assert.deepEqual(deadTime(last, { at: 14_000, boot: 'b', tickMs: 4500 }), { from: 10_000, to: 14_000 });
  assert.deepEqual(deadTime(last, { at: 4000, boot: 'b', tickMs: 3500 }), { from: 1000, to: 4000 });
  assert.deepEqual(deadTime(last, { at: 90_000, boot: 'b', tickMs: 3500 }), { from: 10_000, to: 90_000 });
  assert.deepEqual(deadTime(last, { at: 14_000, boot: 'c', tickMs: 4 }), { from: 10_000, to: 14_000 });
  assert.equal(deadTime(last, { at: 4000, boot: 'c', tickMs: 4 }), null);
  assert.equal(deadTime(null, { at: 4000, boot: 'c', tickMs: 4 }), null);
});

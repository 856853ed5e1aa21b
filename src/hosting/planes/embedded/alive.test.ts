import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openAlive } from './alive.ts';

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
  assert.deepEqual(next.previous, { at: 2500, boot: alive.boot });
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

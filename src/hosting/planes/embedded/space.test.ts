import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSpace } from './space.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'space-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('everything under the folder is counted, links are not', async (t) => {
  const path = await folder(t);
  await mkdir(join(path, 'web/deep'), { recursive: true });
  await writeFile(join(path, 'web/a'), 'x'.repeat(100));
  await writeFile(join(path, 'web/deep/b'), 'x'.repeat(20));
  await symlink('/etc', join(path, 'web/etc'));
  await symlink('a', join(path, 'web/again'));
  const space = await openSpace(path, 1000);
  assert.deepEqual(space.usage(), { bytes: 120, files: 2 });
});

test('a host without a folder holds nothing', async (t) => {
  const space = await openSpace(join(await folder(t), 'absent'), 10);
  assert.deepEqual(space.usage(), { bytes: 0, files: 0 });
});

test('the last byte of the plan is given and the one after it is not', async (t) => {
  const space = await openSpace(await folder(t), 100);
  assert.equal(space.reserve(60), true);
  assert.equal(space.reserve(40), true);
  assert.equal(space.reserve(1), false);
  space.release(40);
  assert.equal(space.reserve(1), true);
});

test('what a file replaces is not counted twice', async (t) => {
  const path = await folder(t);
  await writeFile(join(path, 'old'), 'x'.repeat(80));
  const space = await openSpace(path, 100);
  assert.equal(space.reserve(81), false);
  assert.equal(space.reserve(90, 80), true);
  assert.equal(space.reserve(11, 80), false);
  await space.commit(90, async () => ({ bytes: 90 - 80, files: 0 }));
  assert.deepEqual(space.usage(), { bytes: 90, files: 1 });
});

test('a change that fails books nothing and gives its bytes back', async (t) => {
  const space = await openSpace(await folder(t), 10);
  assert.equal(space.reserve(10), true);
  await assert.rejects(
    space.commit(10, () => Promise.reject(new Error('disk'))),
    /disk/,
  );
  assert.deepEqual(space.usage(), { bytes: 0, files: 0 });
  assert.equal(space.reserve(10), true);
});

test('changes of one host wait for each other', async (t) => {
  const space = await openSpace(await folder(t), 10);
  const order: string[] = [];
  const slow = space.commit(0, async () => {
    await new Promise((done) => setTimeout(done, 20));
    order.push('slow');
    return { bytes: 3, files: 1 };
  });
  const quick = space.commit(0, async () => {
    order.push('quick');
    return { bytes: -1, files: 0 };
  });
  await Promise.all([slow, quick]);
  assert.deepEqual(order, ['slow', 'quick']);
  assert.deepEqual(space.usage(), { bytes: 2, files: 1 });
});

test('a recount sees what scripts wrote, and steps back from a busy writer', async (t) => {
  const path = await folder(t);
  const space = await openSpace(path, 1000);
  await writeFile(join(path, 'cache'), 'x'.repeat(7));
  assert.equal(await space.recount(), true);
  assert.deepEqual(space.usage(), { bytes: 7, files: 1 });
  space.reserve(5);
  assert.equal(await space.recount(), false);
});

test('a raised limit gives room, a lowered one takes none of the files', async (t) => {
  const path = await folder(t);
  await writeFile(join(path, 'a'), 'x'.repeat(50));
  const space = await openSpace(path, 50);
  assert.equal(space.reserve(1), false);
  space.setLimit(60);
  assert.equal(space.reserve(10), true);
  space.setLimit(20);
  assert.equal(space.reserve(0), false);
  assert.equal(space.usage().bytes, 50);
});

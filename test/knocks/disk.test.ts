import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hashSecret } from '../../src/hosting/secret.ts';
import { Backlog } from '../../src/wire/backlog.ts';
import { drain } from '../../src/wire/drain.ts';
import type { SpoolRecord } from '../../src/wire/segment.ts';
import { openSpool } from '../../src/wire/spool.ts';
import { ask, hostSpec, startPlane } from '../embedded.ts';
import { RawFtp } from '../ftp.ts';
import { hostpledge, newFolder, until } from '../system/installation.ts';
import { mountDisk } from './disk.ts';

/** Full and read-only disks, each a real one. */

test('what is told while the spool’s disk is full waits, and goes out in order when there is room', async (t) => {
  const disk = await mountDisk(t, 1);
  if (disk === null) return;
  const spool = await openSpool(join(disk.folder, 'spool'), { batchMs: 0 });
  const said: string[] = [];
  const backlog = new Backlog(spool, (text) => said.push(text));
  const got: number[] = [];
  const ending = new AbortController();
  const send = async (batch: readonly SpoolRecord[]) => {
    got.push(...batch.map(({ body }) => (body as { n: number }).n));
  };
  const draining = drain(spool, send, { signal: ending.signal, leastMs: 50, mostMs: 200 });
  const add = (n: number) => backlog.add('round', { n, text: 'x'.repeat(10_000) });
  for (let n = 0; n < 5; n += 1) add(n);
  await until(5000, 'the first five', async () => got.length === 5);
  await disk.fill();
  for (let n = 5; n < 10; n += 1) add(n);
  await delay(1500);
  assert(backlog.length > 0, 'they wait in memory');
  assert(got.length < 10);
  assert.match(said.join(), /takes nothing for the moment.*no space left/s);
  assert.equal(said.length, 1, 'said once');
  await disk.free();
  await until(10_000, 'all ten', async () => got.length >= 10 && backlog.length === 0);
  assert.deepEqual(got, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  ending.abort();
  await draining;
  await backlog.close();
  await spool.close();
});

test('a plane on a full disk answers, refuses uploads with 452 and keeps the old file; no line is lost or torn', async (t) => {
  const disk = await mountDisk(t, 8);
  if (disk === null) return;
  const { folder } = disk;
  await chmod(folder, 0o711);
  const account = { name: 'demo', secret: await hashSecret('secret'), root: '' };
  const ftp = { tls: 'optional' as const, accounts: [account] };
  const world = await startPlane(t, [hostSpec('h000001', { ftp })], { folder });
  t.after(() => world.plane.close());
  await world.put('h000001', 'index.html', 'before');
  const session = await loggedIn(t, world.plane.health().ftp.port);
  assert.match((await session.store('STOR old.bin', 'the old bytes')).last, /^226/);
  const mark = join(folder, 'alive.json');
  await disk.fill();
  for (let n = 0; n < 50; n += 1) {
    const answer = await ask(world.port, 'h000001.test', `/?n=${n}`);
    assert.equal(answer.status, 200);
  }
  const full = await session.store('STOR old.bin', Buffer.alloc(300_000, 'new'));
  assert.match(full.last, /^452 The server has no space left/, JSON.stringify(full));
  assert.match((await session.store('STOR fresh.bin', Buffer.alloc(300_000, 'new'))).last, /^452/);
  const web = join(folder, 'hosts/h000001/web');
  assert.equal(await readFile(join(web, 'old.bin'), 'utf8'), 'the old bytes');
  const before = await readFile(mark, 'utf8');
  await delay(1500);
  assert.equal(
    await readFile(mark, 'utf8'),
    before,
    'no mark is written: the time counts as dead if we die now',
  );
  await disk.free();
  await until(5000, 'a mark again', async () => (await readFile(mark, 'utf8')) !== before);
  await until(5000, 'every line', async () => (await world.lines()).length === 50);
  const lines = await world.lines();
  assert.deepEqual(
    lines.map((fields) => [fields.length, fields[14]]),
    Array.from({ length: 50 }, (_, n) => [17, `/?n=${n}`]),
  );
  assert.equal(world.plane.lostLines(), 0);
  assert.match((await session.store('STOR old.bin', 'the new bytes')).last, /^226/);
  assert.equal(await readFile(join(web, 'old.bin'), 'utf8'), 'the new bytes');
});

async function loggedIn(t: TestContext, port: number): Promise<RawFtp> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const session = new RawFtp(socket, port);
  t.after(() => session.end());
  await session.reply();
  assert.match(await session.login(), /^230/);
  return session;
}

test('a data folder that cannot be written is refused by name, with exit code 2', async (t) => {
  const isRoot = process.getuid?.() === 0;
  const folder = await closedFolder(t);
  const refused = await hostpledge(['serve', '--data', folder, '--port', '0']);
  assert.equal(refused.code, 2, refused.err);
  assert.match(refused.err, /data-folder-unusable/);
  assert(refused.err.includes(folder), refused.err);
  assert.match(refused.err, isRoot ? /read-only file system/ : /permission denied/);
});

/** On a disk that is mounted for reading only, since root may write anywhere else. */
async function closedFolder(t: TestContext): Promise<string> {
  if (process.getuid?.() === 0) {
    const disk = await mountDisk(t, 1);
    disk?.remount('ro');
    return disk!.folder;
  }
  const parent = await newFolder(t);
  await chmod(parent, 0o500);
  t.after(() => chmod(parent, 0o700));
  return join(parent, 'data');
}

test('a log folder that is removed comes back, and what was read of the old log stays read', async (t) => {
  const world = await startPlane(t, [hostSpec('h000001')]);
  assert.equal((await ask(world.port, 'h000001.test', '/?n=1')).status, 200);
  assert.equal((await world.lines()).length, 1);
  await rm(join(world.folder, 'logs'), { recursive: true });
  assert.equal((await ask(world.port, 'h000001.test', '/?n=2')).status, 200);
  await delay(1200);
  assert.equal((await ask(world.port, 'h000001.test', '/?n=3')).status, 200);
  await until(5000, 'the log', async () => (await world.lines().catch(() => [])).length > 0);
  const targets = (await world.lines()).map((fields) => fields[14]);
  assert(targets.includes('/?n=3'), String(targets));
  assert.equal(world.plane.lostLines(), 0);
});

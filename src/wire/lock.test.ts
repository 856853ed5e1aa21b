import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isRefusal } from '../refusal.ts';
import { readOwner, takeFolder } from './lock.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-lock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Another process that takes the folder, says what came of it, and stays until its input ends or it is killed. */
function taker(t: TestContext, folder: string) {
  const code = `
    import { takeFolder } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
    const held = takeFolder(${JSON.stringify(folder)}, 5);
    process.stdout.write('refused' in held ? 'refused\\n' : 'held\\n');
    process.stdin.on('end', () => process.exit(0)).resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  return { child, ended, said: once(child.stdout, 'data').then(([chunk]) => String(chunk).trim()) };
}

test('a free folder is taken, and free again after the release', (t) => {
  const folder = folderOf(t);
  const held = takeFolder(folder, 1000);
  assert(!isRefusal(held));
  assert.equal(readOwner(folder)?.pid, process.pid);
  held.publish('/run/control.sock');
  assert.equal(readOwner(folder)?.control, '/run/control.sock');
  held.release();
  assert.equal(readOwner(folder), null);
  assert.deepEqual(readdirSync(folder), []);
});

test('a second owner is refused and told who the first is', async (t) => {
  const folder = folderOf(t);
  const first = taker(t, folder);
  assert.equal(await first.said, 'held');
  const second = takeFolder(folder, 1000);
  assert(isRefusal(second));
  assert.equal(second.code, 'data-folder-in-use');
  assert.match(second.rule, new RegExp(`process ${first.child.pid} since 1970-01-01T00:00:00.005Z`));
  assert.deepEqual(readdirSync(folder), ['owner.json']);
});

test('the folder of a process that exits is free', async (t) => {
  const folder = folderOf(t);
  const first = taker(t, folder);
  assert.equal(await first.said, 'held');
  first.child.stdin.end();
  await first.ended;
  assert.equal(existsSync(join(folder, 'owner.json')), false);
});

test('the folder of a killed process is taken over, by one alone of many who try', async (t) => {
  const folder = folderOf(t);
  const first = taker(t, folder);
  assert.equal(await first.said, 'held');
  first.child.kill('SIGKILL');
  await first.ended;
  const many = Array.from({ length: 6 }, () => taker(t, folder));
  const said = await Promise.all(many.map((one) => one.said));
  assert.deepEqual(said.sort(), ['held', 'refused', 'refused', 'refused', 'refused', 'refused']);
  assert.deepEqual(readdirSync(folder), ['owner.json']);
});

test('a later process with the dead owner’s number does not hold the folder', (t) => {
  const folder = folderOf(t);
  const held = takeFolder(folder, 1000);
  assert(!isRefusal(held));
  const recycled = { ...held.owner, started: '1' };
  held.release();
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(recycled));
  const next = takeFolder(folder, 2000);
  assert(!isRefusal(next));
  next.release();
});

test('one who died while taking over is taken over from too', (t) => {
  const folder = folderOf(t);
  const dead = { id: '00000000000000aa', pid: 2 ** 30, started: '1', boot: null, since: 1, control: null };
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(dead));
  writeFileSync(
    join(folder, `owner.after-${dead.id}.json`),
    JSON.stringify({ ...dead, id: '00000000000000bb' }),
  );
  const held = takeFolder(folder, 2000);
  assert(!isRefusal(held));
  assert.deepEqual(readdirSync(folder), ['owner.json']);
  assert.equal(JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')).id, held.owner.id);
  held.release();
});

test('a release does not take the folder from a successor', (t) => {
  const folder = folderOf(t);
  const first = takeFolder(folder, 1000);
  assert(!isRefusal(first));
  rmSync(join(folder, 'owner.json'));
  const second = takeFolder(folder, 2000);
  assert(!isRefusal(second));
  first.release();
  assert.equal(readOwner(folder)?.id, second.owner.id);
  second.release();
});

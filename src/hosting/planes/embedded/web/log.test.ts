import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type LogOptions, openLog } from './log.ts';

async function options(t: TestContext, more: Partial<LogOptions> = {}): Promise<LogOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'log-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'access.log');
  return { path, now: () => Date.now(), rotateBytes: 1e6, keepDays: 180, pendingBytes: 1e6, ...more };
}

test('a line is with the kernel within 50 ms, so a killed process loses no older one', async (t) => {
  const { path } = await options(t);
  const code = `import { openLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)};
    const log = await openLog({ path: ${JSON.stringify(path)}, now: () => Date.now(), rotateBytes: 1e6, keepDays: 1, pendingBytes: 1e6 });
    log.write('first\\n');
    setTimeout(() => { log.write('last\\n'); process.kill(process.pid, 'SIGKILL'); }, 200);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
  await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL');
  assert.equal(await readFile(path, 'utf8'), 'first\n');
});

test('lines keep their order, and those of a batch go out together', async (t) => {
  const log = await openLog(await options(t));
  for (let number = 0; number < 1000; number += 1) log.write(`${number}\n`);
  await log.close();
  const expected = Array.from({ length: 1000 }, (_, number) => `${number}\n`).join('');
  assert.equal(await readFile(log.path, 'utf8'), expected);
});

test('a log is turned over at its size and at the day’s end, and old ones go', async (t) => {
  let now = Date.parse('2026-11-03T23:59:00Z');
  const made = await options(t, { now: () => now, rotateBytes: 20, keepDays: 2 });
  const folder = join(made.path, '..');
  const old = `${made.path}.20261031-1`;
  await writeFile(old, 'old');
  await utimes(old, now / 1000, Date.parse('2026-11-01T23:00:00Z') / 1000);
  const log = await openLog(made);
  for (const line of ['aaaaaaaaaaaaaa\n', 'bbbbbbbbbbbbbb\n', 'cc\n']) {
    log.write(line);
    await log.flush();
  }
  now += 120_000;
  log.write('next day\n');
  await log.close();
  const names = (await readdir(folder)).sort();
  assert.deepEqual(names, ['access.log', 'access.log.20261103-1', 'access.log.20261103-2']);
  assert.equal(await readFile(log.path, 'utf8'), 'next day\n');
  assert.equal(await readFile(`${log.path}.20261103-2`, 'utf8'), 'bbbbbbbbbbbbbb\ncc\n');
});

test('what is turned over later has a later name, though the clock was set back over a day’s end', async (t) => {
  const before = Date.parse('2026-11-03T23:30:00Z');
  let now = before + 3_600_000;
  const made = await options(t, { now: () => now });
  const log = await openLog(made);
  for (const [at, line] of [
    [now, 'one\n'],
    [before, 'two\n'],
    [now, 'three\n'],
    [before, 'four\n'],
  ] as const) {
    now = at;
    log.write(line);
    await log.flush();
  }
  await log.close();
  const names = (await readdir(join(made.path, '..'))).sort();
  assert.deepEqual(names, ['access.log', ...[1, 2, 3].map((number) => `access.log.20261104-${number}`)]);
  const texts = await Promise.all([1, 2, 3].map((n) => readFile(`${made.path}.20261104-${n}`, 'utf8')));
  assert.deepEqual([...texts, await readFile(made.path, 'utf8')], ['one\n', 'two\n', 'three\n', 'four\n']);
});

test('numbers of a day go on after ten, and after the first were removed', async (t) => {
  const now = Date.parse('2026-11-03T12:00:00Z');
  const made = await options(t, { now: () => now, rotateBytes: 4 });
  for (const number of [9, 11]) await writeFile(`${made.path}.20261103-${number}`, 'earlier');
  const log = await openLog(made);
  for (const line of ['one\n', 'two\n']) {
    log.write(line);
    await log.flush();
  }
  await log.close();
  assert.equal(await readFile(`${made.path}.20261103-12`, 'utf8'), 'one\n');
});

test('a torn last line does not swallow the next one', async (t) => {
  const made = await options(t);
  await writeFile(made.path, 'whole\ntor');
  const log = await openLog(made);
  log.write('next\n');
  await log.close();
  assert.equal(await readFile(made.path, 'utf8'), 'whole\ntor\nnext\n');
});

test('somebody else’s append is not overwritten', async (t) => {
  const log = await openLog(await options(t));
  log.write('a\n');
  await log.flush();
  await appendFile(log.path, 'theirs\n');
  log.write('b\n');
  await log.close();
  assert.equal(await readFile(log.path, 'utf8'), 'a\ntheirs\nb\n');
});

test('a full disk costs lines, which are counted, and nobody waits', async (t) => {
  if (process.platform !== 'linux') return t.skip('reason: only Linux has /dev/full');
  const made = await options(t, { pendingBytes: 100 });
  const log = await openLog({ ...made, path: '/dev/full' });
  for (let number = 0; number < 50; number += 1) log.write('1234567\n');
  await delay(60);
  assert.equal(log.lost(), 38);
  await log.close();
  assert.equal(log.lost(), 50);
});

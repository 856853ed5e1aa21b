import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isBearer, makeToken, pathLimit, prepareControl, readToken } from './control.ts';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-control-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('the socket stands in the data folder, also where a killed owner left one', async (t) => {
  const folder = await folderOf(t);
  await writeFile(join(folder, 'control.sock'), '');
  const control = await prepareControl(folder);
  assert.equal(control.path, join(folder, 'control.sock'));
  const server = createServer().listen(control.path);
  await once(server, 'listening');
  server.close();
  await control.close();
  assert.deepEqual(await readdir(folder), []);
});

test('a path too long for a socket gives one in a private folder, removed at the end', async (t) => {
  const folder = join(await folderOf(t), 'x'.repeat(60), 'y'.repeat(60));
  await mkdir(folder, { recursive: true });
  const control = await prepareControl(folder);
  assert(Buffer.byteLength(control.path) <= pathLimit);
  assert.equal((await stat(dirname(control.path))).mode & 0o777, 0o700);
  const server = createServer().listen(control.path);
  await once(server, 'listening');
  server.close();
  await control.close();
  await assert.rejects(stat(dirname(control.path)));
});

test('on Windows it is a named pipe that nobody can guess', async () => {
  const [one, two] = [await prepareControl('.', 'win32'), await prepareControl('.', 'win32')];
  assert.match(one.path, /^\\\\\.\\pipe\\hostpledge-[0-9a-f]{32}$/);
  assert.notEqual(one.path, two.path);
});

test('a token is made once, for its owner only, also when several ask at once', async (t) => {
  const path = join(await folderOf(t), 'token');
  const tokens = await Promise.all([makeToken(path), makeToken(path), makeToken(path)]);
  assert.equal(new Set(tokens).size, 1);
  assert.match(tokens[0]!, /^[\w-]{43}$/);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(await readToken(path), tokens[0]);
  assert.deepEqual(await readdir(dirname(path)), ['token']);
});

test('a token that others may read, or that is none, is refused', async (t) => {
  const path = join(await folderOf(t), 'token');
  await makeToken(path);
  await chmod(path, 0o640);
  await assert.rejects(readToken(path), /others may read/);
  await writeFile(path, 'short');
  await chmod(path, 0o600);
  await assert.rejects(readToken(path), /a token is/);
});

test('only the whole token is a bearer’s', () => {
  const token = 'a'.repeat(43);
  assert.equal(isBearer(`Bearer ${token}`, token), true);
  assert.equal(isBearer(`bearer ${token}`, token), true);
  for (const header of [
    undefined,
    '',
    token,
    `Basic ${token}`,
    `Bearer ${token}b`,
    `Bearer ${token} x`,
    'Bearer ',
  ]) {
    assert.equal(isBearer(header, token), false, `${header}`);
  }
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FtpWorld, ftpWorld, loggedIn, type RawFtp, until } from '../../../../../test/ftp.ts';
import { needs } from '../../../../../test/needs.ts';
import { openSpace } from '../space.ts';
import { sweepParts } from './upload.ts';

/** Sends `body` and breaks the data connection without an end, as a lost line does. Returns the last reply. */
async function broken(raw: RawFtp, command: string, body: string): Promise<string> {
  const data = await raw.passive();
  await raw.ask(command);
  data.write(body);
  await until('the bytes arrived', async () => (await raw.ask('STAT')).includes(` ${body.length} bytes`));
  data.resetAndDestroy();
  return raw.reply();
}

async function served(world: FtpWorld, name: string): Promise<string> {
  return readFile(join(world.web, name), 'utf8');
}

async function parts(world: FtpWorld): Promise<readonly string[]> {
  return existsSync(join(world.folder, 'tmp')) ? readdir(join(world.folder, 'tmp')) : [];
}

/** The books must equal what a fresh count finds, and nothing may be left held. */
async function balanced(world: FtpWorld): Promise<void> {
  assert.deepEqual(world.space.usage(), (await openSpace(world.folder, 0)).usage());
  assert.equal(world.space.reserve(world.space.limitBytes() - world.space.usage().bytes), true);
  world.space.release(world.space.limitBytes() - world.space.usage().bytes);
}

test('the space passed in the middle of an overwrite keeps the old file', async (t) => {
  const world = await ftpWorld(t, { spaceBytes: 1000 });
  const raw = await loggedIn(t, world);
  assert.match((await raw.store('STOR a', 'o'.repeat(800))).last, /^226 /);
  assert.match((await raw.store('STOR a', 'n'.repeat(1001))).last, /^552 /);
  assert.equal(await served(world, 'a'), 'o'.repeat(800));
  assert.match((await raw.store('STOR b', 'n'.repeat(201))).last, /^552 /);
  assert.equal(existsSync(join(world.web, 'b')), false);
  assert.match((await raw.store('APPE a', 'n'.repeat(201))).last, /^552 /);
  assert.equal(await served(world, 'a'), 'o'.repeat(800));
  assert.deepEqual(await parts(world), []);
  // In place of the old one it fits, though not beside it.
  assert.match((await raw.store('STOR a', 'n'.repeat(1000))).last, /^226 /);
  await balanced(world);
});

test('an upload that breaks off leaves a new file with what came, and it can be gone on with', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  assert.match(await broken(raw, 'STOR new', 'hello '), /^426 .*REST 6/);
  assert.match(await raw.ask('SIZE new'), /^213 6$/);
  await raw.ask('REST 6');
  assert.match((await raw.store('STOR new', 'world')).last, /^226 /);
  assert.equal(await served(world, 'new'), 'hello world');
  assert.match(await broken(raw, 'APPE other', 'one'), /^426 /);
  assert.match((await raw.store('APPE other', 'two')).last, /^226 /);
  assert.equal(await served(world, 'other'), 'onetwo');
  await balanced(world);
});

test('an overwrite that breaks off keeps the old file and sets the part aside', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  await raw.store('STOR a', 'the old file');
  assert.match(await broken(raw, 'STOR a', 'new '), /^426 .*old file stays, 4 bytes/);
  assert.equal(await served(world, 'a'), 'the old file');
  assert.equal((await parts(world)).length, 1);
  await balanced(world);
  await raw.ask('REST 4');
  assert.match((await raw.store('STOR a', 'content')).last, /^226 /);
  assert.equal(await served(world, 'a'), 'new content');
  assert.deepEqual(await parts(world), []);
  await balanced(world);
});

test('REST in the middle writes a new file from the old one’s beginning', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  await raw.store('STOR a', 'abcdef');
  await raw.ask('REST 3');
  assert.match((await raw.store('STOR a', 'XY')).last, /^226 /);
  assert.equal(await served(world, 'a'), 'abcXY');
  await raw.ask('REST 99');
  assert.match((await raw.store('STOR a', 'XY')).first, /^554 /);
  await raw.ask('REST 9');
  assert.match((await raw.store('STOR none', 'XY')).first, /^554 /);
  await balanced(world);
});

test('ABOR ends a transfer at once with 426 and 226', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  const data = await raw.passive();
  await raw.ask('STOR a');
  data.write('half');
  await until('the bytes arrived', async () => (await raw.ask('STAT')).includes(' 4 bytes'));
  // Telnet's interrupt comes before it, the way old clients send it.
  raw.send(Buffer.from([0xff, 0xf4, 0xff, 0xf2]));
  raw.send('ABOR\r\nPWD\r\n');
  assert.match(await raw.reply(), /^426 /);
  assert.match(await raw.reply(), /^226 /);
  assert.match(await raw.reply(), /^257 /);
  assert.equal(await served(world, 'a'), 'half');
});

test('a client that is killed in the middle of an overwrite changes nothing', async (t) => {
  if (!needs(t, 'curl')) return;
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  await raw.store('STOR a', 'the old file');
  for (let round = 0; round < 5; round += 1) {
    const url = `ftp://127.0.0.1:${world.port}/a`;
    const curl = spawn('curl', ['-sS', '--user', 'demo:secret', '-T', '-', url], { stdio: 'pipe' });
    curl.stdin.on('error', () => undefined);
    curl.stdin.write('x'.repeat(200_000));
    await until('the upload runs', async () => (await parts(world)).some((name) => name.startsWith('up-')));
    curl.kill('SIGKILL');
    await once(curl, 'close');
    await until('the session is over', () => world.server.sessions() === 1);
    await until('the part is set aside', async () =>
      (await parts(world)).every((name) => name.startsWith('part-')),
    );
    assert.equal((await served(world, 'a')).slice(0, 20), 'the old file');
  }
});

test('a link is refused at every component', async (t) => {
  const world = await ftpWorld(t);
  const outside = join(world.folder, 'outside');
  await mkdir(join(outside, 'deep'), { recursive: true });
  await writeFile(join(outside, 'secret'), 'secret');
  await mkdir(join(world.web, 'sub'));
  await symlink(outside, join(world.web, 'out'));
  await symlink(outside, join(world.web, 'sub/out'));
  await symlink(join(outside, 'secret'), join(world.web, 'file'));
  await symlink('sub', join(world.web, 'inside'));
  await symlink('nowhere', join(world.web, 'dangling'));
  const raw = await loggedIn(t, world);
  for (const path of ['out', 'sub/out', 'out/deep', 'inside', 'sub/out/deep']) {
    assert.match(await raw.ask(`CWD ${path}`), /^550 /, path);
    assert.match((await raw.fetch(`LIST ${path}`)).first, /^550 /, path);
    assert.match((await raw.fetch(`MLSD ${path}`)).first, /^550 /, path);
    assert.match((await raw.store(`STOR ${path}/x`, 'x')).first, /^550 /, path);
    assert.match(await raw.ask(`MKD ${path}/x`), /^550 /, path);
  }
  for (const path of ['file', 'out/secret', 'dangling', 'sub/out/secret']) {
    assert.match((await raw.fetch(`RETR ${path}`)).first, /^550 /, path);
    assert.match((await raw.store(`STOR ${path}`, 'x')).first, /^550 /, path);
    assert.match((await raw.store(`APPE ${path}`, 'x')).first, /^550 /, path);
    for (const verb of ['SIZE', 'MDTM', 'MLST', 'DELE', 'RNFR', 'RMD', 'MFMT 20200101000000']) {
      assert.match(await raw.ask(`${verb} ${path}`), /^550 /, `${verb} ${path}`);
    }
  }
  await raw.store('STOR mine', 'mine');
  await raw.ask('RNFR mine');
  assert.match(await raw.ask('RNTO out/mine'), /^550 /);
  assert.equal((await raw.fetch('NLST')).body, 'mine\r\nsub\r\n');
  assert.equal((await raw.fetch('NLST *')).body, 'mine\r\nsub\r\n');
  assert.deepEqual(await readdir(outside), ['deep', 'secret']);
  assert.equal(await readFile(join(outside, 'secret'), 'utf8'), 'secret');
});

test('a link put in the way during an upload takes nothing outside', async (t) => {
  const world = await ftpWorld(t);
  const outside = join(world.folder, 'outside');
  await mkdir(outside);
  await mkdir(join(world.web, 'sub'));
  const raw = await loggedIn(t, world);
  const data = await raw.passive();
  await raw.ask('STOR sub/a');
  data.write('x');
  await until('the bytes arrived', async () => (await raw.ask('STAT')).includes(' 1 bytes'));
  await rename(join(world.web, 'sub'), join(world.web, 'was'));
  await symlink(outside, join(world.web, 'sub'));
  data.end();
  assert.match(await raw.reply(), /^550 /);
  assert.deepEqual(await readdir(outside), []);
  assert.deepEqual(await parts(world), []);
});

test('a tmp that is a link takes no uploads', async (t) => {
  const world = await ftpWorld(t);
  await symlink('/tmp', join(world.folder, 'tmp'));
  const raw = await loggedIn(t, world);
  assert.match((await raw.store('STOR a', 'x')).first, /^451 /);
  assert.equal(world.errors.length, 1, 'and the operator is told');
});

test('a file with a second name is never written in place', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  await writeFile(join(world.folder, 'other'), 'other');
  await link(join(world.folder, 'other'), join(world.web, 'a'));
  assert.match((await raw.store('APPE a', ' more')).last, /^226 /);
  assert.equal(await served(world, 'a'), 'other more');
  assert.equal(await readFile(join(world.folder, 'other'), 'utf8'), 'other');
});

test('deleting, replacing and renaming over keep the books', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  for (const [name, size] of [
    ['a', 10],
    ['b', 20],
    ['c', 30],
  ] as const) {
    await raw.store(`STOR ${name}`, 'x'.repeat(size));
  }
  await raw.ask('DELE a');
  await raw.ask('RNFR b');
  assert.match(await raw.ask('RNTO c'), /^250 /);
  assert.deepEqual(world.space.usage(), { bytes: 20, files: 1 });
  await raw.ask('RNFR c');
  assert.match(await raw.ask('RNTO c'), /^250 /);
  await balanced(world);
});

test('parts are swept after a day, not before, and nothing else is', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  for (const name of ['a', 'b']) {
    await raw.store(`STOR ${name}`, 'old');
    await broken(raw, `STOR ${name}`, 'n');
  }
  const [first] = await parts(world);
  const now = Date.now();
  await utimes(join(world.folder, 'tmp', first!), now / 1000 - 86_500, now / 1000 - 86_500);
  await writeFile(join(world.folder, 'tmp', 'php-session'), '');
  await utimes(join(world.folder, 'tmp', 'php-session'), 1, 1);
  await world.space.recount();
  assert.equal(await sweepParts(world.folder, world.space, now), 1);
  assert.equal((await parts(world)).length, 2);
  await balanced(world);
});

test('the server stops in the middle of an upload and the old file stands', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  await raw.store('STOR a', 'old');
  const data = await raw.passive();
  await raw.ask('STOR a');
  data.write('n');
  await until('the bytes arrived', async () => (await raw.ask('STAT')).includes(' 1 bytes'));
  await world.server.close();
  assert.equal(await served(world, 'a'), 'old');
  assert.equal((await parts(world))[0]?.startsWith('part-'), true);
});

test('a folder put where the upload wants to go is not replaced', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  const data = await raw.passive();
  await raw.ask('STOR a');
  data.write('x');
  await until('the bytes arrived', async () => (await raw.ask('STAT')).includes(' 1 bytes'));
  await mkdir(join(world.web, 'a'));
  data.end();
  assert.match(await raw.reply(), /^550 Is a folder/);
  assert.deepEqual(await parts(world), []);
  await balanced(world);
});

import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FtpWorld, ftpWorld, loggedIn, type RawFtp } from '../../../../../test/ftp.ts';
import { verbTable } from './verbs.ts';

/** Verbs that name no file; every other one is tried with every trick below. */
const pathless =
  'ABOR ACCT ALLO AUTH CDUP CLNT EPRT EPSV FEAT HELP MODE NOOP OPTS PASS PASV PBSZ PORT PROT PWD QUIT REIN REST SITE STOU STRU SYST TYPE USER XCUP XPWD'.split(
    ' ',
  );
const down = ['LIST', 'NLST', 'MLSD', 'RETR'];
const up = ['STOR', 'APPE'];

const secret = 'nobody may read this';

/** Beside the account's root: what no path may show or change. Inside it: links to there, as a script could make them. */
async function neighbours(t: TestContext, world: FtpWorld): Promise<string> {
  const outside = await mkdtemp(join(tmpdir(), 'beside-'));
  t.after(() => rm(outside, { recursive: true, force: true }));
  await mkdir(join(outside, 'victim'));
  await writeFile(join(outside, 'victim', 'secret.txt'), secret);
  await writeFile(join(outside, 'secret.txt'), secret);
  await writeFile(join(world.folder, 'secret.txt'), secret);
  await mkdir(join(world.web, 'a/b'), { recursive: true });
  await writeFile(join(world.web, 'own.txt'), 'own');
  await symlink(outside, join(world.web, 'out'));
  await symlink(join(outside, 'secret.txt'), join(world.web, 'file'));
  await symlink('../secret.txt', join(world.web, 'relative'));
  await symlink('..', join(world.web, 'above'));
  await symlink('/', join(world.web, 'everything'));
  await symlink(outside, join(world.web, 'a/b/out'));
  await symlink(join(outside, 'made'), join(world.web, 'dangling'));
  return outside;
}

function tricks(outside: string): readonly string[] {
  return [
    'out',
    'file',
    'relative',
    'above',
    'dangling',
    'out/secret.txt',
    'out/victim',
    'out/new',
    'a/b/out/secret.txt',
    'a/b/out/victim/secret.txt',
    'above/secret.txt',
    `everything${outside}/secret.txt`,
    'dangling/new',
    'a/../out/secret.txt',
    'out/./victim/../secret.txt',
    'file/.',
    'file/',
    'out/*',
    'a\\..\\..\\secret.txt',
    'nul\0/../../secret.txt',
    'cr\r../secret.txt',
    '\xc0\xae\xc0\xae/secret.txt',
    'x'.repeat(256),
    'a/'.repeat(65),
    `${'d/'.repeat(1900)}e`,
  ];
}

/** Every name below `root` with what it is, how long, when changed and what is in it. */
async function seen(root: string): Promise<string[]> {
  const rows: string[] = [];
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    const { size, mtimeMs, mode, ino } = await lstat(join(root, name));
    const text = name.endsWith('.txt') ? await readFile(join(root, name), 'utf8') : '';
    rows.push([name, size, mtimeMs, mode, ino, text].join(' '));
  }
  return rows;
}

/** The whole answer to one verb with one path, and all that came over the data connection. */
async function tried(raw: RawFtp, verb: string, path: string): Promise<string> {
  if (verb === 'RNTO') await raw.ask('RNFR own.txt');
  if (up.includes(verb)) {
    const { first, last } = await raw.store(`${verb} ${path}`, 'overwritten');
    return first.startsWith('1') ? last : first;
  }
  if (down.includes(verb)) {
    const { first, last, body } = await raw.fetch(`${verb} ${path}`);
    return `${first.startsWith('1') ? last : first}\n${body}`;
  }
  return raw.ask(verb === 'MFMT' ? `MFMT 20200102030405 ${path}` : `${verb} ${path}`);
}

test('no verb reaches past the root or through a link, whatever the path', async (t) => {
  const world = await ftpWorld(t);
  const outside = await neighbours(t, world);
  const before = [await seen(outside), await readFile(join(world.folder, 'secret.txt'), 'utf8')];
  const raw = await loggedIn(t, world);
  const verbs = verbTable.names.filter((name) => !pathless.includes(name));
  assert.equal(verbs.length, 20);
  for (const verb of verbs) {
    for (const path of tricks(outside)) {
      const answer = await tried(raw, verb, path);
      // A pattern that fits nothing is an empty listing.
      const none = path === 'out/*' && /^(226 [^\n]*\n|213-[^\n]*\n213 End)$/.test(answer);
      assert.ok(none || /^5\d\d /.test(answer), `${verb} ${JSON.stringify(path).slice(0, 80)}: ${answer}`);
      assert.doesNotMatch(answer, /nobody|victim/);
    }
  }
  assert.deepEqual([await seen(outside), await readFile(join(world.folder, 'secret.txt'), 'utf8')], before);
  assert.equal(await readFile(join(world.web, 'own.txt'), 'utf8'), 'own');
  assert.deepEqual(world.errors, []);
});

test('what climbs stops at the root: there it means a name like any other', async (t) => {
  const world = await ftpWorld(t);
  const outside = await neighbours(t, world);
  const raw = await loggedIn(t, world);
  const climbing = [
    '../secret.txt',
    '/../secret.txt',
    '../../../../../secret.txt',
    'a/../../secret.txt',
    './/..//.//../secret.txt',
    `${'../'.repeat(1300)}secret.txt`,
  ];
  for (const path of climbing) {
    assert.match(await raw.ask(`SIZE ${path}`), /^550 /, path);
    assert.match((await raw.store(`STOR ${path}`, 'mine')).last, /^226 /, path);
    assert.equal(await readFile(join(world.web, 'secret.txt'), 'utf8'), 'mine');
    assert.match(await raw.ask(`DELE ${path}`), /^250 /, path);
  }
  for (const path of [`${outside}/secret.txt`, '~/secret.txt', '~root/secret.txt', '%2e%2e/secret.txt']) {
    assert.match(await raw.ask(`SIZE ${path}`), /^550 /, path);
    assert.match((await raw.store(`STOR ${path}`, 'mine')).first, /^550 /, path);
  }
  assert.equal(await readFile(join(world.folder, 'secret.txt'), 'utf8'), secret);
});

test('names in every script come back byte for byte, and bytes that are no UTF-8 are no name', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  const names = [
    'é composed'.normalize('NFC'),
    'é composed'.normalize('NFD'),
    '中文 文件.txt',
    'ﷺ right to left',
    '🏠.html',
    ' leading and trailing ',
    '-la',
    '--help',
    '~',
    '%00',
    '...',
    'a"b\'c`d$e;f|g&h',
    'zero\u200bwidth',
    'line\u2028separator',
    '\u0085next line',
    'ü'.repeat(127),
  ];
  for (const name of names) assert.match((await raw.store(`STOR ${name}`, name)).last, /^226 /, name);
  const sorted = [...names].sort().map((name) => `${name}\r\n`);
  assert.equal((await raw.fetch('NLST')).body, sorted.join(''));
  assert.deepEqual((await readdir(world.web)).sort(), [...names].sort());
  for (const name of names) assert.equal((await raw.fetch(`RETR ${name}`)).body, name);
  const foreign = ['d6d0cec4', 'c0af', 'eda080', 'f8888080', 'e4b8', '80', 'ffff'];
  for (const hex of foreign) {
    raw.send(Buffer.concat([Buffer.from('MKD '), Buffer.from(hex, 'hex'), Buffer.from('\r\n')]));
    assert.match(await raw.reply(), /^553 /, hex);
  }
  // What a script left there in GBK cannot be asked for, so it is not shown.
  await writeFile(Buffer.concat([Buffer.from(`${world.web}/`), Buffer.from('d6d0cec4', 'hex')]), '');
  await writeFile(join(world.web, 'two\nlines'), '');
  for (const verb of ['LIST', 'NLST', 'MLSD']) {
    assert.equal((await raw.fetch(verb)).body.split('\r\n').length, names.length + 1, verb);
  }
});

test('a tree is made as deep as it can be asked for, and no deeper', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  for (let depth = 0; depth < 64; depth += 1) {
    assert.match(await raw.ask('MKD d'), /^257 /);
    assert.match(await raw.ask('CWD d'), /^250 /);
  }
  assert.match(await raw.ask('MKD d'), /^553 /);
  assert.match((await raw.store('STOR f', 'x')).first, /^553 /);
  assert.match(await raw.ask('CDUP'), /^250 /);
  assert.match((await raw.store('STOR f', 'x')).last, /^226 /);
  assert.match(await raw.ask(`SIZE /${'d/'.repeat(63)}f`), /^213 1$/);
  assert.match(await raw.ask('RNFR /d'), /^350 /);
  assert.match(await raw.ask('RNTO /d/d/d'), /^553 /);
  assert.match(await raw.ask('RNFR /d/d'), /^350 /);
  assert.match(await raw.ask('RNTO /e'), /^250 /);
});

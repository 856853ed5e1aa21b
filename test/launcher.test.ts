import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A checkout with nothing in it but bin/ and what a test adds; removed at the end. */
function checkout(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge launcher '));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'src'));
  for (const name of ['hostpledge', 'prepare.mjs'])
    copyFileSync(join(root, 'bin', name), join(folder, 'bin', name));
  // This checkout has no pages of its own: that they are built, and when, is what is looked at here.
  writeFileSync(
    join(folder, 'bin/console.mjs'),
    'export const buildConsole = () => console.log("console built");',
  );
  return folder;
}

function write(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/** A program that calls itself node and says its name instead of running anything. */
function fakeNode(major: number, says: string): string {
  return `#!/bin/sh\nif [ "$1" = -p ]; then echo ${major}; else echo "${says} $@"; fi\n`;
}

function launch(path: string, args: readonly string[], env: Record<string, string>) {
  const done = spawnSync(path, args, {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', ...env },
    cwd: tmpdir(),
  });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

test('the launcher finds its checkout through links and prefers the project’s own Node', (t) => {
  const folder = checkout(t);
  write(join(folder, 'node_modules/.bin/node'), fakeNode(26, 'own'));
  write(join(folder, 'other/node'), fakeNode(27, 'other'));
  mkdirSync(join(folder, 'links'));
  symlinkSync('../bin/hostpledge', join(folder, 'links/one'));
  symlinkSync(join(folder, 'links/one'), join(folder, 'links/two'));
  const ran = launch(join(folder, 'links/two'), ['a b', '--c'], { PATH: `${folder}/other:/usr/bin:/bin` });
  assert.equal(ran.out, `own ${folder}/src/main.ts a b --c\n`);
});

test('without one of its own, a Node on PATH that is new enough will do', (t) => {
  const folder = checkout(t);
  write(join(folder, 'other/node'), fakeNode(27, 'other'));
  const ran = launch(join(folder, 'bin/hostpledge'), ['start'], { PATH: `${folder}/other:/usr/bin:/bin` });
  assert.equal(ran.out, `other ${folder}/src/main.ts start\n`);
});

test('without any Node 26 it says what to do, in Chinese and English', (t) => {
  const folder = checkout(t);
  write(join(folder, 'node_modules/.bin/node'), fakeNode(20, 'old'));
  write(join(folder, 'other/node'), fakeNode(20, 'old'));
  const ran = launch(join(folder, 'bin/hostpledge'), ['start'], { PATH: `${folder}/other:/usr/bin:/bin` });
  assert.equal(ran.status, 1);
  assert.match(ran.err, /需要 Node\.js 26/);
  assert.match(ran.err, /needs Node\.js 26/);
});

test('the launcher hands on arguments, folder and exit status', (t) => {
  const folder = checkout(t);
  write(join(folder, 'src/main.ts'), 'console.log(process.cwd(), process.argv[2]); process.exit(7);');
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, join(folder, 'node_modules/.bin/node'));
  const ran = launch(join(folder, 'bin/hostpledge'), ['x'], {});
  assert.deepEqual([ran.status, ran.out], [7, `${tmpdir()} x\n`]);
});

const lock = (version: string) => ({
  packages: {
    '': { version: '0' },
    'node_modules/a': { version, integrity: 'x' },
    'node_modules/b': { version: '1', integrity: 'y', dev: true },
    'node_modules/c': { version: '1', integrity: 'z', optional: true },
  },
});

/** What npm would have noted after an installation without the optional package, with or without `b`. */
function note(dev: boolean): string {
  const { 'node_modules/a': a, 'node_modules/b': b } = lock('1').packages;
  return JSON.stringify({ packages: { 'node_modules/a': a, ...(dev ? { 'node_modules/b': b } : {}) } });
}

for (const [what, locked, noted, args, installs] of [
  ['nothing is installed', '1', null, [], true],
  ['everything is as locked', '1', note(true), ['--system'], false],
  ['a version differs', '2', note(true), [], true],
  ['only packages for development are missing', '1', note(false), [], false],
  ['packages for development are missing for tests', '1', note(false), ['--system'], true],
] as const) {
  test(`when ${what}, npm ci is ${installs ? 'run' : 'not run'}`, (t) => {
    const folder = checkout(t);
    write(join(folder, 'package-lock.json'), JSON.stringify(lock(locked)));
    if (noted !== null) write(join(folder, 'node_modules/.package-lock.json'), noted);
    write(join(folder, 'npm.cjs'), 'console.log("npm", process.argv[2]);');
    // No apt-get on this PATH: what Debian lacks is then only said.
    const env = { PATH: folder, npm_execpath: join(folder, 'npm.cjs'), npm_node_execpath: process.execPath };
    const ran = launch(process.execPath, [join(folder, 'bin/prepare.mjs'), ...args], env);
    assert.equal(ran.status, 0, ran.err);
    assert.equal(ran.out.includes('npm ci\n'), installs);
    assert.equal(ran.out.includes('console built\n'), true);
    assert.equal(ran.out.indexOf('npm ci\n') < ran.out.indexOf('console built\n'), true);
  });
}

test('an npm ci that fails ends the preparation with its reason', (t) => {
  const folder = checkout(t);
  write(join(folder, 'package-lock.json'), JSON.stringify(lock('1')));
  write(join(folder, 'npm.cjs'), 'process.exit(3);');
  const env = { npm_execpath: join(folder, 'npm.cjs'), npm_node_execpath: process.execPath };
  const ran = launch(process.execPath, [join(folder, 'bin/prepare.mjs')], env);
  assert.equal(ran.status, 1);
  assert.match(ran.err, /npm ended with 3/);
  assert.equal(ran.out.includes('console built'), false);
});

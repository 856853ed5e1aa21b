// Runs before `npm start` and `npm test`, on whatever Node (20 or later) npm runs on and before there is any
// node_modules: installs exactly what package-lock.json says, builds the console when its sources changed, and
// with --system installs what Debian has to give.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConsole } from './console.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const forTests = process.argv.includes('--system');

installPackages();
buildConsole();
if (forTests) installSystem();

/** `npm ci` unless node_modules is already what package-lock.json says. */
function installPackages() {
  if (isInstalled()) return;
  console.log('Installing the packages that package-lock.json names (npm ci) …');
  const [command, ...args] = npm();
  const done = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (done.error === undefined && done.status === 0) return;
  const why = done.error?.message ?? `npm ended with ${done.status ?? done.signal}`;
  console.error(`The packages could not be installed: ${why}`);
  process.exit(1);
}

/**
 * npm notes in node_modules/.package-lock.json, last of all, what it has put there. Everything that is there
 * must be as locked; what is locked must be there, save optional packages (of other platforms) and, outside
 * of tests, those for development (an image made with --omit=dev starts as it is).
 */
function isInstalled() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const there = JSON.parse(readFileSync(note, 'utf8')).packages;
  const { '': _, ...locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const same = (path) =>
    locked[path]?.version === there[path].version && locked[path].integrity === there[path].integrity;
  const mayMiss = (entry) =>
    entry.optional === true || entry.devOptional === true || (entry.dev === true && !forTests);
  return (
    Object.keys(there).every(same) &&
    Object.keys(locked).every((path) => path in there || mayMiss(locked[path]))
  );
}

/** The npm that runs us, on the Node that it runs on; without one (called by hand) the one on PATH. */
function npm() {
  const path = process.env.npm_execpath;
  if (path !== undefined && /\.c?js$/.test(path))
    return [process.env.npm_node_execpath ?? process.execPath, path];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/** Debian packages that tests speak to, each with a program that shows that it is there. */
function installSystem() {
  const wanted = {
    'php8.2-fpm': '/usr/sbin/php-fpm8.2',
    lftp: 'lftp',
    ncftp: 'ncftpget',
    curl: 'curl',
    'postgresql-15': '/usr/lib/postgresql/15/bin/initdb',
    'fonts-noto-cjk': '/usr/share/fonts/opentype/noto',
    chromium: 'chromium',
    openssl: 'openssl',
    'poppler-utils': 'pdfsig',
    'nginx-light': '/usr/sbin/nginx',
    wrk: 'wrk',
    mawk: 'mawk',
  };
  const missing = Object.keys(wanted).filter((name) => !isThere(wanted[name]));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    console.log(`Not installed here, so tests that need them are skipped: ${missing.join(' ')}`);
    return;
  }
  console.log(`Installing from Debian, because tests need them: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  // The lists first: a name that was never fetched, or whose version is gone from the mirror, cannot be installed.
  for (const args of [
    [...apt, 'update'],
    [...apt, 'install', '--no-install-recommends', ...missing],
  ]) {
    const done = spawnSync('apt-get', args, { stdio: 'inherit', env });
    if (done.status === 0) continue;
    const why = done.error?.message ?? `it ended with ${done.status ?? done.signal}`;
    console.error(
      `apt-get ${args.includes('update') ? 'update' : 'install'} failed (${why}); going on without.`,
    );
  }
}

function isThere(program) {
  if (program.startsWith('/')) return existsSync(program);
  return [...(process.env.PATH ?? '').split(':'), '/usr/bin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

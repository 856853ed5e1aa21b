// Builds the console (console/) with Vite into console/dist, when anything that goes into it changed since the last
// time; runs on whatever Node npm runs on. Called by bin/prepare.mjs, or by hand:
//   node bin/console.mjs           builds when needed
//   node bin/console.mjs --check   types of the API, then the console's own types
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const home = join(root, 'console');
const output = join(home, 'dist');
const note = 'digest.txt';

/** Every file that goes into the build, in the order of their names. */
function inputs() {
  const files = ['console/package.json', 'console/index.html', 'console/vite.config.ts', 'package-lock.json'];
  const sources = readdirSync(join(home, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$|^api\.d\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return [
    ...files.map((file) => join(root, file)),
    ...sources.sort(),
    ...shared(),
    fileURLToPath(import.meta.url),
  ];
}

/** The pure code of the centre that pages import: words, days, money, the calendar of a month. */
function shared() {
  const folders = ['calendar', 'money', 'settlement', 'site', 'terms', 'timeline'];
  return folders.flatMap((folder) =>
    readdirSync(join(root, 'src', folder))
      .filter((name) => name.endsWith('.ts') && !/\.(?:test|cases)\.ts$/.test(name))
      .sort()
      .map((name) => join(root, 'src', folder, name)),
  );
}

function digestOf(files) {
  const digest = createHash('sha256');
  for (const file of files) {
    const bytes = readFileSync(file);
    digest.update(`${file.slice(root.length)}\0${bytes.length}\0`).update(bytes);
  }
  return digest.digest('hex');
}

/** Builds beside what stands and swaps, so that a centre that starts meanwhile finds the one or the other. */
export function buildConsole() {
  const digest = digestOf(inputs());
  const before = join(output, note);
  if (existsSync(before) && readFileSync(before, 'utf8') === digest) return;
  console.log('Building the console (vite) …');
  const made = mkdtempSync(join(home, 'dist-'));
  try {
    const vite = join(home, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, 'build', '--outDir', made, '--emptyOutDir', '--logLevel', 'warn'];
    const env = { ...process.env, NODE_ENV: 'production' };
    const done = spawnSync(execPath, args, { cwd: home, stdio: 'inherit', env });
    if (done.error !== undefined || done.status !== 0) {
      throw new Error(done.error?.message ?? `vite ended with ${done.status ?? done.signal}`);
    }
    compress(made);
    writeFileSync(join(made, note), digest);
    rmSync(output, { recursive: true, force: true });
    renameSync(made, output);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    console.error(`The console could not be built: ${error instanceof Error ? error.message : error}`);
    console.error(
      'Its sources are in console/; what vite said stands above. `npm ci` puts its packages in place.',
    );
    process.exit(1);
  }
}

/** Smaller copies beside what is text, for browsers that take them: .br and .gz. */
function compress(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile() || !/\.(?:js|css|svg)$/.test(file) || statSync(file).size < 1024) continue;
    const bytes = readFileSync(file);
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

/** The types of the API from its routes, written only when they changed; then the console's compiler. */
function checkConsole() {
  const node = join(root, 'node_modules', '.bin', 'node');
  const folder = mkdtempSync(join(home, 'dist-'));
  try {
    const [document, types] = [join(folder, 'openapi.json'), join(folder, 'api.d.ts')];
    run(existsSync(node) ? node : execPath, [join(root, 'bin', 'openapi.ts'), document]);
    run(execPath, [join(home, 'node_modules', 'openapi-typescript', 'bin', 'cli.js'), document, '-o', types]);
    const kept = join(home, 'src', 'api.d.ts');
    const text = readFileSync(types, 'utf8');
    if (!existsSync(kept) || readFileSync(kept, 'utf8') !== text) writeFileSync(kept, text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  run(execPath, [join(home, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', home], 'inherit');
}

function run(program, args, stdio = ['ignore', 'ignore', 'inherit']) {
  const done = spawnSync(program, args, { cwd: root, stdio });
  if (done.error === undefined && done.status === 0) return;
  console.error(`${args[0]} failed: ${done.error?.message ?? done.status ?? done.signal}`);
  process.exit(done.status ?? 1);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  if (argv.includes('--check')) checkConsole();
  else buildConsole();
}

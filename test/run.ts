import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPostgres, startPostgres } from './postgres.ts';

/**
 * The whole run behind `npm test`: types, format and lint, every test, and those that use a database once
 * more on a real PostgreSQL. Arguments pick test files by a part of their path and leave out the rest.
 * Exit status 1 when anything failed; under CI=true also when a test was skipped that test/skips.json does
 * not name.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const inCi = process.env['CI'] === 'true';
const faultLines = 40;
/** Three times what all of it takes on two cores: a file whose process never ends by itself ends the run, and is named. */
const longestMs = Number(process.env['HOSTPLEDGE_TEST_LONGEST_MS'] ?? 60 * 60_000);

interface Outcome {
  readonly what: string;
  readonly passed: boolean;
  /** Shown behind the outcome. */
  readonly note: string;
  /** What each failed test said of itself, once more at the end: the record of a long run may keep no more than that. */
  readonly faults: readonly string[];
}

async function main(filters: readonly string[]): Promise<number> {
  const files = await testFiles(filters);
  if (files.length === 0) {
    console.error(`no test file has ${filters.join(' or ')} in its path`);
    return 1;
  }
  const outcomes: Outcome[] = [];
  if (filters.length === 0) {
    outcomes.push(await check('types', ['tsc', '--noEmit']));
    outcomes.push(await check('types of the console', ['node', 'bin/console.mjs', '--check']));
    outcomes.push(await check('format and lint', ['biome', 'ci', '.']));
  }
  outcomes.push(await runTests('tests', files, {}));
  const stores = await usingDatabase(files);
  if (stores.length > 0) outcomes.push(await onPostgres(stores));
  const failed = outcomes.filter((one) => !one.passed);
  const list = outcomes.map((one) => `${one.what} ${one.passed ? 'passed' : 'FAILED'}${one.note}`);
  for (const { what, faults } of failed)
    for (const fault of faults) console.log(`\nfailed in ${what}: ${fault}`);
  console.log(`\nhostpledge: ${list.join(' · ')}`);
  return failed.length === 0 ? 0 : 1;
}

async function testFiles(filters: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const path of glob(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })) files.push(path);
  // A filter may be given as the shell completes it, from wherever it was called: absolute or with ./ before it.
  const wanted = filters.map((filter) =>
    filter.startsWith('/') ? relative(root, filter) : filter.replace(/^\.\//, ''),
  );
  return files.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part))).sort();
}

/** A test file that opens databases says so by its import. */
async function usingDatabase(files: readonly string[]): Promise<readonly string[]> {
  const used: string[] = [];
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    if (/from '[^']*\/database\.ts'/.test(text)) used.push(file);
  }
  return used;
}

async function check(what: string, command: readonly string[]): Promise<Outcome> {
  return { what, passed: (await run(command, {})) === 0, note: '', faults: [] };
}

async function onPostgres(files: readonly string[]): Promise<Outcome> {
  const what = 'tests on PostgreSQL';
  const bin = findPostgres();
  // Without CI it is enough that the embedded database passed; there it must have been both.
  if (bin === null)
    return { what, passed: !inCi, note: ' (left out: no PostgreSQL is installed)', faults: [] };
  const server = await startPostgres(bin);
  try {
    const env = { HOSTPLEDGE_TEST_DATABASE: 'postgres', HOSTPLEDGE_TEST_POSTGRES: server.url };
    return await runTests(what, files, env);
  } finally {
    await server.stop();
  }
}

async function runTests(
  what: string,
  files: readonly string[],
  env: Record<string, string>,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-run-'));
  const tap = join(folder, 'tap');
  try {
    // Two at a time: tests measure times, and the machine may have no more than two cores.
    const flags = [
      '--test',
      '--test-concurrency=2',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
    ];
    const skips = ['--test-reporter=tap', `--test-reporter-destination=${tap}`];
    console.log(`\n${what}`);
    const status = await run([process.execPath, ...flags, ...skips, ...files], env);
    const said = (await readFile(tap, 'utf8')).split('\n');
    const skipped = readSkips(said);
    const strange = inCi ? await unlisted(skipped) : [];
    for (const one of strange) console.error(`skipped, which CI does not allow: ${one.name} (${one.reason})`);
    const note = skipped.length === 0 ? '' : ` (${skipped.length} skipped)`;
    return { what, passed: status === 0 && strange.length === 0, note, faults: readFaults(said) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Skip {
  readonly name: string;
  readonly reason: string;
}

/** From the run in TAP (testanything.org): `ok 3 - name # SKIP reason`, subtests indented. TODO marks what is unfinished. */
function readSkips(said: readonly string[]): readonly Skip[] {
  const skips: Skip[] = [];
  for (const line of said) {
    const parts = /^ *(?:not )?ok \d+ - (.*) # (?:SKIP|TODO)(?: (.*))?$/.exec(line);
    if (parts !== null) skips.push({ name: parts[1]!, reason: parts[2] ?? 'no reason given' });
  }
  return skips;
}

/** A failed test's name and the YAML below it, its first lines; what failed only by its subtests is left out. */
function readFaults(said: readonly string[]): readonly string[] {
  const faults: string[] = [];
  for (const [i, line] of said.entries()) {
    const [, indent, name] = /^( *)not ok \d+ - (.*)$/.exec(line) ?? [];
    if (indent === undefined || / # (?:SKIP|TODO)\b/.test(line)) continue;
    const end = said.indexOf(`${indent}  ...`, i);
    const told = said.slice(i + 1, end < 0 ? i + 1 : end);
    if (told.some((one) => one.includes("failureType: 'subtestsFailed'"))) continue;
    faults.push(
      [name, ...told.slice(1, 1 + faultLines).map((one) => one.slice(indent.length, 300))].join('\n'),
    );
  }
  return faults;
}

/** Those that test/skips.json, a list of `{ name, reason }`, does not name. */
async function unlisted(skips: readonly Skip[]): Promise<readonly Skip[]> {
  const text = await readFile(join(root, 'test/skips.json'), 'utf8');
  const allowed = new Set((JSON.parse(text) as { name: string; reason: string }[]).map((one) => one.name));
  return skips.filter((skip) => !allowed.has(skip.name));
}

/** The exit status; a program that a signal ended has failed. */
async function run(command: readonly string[], env: Record<string, string>): Promise<number> {
  const child = spawn(command[0]!, command.slice(1), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const end = () => child.kill();
  process.on('exit', end);
  const late = setTimeout(() => {
    console.error(`ended after ${longestMs / 1000} s: ${command.slice(0, 2).join(' ')}`);
    end();
  }, longestMs);
  const [status] = (await once(child, 'exit')) as [number | null];
  clearTimeout(late);
  process.off('exit', end);
  return status ?? 1;
}

// Ended from outside, it ends what it started: the listeners of `exit` do that.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

process.exitCode = await main(process.argv.slice(2));

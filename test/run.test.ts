import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Runs test/run.ts over a checkout that holds just these test files. */
function runOver(t: TestContext, files: Record<string, string>, env: Record<string, string>, filter = 'src') {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-run-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'test'));
  mkdirSync(join(folder, 'src'));
  for (const name of ['run.ts', 'postgres.ts']) copyFileSync(join(here, name), join(folder, 'test', name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'test/skips.json'), '[{"name":"known","reason":"a reason"}]');
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(join(folder, 'src', name), `import { test } from 'node:test';\n${body}\n`);
  }
  const done = spawnSync(process.execPath, [join(folder, 'test/run.ts'), filter], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

const good = "test('good', () => {});";
const skipped = (name: string) => `test('${name}', (t) => t.skip('reason: no lftp'));`;

test('a run that passes ends with the runner’s counts and one closing line', (t) => {
  const ran = runOver(t, { 'a.test.ts': good, 'b.test.ts': good }, {});
  assert.equal(ran.status, 0, ran.err);
  assert.match(ran.out, /tests 2\n[\s\S]*pass 2\n[\s\S]*fail 0\n/);
  assert.match(ran.out, /\nhostpledge: tests passed\n$/);
});

test('a failing test fails the run', (t) => {
  const ran = runOver(
    t,
    { 'a.test.ts': good, 'b.test.ts': "test('bad', () => { throw new Error('x'); });" },
    {},
  );
  assert.equal(ran.status, 1);
  assert.match(ran.out, /\nhostpledge: tests FAILED\n$/);
});

test('what failed is said once more at the end, without the tests that failed by their parts alone', (t) => {
  const part = "await t.test('part', () => { throw new Error('first\\nsecond'); });";
  const files = { 'a.test.ts': `test('whole', async (t) => { ${part} });`, 'b.test.ts': good };
  const { out } = runOver(t, files, {});
  const end = out.slice(out.indexOf('\nfailed in '));
  assert.match(
    end,
    /^\nfailed in tests: part\n[\s\S]*first\n[\s\S]*second\n[\s\S]*\nhostpledge: tests FAILED\n$/,
  );
  assert.doesNotMatch(end, /whole|good/);
});

test('a file whose process does not end is ended, and fails the run by its name', (t) => {
  const files = { 'a.test.ts': good, 'b.test.ts': "test('left', () => { setInterval(() => {}, 1000); });" };
  const ran = runOver(t, files, { HOSTPLEDGE_TEST_LONGEST_MS: '3000' });
  assert.equal(ran.status, 1);
  assert.match(ran.err, /ended after 3 s/);
  assert.match(ran.out, /Interrupted while running:\s+⚠ .*b\.test\.ts/);
  assert.match(ran.out, /hostpledge: tests FAILED\n$/);
});

test('a skipped test is counted, and fails the run only in CI', (t) => {
  const files = { 'a.test.ts': skipped('odd') };
  const alone = runOver(t, files, {});
  assert.equal(alone.status, 0, alone.err);
  assert.match(alone.out, /hostpledge: tests passed \(1 skipped\)\n$/);
  const inCi = runOver(t, files, { CI: 'true' });
  assert.equal(inCi.status, 1);
  assert.match(inCi.err, /skipped, which CI does not allow: odd \(reason: no lftp\)/);
});

test('a skip that the list names is allowed in CI', (t) => {
  const ran = runOver(t, { 'a.test.ts': skipped('known') }, { CI: 'true' });
  assert.equal(ran.status, 0, ran.err);
});

test('a filter picks files by a part of their path; one that fits none fails', (t) => {
  const files = { 'a.test.ts': good, 'b.test.ts': good };
  assert.match(runOver(t, files, {}, './src/b').out, /tests 1\n/);
  const none = runOver(t, files, {}, 'nowhere');
  assert.equal(none.status, 1);
  assert.match(none.err, /no test file has nowhere/);
});

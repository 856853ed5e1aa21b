import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = join(import.meta.dirname, '..', 'bench', 'run.ts');
/** Those that cost seconds even when they are quick; `npm run bench -- --quick` runs all. */
const cheap = ['close', 'evaluate', 'judge', 'reader'];

test('the cheapest benches run through and give figures', { timeout: 900_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [run, '--quick', '--json', ...cheap]);
  const said = JSON.parse(stdout) as {
    readonly lines: readonly { readonly bench: string; readonly ours: number }[];
    readonly notes: readonly string[];
    readonly broken: readonly string[];
  };
  assert.deepEqual(said.broken, []);
  for (const name of cheap) {
    const absent = said.notes.some((text) => text.startsWith(`${name}: PostgreSQL is not here`));
    const lines = said.lines.filter((line) => line.bench === name);
    assert.ok(absent || lines.length > 0, `${name} says nothing`);
    assert.ok(
      lines.every(({ ours }) => Number.isFinite(ours)),
      name,
    );
  }
});

test('a bench that there is not is refused with the names of those that there are', async () => {
  await assert.rejects(
    promisify(execFile)(process.execPath, [run, 'none']),
    /no bench none; there are\n.*api:/s,
  );
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readTree } from './tree.ts';

function world(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'tidy-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const folder of ['src', 'node_modules/zod', 'data'])
    mkdirSync(join(root, folder), { recursive: true });
  for (const path of ['src/a.ts', 'node_modules/zod/b.ts', 'data/c', 'd.log'])
    writeFileSync(join(root, path), 'text');
  writeFileSync(join(root, 'picture.png'), Buffer.from([137, 0, 1]));
  writeFileSync(join(root, '.gitignore'), 'node_modules/\n/data/\n*.log\n');
  return root;
}

const paths = (root: string) => readTree(root).map(({ path }) => path);

test('a plain tree is walked, past what is installed, made or no text', (t) => {
  assert.deepEqual(paths(world(t)), ['.gitignore', 'src/a.ts']);
});

test('with git the new files count and the ignored and deleted ones do not', (t) => {
  const root = world(t);
  const { PATH } = process.env;
  const options = { cwd: root, env: { PATH } };
  if (spawnSync('git', ['init', '-q'], options).status !== 0) return t.skip('reason: no git');
  writeFileSync(join(root, 'gone.ts'), '');
  spawnSync('git', ['add', 'gone.ts'], options);
  rmSync(join(root, 'gone.ts'));
  assert.deepEqual(paths(root), ['.gitignore', 'src/a.ts']);
});

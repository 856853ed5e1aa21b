import assert from 'node:assert/strict';
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isRefusal, type Refusal } from '../refusal.ts';
import { type Manifest, readManifest, rowsFile, verifyBackup, writeManifest } from './manifest.ts';
import { copyTree, digestFile, type Entry } from './tree.ts';

/** A data folder with what customers' scripts leave behind, and a backup of it. */
async function made(t: TestContext): Promise<{ backup: string; manifest: Manifest }> {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-manifest-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [data, backup] = [join(folder, 'data'), join(folder, 'backup')];
  await mkdir(join(data, 'web/空 folder'), { recursive: true });
  await mkdir(join(backup, 'data'), { recursive: true });
  await mkdir(join(backup, 'database'));
  await writeFile(join(data, 'web/index.html'), 'hello');
  await writeFile(join(data, 'web/line\nend'), 'a');
  await writeFile(Buffer.concat([Buffer.from(`${data}/web/`), Buffer.from([0xff, 0xfe])]), 'no UTF-8');
  await writeFile(join(data, 'left'), 'out');
  await chmod(join(data, 'web/index.html'), 0o640);
  await symlink('/etc', join(data, 'web/etc'));
  const entries = await copyTree(data, join(backup, 'data'), { wants: (path) => path !== 'left' });
  await writeFile(rowsFile(backup, 'hosts'), '{"id":1}\n');
  const table = { name: 'hosts', columns: ['id'], rows: 1, ...(await digestFile(rowsFile(backup, 'hosts'))) };
  const manifest: Manifest = {
    format: 'hostpledge/backup@1',
    version: '0',
    at: 1,
    kind: 'embedded',
    entries: [...entries],
    dump: { migrations: [], tables: [table], sequences: [] },
  };
  await writeManifest(backup, manifest);
  return { backup, manifest };
}

async function check(backup: string): Promise<Refusal | null> {
  const read = await readManifest(backup);
  return isRefusal(read) ? read : verifyBackup(backup, read.manifest, () => {});
}

async function refusedAt(backup: string): Promise<string> {
  const answer = await check(backup);
  assert(isRefusal(answer));
  assert.equal(answer.code, 'backup-damaged');
  return answer.path;
}

test('a copy lists everything as it is: names that are no text, rights, empty folders, links', async (t) => {
  const { backup, manifest } = await made(t);
  assert.equal(await check(backup), null);
  const by = (path: string): Entry => manifest.entries.find((entry) => entry.path === path)!;
  assert.deepEqual(manifest.entries.map((entry) => entry.kind).sort(), [
    'file',
    'file',
    'file',
    'folder',
    'folder',
    'link',
  ]);
  assert.equal(by('web/index.html').mode, 0o640);
  assert.equal(manifest.entries.filter((entry) => entry.raw !== undefined).length, 1);
  const link = by('web/etc');
  assert(link.kind === 'link');
  assert.equal(Buffer.from(link.target, 'base64').toString(), '/etc');
  await assert.rejects(lstat(join(backup, 'data/web/etc')));
  await assert.rejects(lstat(join(backup, 'data/left')));
});

test('a backup with a byte changed, missing, more or exchanged is refused with the file’s name', async (t) => {
  const damages: readonly [string, (backup: string) => Promise<unknown>][] = [
    ['data/web/index.html', (backup) => writeFile(join(backup, 'data/web/index.html'), 'hellO')],
    ['data/web/index.html', (backup) => truncate(join(backup, 'data/web/index.html'), 4)],
    ['data/web/index.html', (backup) => rm(join(backup, 'data/web/index.html'))],
    ['data/web/空 folder', (backup) => rm(join(backup, 'data/web/空 folder'), { recursive: true })],
    ['data/web/more', (backup) => writeFile(join(backup, 'data/web/more'), '')],
    ['data/web/etc', (backup) => symlink('/etc', join(backup, 'data/web/etc'))],
    ['database/hosts.jsonl', (backup) => appendFile(rowsFile(backup, 'hosts'), '{}\n')],
    ['database/hosts.jsonl', (backup) => rm(rowsFile(backup, 'hosts'))],
    ['manifest.json', (backup) => appendFile(join(backup, 'manifest.json'), ' ')],
    ['manifest.json', (backup) => rm(join(backup, 'manifest.json'))],
    ['manifest.json', (backup) => rm(join(backup, 'manifest.sha256'))],
  ];
  for (const [path, damage] of damages) {
    const { backup } = await made(t);
    await damage(backup);
    assert.equal(await refusedAt(backup), path);
  }
});

test('a manifest that leads out of the folder is refused, whatever its digest', async (t) => {
  for (const path of ['../x', '/etc/x', 'a/../../x', 'a//b', '.', 'a\0b']) {
    for (const raw of [undefined, Buffer.from(path).toString('base64')]) {
      const { backup, manifest } = await made(t);
      for (const name of ['manifest.json', 'manifest.sha256']) await rm(join(backup, name));
      const [first] = manifest.entries;
      const stray = raw === undefined ? { ...first!, path } : { ...first!, path: 'x', raw };
      await writeManifest(backup, { ...manifest, entries: [stray] });
      assert.equal(await refusedAt(backup), stray.path);
    }
  }
  const { backup } = await made(t);
  const text = (await readFile(join(backup, 'manifest.json'), 'utf8')).replace('backup@1', 'backup@2');
  for (const name of ['manifest.json', 'manifest.sha256']) await rm(join(backup, name));
  await writeManifest(backup, JSON.parse(text));
  assert.equal(await refusedAt(backup), 'format');
});

import { createReadStream } from 'node:fs';
import { chmod, chown, lutimes, open, readdir, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { realClock } from '../clock.ts';
import { parseConfig } from '../config.ts';
import { openDatabase } from '../db/connection.ts';
import { verifyChain } from '../db/evidence.ts';
import { forget, loadTables } from '../db/load.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { takeFolder } from '../wire/lock.ts';
import { dataPart, type Manifest, readManifest, rowsFile, verifyBackup } from '../wire/manifest.ts';
import { markRestored, markRestoring, readRestoring } from '../wire/restoring.ts';
import { copyEntry, copyFile, type Entry, placeOf } from '../wire/tree.ts';
import type { Shell } from './command.ts';
import { linesOf, refused } from './evaluate.ts';
import { Progress } from './progress.ts';

const usage = `usage: hostpledge restore DIR --data NEW [--database postgres://USER@ADDRESS/NAME]

Makes an installation of a backup, in a folder that is empty or not there yet. Without --database the
embedded database is used, whatever the backup was taken from. One that was ended in the middle is run again.`;

/** `hostpledge restore`: exit code 2 when the backup or the folder is not what it must be; then nothing was changed. */
export async function restoreCommand(args: readonly string[], shell: Shell): Promise<number> {
  const options = readOptions(args, shell);
  if (isRefusal(options)) return refused(shell, options, usage);
  const { backup, data } = options;
  const read = await readManifest(backup);
  if (isRefusal(read)) return refused(shell, read);
  const { manifest, digest } = read;
  const taken = await refuseFolder(data, digest);
  if (isRefusal(taken)) return refused(shell, taken);
  const checking = new Progress(shell, 'checked');
  checking.say(`checking ${backup}`);
  const damaged = await verifyBackup(backup, manifest, (bytes) => checking.add(bytes));
  if (isRefusal(damaged)) return refused(shell, damaged);
  const held = takeFolder(data, realClock.now());
  if (isRefusal(held)) return refused(shell, held);
  try {
    const said = await restore(options, manifest, digest, shell);
    if (isRefusal(said)) return refused(shell, said);
    shell.out(`${data}: ${said}\n`);
    return 0;
  } finally {
    held.release();
  }
}

async function restore(
  { backup, data, database: url }: Options,
  manifest: Manifest,
  digest: string,
  shell: Shell,
): Promise<string | Refusal> {
  await markRestoring(data, backup, digest);
  await clear(data);
  const progress = new Progress(shell, 'copied');
  await copyBack(join(backup, dataPart), data, manifest.entries, progress);
  progress.say('the database');
  const database = await openDatabase(url, data);
  try {
    if (url === null) await chmod(join(data, 'database'), 0o700);
    const kept = await loadTables(database, digest, manifest.dump, (table) =>
      linesOf(createReadStream(rowsFile(backup, table))),
    );
    if (isRefusal(kept)) return kept;
    const chain = await verifyChain(database.db);
    if (chain.kind === 'broken') return refuse('chain-broken', chain.at, `whole evidence: ${chain.what}`);
    // From here on the folder is whole; the note in the database only kept a second attempt from filling it twice.
    await markRestored(data);
    await forget(database);
    const evidence = `the evidence chain is sound (${chain.days} days, ${chain.leaves} leaves)`;
    return `${progress.total()}, as of ${new Date(manifest.at).toISOString()}; ${evidence}`;
  } finally {
    await database.close();
  }
}

/** Folders first, then files, links last: nothing is ever written through a link. */
async function copyBack(
  from: string,
  data: string,
  entries: readonly Entry[],
  progress: Progress,
): Promise<void> {
  for (const entry of entries) {
    if (entry.kind === 'folder') await copyEntry(from, data, entry);
    if (entry.kind !== 'file') continue;
    const source = await open(placeOf(from, entry), 'r');
    try {
      const { sha256 } = await copyFile(source, placeOf(data, entry));
      if (sha256 !== entry.sha256) throw new Error(`${entry.path} changed while it was read`);
    } finally {
      await source.close();
    }
    progress.add(entry.bytes);
  }
  for (const entry of entries) {
    if (entry.kind === 'link') await symlink(Buffer.from(entry.target, 'base64'), placeOf(data, entry));
  }
  // Children first: a folder's time is that of its last change.
  for (const entry of entries.toReversed()) await dress(placeOf(data, entry), entry);
}

/** Owner, rights and time as they were; owners only when we may. */
async function dress(place: Buffer, entry: Entry): Promise<void> {
  if (entry.kind !== 'link') {
    if (process.getuid?.() === 0) await chown(place, entry.uid, entry.gid);
    await chmod(place, entry.mode);
  }
  await lutimes(place, entry.modified / 1000, entry.modified / 1000);
}

const isOwn = (name: string): boolean => /^(owner\..*|owner|restoring)\.json$/.test(name);

/** What an attempt before this one left. */
async function clear(data: string): Promise<void> {
  for (const name of await readdir(data)) {
    if (!isOwn(name)) await rm(join(data, name), { recursive: true, force: true });
  }
}

/** Null: there is nothing, or what an unfinished attempt of the same backup left. */
async function refuseFolder(data: string, digest: string): Promise<Refusal | null> {
  const inside = await readdir(data).catch((error: NodeJS.ErrnoException) => error);
  if (!Array.isArray(inside)) {
    return inside.code === 'ENOENT' ? null : refuse('restore-target', '--data', inside.message);
  }
  const before = await readRestoring(data);
  if (before?.digest === digest || inside.every(isOwn)) return null;
  const rule =
    before === null ? `an empty folder; ${data} is not` : `an empty folder; ${data} began as another backup`;
  return refuse('restore-target', '--data', rule);
}

interface Options {
  readonly backup: string;
  readonly data: string;
  readonly database: string | null;
}

function readOptions(args: readonly string[], shell: Shell): Options | Refusal {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, database: { type: 'string' } },
    });
    const [backup] = positionals;
    if (backup === undefined || positionals.length > 1) {
      return refuse('argument-invalid', 'DIR', 'the folder of one backup');
    }
    if (values.data === undefined || values.data === '') {
      return refuse('argument-invalid', '--data', 'the folder to restore to, always named');
    }
    const named = values.database === undefined ? [] : ['--database', values.database];
    const config = parseConfig(['--data', values.data, ...named], {
      HOSTPLEDGE_DATABASE: shell.env['HOSTPLEDGE_DATABASE'],
    });
    if (isRefusal(config)) return config;
    return { backup: resolve(backup), data: resolve(config.data), database: config.database };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}

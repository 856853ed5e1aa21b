import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import type { Moment } from '../api/backup.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { databasePart, dataPart, writeManifest } from '../wire/manifest.ts';
import { copyLogs, isLoose } from '../wire/moment.ts';
import { syncFolder } from '../wire/position.ts';
import { copyTree, type Entry } from '../wire/tree.ts';
import { ask, folderOf, reachCentre } from './centre.ts';
import type { Shell } from './command.ts';
import { refused } from './evaluate.ts';
import { Progress } from './progress.ts';

const usage = `usage: hostpledge backup DIR [--data FOLDER]

While it runs, everything that is kept is written to DIR, which must be empty or not be there:
database, keys, hosts' files, logs. Nothing acknowledged before is missing.`;

/** The database of a large installation takes its time. */
const timeoutMs = 6 * 3_600_000;

/** `hostpledge backup`: a folder that `hostpledge restore` makes an installation of. */
export async function backupCommand(args: readonly string[], shell: Shell): Promise<number> {
  const options = readOptions(args, shell);
  if (isRefusal(options)) return refused(shell, options, usage);
  const { into, data } = options;
  const taken = await refuseTarget(into, data);
  if (isRefusal(taken)) return refused(shell, taken);
  const link = reachCentre(data, timeoutMs);
  if (isRefusal(link)) return refused(shell, link);
  // Under another name until it is whole: who finds DIR finds a backup.
  const work = `${into}.part-${randomBytes(4).toString('hex')}`;
  try {
    const made = await write(work, data, (body) => ask(link, 'post', '/control/backup', body), shell);
    if (isRefusal(made)) return refused(shell, made);
    await rename(work, into);
    await syncFolder(dirname(into));
    shell.out(`${into}: ${made}\n`);
    return 0;
  } finally {
    link.close();
    await rm(work, { recursive: true, force: true });
  }
}

/** What was written, in words. */
async function write(
  work: string,
  data: string,
  centre: (body: object) => Promise<unknown>,
  shell: Shell,
): Promise<string | Refusal> {
  const into = join(work, dataPart);
  await mkdir(into, { recursive: true, mode: 0o700 });
  await mkdir(join(work, databasePart), { mode: 0o700 });
  const progress = new Progress(shell, 'copied');
  const onEntry = (entry: Entry): void => progress.add(entry.kind === 'file' ? entry.bytes : 0);
  const loose = await copyTree(data, into, { wants: isLoose, onEntry });
  progress.say('the database');
  const moment = (await centre({ into: work })) as Moment | Refusal;
  if (isRefusal(moment)) return moment;
  const logs = await copyLogs(data, into, onEntry);
  const entries = [...loose, ...moment.entries, ...logs];
  const { at, kind, dump } = moment;
  const version = await versionOf();
  await writeManifest(work, { format: 'hostpledge/backup@1', version, at, kind, entries, dump });
  for (const folder of [databasePart, dataPart, '.']) await syncFolder(join(work, folder));
  const rows = dump.tables.reduce((sum, table) => sum + table.rows, 0);
  return `${progress.total()}, ${rows} rows, as of ${new Date(at).toISOString()}`;
}

async function versionOf(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function refuseTarget(into: string, data: string): Promise<Refusal | null> {
  if (`${into}${sep}`.startsWith(`${data}${sep}`) || `${data}${sep}`.startsWith(`${into}${sep}`)) {
    return refuse('backup-target', into, 'a folder apart from the data folder');
  }
  const inside = await readdir(into).catch((error: NodeJS.ErrnoException) => error);
  if (Array.isArray(inside)) {
    return inside.length === 0 ? null : refuse('backup-target', into, 'an empty folder, or none yet');
  }
  return inside.code === 'ENOENT' ? null : refuse('backup-target', into, inside.message);
}

interface Options {
  readonly into: string;
  readonly data: string;
}

function readOptions(args: readonly string[], shell: Shell): Options | Refusal {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' } },
    });
    const [into] = positionals;
    if (into === undefined || into === '' || positionals.length > 1) {
      return refuse('argument-invalid', 'DIR', 'one folder to write to');
    }
    return { into: resolve(into), data: folderOf(values.data, shell) };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}

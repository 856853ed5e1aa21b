import { createHash } from 'node:crypto';
import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isRefusal, type Refusal, refuse, refuseShape } from '../refusal.ts';
import { bytesOf, digestFile, entryShape, placeOf } from './tree.ts';

/**
 * A backup is a folder: `manifest.json`, its digest in `manifest.sha256` (as `sha256sum -c` reads it), `data/`
 * with what was below the data folder, and `database/TABLE.jsonl`, a row a line.
 */
const count = z.int().min(0);
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const digest = z.hex().length(64);

const manifestShape = z.strictObject({
  format: z.literal('hostpledge/backup@1'),
  /** Of Hostpledge, as in package.json. */
  version: z.string().max(40),
  /** Epoch ms at which the database's moment was taken. */
  at: z.int(),
  /** What it was taken from; it can be restored to either. */
  kind: z.enum(['embedded', 'postgres']),
  entries: z.array(entryShape),
  dump: z.strictObject({
    migrations: z.array(z.string().max(200)),
    tables: z.array(
      z.strictObject({ name, columns: z.array(name), rows: count, bytes: count, sha256: digest }),
    ),
    sequences: z.array(
      z.strictObject({
        name,
        last: z
          .string()
          .regex(/^\d{1,19}$/)
          .nullable(),
      }),
    ),
  }),
});
export type Manifest = z.output<typeof manifestShape>;

export const dataPart = 'data';
export const databasePart = 'database';

export function rowsFile(backup: string, table: string): string {
  return join(backup, databasePart, `${table}.jsonl`);
}

/** Durable when it resolves; the last thing that is written to a backup. */
export async function writeManifest(backup: string, manifest: Manifest): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await writeDurably(join(backup, 'manifest.json'), text);
  await writeDurably(join(backup, 'manifest.sha256'), `${digestOf(text)}  manifest.json\n`);
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

export interface ReadManifest {
  readonly manifest: Manifest;
  /** Names this backup. */
  readonly digest: string;
}

/** Refuses what is missing, damaged or not a backup, with the file's path in it. */
export async function readManifest(backup: string): Promise<ReadManifest | Refusal> {
  const text = await readFile(join(backup, 'manifest.json'), 'utf8').catch(() => null);
  const sum = await readFile(join(backup, 'manifest.sha256'), 'utf8').catch(() => null);
  if (text === null) return damaged('manifest.json', 'a backup has this file');
  const sha256 = digestOf(text);
  if (sum !== `${sha256}  manifest.json\n`) return damaged('manifest.json', 'the digest in manifest.sha256');
  const read = manifestShape.safeParse(jsonOf(text));
  if (!read.success) return refuseShape('backup-damaged', read.error);
  const stray = read.data.entries.find((entry) => !isBelow(entry));
  if (stray !== undefined) return damaged(stray.path, 'a path below the data folder');
  return { manifest: read.data, digest: sha256 };
}

/** Whether every file is there as the manifest says, and none besides; a refusal names the first that is not. */
export async function verifyBackup(
  backup: string,
  manifest: Manifest,
  onFile: (bytes: number) => void,
): Promise<Refusal | null> {
  const data = join(backup, dataPart);
  for (const entry of manifest.entries) {
    const shown = `${dataPart}/${entry.path}`;
    const stats = await lstat(placeOf(data, entry)).catch(() => null);
    if (entry.kind === 'link') {
      if (stats !== null) return damaged(shown, 'nothing: links stand in the manifest alone');
      continue;
    }
    const fits = entry.kind === 'folder' ? stats?.isDirectory() : stats?.isFile();
    if (fits !== true) return damaged(shown, `the ${entry.kind} that the manifest names`);
    if (entry.kind === 'folder') continue;
    const fault = await compare(placeOf(data, entry), shown, entry);
    if (isRefusal(fault)) return fault;
    onFile(entry.bytes);
  }
  for (const table of manifest.dump.tables) {
    const path = rowsFile(backup, table.name);
    const fault = await compare(path, `${databasePart}/${table.name}.jsonl`, table);
    if (isRefusal(fault)) return fault;
  }
  return strayFile(backup, manifest);
}

async function compare(
  path: Buffer | string,
  shown: string,
  known: { readonly bytes: number; readonly sha256: string },
): Promise<Refusal | null> {
  const found = await digestFile(path).catch(() => null);
  if (found?.bytes === known.bytes && found.sha256 === known.sha256) return null;
  return damaged(shown, `${known.bytes} bytes with the digest ${known.sha256}`);
}

/** A file that the manifest does not know. Names are compared as bytes. */
async function strayFile(backup: string, manifest: Manifest): Promise<Refusal | null> {
  const known = new Set([
    ...['manifest.json', 'manifest.sha256', dataPart, databasePart],
    ...manifest.entries.map((entry) => `${dataPart}/${bytesOf(entry).toString('latin1')}`),
    ...manifest.dump.tables.map((table) => `${databasePart}/${table.name}.jsonl`),
  ]);
  const visit = async (below: string): Promise<string | null> => {
    const folder = Buffer.concat([Buffer.from(`${backup}/`), Buffer.from(below, 'latin1')]);
    for (const child of await readdir(folder, { encoding: 'buffer' })) {
      const name = `${below}${child.toString('latin1')}`;
      if (!known.has(name)) return name;
      const path = Buffer.concat([folder, child]);
      const stray = (await lstat(path)).isDirectory() ? await visit(`${name}/`) : null;
      if (stray !== null) return stray;
    }
    return null;
  };
  const stray = await visit('');
  return stray === null ? null : damaged(stray, 'no file that the manifest does not name');
}

/** No step outwards, no absolute path, no name that means another place. */
function isBelow(entry: Manifest['entries'][number]): boolean {
  const parts = bytesOf(entry).toString('latin1').split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
}

function damaged(path: string, rule: string): Refusal {
  return refuse('backup-damaged', path, rule);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

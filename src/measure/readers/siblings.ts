import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TailState } from './tail.ts';

/** A log and what it was turned over to: `access.log.1`, `access.log-20261103`, `access.log.20261103-2`; not `.gz`. */
interface Sibling {
  readonly path: string;
  readonly stats: BigIntStats;
}

/** The file with that inode, wherever it was renamed to beside the log. */
export async function findSibling(log: string, inode: string): Promise<string | null> {
  const live = await stat(log, { bigint: true }).catch(ifMissing);
  if (live !== null && String(live.ino) === inode) return log;
  return (await siblings(log)).find(({ stats }) => String(stats.ino) === inode)?.path ?? null;
}

/** Another file that begins with the same bytes and holds at least as many as were read. */
export async function findCopy(log: string, state: TailState): Promise<string | null> {
  for (const { path, stats } of await siblings(log)) {
    if (String(stats.ino) === state.inode || stats.size < BigInt(state.offset)) continue;
    const handle = await open(path, 'r').catch(ifMissing);
    if (handle === null) continue;
    try {
      const head = await headOf(handle, state.print.length);
      if (head.length === state.print.length && digestOf(head) === state.print.digest) return path;
    } finally {
      await handle.close();
    }
  }
  return null;
}

/** The files turned over after this one, oldest first; last the log itself. */
export async function laterSiblings(log: string, handle: FileHandle): Promise<readonly Sibling[]> {
  const own = await handle.stat({ bigint: true });
  const all = await siblings(log);
  const name = all.find(({ stats }) => stats.ino === own.ino)?.path ?? log;
  const later = all
    .filter(({ stats }) => stats.ino !== own.ino)
    .filter((other) => inTurn({ path: name, stats: own }, other) < 0)
    .sort(inTurn);
  const live = await stat(log, { bigint: true }).catch(ifMissing);
  return [...later, ...(live === null || live.ino === own.ino ? [] : [{ path: log, stats: live }])];
}

/** By the last write, then by the renaming (which changes ctime), then by the number in the name. */
function inTurn(a: Sibling, b: Sibling): number {
  if (a.stats.mtimeNs !== b.stats.mtimeNs) return a.stats.mtimeNs < b.stats.mtimeNs ? -1 : 1;
  if (a.stats.ctimeNs !== b.stats.ctimeNs) return a.stats.ctimeNs < b.stats.ctimeNs ? -1 : 1;
  return turnOf(a.path) - turnOf(b.path) || (a.path < b.path ? -1 : 1);
}

/** `access.log.2` was turned over before `access.log.1`; dates and the numbers after them count upwards. */
function turnOf(path: string): number {
  const number = /\.(\d{1,3})$/.exec(path);
  return number === null ? 0 : -Number(number[1]);
}

async function siblings(log: string): Promise<readonly Sibling[]> {
  const start = basename(log);
  const folder = dirname(log);
  const names = await readdir(folder).catch(ifMissing);
  const found: Sibling[] = [];
  for (const name of names ?? []) {
    if (!name.startsWith(start) || !/^[.-]\d[\d.-]*$/.test(name.slice(start.length))) continue;
    const path = join(folder, name);
    const stats = await stat(path, { bigint: true }).catch(ifMissing);
    if (stats?.isFile() === true) found.push({ path, stats });
  }
  return found;
}

/** The first bytes of a file, at most `length`. */
export async function headOf(handle: FileHandle, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, 0);
  return buffer.subarray(0, bytesRead);
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

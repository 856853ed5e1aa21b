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
  return (await family(log)).find(({ stats }) => String(stats.ino) === inode)?.path ?? null;
}

/**
 * Another file that begins with the same bytes and holds at least as many as were read: what the log was copied
 * to before it was truncated, or the log itself after its folder was copied back from a backup.
 */
export async function findCopy(log: string, state: TailState): Promise<string | null> {
  for (const { path, stats } of await family(log)) {
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
  const all = await family(log);
  const me = all.find(({ stats }) => stats.ino === own.ino) ?? { path: '', stats: own };
  if (me.path === log) return [];
  const others = all.filter((other) => other !== me);
  const later = others.filter((other) => other.path !== log && inTurn(me, other) < 0).sort(inTurn);
  return [...later, ...others.filter((other) => other.path === log)];
}

/**
 * Which was turned over first: by the names when both count the same way, since a last write may come late
 * (nginx's workers turn over one after another); else by the last write, then by the renaming (ctime).
 */
function inTurn(a: Sibling, b: Sibling): number {
  const [one, two] = [turnOf(a.path), turnOf(b.path)];
  if (one !== null && two !== null && one.down === two.down) {
    const length = Math.max(one.numbers.length, two.numbers.length);
    for (let i = 0; i < length; i += 1) {
      const apart = (one.numbers[i] ?? -1) - (two.numbers[i] ?? -1);
      if (apart !== 0) return one.down ? -apart : apart;
    }
  }
  if (a.stats.mtimeNs !== b.stats.mtimeNs) return a.stats.mtimeNs < b.stats.mtimeNs ? -1 : 1;
  return a.stats.ctimeNs < b.stats.ctimeNs ? -1 : 1;
}

/** `access.log.2` was turned over before `access.log.1`; dates and the numbers after them count upwards. */
function turnOf(path: string): { readonly down: boolean; readonly numbers: readonly number[] } | null {
  const turn = /[.-]\d[\d.-]*$/.exec(path)?.[0];
  if (turn === undefined) return null;
  return { down: /^\.\d{1,3}$/.test(turn), numbers: (turn.match(/\d+/g) ?? []).map(Number) };
}

/** More often than this in a row nothing is renamed. */
const mostLooks = 50;

/**
 * The log, if it is there, and what it was turned over to. A file that is renamed while the folder is being
 * listed could be in no name that is looked at, and would be skipped: so it is listed until twice the same.
 */
async function family(log: string): Promise<readonly Sibling[]> {
  let before = await list(log);
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const after = await list(log);
    const same = (one: Sibling, i: number) =>
      one.path === after[i]!.path && one.stats.ino === after[i]!.stats.ino;
    if (before.length === after.length && before.every(same)) return after;
    before = after;
  }
  throw new Error(`${log}: turned over faster than its folder can be listed`);
}

async function list(log: string): Promise<readonly Sibling[]> {
  const start = basename(log);
  const folder = dirname(log);
  const names = (await readdir(folder).catch(ifMissing)) ?? [];
  const found: Sibling[] = [];
  for (const name of names.sort()) {
    if (!name.startsWith(start) || !/^([.-]\d[\d.-]*)?$/.test(name.slice(start.length))) continue;
    const path = name === start ? log : join(folder, name);
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

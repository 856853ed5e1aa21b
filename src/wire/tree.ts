import { createHash } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, readlink } from 'node:fs/promises';
import { z } from 'zod';

/**
 * A folder's content as a list, and copies of it. Names are bytes, as the file system has them: what a
 * customer's script called a file need not be text.
 */
const whole = z.int().min(0);
const common = {
  /** Below the folder, `/` between names; when it is no UTF-8, its bytes in base64 stand in `raw` instead. */
  path: z.string().max(8192),
  raw: z.base64().max(12_000).optional(),
  mode: whole.max(0o7777),
  uid: whole,
  gid: whole,
  /** Epoch ms. */
  modified: z.number(),
};
export const entryShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), ...common }),
  z.strictObject({ kind: z.literal('file'), ...common, bytes: whole, sha256: z.hex().length(64) }),
  /** `target` in base64. */
  z.strictObject({ kind: z.literal('link'), ...common, target: z.base64() }),
]);
export type Entry = z.output<typeof entryShape>;

export interface CopyOptions {
  /** False: this one, and what is in it, is left out. Paths as in `Entry`. */
  readonly wants?: (path: string) => boolean;
  /** Told of each entry once it is copied. */
  readonly onEntry?: (entry: Entry) => void;
}

/** Where an entry is below a folder. */
export function placeOf(root: string, entry: Pick<Entry, 'path' | 'raw'>): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), bytesOf(entry)]);
}

/** The name as the file system has it. */
export function bytesOf({ path, raw }: Pick<Entry, 'path' | 'raw'>): Buffer {
  return raw === undefined ? Buffer.from(path) : Buffer.from(raw, 'base64');
}

/**
 * Copies what is below `from` to below `into` and lists it, parents before their children. What disappears
 * meanwhile is left out; sockets and the like are none of ours. Links are listed, not followed, not copied.
 */
export async function copyTree(
  from: string,
  into: string,
  options: CopyOptions = {},
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const { wants = () => true, onEntry } = options;
  const visit = async (name: Buffer): Promise<void> => {
    const named = nameOf(name);
    if (!wants(named.path)) return;
    const entry = await copyEntry(from, into, named);
    if (entry === null) return;
    entries.push(entry);
    onEntry?.(entry);
    if (entry.kind !== 'folder') return;
    for (const child of await childrenOf(placeOf(from, named))) {
      await visit(Buffer.concat([name, Buffer.from('/'), child]));
    }
  };
  for (const child of await childrenOf(Buffer.from(from))) await visit(child);
  return entries;
}

/** Copies one file or folder of the tree; null when it is not there, or nothing that is kept. */
export async function copyEntry(
  from: string,
  into: string,
  named: Pick<Entry, 'path' | 'raw'>,
): Promise<Entry | null> {
  const source = placeOf(from, named);
  const stats = await lstat(source).catch(ifMissing);
  if (stats === null) return null;
  const { mode, uid, gid, mtimeMs } = stats;
  const base = { ...named, mode: mode & 0o7777, uid, gid, modified: mtimeMs };
  if (stats.isDirectory()) {
    await mkdir(placeOf(into, named), { recursive: true, mode: 0o700 });
    return { kind: 'folder', ...base };
  }
  if (stats.isSymbolicLink()) {
    const target = await readlink(source, { encoding: 'buffer' }).catch(ifMissing);
    return target === null ? null : { kind: 'link', ...base, target: target.toString('base64') };
  }
  if (!stats.isFile()) return null;
  const handle = await open(source, 'r').catch(ifMissing);
  if (handle === null) return null;
  try {
    return { kind: 'file', ...base, ...(await copyFile(handle, placeOf(into, named))) };
  } finally {
    await handle.close();
  }
}

/** The bytes that were there at the beginning (a log grows meanwhile), durable when it resolves. */
export async function copyFile(
  source: FileHandle,
  into: Buffer | string,
): Promise<{ bytes: number; sha256: string }> {
  const { size } = await source.stat();
  const target = await open(into, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(1 << 18);
    let bytes = 0;
    while (bytes < size) {
      const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, size - bytes), bytes);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      for (let done = 0; done < bytesRead; ) {
        done += (await target.write(buffer, done, bytesRead - done, bytes + done)).bytesWritten;
      }
      bytes += bytesRead;
    }
    await target.datasync();
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await target.close();
  }
}

/** What the file holds now. */
export async function digestFile(path: Buffer | string): Promise<{ bytes: number; sha256: string }> {
  const handle = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

async function childrenOf(folder: Buffer): Promise<readonly Buffer[]> {
  const names = (await readdir(folder, { encoding: 'buffer' }).catch(ifMissing)) ?? [];
  return names.sort(Buffer.compare);
}

function nameOf(bytes: Buffer): Pick<Entry, 'path' | 'raw'> {
  const path = bytes.toString();
  return Buffer.from(path).equals(bytes) ? { path } : { path, raw: bytes.toString('base64') };
}

export function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

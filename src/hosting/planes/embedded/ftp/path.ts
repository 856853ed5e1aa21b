import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Refusal, refuse } from '../../../../refusal.ts';
import { giveFolder, type Owner } from '../owner.ts';

/** A place in an account's tree: names from its root downwards; empty is the root itself. */
export type Parts = readonly string[];

/** 255 bytes is what every common file system takes for one name. */
const maxNameBytes = 255;
const maxDepth = 64;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused
const badName = /[\u0000-\u001f\u007f\\\ufffd]/;

/**
 * What `text` means from `cwd`, as the shell would: `/` starts at the account's root, `..` stops there.
 * Refused (`ftp-name`): control characters, bytes that are not UTF-8, a backslash (a separator elsewhere), names too long.
 */
export function parsePath(cwd: Parts, text: string): Parts | Refusal {
  const parts = text.startsWith('/') ? [] : [...cwd];
  for (const name of text.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      parts.pop();
      continue;
    }
    if (!isName(name))
      return refuse('ftp-name', 'path', 'Names are UTF-8, at most 255 bytes, without control characters');
    parts.push(name);
  }
  return parts.length > maxDepth ? refuse('ftp-name', 'path', `At most ${maxDepth} folders deep`) : parts;
}

/** True for a name that can be listed and asked for. */
export function isName(name: string): boolean {
  if (badName.test(name) || Buffer.byteLength(name) > maxNameBytes) return false;
  // On Windows a colon names a stream of a file, or a drive.
  return sep === '/' || !/[:*?"<>|]|[. ]$/.test(name);
}

export function pathText(parts: Parts): string {
  return `/${parts.join('/')}`;
}

/** A folder that was reached without a symbolic link, held open so that nobody can swap it while it is used. */
export interface Folder {
  /** Where `name` in this folder is found by the file system; '' is the folder itself. */
  at(name: string): string;
  close(): Promise<void>;
}

const missing = refuse('ftp-path', 'path', 'No such file or folder');
const notFolder = refuse('ftp-path', 'path', 'Not a folder');

/**
 * Walks from `base` (an absolute real path, the plane's own) through `parts`, each looked at with lstat. A
 * symbolic link anywhere is refused like a missing file. Between the look and the use a host's own script
 * could put a link in the way: on Linux the folder is therefore opened, the kernel asked which one that is,
 * and everything done through the open descriptor.
 */
export async function openFolder(base: string, parts: Parts): Promise<Folder | Refusal> {
  let path = base;
  for (const name of parts) {
    path = join(path, name);
    const seen = await look(path);
    if (seen === null || seen.isSymbolicLink()) return missing;
    if (!seen.isDirectory()) return notFolder;
  }
  if (process.platform !== 'linux') return { at: (name) => join(path, name), close: async () => undefined };
  const handle = await openHeld(path);
  if (handle === null) return missing;
  const held = `/proc/self/fd/${handle.fd}`;
  if ((await readlink(held)) !== path) {
    await handle.close();
    return missing;
  }
  return { at: (name) => (name === '' ? `${held}/.` : `${held}/${name}`), close: () => handle.close() };
}

/** Makes a folder, its owner's from the moment that anybody can be in it. Throws EEXIST when the name is taken. */
export async function makeFolder(folder: Folder, name: string, owner: Owner | null): Promise<void> {
  if (owner === null) return mkdir(folder.at(name), { mode: 0o755 });
  await mkdir(folder.at(name), { mode: 0o700 });
  await giveFolder(folder.at(name), owner, 0o750);
}

/**
 * Makes the folders of `parts` that are missing, each its owner's (null: the plane's own); what is there and no
 * folder is left for `openFolder` to refuse.
 */
export async function makeFolders(base: string, parts: Parts, owner: Owner | null): Promise<void> {
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const above = await openFolder(base, parts.slice(0, depth - 1));
    if ('refused' in above) return;
    try {
      await makeFolder(above, parts[depth - 1]!, owner);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw new Error(`cannot make ${join(base, ...parts)}`, { cause: error });
    } finally {
      await above.close();
    }
  }
}

async function look(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

async function openHeld(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'ELOOP')) return null;
    throw error;
  }
}

/** Flags for opening a client's file: never through a link, never waiting for a pipe's other end. */
export const plainFlags = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

import { lstat, readdir, realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { Refusal } from '../../../../refusal.ts';
import type { Space } from '../space.ts';
import type { Entry } from './list.ts';
import type { FtpLogin } from './login.ts';
import { type Folder, hasCode, isName, makeFolders, openFolder, type Parts } from './path.ts';

/** The part of a host's folder that a logged-in account sees. */
export interface Tree {
  readonly account: string;
  readonly probe: boolean;
  readonly login: FtpLogin;
  /** The host's folder without links in its own path: what every walk starts from. */
  readonly base: string;
  /** From `base` to the account's root. */
  readonly root: Parts;
  readonly space: Space;
}

/** Throws when the host's folder cannot be used: the provider's fault, not the client's. */
export async function openTree(account: string, login: FtpLogin): Promise<Tree> {
  const base = await realpath(login.folder);
  const below = relative(login.folder, login.root);
  const root = below.split(sep).filter((name) => name !== '');
  if (root.length === 0 || !root.every((name) => isName(name) && name !== '..')) {
    throw new Error(`the root of ${account} is not below the folder of ${login.host}`);
  }
  const tree = { account, probe: login.kind === 'probe', login, base, root, space: login.space };
  if (!tree.probe) await makeFolders(base, root, login.owner);
  const folder = await openAt(tree, []);
  if ('refused' in folder) throw new Error(`the root of ${account} on ${login.host}: ${folder.rule}`);
  await folder.close();
  return tree;
}

export function openAt(tree: Tree, parts: Parts): Promise<Folder | Refusal> {
  return openFolder(tree.base, [...tree.root, ...parts]);
}

/** Runs `work` in the folder of `parts`, held open meanwhile. */
export async function within<T>(tree: Tree, parts: Parts, work: (folder: Folder) => Promise<T>) {
  const folder = await openAt(tree, parts);
  if ('refused' in folder) return folder;
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
}

/** Runs `work` in the folder that holds the last of `parts`, given that name. `parts` is not the root. */
export function beside<T>(tree: Tree, parts: Parts, work: (folder: Folder, name: string) => Promise<T>) {
  const name = parts[parts.length - 1]!;
  return within(tree, parts.slice(0, -1), (folder) => work(folder, name));
}

/** What `name` in `folder` is; null when it is missing, a link, a pipe or anything else that is not shown. */
export async function entryAt(folder: Folder, name: string): Promise<Entry | null> {
  try {
    const seen = await lstat(folder.at(name));
    if (!seen.isFile() && !seen.isDirectory()) return null;
    const kind = seen.isFile() ? 'file' : 'folder';
    const modifiedMs = Math.floor(seen.mtimeMs);
    return { name, kind, size: seen.size, modifiedMs, device: seen.dev, inode: seen.ino };
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

/** True also for what `entryAt` does not show. */
export async function isTaken(folder: Folder, name: string): Promise<boolean> {
  try {
    await lstat(folder.at(name));
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** The entry of `parts`, the root's own included (its name is ''). */
export async function entryOf(tree: Tree, parts: Parts): Promise<Entry | Refusal | null> {
  if (parts.length === 0) return within(tree, parts, (folder) => entryAt(folder, ''));
  return beside(tree, parts, entryAt);
}

const looksAtOnce = 64;

/** The names in a folder, in order; what they stand for is looked at when it is their turn (`looked`). */
export async function namesIn(folder: Folder): Promise<string[]> {
  return (await readdir(folder.at(''))).filter(isName).sort();
}

/** The entries of `names` that pass `wanted`, a few at a time: a listing of any length holds one batch, and lets others in between. */
export async function* looked(
  folder: Folder,
  names: readonly string[],
  wanted: (name: string) => boolean = () => true,
): AsyncGenerator<readonly Entry[]> {
  for (let from = 0; from < names.length; from += looksAtOnce) {
    const some = names.slice(from, from + looksAtOnce).filter(wanted);
    const entries = await Promise.all(some.map((name) => entryAt(folder, name)));
    yield entries.filter((entry) => entry !== null);
  }
}

import { constants, lstatSync, readlinkSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { folderPage, type Listed, statusPage } from './page.ts';
import type { Visit } from './visit.ts';

const atMost = 5000;

/** A folder without an index, where the customer wants it shown; dot files, links and pipes are left out. */
export async function sendListing(visit: Visit, path: string, parts: readonly string[]): Promise<void> {
  const folder = await openFolder(path);
  if (folder === null) {
    visit.answer(404, statusPage(404));
    return;
  }
  try {
    visit.answer(
      200,
      folderPage(parts.length === 0 ? '/' : `/${parts.join('/')}/`, await listed(folder.path)),
    );
  } finally {
    await folder.handle?.close();
  }
}

/**
 * Between the look and the opening a host's own script could put a link in the way: the kernel is asked what was
 * opened (Linux), and what was opened is read, not its name. Null: it is no longer the folder that was found.
 */
async function openFolder(path: string): Promise<{ handle: FileHandle | null; path: string } | null> {
  if (process.platform !== 'linux') return { handle: null, path };
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW).catch(
    ifNone,
  );
  if (handle === null) return null;
  const opened = `/proc/self/fd/${handle.fd}`;
  if (readlinkSync(opened) === path) return { handle, path: opened };
  await handle.close();
  return null;
}

async function listed(path: string): Promise<Listed[]> {
  const names = (await readdir(path))
    .filter((name) => !name.startsWith('.'))
    .sort()
    .slice(0, atMost);
  return names.flatMap((name): Listed[] => {
    const stat = lstatSync(join(path, name), { throwIfNoEntry: false });
    if (stat === undefined || !(stat.isDirectory() || (stat.isFile() && stat.nlink === 1))) return [];
    return [{ name, folder: stat.isDirectory(), bytes: stat.size, modifiedMs: Math.floor(stat.mtimeMs) }];
  });
}

function ifNone(error: Error): null {
  if ('code' in error && ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(String(error.code))) return null;
  throw error;
}

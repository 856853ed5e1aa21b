import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { folderPage, type Listed } from './page.ts';
import type { Visit } from './visit.ts';

const atMost = 5000;

/** A folder without an index, where the customer wants it shown; dot files, links and pipes are left out. */
export async function sendListing(visit: Visit, path: string, parts: readonly string[]): Promise<void> {
  const names = (await readdir(path))
    .filter((name) => !name.startsWith('.'))
    .sort()
    .slice(0, atMost);
  const entries = names.flatMap((name): Listed[] => {
    const stat = lstatSync(join(path, name), { throwIfNoEntry: false });
    if (stat === undefined || !(stat.isDirectory() || (stat.isFile() && stat.nlink === 1))) return [];
    return [{ name, folder: stat.isDirectory(), bytes: stat.size, modifiedMs: Math.floor(stat.mtimeMs) }];
  });
  const asked = parts.length === 0 ? '/' : `/${parts.join('/')}/`;
  visit.answer(200, folderPage(asked, entries));
}

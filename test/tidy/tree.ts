import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from './finding.ts';

const left = new Set(['node_modules', '.git', 'data']);

/** Every text file of the repository: tracked or new and not ignored; where there is no git, all that lies there. */
export function readTree(root: string): readonly Source[] {
  return (listed(root) ?? walked(root, '')).toSorted().flatMap((path) => {
    const bytes = readFileSync(join(root, path));
    return bytes.includes(0) ? [] : [{ path, text: bytes.toString('utf8') }];
  });
}

/** Null when git is missing or this is an unpacked archive (perhaps inside somebody else's repository). */
function listed(root: string): string[] | null {
  if (!existsSync(join(root, '.git'))) return null;
  // A hook runs with GIT_DIR set; the tree that is meant is the one that lies there.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const options = { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  const { status, stdout } = spawnSync('git', ['ls-files', '-coz', '--exclude-standard'], options);
  if (status !== 0) return null;
  return [...new Set(stdout.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path)));
}

function walked(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return left.has(entry.name) ? [] : walked(root, path);
    return entry.isFile() && !entry.name.endsWith('.log') && entry.name !== '.DS_Store' ? [path] : [];
  });
}

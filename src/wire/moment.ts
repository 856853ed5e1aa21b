import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { copyEntry, copyTree, type Entry, ifMissing, placeOf } from './tree.ts';

/**
 * What must be of the database's own moment: spools go on counting where the database knows them to be, and the
 * reader of the access log where its spool ends. Everything else of the data folder is copied as it is found.
 */
const spools = ['plane/spool', 'prober/spool'];
const loginState = 'plane/login.state.json';
const accessState = 'plane/access.state.json';
/** Copied last: a log must reach at least as far as it was read. */
export const logsFolder = 'plane/logs';

/** Whether a path of the data folder is copied as it is found, at any time. */
export function isLoose(path: string): boolean {
  if (/^(owner\..*|owner|restoring)\.json$/.test(path)) return false;
  if (/^(control\.sock|database|plane\/pools|plane\/bodies)(\/|$)/.test(path)) return false;
  if (path.startsWith(`${logsFolder}/`) || path === loginState || path === accessState) return false;
  return !spools.some((spool) => path === spool || path.startsWith(`${spool}/`));
}

/** The reader hands over about once a minute: it is not met twice in a row. */
const attempts = 100;
const pauseMs = 50;

/**
 * Copies spools and readers' places while nobody acknowledges anything (api/gate.ts). The reader of logins saves
 * after it handed over, and what is handed over twice is kept once: its place may be older than the spool. That
 * of the access log must be the same before and after: it saves before each hand-over.
 */
export async function copyMoment(data: string, into: string): Promise<readonly Entry[]> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const entries: (Entry | null)[] = [await copyAnew(data, into, loginState)];
    const before = await copyAnew(data, into, accessState);
    entries.push(before);
    for (const spool of spools) {
      await rm(join(into, spool), { recursive: true, force: true });
      entries.push(await copyAnew(data, into, spool));
      const inside = await copyTree(join(data, spool), join(into, spool));
      entries.push(...inside.map((entry) => ({ ...entry, path: `${spool}/${entry.path}` })));
    }
    const text = await readFile(join(data, accessState)).catch(() => null);
    const copied = before === null ? null : await readFile(placeOf(into, before));
    if (text === null ? copied === null : copied?.equals(text) === true) {
      return entries.filter((entry) => entry !== null);
    }
    await delay(pauseMs);
  }
  throw new Error(
    'the access log is handed over faster than its reader’s place can be copied: try again later',
  );
}

async function copyAnew(data: string, into: string, path: string): Promise<Entry | null> {
  await rm(join(into, path), { recursive: true, force: true });
  return copyEntry(data, into, { path });
}

/** Copies the logs; one that is turned over meanwhile is copied again under both names. */
export async function copyLogs(
  data: string,
  into: string,
  onEntry: (entry: Entry) => void,
): Promise<readonly Entry[]> {
  const copied = new Map<string, Entry>();
  const inodes = new Map<string, string>();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const there = await inodesOf(data);
    const fresh = [...there].filter(([path, inode]) => inodes.get(path) !== inode);
    if (fresh.length === 0) return [...copied.values()];
    for (const [path, inode] of fresh) {
      const entry = await copyAnew(data, into, path);
      if (entry === null) continue;
      copied.set(path, entry);
      inodes.set(path, inode);
      onEntry(entry);
    }
  }
  throw new Error('the logs are turned over faster than they can be copied');
}

async function inodesOf(data: string): Promise<ReadonlyMap<string, string>> {
  const inodes = new Map<string, string>();
  for (const name of (await readdir(join(data, logsFolder)).catch(ifMissing)) ?? []) {
    const path = `${logsFolder}/${name}`;
    const stats = await stat(join(data, path), { bigint: true }).catch(ifMissing);
    if (stats?.isFile() === true) inodes.set(path, String(stats.ino));
  }
  return inodes;
}

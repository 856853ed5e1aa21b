import assert from 'node:assert';
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Refusal, refuse } from '../refusal.ts';

/**
 * A data folder has one owner. PGlite does not refuse a second process, and rows that it acknowledged are
 * then gone; so the owner stands in `<data>/owner.json`, and whoever finds a living one there is refused.
 * The owner's process is told from a later one with the same number by its start time and the boot's id
 * (Linux; elsewhere by its number alone).
 */
export interface Owner {
  /** Random, names this ownership. */
  readonly id: string;
  readonly pid: number;
  /** Clock ticks since boot at which the process started; null where there is no /proc. */
  readonly started: string | null;
  readonly boot: string | null;
  /** Epoch ms. */
  readonly since: number;
  /** Where it answers (wire/control.ts); null until it does. */
  readonly control: string | null;
}

export interface Held {
  readonly owner: Owner;
  /** Writes down where the owner answers, for other commands on the same folder. */
  publish(control: string): void;
  /** Gives the folder up; done by itself when the process exits. */
  release(): void;
}

/**
 * Takes the folder (made when missing), also from an owner that is dead. Refuses while one lives.
 * `now`: epoch ms. Throws when the folder cannot be written.
 */
export function takeFolder(folder: string, now: number): Held | Refusal {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const owner = describeSelf(now);
  const own = join(folder, `owner.${owner.id}.json`);
  writeFileSync(own, JSON.stringify(owner), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const answer = attemptTake(folder, own);
      if (answer === 'taken') return hold(folder, owner);
      if (answer !== 'again') return occupied(folder, answer);
    }
  } finally {
    remove(own);
  }
  throw new Error(`${folder}: its owner changes faster than it can be read`);
}

/** The living owner of the folder, or null. */
export function readOwner(folder: string): Owner | null {
  const owner = read(join(folder, 'owner.json'));
  return owner !== null && isAlive(owner) ? owner : null;
}

/**
 * One try. To take over from a dead owner X its successor's record `owner.after-X.json` must be linked, which
 * only one process can; a successor that died before it replaced `owner.json` is itself succeeded likewise.
 */
function attemptTake(folder: string, own: string): Owner | 'taken' | 'again' {
  const path = join(folder, 'owner.json');
  const first = read(path);
  if (first === null) return claim(own, path) ? 'taken' : 'again';
  const claims: string[] = [];
  for (let last = first; ; ) {
    if (isAlive(last)) return last;
    const after = join(folder, `owner.after-${last.id}.json`);
    claims.push(after);
    const successor = read(after);
    if (successor !== null) {
      last = successor;
      continue;
    }
    if (!claim(own, after)) return 'again';
    // Between reading and claiming, another may have finished taking over: then the claim is void.
    if (read(path)?.id !== first.id) {
      remove(after);
      return 'again';
    }
    renameSync(own, path);
    for (const done of claims) remove(done);
    return 'taken';
  }
}

/** Links the whole record under `path`, so that a reader never sees half of it. False: somebody was first. */
function claim(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw new Error(`${path} cannot be written`, { cause: error });
  }
}

function hold(folder: string, owner: Owner): Held {
  const path = join(folder, 'owner.json');
  let held = true;
  const release = () => {
    if (held && read(path)?.id === owner.id) remove(path);
    held = false;
    process.off('exit', release);
  };
  process.on('exit', release);
  return {
    owner,
    publish(control) {
      assert(held, 'the folder was given up');
      const fresh = join(folder, `owner.${owner.id}.json`);
      writeFileSync(fresh, JSON.stringify({ ...owner, control }), { mode: 0o600 });
      renameSync(fresh, path);
    },
    release,
  };
}

function occupied(folder: string, owner: Owner): Refusal {
  const since = new Date(owner.since).toISOString();
  return refuse(
    'data-folder-in-use',
    'data',
    `${folder} is in use by process ${owner.pid} since ${since}; stop it first, or name another folder with --data`,
  );
}

function describeSelf(now: number): Owner {
  const id = randomBytes(8).toString('hex');
  return { id, pid: process.pid, started: startOf(process.pid), boot: bootId(), since: now, control: null };
}

function isAlive(owner: Owner): boolean {
  if (owner.boot !== bootId()) return false;
  if (owner.started !== null) return startOf(owner.pid) === owner.started;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, it is only not ours.
    return isCode(error, 'EPERM');
  }
}

/** Field 22 of /proc/PID/stat, counted after the name in brackets (which may hold anything); null: no such process, or a zombie. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

/** Null when there is none. Records are linked or renamed whole, so a damaged one was not written by us. */
function read(path: string): Owner | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw new Error(`${path} cannot be read`, { cause: error });
  }
  const value = parse(text);
  if (!isOwner(value)) throw new Error(`${path} is damaged; remove it when no process uses the folder`);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  const hasId = 'id' in value && typeof value.id === 'string' && /^[0-9a-f]{16}$/.test(value.id);
  const hasPid = 'pid' in value && Number.isSafeInteger(value.pid);
  return hasId && hasPid && 'started' in value && 'boot' in value && 'since' in value && 'control' in value;
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

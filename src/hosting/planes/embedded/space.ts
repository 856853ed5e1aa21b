import assert from 'node:assert/strict';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Usage } from '../../plane.ts';

/**
 * The web space of one host: counted once over everything under its folder, then kept by those who write.
 * One object per host, shared by all its writers (clause 2-1.1: the space that was sold, no less, no more).
 *
 * `stored` is what rests on disk; `held` is promised to uploads in flight and not yet part of `stored`.
 */
export interface Space {
  usage(): Usage;
  limitBytes(): number;
  /** A changed plan. What is stored already stays, whatever the new limit. */
  setLimit(bytes: number): void;
  /**
   * Holds `bytes` for a writer. False, and nothing held, when the plan's space would be passed.
   * `replacing`: bytes of a file that will be gone when this writer is done, so do not count twice.
   */
  reserve(bytes: number, replacing?: number): boolean;
  /** Gives back bytes held by `reserve` that were never kept. */
  release(bytes: number): void;
  /**
   * Runs `change` (which alters the disk and says by how much) with no other change of this host between its
   * look and its deed, and books the result. The `held` bytes are given back whether it succeeds or throws.
   */
  commit(held: number, change: () => Promise<Usage>): Promise<void>;
  /** Counts again (scripts write too, past this object). Keeps the old sum when a writer was busy meanwhile: false. */
  recount(): Promise<boolean>;
}

/** Counts `folder` (a missing one is empty) and opens its space. `limitBytes` is the plan's `spaceBytes`. */
export async function openSpace(folder: string, limitBytes: number): Promise<Space> {
  let stored = await count(folder);
  let held = 0;
  let limit = limitBytes;
  let writes = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function release(bytes: number): void {
    assert(bytes >= 0 && bytes <= held, `released ${bytes} of ${held} held bytes`);
    held -= bytes;
  }

  async function book(bytes: number, change: () => Promise<Usage>): Promise<void> {
    try {
      const by = await change();
      stored = { bytes: Math.max(0, stored.bytes + by.bytes), files: Math.max(0, stored.files + by.files) };
    } finally {
      release(bytes);
    }
  }

  return {
    usage: () => stored,
    limitBytes: () => limit,
    setLimit: (bytes) => {
      limit = bytes;
    },
    reserve: (bytes, replacing = 0) => {
      assert(bytes >= 0 && replacing >= 0, 'bytes are counted upwards');
      if (stored.bytes + held + bytes > limit + replacing) return false;
      held += bytes;
      writes += 1;
      return true;
    },
    release,
    commit: (bytes, change) => {
      writes += 1;
      const done = turn.then(() => book(bytes, change));
      turn = done.catch(() => undefined);
      return done;
    },
    recount: async () => {
      await turn;
      const before = writes;
      if (held > 0) return false;
      const counted = await count(folder);
      if (writes !== before || held > 0) return false;
      stored = counted;
      return true;
    },
  };
}

/** Sizes of regular files as `lstat` gives them; symbolic links are neither followed nor counted. */
async function count(folder: string): Promise<Usage> {
  let bytes = 0;
  let files = 0;
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await entries(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) open.push(path);
      if (!entry.isFile()) continue;
      const size = await sizeOf(path);
      if (size === null) continue;
      bytes += size;
      files += 1;
    }
  }
  return { bytes, files };
}

async function entries(folder: string) {
  try {
    const found = [];
    for await (const entry of await opendir(folder)) found.push(entry);
    return found;
  } catch (cause) {
    if (isGone(cause)) return [];
    throw new Error(`cannot count the space of ${folder}`, { cause });
  }
}

/** Null: removed since the folder was read. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).size;
  } catch (cause) {
    if (isGone(cause)) return null;
    throw new Error(`cannot count the space of ${path}`, { cause });
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

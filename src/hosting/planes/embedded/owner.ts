import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chown, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The user and group that a host's scripts run as and that its files belong to: numbers that no account has. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Whose a host's files are on this plane. */
export interface Owners {
  /** Null: everything is the plane's own user's. */
  of(host: string): Owner | null;
  /** Why no script may run here; null: scripts may. */
  readonly fault: string | null;
}

/** `h000123` is 200123, from `h100000` on 400000 and up; another name is a hash of it within 300000-399999. */
export function ownerOf(host: string): Owner {
  const number = Number(/^h(\d{6}|[1-9]\d{6,8})$/.exec(host)?.[1]);
  const id = Number.isNaN(number) ? 300_000 + hashOf(host) : (number < 100_000 ? 200_000 : 300_000) + number;
  return { uid: id, gid: id };
}

function hashOf(host: string): number {
  return createHash('sha256').update(host).digest().readUInt32BE(0) % 100_000;
}

/** Tries in `base` whether files can be given away: only root can, and in some containers not even root. */
export async function openOwners(base: string): Promise<Owners> {
  if (process.getuid?.() !== 0) return { of: () => null, fault: null };
  const trial = join(base, 'owner.trial');
  await mkdir(trial, { recursive: true, mode: 0o700 });
  try {
    const { uid, gid } = ownerOf('h999999999');
    await chown(trial, uid, gid);
    return { of: ownerOf, fault: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      of: () => null,
      fault: `root cannot give files to the users that scripts would run as (${why}), and runs none itself`,
    };
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** Gives the folder at `path`, and nothing in it, to its owner. A link in its place is not followed but throws. */
export async function giveFolder(path: string, { uid, gid }: Owner, mode: number): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const seen = await handle.stat();
    if ((seen.mode & 0o7777) !== mode) await handle.chmod(mode);
    if (seen.uid !== uid || seen.gid !== gid) await handle.chown(uid, gid);
  } finally {
    await handle.close();
  }
}

import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm, statfs, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A small disk of its own: memory that is mounted at `folder` until the test ends. */
export interface Disk {
  readonly folder: string;
  /** Takes all room that is left, but for `bytes`. */
  fill(bytes?: number): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  /** Mounts it again so that nothing can be written, or can be. */
  remount(how: 'ro' | 'rw'): void;
}

/** Mounts one in a new folder; null, and the test skipped, where only root may. */
export async function mountDisk(t: TestContext, megabytes: number): Promise<Disk | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    t.skip('reason: only root may mount a small disk');
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  // Lazily: what still uses it is ended by later hooks.
  t.after(async () => {
    execFileSync('umount', ['--lazy', folder]);
    await rm(folder, { recursive: true });
  });
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: async (bytes = 0) => {
      const { bavail, bsize } = await statfs(folder);
      const handle = await open(filler, 'a');
      const block = Buffer.alloc(4096);
      try {
        for (let left = bavail * bsize - bytes; left > 0; left -= block.length) await handle.write(block);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        await handle.close();
      }
    },
    free: () => unlink(filler),
    remount: (how) => void execFileSync('mount', ['-o', `remount,${how}`, folder]),
  };
}

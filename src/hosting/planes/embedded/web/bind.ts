import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder that stands at `point` for one program and its children, and for nobody else. */
export interface Bind {
  readonly folder: string;
  readonly point: string;
}

/** Folders of every Linux that are open to all and hold nothing that php-fpm needs. */
const points = ['/mnt', '/media', '/srv'];
const trialMs = 10_000;
const launcher = fileURLToPath(new URL('launcher.ts', import.meta.url));

/** The program and arguments that run `args` with the folder bound; the pid stays the same all the way. */
export function bound({ folder, point }: Bind, args: readonly string[]): string[] {
  const apart = ['unshare', '--mount', '--propagation', 'private', '--'];
  return [...apart, process.execPath, launcher, folder, point, ...args];
}

/**
 * Where hosts' folders can be bound on this machine, found by doing it once with `base` (the plane's data, which
 * must stay in sight); null: nowhere. It takes root, Linux, and a container that lets root mount.
 */
export async function findPoint(base: string): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  for (const point of points) {
    if (base === point || base.startsWith(`${point}/`)) continue;
    if ((await closedTo(point)) !== null) continue;
    return (await works({ folder: base, point })) ? point : null;
  }
  return null;
}

/** The folder on the way down to `path` that others may not pass; null: none. */
export async function closedTo(path: string): Promise<string | null> {
  for (let at = path; ; at = dirname(at)) {
    const seen = await stat(at).catch(() => null);
    if (seen === null || !seen.isDirectory() || (seen.mode & 0o001) === 0) return at;
    if (at === dirname(at)) return null;
  }
}

async function works(bind: Bind): Promise<boolean> {
  const [program, ...rest] = bound(bind, [process.execPath, '--version']);
  const child = spawn(program!, rest, { stdio: 'ignore', timeout: trialMs, killSignal: 'SIGKILL' });
  try {
    const [code] = await once(child, 'close');
    return code === 0;
  } catch {
    // unshare is not installed.
    return false;
  }
}

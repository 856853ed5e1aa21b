import { type BigIntStats, constants, lstatSync, readlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** What lies at a path below a site's root, without a symbolic link anywhere on the way. */
export type Found =
  | { readonly kind: 'file'; readonly path: string; readonly stat: BigIntStats }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'missing' }
  /** The plane may not read it: the mode that the customer set. */
  | { readonly kind: 'forbidden' };

const missing: Found = { kind: 'missing' };
const forbidden: Found = { kind: 'forbidden' };
const rememberMs = 1000;
const rememberAtMost = 50_000;

/** A file that was opened through no link and is nobody else's: `stat` is of the open file. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
}

/**
 * Looks at every component with lstat, so that neither a link to another customer's folder nor one to the
 * system's is ever followed. A folder that was seen to be one is believed for a second. Looks are synchronous:
 * a few microseconds each from the kernel's cache, where a round through the thread pool costs ten times that.
 */
export class Walk {
  readonly #folders = new Map<string, number>();
  readonly #tick: () => number;

  /** `tick`: monotonic ms. */
  constructor(tick: () => number) {
    this.#tick = tick;
  }

  /** `parts` as in Target: no separator, no dot segment. */
  look(root: string, parts: readonly string[]): Found {
    if (!this.#isFolder(root)) return missing;
    let path = root;
    for (let depth = 0; depth < parts.length - 1; depth += 1) {
      path += `/${parts[depth]}`;
      if (!this.#isFolder(path)) return missing;
    }
    if (parts.length === 0) return { kind: 'folder', path };
    return this.#last(`${path}/${parts[parts.length - 1]}`);
  }

  #last(path: string): Found {
    try {
      const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined) return missing;
      if (stat.isDirectory()) return { kind: 'folder', path };
      // A second hard link may be somebody else's name for the file, or somebody else's file.
      return stat.isFile() && stat.nlink === 1n ? { kind: 'file', path, stat } : missing;
    } catch (error) {
      return codeOf(error) === 'EACCES' ? forbidden : missing;
    }
  }

  #isFolder(path: string): boolean {
    const now = this.#tick();
    const seen = this.#folders.get(path);
    if (seen !== undefined && now - seen < rememberMs) return true;
    let folder = false;
    try {
      folder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    } catch {
      // Not to be looked at: answered like a missing one by whoever comes next.
    }
    if (!folder) this.#folders.delete(path);
    else {
      if (this.#folders.size >= rememberAtMost) this.#folders.clear();
      this.#folders.set(path, now);
    }
    return folder;
  }
}

const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens what `look` found. Between the look and the opening a host's own script could put a link in the way:
 * the kernel is therefore asked what was opened (Linux), and the open file is judged, not its name.
 */
export async function openFound(path: string): Promise<OpenFile | 'missing' | 'forbidden'> {
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES' || code === 'EPERM') return 'forbidden';
    if (code === 'EMFILE' || code === 'ENFILE' || code === 'EIO') {
      throw new Error(`cannot open ${path}`, { cause: error });
    }
    return 'missing';
  }
  try {
    const stat = await handle.stat({ bigint: true });
    const same = process.platform !== 'linux' || readlinkSync(`/proc/self/fd/${handle.fd}`) === path;
    if (stat.isFile() && stat.nlink === 1n && same) return { handle, stat };
  } catch (cause) {
    await handle.close();
    throw new Error(`cannot look at ${path}`, { cause });
  }
  await handle.close();
  return 'missing';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

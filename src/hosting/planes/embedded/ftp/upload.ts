import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { isRefusal } from '../../../../refusal.ts';
import type { Space } from '../space.ts';
import type { Entry } from './list.ts';
import { type Folder, hasCode, makeFolders, openFolder, type Parts, plainFlags } from './path.ts';
import { type Reply, refusedReply, reply } from './reply.ts';
import { beside, entryAt, type Tree } from './tree.ts';

/**
 * One file on its way in. Its bytes go to the host's `tmp` and take the place of the target at the end, in one
 * rename: who reads the target meanwhile, or after a failure, sees the old file whole. Only what is added to
 * the end of a file (APPE, or REST at its size) is written where it stands: it takes nothing away.
 */
export interface Upload {
  /** `finish` will put it in the place of a file that is there. */
  readonly replaces: boolean;
  /** False: the plan's space would be passed; call `refuse`. */
  write(chunk: Buffer): Promise<boolean>;
  /** Null, or the reply that tells why the target could not be put in place. */
  finish(): Promise<Reply | null>;
  /** Keeps what came so that it can be resumed; returns the words for the client. */
  abort(): Promise<string>;
  /** Keeps nothing of this upload. */
  refuse(): Promise<void>;
}

export interface Start {
  /** From REST: bytes that the client does not send again. */
  readonly from: number;
  readonly append: boolean;
}

const holding = ['tmp'];
const keptMs = 86_400_000;

/** Opens an upload to `parts` (not the root), or the reply that refuses it. */
export async function openUpload(
  tree: Tree,
  parts: Parts,
  start: Start,
  nowMs: number,
): Promise<Upload | Reply> {
  await makeFolders(tree.base, holding, null);
  const target = await beside(tree, parts, lookAt);
  if (isRefusal(target)) return refusedReply(target);
  if (target === 'other') return reply(550, 'No such file or folder');
  if (target?.kind === 'folder') return reply(550, 'Is a folder');
  const size = target?.size ?? 0;
  const from = start.append ? size : start.from;
  if (from === size && target !== null && from > 0 && !target.shared) return extend(tree, parts, from);
  const part = start.append ? null : await entryOfPart(tree, parts, nowMs);
  const draft = new Draft(tree, parts, target);
  const resumed = part !== null && from <= part.size && (from === part.size || from > size) && from !== size;
  if (from > size && !resumed)
    return reply(554, `Only ${Math.max(size, part?.size ?? 0)} bytes are here to go on from`);
  const opened = resumed ? await draft.openPart(from) : await draft.openNew(from);
  return opened ?? draft;
}

/** `shared`: a second name for the same file exists, so it must not be written in place. */
type Target = (Entry & { readonly shared: boolean }) | 'other' | null;

async function lookAt(folder: Folder, name: string): Promise<Target> {
  try {
    const seen = await lstat(folder.at(name));
    const entry = await entryAt(folder, name);
    return entry === null ? 'other' : { ...entry, shared: seen.nlink > 1 };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** The bytes of one upload that are held in the space and not yet stored. */
class Holding {
  readonly space: Space;
  bytes = 0;

  constructor(space: Space) {
    this.space = space;
  }

  take(bytes: number, replacing: number): boolean {
    if (!this.space.reserve(bytes, replacing)) return false;
    this.bytes += bytes;
    return true;
  }

  give(): void {
    this.space.release(this.settle());
  }

  /** The held bytes, handed to `commit`, which gives them back. */
  settle(): number {
    const { bytes } = this;
    this.bytes = 0;
    return bytes;
  }
}

class Draft implements Upload {
  readonly replaces: boolean;
  readonly #tree: Tree;
  readonly #parts: Parts;
  /** Size of the file that will be replaced: it need not fit beside the new one, only the new one in its place. */
  readonly #replacing: number;
  readonly #held: Holding;
  readonly #name = `up-${randomBytes(12).toString('hex')}`;
  #handle: FileHandle | null = null;
  #size = 0;
  /** Put in place, or failed to be: there is nothing left to keep. */
  #over = false;

  constructor(tree: Tree, parts: Parts, old: Entry | null) {
    this.#tree = tree;
    this.#parts = parts;
    this.replaces = old !== null;
    this.#replacing = old?.size ?? 0;
    this.#held = new Holding(tree.space);
  }

  /** Begins with the first `from` bytes of the target. */
  async openNew(from: number): Promise<Reply | null> {
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | plainFlags;
    this.#handle = await inHolding(this.#tree, (folder) => open(folder.at(this.#name), flags, 0o644));
    await this.#give();
    if (from === 0) return null;
    const source = await beside(this.#tree, this.#parts, (folder, name) => open(folder.at(name), plainFlags));
    if (isRefusal(source)) return this.#stop(refusedReply(source));
    try {
      const block = Buffer.allocUnsafe(262_144);
      while (this.#size < from) {
        const { bytesRead } = await source.read(
          block,
          0,
          Math.min(block.length, from - this.#size),
          this.#size,
        );
        if (bytesRead === 0) return await this.#stop(reply(450, 'The file was changed meanwhile'));
        if (!(await this.write(block.subarray(0, bytesRead)))) return await this.#stop(reply(552, full));
      }
      return null;
    } finally {
      await source.close();
    }
  }

  /** Begins with the first `from` bytes of the part that was set aside; nobody else can have it then. */
  async openPart(from: number): Promise<Reply | null> {
    const part = partName(this.#tree, this.#parts);
    await this.#tree.space.commit(0, () =>
      inHolding(this.#tree, async (folder) => {
        const { size } = await lstat(folder.at(part));
        await rename(folder.at(part), folder.at(this.#name));
        return { bytes: -size, files: -1 };
      }),
    );
    const flags = constants.O_WRONLY | plainFlags;
    this.#handle = await inHolding(this.#tree, (folder) => open(folder.at(this.#name), flags));
    await this.#give();
    await this.#handle.truncate(from);
    this.#size = from;
    return this.#held.take(from, this.#replacing) ? null : this.#stop(reply(552, full));
  }

  async write(chunk: Buffer): Promise<boolean> {
    if (!this.#held.take(chunk.length, this.#replacing)) return false;
    await writeAll(this.#handle!, chunk, this.#size);
    this.#size += chunk.length;
    return true;
  }

  async finish(): Promise<Reply | null> {
    this.#over = true;
    await this.#close();
    let answer: Reply | null = null;
    await this.#tree.space.commit(this.#held.settle(), async () => {
      const done = await beside(this.#tree, this.#parts, (target, name) =>
        inHolding(this.#tree, async (folder) => {
          const old = await entryAt(target, name);
          await rename(folder.at(this.#name), target.at(name));
          return old?.kind === 'file'
            ? { bytes: this.#size - old.size, files: 0 }
            : { bytes: this.#size, files: 1 };
        }),
      ).catch(async (error: unknown) => {
        await this.#remove();
        throw error;
      });
      if (!isRefusal(done)) return done;
      answer = refusedReply(done);
      await this.#remove();
      return { bytes: 0, files: 0 };
    });
    return answer;
  }

  async abort(): Promise<string> {
    await this.#close();
    if (this.#over) return 'Broken off';
    if (this.#size === 0) {
      await this.refuse();
      return 'Broken off before anything came';
    }
    // The old file's bytes were lent to the upload while it was to replace it; now both would stay.
    const fits = this.#tree.space.reserve(0);
    let words = 'Broken off; there is no room to keep what came';
    await this.#tree.space.commit(this.#held.settle(), async () => {
      if (await this.#place()) {
        words = `Broken off; ${this.#size} bytes came and stay: REST ${this.#size} and STOR go on`;
        return { bytes: this.#size, files: 1 };
      }
      if (fits) {
        words = `Broken off; the old file stays, ${this.#size} bytes are set aside for a day: REST ${this.#size} and STOR go on`;
        return this.#setAside();
      }
      await this.#remove();
      return { bytes: 0, files: 0 };
    });
    return words;
  }

  async refuse(): Promise<void> {
    await this.#close();
    await this.#remove();
    this.#held.give();
  }

  /** Makes what came visible under its own name, unless a file is there. */
  async #place(): Promise<boolean> {
    const placed = await beside(this.#tree, this.#parts, (target, name) =>
      inHolding(this.#tree, async (folder) => {
        try {
          await link(folder.at(this.#name), target.at(name));
        } catch (error) {
          if (hasCode(error, 'EEXIST')) return false;
          throw error;
        }
        await unlink(folder.at(this.#name));
        return true;
      }),
    );
    return placed === true;
  }

  #setAside() {
    return inHolding(this.#tree, async (folder) => {
      const part = partName(this.#tree, this.#parts);
      const older = await entryAt(folder, part);
      await rename(folder.at(this.#name), folder.at(part));
      return { bytes: this.#size - (older?.size ?? 0), files: older === null ? 1 : 0 };
    });
  }

  /** To the host's own user, whose scripts may then change the file; before its name can be seen. */
  async #give(): Promise<void> {
    const { owner } = this.#tree.login;
    if (owner === null) return;
    await this.#handle!.chown(owner.uid, owner.gid);
    await this.#handle!.chmod(0o640);
  }

  async #stop(answer: Reply): Promise<Reply> {
    await this.refuse();
    return answer;
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  async #remove(): Promise<void> {
    await inHolding(this.#tree, (folder) => unlink(folder.at(this.#name)));
  }
}

const full = 'The space of this plan is used up; nothing was changed';

/** Goes on at the end of a file that is there, in place. */
async function extend(tree: Tree, parts: Parts, size: number): Promise<Upload | Reply> {
  const flags = constants.O_WRONLY | plainFlags;
  const handle = await beside(tree, parts, (folder, name) => open(folder.at(name), flags));
  if (isRefusal(handle)) return refusedReply(handle);
  const held = new Holding(tree.space);
  let end = size;
  const keep = async () => {
    await tree.space.commit(held.settle(), async () => {
      // Replaced or removed meanwhile: then what was added is gone with it.
      const { nlink } = await handle.stat();
      return { bytes: nlink > 0 ? end - size : 0, files: 0 };
    });
    await handle.close();
  };
  return {
    replaces: false,
    write: async (chunk) => {
      if (!held.take(chunk.length, 0)) return false;
      await writeAll(handle, chunk, end);
      end += chunk.length;
      return true;
    },
    finish: async () => {
      await keep();
      return null;
    },
    abort: async () => {
      await keep();
      return `Broken off; ${end} bytes are here: REST ${end} and STOR go on`;
    },
    refuse: async () => {
      await handle.truncate(size);
      await handle.close();
      held.give();
    },
  };
}

async function writeAll(handle: FileHandle, chunk: Buffer, at: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await handle.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
  }
}

/** The same for every account that can reach the file. */
function partName(tree: Tree, parts: Parts): string {
  const path = [...tree.root, ...parts].join('/');
  return `part-${createHash('sha256').update(path).digest('hex').slice(0, 40)}`;
}

async function entryOfPart(tree: Tree, parts: Parts, nowMs: number): Promise<Entry | null> {
  const part = await inHolding(tree, (folder) => entryAt(folder, partName(tree, parts)));
  return part?.kind === 'file' && part.modifiedMs > nowMs - keptMs ? part : null;
}

/** Works in the host's `tmp`. A script that put a link there instead gets an error, and its host no uploads. */
async function inHolding<T>(tree: { base: string }, work: (folder: Folder) => Promise<T>): Promise<T> {
  const folder = await openFolder(tree.base, holding);
  if (isRefusal(folder)) throw new Error(`${tree.base}/tmp: ${folder.rule}`);
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
}

/**
 * Removes the parts in a host's `tmp` that nobody came back for within a day, and what a killed process left there.
 * `base` is the host's folder (a real path); safe to repeat. Returns how many went.
 */
export async function sweepParts(base: string, space: Space, nowMs: number): Promise<number> {
  await makeFolders(base, holding, null);
  return inHolding({ base }, async (folder) => {
    let swept = 0;
    for (const name of await readdir(folder.at(''))) {
      if (!/^(part|up)-[0-9a-f]+$/.test(name)) continue;
      const entry = await entryAt(folder, name);
      if (entry?.kind !== 'file' || entry.modifiedMs > nowMs - keptMs) continue;
      await space.commit(0, async () => {
        await unlink(folder.at(name));
        return { bytes: -entry.size, files: -1 };
      });
      swept += 1;
    }
    return swept;
  });
}

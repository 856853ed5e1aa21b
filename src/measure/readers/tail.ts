import { type FileHandle, open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { digestOf, findCopy, findSibling, headOf, ifMissing, laterSiblings } from './siblings.ts';

/** How much of a file's beginning tells it from another that took its inode. */
export const printBytes = 256;
const idBytes = 32;

const print = z.strictObject({ length: z.int().min(0).max(printBytes), digest: z.string().max(64) });
/** Where reading goes on: which file (by inode and first bytes) and from which byte. */
export const tailShape = z.strictObject({
  inode: z.string().regex(/^\d{1,20}$/),
  offset: z.int().min(0),
  print,
  /** The file's own name for ever: inode and a digest of its first bytes, empty before these. A copy goes on under the original's. */
  id: z.string().max(100),
});
export type TailState = z.output<typeof tailShape>;

/**
 * What a read came to. `bytes`: there may be more. `idle`: everything written so far was read. `waiting`: the
 * file was turned over, its writer may still have something for the old one. `turned`: the old file is done,
 * the next one follows. `lost`: bytes were never read, because their file is gone; reading goes on in the next
 * one. `missing`: there is no file.
 */
export type TailRead = 'bytes' | 'idle' | 'waiting' | 'turned' | 'lost' | 'missing';

/**
 * Follows a file that others write and turn over. After `access.log` was renamed, the old file is read to its
 * end by its inode, then those turned over meanwhile in their order, then the new one. A file that was copied
 * and truncated in place (logrotate's copytruncate) is found again by its first bytes, and the copy's rest is
 * read first. Every byte is handed over once, in order.
 */
export class Tail {
  readonly #path: string;
  readonly #buffer = Buffer.alloc(1 << 18);
  #state: TailState | null;
  #handle: FileHandle | null = null;
  /** The file's first bytes as far as they were read. */
  #head: Buffer = Buffer.alloc(0);
  /** A poll found nothing new: the file may be another by the next. */
  #rested = true;
  /** Polls that found the file turned over and nothing new in it. */
  #quiet = 0;

  constructor(path: string, state: TailState | null) {
    this.#path = path;
    this.#state = state;
  }

  /**
   * Where the reader goes on when the last `pending` bytes handed over are to be handed over again; null before
   * the first file.
   */
  state(pending: number): TailState | null {
    // Not yet attached to its file: as it was saved.
    if (this.#state === null || this.#head.length === 0) return this.#state;
    const offset = this.#state.offset - pending;
    const head = this.#head.subarray(0, Math.min(offset, printBytes));
    return { ...this.#state, offset, print: { length: head.length, digest: digestOf(head) } };
  }

  /** The name of the file that is being read. */
  get id(): string {
    const state = this.#state;
    if (state === null) return '';
    if (state.id !== '') return state.id;
    return `${state.inode}-${digestOf(this.#head.subarray(0, idBytes)).slice(0, 16)}`;
  }

  /** Where in its file the next byte to be handed over stands. */
  get offset(): number {
    return this.#state?.offset ?? 0;
  }

  /** Hands the next bytes to `take`, which must be done with them when it returns. */
  async read(take: (chunk: Buffer) => void): Promise<TailRead> {
    if (this.#handle === null) {
      const attached = await this.#attach();
      if (attached !== null) return attached;
    } else if (this.#rested && (await this.#replaced(this.#handle))) {
      await this.close();
      return this.read(take);
    }
    const handle = this.#handle!;
    const state = this.#state!;
    const { bytesRead } = await handle.read(this.#buffer, 0, this.#buffer.length - 8, state.offset);
    this.#rested = bytesRead === 0;
    if (bytesRead === 0) return this.#end(handle);
    const chunk = this.#buffer.subarray(0, bytesRead);
    if (this.#head.length < printBytes && state.offset === this.#head.length) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, printBytes - this.#head.length)]);
    }
    this.#state = { ...state, offset: state.offset + bytesRead };
    // The name is settled with the first bytes, so that it stays when more of them come.
    if (state.id === '' && this.#head.length >= idBytes) this.#state = { ...this.#state, id: this.id };
    this.#quiet = 0;
    take(chunk);
    return 'bytes';
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  /** Opens the file to go on with; null when it did. */
  async #attach(): Promise<TailRead | null> {
    const state = this.#state === null ? null : this.state(0);
    if (state === null) return (await this.#open(this.#path)) ? null : 'missing';
    const known = await findSibling(this.#path, state.inode);
    if (known !== null) {
      const resumed = await this.#resume(known, state);
      if (resumed !== 'other') return resumed === 'resumed' ? null : 'waiting';
    }
    // Copied and truncated, moved, or gone: a copy has the same first bytes, and more of them.
    const copy = state.print.length === 0 ? null : await findCopy(this.#path, state);
    if (copy !== null) {
      return (await this.#resume(copy, { ...state, inode: '' })) === 'resumed' ? null : 'waiting';
    }
    return (await this.#open(this.#path)) ? 'lost' : 'missing';
  }

  /**
   * Goes on in the file if it is the one that the state speaks of (an empty inode: any). `moved`: it was renamed
   * since it was found. `other`: it has the inode, but other bytes.
   */
  async #resume(path: string, state: TailState): Promise<'resumed' | 'moved' | 'other'> {
    const handle = await openIf(path);
    if (handle === null) return 'moved';
    const { ino, size } = await handle.stat({ bigint: true });
    if (state.inode !== '' && String(ino) !== state.inode) {
      await handle.close();
      return 'moved';
    }
    const head = await headOf(handle, Math.min(printBytes, state.offset));
    const same = digestOf(head.subarray(0, state.print.length)) === state.print.digest;
    if (size < BigInt(state.offset) || head.length < state.print.length || !same) {
      await handle.close();
      return 'other';
    }
    this.#handle = handle;
    this.#head = head;
    this.#state = { ...state, inode: String(ino) };
    return 'resumed';
  }

  /** Begins a file from its first byte; false when it is not there, or no longer the one that was meant. */
  async #open(path: string, inode: bigint | null = null): Promise<boolean> {
    const handle = await openIf(path);
    if (handle === null) return false;
    const { ino } = await handle.stat({ bigint: true });
    if (inode !== null && ino !== inode) {
      await handle.close();
      return false;
    }
    this.#handle = handle;
    this.#head = Buffer.alloc(0);
    this.#state = {
      inode: String(ino),
      offset: 0,
      print: { length: 0, digest: digestOf(Buffer.alloc(0)) },
      id: '',
    };
    this.#rested = false;
    this.#quiet = 0;
    return true;
  }

  /** Whether the open file is no longer what was read: truncated, or truncated and written anew. */
  async #replaced(handle: FileHandle): Promise<boolean> {
    const { size } = await handle.stat();
    if (size < this.#state!.offset) return true;
    return !(await headOf(handle, this.#head.length)).equals(this.#head);
  }

  /** Nothing more in this file yet: is there another? */
  async #end(handle: FileHandle): Promise<TailRead> {
    const live = await stat(this.#path, { bigint: true }).catch(ifMissing);
    if (live !== null && String(live.ino) === this.#state!.inode) {
      this.#quiet = 0;
      return 'idle';
    }
    // Without a new log the old one is still written to, unless others were turned over after it.
    if (live === null && (await laterSiblings(this.#path, handle)).length === 0) return 'idle';
    // nginx's workers turn over one after another: what one still writes to the old file must not be missed.
    this.#quiet += 1;
    if (this.#quiet < 3) return 'waiting';
    const [next] = await laterSiblings(this.#path, handle);
    if (next === undefined || !(await this.#open(next.path, next.stats.ino))) return 'waiting';
    await handle.close();
    return 'turned';
  }
}

async function openIf(path: string): Promise<FileHandle | null> {
  return open(path, 'r').catch(ifMissing);
}

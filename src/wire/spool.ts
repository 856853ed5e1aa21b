import assert from 'node:assert';
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Refusal, refuse } from '../refusal.ts';
import { readPosition, syncFolder, writePosition } from './position.ts';
import { encodePayload, frame, headBytes, parseSegmentName, scan, segmentName } from './segment.ts';

export interface SpoolOptions {
  /** Appends within this time share one sync to disk; 0 syncs at once (those that wait meanwhile share the next). Default 50, at most 50. */
  readonly batchMs?: number;
  /** Above this, appends are refused until something was acknowledged. Default 256 MB. */
  readonly maxBytes?: number;
  /** A file beyond this is followed by a new one. Default 4 MB, at most a quarter of `maxBytes`. */
  readonly segmentBytes?: number;
}

export interface SpoolState {
  /** Random name of this spool; the receiver is idempotent by (sender, seq). A new folder has a new one. */
  readonly sender: string;
  /** The last sequence number that is durable here, and that the receiver has acknowledged; 0 is none. */
  readonly last: number;
  readonly acked: number;
  readonly bytes: number;
  readonly full: boolean;
  /** Records that the disk had spoilt and that were passed over. */
  readonly lost: number;
}

/** Open files of a spool, for `drain` (wire/drain.ts). The active one is the last. */
export interface SpoolFile {
  readonly path: string;
  readonly first: number;
  /** Records and bytes that are durable. */
  count: number;
  bytes: number;
}

/**
 * What a sender keeps on its own disk until the receiver has acknowledged it. One process at a time.
 * Sequence numbers start at 1, have no gaps and are never given twice, whatever is killed when.
 */
export interface Spool {
  /** The record's number, once it is durable; a refusal while the spool is full. Throws when the disk fails: nothing is kept then. */
  append(kind: string, body: unknown): Promise<number | Refusal>;
  state(): SpoolState;
  /** Waits for what was appended and closes the files. */
  close(): Promise<void>;
  /** For `drain` alone. */
  readonly files: readonly SpoolFile[];
  /** For `drain` alone: durable when it resolves; files that are done with are removed. */
  acknowledge(seq: number, lost: number): Promise<void>;
  /** For `drain` alone: calls back at each durable append. */
  onAppend(tell: (() => void) | null): void;
}

export async function openSpool(folder: string, options: SpoolOptions = {}): Promise<Spool> {
  const maxBytes = options.maxBytes ?? 256 * 1024 * 1024;
  const limits: Required<SpoolOptions> = {
    batchMs: Math.min(50, options.batchMs ?? 50),
    maxBytes,
    segmentBytes: Math.min(options.segmentBytes ?? 4 * 1024 * 1024, maxBytes / 4),
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { sender, acked, files } = await recover(folder);
  if (files.length === 0) files.push(await createFile(folder, sender, acked + 1));
  const active = files.at(-1)!;
  const handle = await open(active.path, 'r+');
  return run({ folder, sender, acked, files, handle, limits, waiting: [], waitingBytes: 0 });
}

interface World {
  readonly folder: string;
  readonly sender: string;
  readonly files: SpoolFile[];
  readonly limits: Required<SpoolOptions>;
  readonly waiting: Waiting[];
  waitingBytes: number;
  acked: number;
  handle: FileHandle;
}

/** Who we are and what is there. The torn end that a killed process left is cut off the last file. */
async function recover(folder: string): Promise<Pick<World, 'sender' | 'acked' | 'files'>> {
  const position = await readPosition(folder);
  const files: SpoolFile[] = [];
  const senders = new Set<string>(position === null ? [] : [position.sender]);
  for (const name of (await readdir(folder)).sort()) {
    const parts = parseSegmentName(name);
    if (parts === null) continue;
    senders.add(parts.sender);
    const path = join(folder, name);
    files.push({ path, first: parts.first, count: 0, bytes: (await stat(path)).size });
  }
  assert(senders.size <= 1, `${folder} holds the spools of several senders: ${[...senders].join(', ')}`);
  for (const [i, file] of files.entries()) {
    const next = files[i + 1];
    if (next === undefined) await cutTornEnd(file);
    else file.count = next.first - file.first;
  }
  const sender = [...senders][0] ?? randomBytes(8).toString('hex');
  const acked = position?.acked ?? (files[0]?.first ?? 1) - 1;
  // Acknowledged beyond what is here: the disk lost files. Their numbers are used up all the same.
  if (acked >= lastOf(files) + 1) await removeFiles(files.splice(0));
  return { sender, acked, files };
}

async function cutTornEnd(file: SpoolFile): Promise<void> {
  const { count, end } = scan(await readFile(file.path), file.first);
  if (end < file.bytes) {
    const handle = await open(file.path, 'r+');
    await handle.truncate(end);
    await handle.sync().finally(() => handle.close());
  }
  file.count = count;
  file.bytes = end;
}

function lastOf(files: readonly SpoolFile[]): number {
  const active = files.at(-1);
  return active === undefined ? 0 : active.first + active.count - 1;
}

/** An empty file; one of that name can only be what a failed attempt left, for its first number was never given. */
async function createFile(folder: string, sender: string, first: number): Promise<SpoolFile> {
  const path = join(folder, segmentName(sender, first));
  await (await open(path, 'w', 0o600)).close();
  await syncFolder(folder);
  return { path, first, count: 0, bytes: 0 };
}

async function removeFiles(files: readonly SpoolFile[]): Promise<void> {
  for (const file of files) await unlink(file.path);
}

interface Waiting {
  readonly payload: Buffer;
  readonly resolve: (seq: number) => void;
  readonly reject: (cause: Error) => void;
}

function run(world: World): Spool {
  const { limits, files } = world;
  const exclusive = queue();
  let lost = 0;
  let tell: (() => void) | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;

  // Being full does not depend on how long the next record is: the last one taken may go beyond.
  const bytes = () => files.reduce((sum, file) => sum + file.bytes, world.waitingBytes);
  const flush = async () => {
    timer = null;
    await writeAll(world, () => tell?.());
  };

  return {
    files,
    append(kind, body) {
      assert(!closed, 'the spool is closed');
      if (bytes() >= limits.maxBytes) {
        return Promise.resolve(
          refuse('spool-full', 'spool', `at most ${limits.maxBytes} bytes wait for the receiver`),
        );
      }
      const payload = encodePayload(kind, body);
      world.waitingBytes += payload.length + headBytes;
      timer ??= setTimeout(() => void exclusive(flush), limits.batchMs);
      return new Promise((resolve, reject) => world.waiting.push({ payload, resolve, reject }));
    },
    state() {
      const used = bytes();
      const { sender, acked } = world;
      return { sender, last: lastOf(files), acked, bytes: used, full: used >= limits.maxBytes, lost };
    },
    acknowledge: (seq, more) =>
      exclusive(async () => {
        lost += more;
        await acknowledge(world, seq);
      }),
    onAppend(next) {
      assert(next === null || tell === null, 'a spool is drained by one');
      tell = next;
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await exclusive(flush);
      await world.handle.close();
    },
  };
}

/** Makes everything that waits durable, what comes meanwhile too, and answers each; called by one at a time. */
async function writeAll(world: World, tell: () => void): Promise<void> {
  const { waiting } = world;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, fitting(waiting, world.limits.segmentBytes));
    try {
      const first = await write(world, batch);
      for (const [i, one] of batch.entries()) one.resolve(first + i);
      tell();
    } catch (cause) {
      for (const one of batch)
        one.reject(new Error(`${world.folder}: a record could not be spooled`, { cause }));
    } finally {
      for (const one of batch) world.waitingBytes -= one.payload.length + headBytes;
    }
  }
}

/** Runs one piece of work after the other, whatever became of the one before. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
}

/** How many of the first fit into a file, and at least one. */
function fitting(waiting: readonly Waiting[], limit: number): number {
  let size = 0;
  const over = waiting.findIndex((one) => {
    size += one.payload.length;
    return size > limit;
  });
  return over === -1 ? waiting.length : Math.max(1, over);
}

/** Writes behind what is durable, and syncs; what an earlier failure left there is overwritten or cut. */
async function write(world: World, batch: readonly Waiting[]): Promise<number> {
  if (world.files.at(-1)!.bytes >= world.limits.segmentBytes) await rotate(world);
  const active = world.files.at(-1)!;
  const first = active.first + active.count;
  const bytes = Buffer.concat(batch.map((one, i) => frame(first + i, one.payload)));
  await world.handle.truncate(active.bytes);
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await world.handle.write(
      bytes,
      written,
      bytes.length - written,
      active.bytes + written,
    );
    written += bytesWritten;
  }
  await world.handle.datasync();
  active.bytes += bytes.length;
  active.count += batch.length;
  return first;
}

async function rotate(world: World): Promise<void> {
  const made = await createFile(world.folder, world.sender, lastOf(world.files) + 1);
  const before = world.handle;
  world.handle = await open(made.path, 'r+');
  world.files.push(made);
  await before.close();
}

async function acknowledge(world: World, seq: number): Promise<void> {
  assert(seq >= world.acked && seq <= lastOf(world.files), `acknowledged ${seq} of ${lastOf(world.files)}`);
  await writePosition(world.folder, { sender: world.sender, acked: seq });
  world.acked = seq;
  const { files, limits } = world;
  // With nothing left to send, a long active file would keep a small spool full for ever.
  if (seq === lastOf(files) && files.at(-1)!.bytes >= limits.segmentBytes) await rotate(world);
  const kept = files.findIndex((file, i) => i === files.length - 1 || file.first + file.count - 1 > seq);
  await removeFiles(files.splice(0, kept));
}

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Visit } from './visit.ts';

/** A request's body, received whole: what comes after it is the server's time (clause 2-4.1). */
export interface Body {
  readonly size: number;
  pieces(): AsyncIterable<Buffer>;
  /** Forgets it; safe to repeat. */
  drop(): Promise<void>;
}

const memoryBytes = 65_536;
const pieceBytes = 65_536;
const piecesAtMost = 64;

export const noBody: Body = {
  size: 0,
  pieces: async function* () {},
  drop: async () => undefined,
};

/** Up to 64 kB in memory, more in a file in `folder` that has no name. Throws when the disk takes no more. */
export async function receive(
  visit: Visit,
  folder: string,
  limitBytes: number,
): Promise<Body | 'too-large' | 'left'> {
  if (announced(visit) > limitBytes) return 'too-large';
  visit.invite();
  let held: Buffer[] = [];
  let heldBytes = 0;
  let size = 0;
  let file: FileHandle | null = null;
  let kept = false;
  try {
    for await (const piece of visit.inlet.pieces()) {
      size += piece.length;
      if (size > limitBytes) return 'too-large';
      held.push(piece);
      heldBytes += piece.length;
      // A client that sends byte by byte must not make an object, or a write, of every byte.
      if (held.length > piecesAtMost) held = [Buffer.concat(held)];
      if (heldBytes <= memoryBytes) continue;
      file ??= await spill(folder);
      await writeAll(file, Buffer.concat(held));
      held = [];
      heldBytes = 0;
    }
    if (!visit.inlet.isWhole) return 'left';
    if (file !== null) await writeAll(file, Buffer.concat(held));
    kept = true;
    return file === null ? inMemory(held, size) : onDisk(file, size);
  } finally {
    if (!kept) await file?.close();
  }
}

/** Reads a body that nobody wants, so that the connection can be kept. */
export async function discard(visit: Visit, limitBytes: number): Promise<'done' | 'too-large' | 'left'> {
  if (announced(visit) > limitBytes) return 'too-large';
  let size = 0;
  for await (const piece of visit.inlet.pieces()) {
    size += piece.length;
    if (size > limitBytes) return 'too-large';
  }
  return visit.inlet.isWhole ? 'done' : 'left';
}

/** Bytes as the head says them; a body in chunks says nothing. */
function announced({ request }: Visit): number {
  return Math.max(0, request.bodyBytes);
}

async function spill(folder: string): Promise<FileHandle> {
  const path = join(folder, randomBytes(12).toString('hex'));
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    return file;
  } catch (cause) {
    await file.close();
    throw new Error('cannot keep a request body', { cause });
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

function inMemory(held: readonly Buffer[], size: number): Body {
  return {
    size,
    pieces: async function* () {
      yield* held;
    },
    drop: async () => undefined,
  };
}

function onDisk(file: FileHandle, size: number): Body {
  let open = true;
  return {
    size,
    pieces: async function* () {
      for (let at = 0; at < size; ) {
        const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, size - at));
        const { bytesRead } = await file.read(piece, 0, piece.length, at);
        if (bytesRead === 0) throw new Error('a kept request body became shorter');
        at += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    },
    drop: async () => {
      if (!open) return;
      open = false;
      await file.close();
    },
  };
}

import type { FileHandle } from 'node:fs/promises';
import { type Conditions, judge, rangeHolds } from './condition.ts';
import { answerFault } from './fault.ts';
import { type Described, describe, etagOf, type HotFile, hotFileBytes } from './hot.ts';
import { field, type Head, listed } from './parser.ts';
import { type ByteRange, parseRange } from './range.ts';
import type { Site } from './site.ts';
import type { Visit } from './visit.ts';
import { type OpenFile, openFound } from './walk.ts';
import type { WebWorld } from './world.ts';

const pieceBytes = 131_072;

/** From memory: nothing is asked of the disk, and head and body go out together. */
export function sendHot(world: WebWorld, visit: Visit, file: HotFile): void {
  const { described, body } = file;
  if (!visit.request.conditional) {
    visit.prepared(200, described.lines, described.type, true);
    visit.end(body);
    return;
  }
  const range = open(world, visit, file.site, described);
  if (range !== null) visit.end(cut(body, range));
}

/** From disk; a small file is kept in memory for whoever asks next. `key` is the path as asked. */
export async function sendFile(world: WebWorld, visit: Visit, site: Site, key: string, path: string) {
  const opened = await openFound(path);
  if (opened === 'missing') return answerFault(world, visit, site, 404);
  if (opened === 'forbidden') return answerFault(world, visit, site, 403);
  const { handle } = opened;
  try {
    const described = describe(path, opened.stat);
    if (described.size <= hotFileBytes) await sendSmall(world, visit, site, key, path, opened, described);
    else await sendLarge(world, visit, site, handle, described);
  } finally {
    await handle.close();
  }
}

async function sendSmall(
  world: WebWorld,
  visit: Visit,
  site: Site,
  key: string,
  path: string,
  opened: OpenFile,
  described: Described,
) {
  const { handle } = opened;
  const bytes = await readUpTo(handle, described.size);
  const after = etagOf(await handle.stat({ bigint: true }));
  // Written to while it was read: what we hold is no version of it. The large way states what it can keep.
  if (bytes.length !== described.size || after !== described.etag) {
    return sendLarge(world, visit, site, handle, described);
  }
  sendHot(world, visit, world.hot.put(site, key, path, described, bytes, world.tick()));
}

async function readUpTo(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

async function sendLarge(
  world: WebWorld,
  visit: Visit,
  site: Site,
  handle: FileHandle,
  described: Described,
) {
  const range = open(world, visit, site, described);
  if (range === null) return;
  if (visit.method === 'HEAD') {
    visit.end();
    return;
  }
  await stream(visit, handle, range);
}

/** A file that shrinks meanwhile cannot keep what its head promised: the connection ends. */
async function stream(visit: Visit, handle: FileHandle, { from, to }: ByteRange): Promise<void> {
  for (let at = from; at < to; ) {
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, to - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (visit.left) return;
    if (bytesRead === 0) {
      visit.link.breakOff();
      return;
    }
    at += bytesRead;
    if (!visit.write(piece.subarray(0, bytesRead))) await visit.link.drained();
  }
  if (!visit.left) visit.end();
}

/** Sends the head that conditions and range ask for; null: the answer is complete with it. */
function open(world: WebWorld, visit: Visit, site: Site, described: Described): ByteRange | null {
  const { request } = visit;
  const { etag, modifiedMs, size, type } = described;
  const verdict = request.conditional ? judge(conditions(request), described) : 'send';
  if (verdict === 'failed') {
    answerFault(world, visit, site, 412);
    return null;
  }
  if (verdict === 'not-modified') {
    visit.head(304, ['ETag', etag, 'Last-Modified', new Date(modifiedMs).toUTCString()], type);
    visit.end();
    return null;
  }
  const asked = field(request, 'range');
  const ranged =
    asked !== undefined && visit.method === 'GET' && rangeHolds(field(request, 'if-range'), described);
  const range = ranged ? parseRange(asked, size) : 'whole';
  if (range === 'unsatisfiable') {
    answerFault(world, visit, site, 416, ['Content-Range', `bytes */${size}`]);
    return null;
  }
  if (range === 'whole') {
    visit.prepared(200, described.lines, type, true);
    return { from: 0, to: size };
  }
  const fields = [...described.fields, 'Content-Range', `bytes ${range.from}-${range.to - 1}/${size}`];
  fields[3] = String(range.to - range.from);
  visit.head(206, fields, type);
  return range;
}

function cut(body: string | Buffer, { from, to }: ByteRange): string | Buffer {
  if (from === 0 && to === body.length) return body;
  return typeof body === 'string' ? body.slice(from, to) : body.subarray(from, to);
}

function conditions(request: Head): Conditions {
  return {
    'if-match': listed(request, 'if-match'),
    'if-none-match': listed(request, 'if-none-match'),
    'if-modified-since': field(request, 'if-modified-since'),
    'if-unmodified-since': field(request, 'if-unmodified-since'),
  };
}

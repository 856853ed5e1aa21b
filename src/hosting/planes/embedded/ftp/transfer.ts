import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { isRefusal } from '../../../../refusal.ts';
import { receive, send } from './data.ts';
import { type Parts, parsePath, plainFlags } from './path.ts';
import { fileReply, type Reply, refusedReply, reply } from './reply.ts';
import type { Session, Transfer } from './session.ts';
import { beside, entryOf, type Tree } from './tree.ts';
import { openUpload, type Upload } from './upload.ts';
import { customer, type Verbs } from './verb.ts';

export const transferVerbs: Verbs = {
  RETR: customer('required', retrieve),
  STOR: customer('required', (session, tree, path) => store(session, tree, path, false)),
  APPE: customer('required', (session, tree, path) => store(session, tree, path, true)),
  STOU: customer('optional', storeUnique),
};

const chunkBytes = 262_144;
const lastLookMs = 30;
const noChannel = reply(425, 'PASV, EPSV, PORT or EPRT first');

async function retrieve(session: Session, tree: Tree, path: string): Promise<Reply> {
  const from = takeRestart(session);
  const parts = parsePath(session.cwd, path);
  if (isRefusal(parts)) return refused(session, refusedReply(parts));
  const entry = await entryOf(tree, parts);
  if (isRefusal(entry)) return refused(session, refusedReply(entry));
  if (entry === null) return refused(session, reply(550, 'No such file or folder'));
  if (entry.kind === 'folder') return refused(session, reply(550, 'Is a folder'));
  const handle = await beside(tree, parts, (folder, name) => open(folder.at(name), plainFlags));
  if (isRefusal(handle)) return refused(session, refusedReply(handle));
  try {
    const seen = await handle.stat();
    if (!seen.isFile()) return refused(session, reply(550, 'Not a plain file'));
    if (from > seen.size) return refused(session, reply(554, `The file has only ${seen.size} bytes`));
    const opening = `Sending ${parts[parts.length - 1]} (${seen.size - from} bytes)`;
    return await download(session, `RETR ${path}`, opening, chunks(handle, from));
  } finally {
    await handle.close();
  }
}

async function* chunks(handle: FileHandle, from: number): AsyncGenerator<Buffer> {
  for (let at = from; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function storeUnique(session: Session, tree: Tree): Promise<Reply> {
  return store(session, tree, `ftp-${randomBytes(6).toString('hex')}`, false, true);
}

async function store(
  session: Session,
  tree: Tree,
  path: string,
  append: boolean,
  unique = false,
): Promise<Reply> {
  const from = takeRestart(session);
  const parts = parsePath(session.cwd, path);
  if (isRefusal(parts)) return refused(session, refusedReply(parts));
  if (parts.length === 0) return refused(session, reply(550, 'Is a folder'));
  if (!session.channel.ready()) return noChannel;
  const upload = await openUpload(
    tree,
    parts,
    { from: unique ? 0 : from, append },
    session.shared.options.now(),
  );
  if ('code' in upload) return refused(session, upload);
  // RFC 1123 §4.1.2.9: the name of STOU in this very form.
  const opening = unique ? `FILE: ${path}` : `Ready for ${parts[parts.length - 1]}`;
  return carry(session, `STOR ${path}`, opening, {
    move: (socket, transfer) => fill(session, upload, parts, socket, transfer),
    broken: async () => reply(426, await upload.abort()),
  });
}

async function fill(
  session: Session,
  upload: Upload,
  parts: Parts,
  socket: Socket,
  transfer: Transfer,
): Promise<Reply> {
  let fits = true;
  await receive(socket, async (chunk) => {
    fits = await upload.write(chunk);
    transfer.bytes += chunk.length;
    return fits;
  });
  if (!fits) {
    await upload.refuse();
    return reply(552, 'The space of this plan is used up; nothing was changed');
  }
  // The end of a killed client's data looks like the end of the file. Its control connection ends as well, a
  // moment before or after (the kernel closes them in no order): wait that long before an old file is replaced.
  if (upload.replaces) await session.pause(lastLookMs);
  if (session.abandoned || transfer.aborted) throw new Error('the client left before it was told');
  const failed = await upload.finish();
  return failed ?? reply(226, `Stored ${parts[parts.length - 1]}, ${transfer.bytes} bytes came`);
}

/** Sends `source` and answers for it. */
export async function download(
  session: Session,
  label: string,
  opening: string,
  source: AsyncIterable<Buffer | string>,
): Promise<Reply> {
  session.restart = 0;
  return carry(session, label, opening, {
    move: async (socket, transfer) => {
      await send(socket, source, (bytes) => {
        transfer.bytes += bytes;
      });
      return reply(226, 'All sent');
    },
    broken: async () => reply(426, 'The transfer was broken off'),
  });
}

interface Work {
  move(socket: Socket, transfer: Transfer): Promise<Reply>;
  /** The connection never came, or broke, or was aborted. */
  broken(): Promise<Reply>;
}

/** One transfer over the data connection that was prepared: 150, the bytes, and the answer to say after it. */
async function carry(session: Session, label: string, opening: string, work: Work): Promise<Reply> {
  const { channel, shared } = session;
  if (!channel.ready()) return noChannel;
  session.say(reply(150, opening));
  const transfer: Transfer = {
    label,
    bytes: 0,
    aborted: false,
    abort: () => {
      transfer.aborted = true;
      channel.drop();
    },
  };
  session.begin(transfer);
  let opened = false;
  try {
    const context = session.protect ? shared.options.secureContext() : null;
    const socket = await channel.open(context, shared.options.limits.idleMs);
    opened = true;
    return await work.move(socket, transfer);
  } catch (error) {
    const answer = await work.broken();
    const known = fileReply(error);
    if (known !== null) return known;
    return opened || transfer.aborted ? answer : reply(425, 'No data connection came about');
  } finally {
    session.transfer = null;
    channel.drop();
  }
}

function takeRestart(session: Session): number {
  const from = session.restart;
  session.restart = 0;
  return from;
}

/** The client may have connected already; it must not wait for bytes that do not come. */
function refused(session: Session, answer: Reply): Reply {
  session.channel.drop();
  return answer;
}

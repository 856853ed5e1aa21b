import { lstat, rename, rmdir, unlink } from 'node:fs/promises';
import { isRefusal } from '../../../../refusal.ts';
import { type Folder, makeFolder, type Parts, parsePath, pathText } from './path.ts';
import { type Reply, refusedReply, reply } from './reply.ts';
import type { Session } from './session.ts';
import { beside, entryAt, isTaken, type Tree, within } from './tree.ts';
import { customer, insider, type Verbs } from './verb.ts';

/** Walking about in the tree and changing it. The X-verbs are RFC 775's, which old clients still send. */
const change = insider('optional', (session, tree, path) => enter(session, tree, path));
const up = insider('none', (session, tree) => enter(session, tree, '..'));
const where = insider('none', (session) => reply(257, `${quoted(session.cwd)} is the current folder`));
const make = customer('required', makeNew);
const remove = customer('required', removeFolder);

export const folderVerbs: Verbs = {
  CWD: change,
  XCWD: change,
  CDUP: up,
  XCUP: up,
  PWD: where,
  XPWD: where,
  MKD: make,
  XMKD: make,
  RMD: remove,
  XRMD: remove,
  DELE: customer('required', removeFile),
  RNFR: customer('required', renameFrom),
  RNTO: customer('required', renameTo),
};

const isRoot = reply(550, 'That is your own root');
const nothing = reply(550, 'No such file or folder');

/** RFC 959 appendix II: a quote within the name is doubled. */
function quoted(parts: Parts): string {
  return `"${pathText(parts).replaceAll('"', '""')}"`;
}

/** Parses, refuses the root itself, and runs `work` in the folder that holds the name. */
async function atName(
  session: Session,
  tree: Tree,
  path: string,
  work: (folder: Folder, name: string, parts: Parts) => Promise<Reply>,
): Promise<Reply> {
  const parts = parsePath(session.cwd, path);
  if (isRefusal(parts)) return refusedReply(parts);
  if (parts.length === 0) return isRoot;
  const done = await beside(tree, parts, (folder, name) => work(folder, name, parts));
  return 'refused' in done ? refusedReply(done) : done;
}

async function enter(session: Session, tree: Tree, path: string): Promise<Reply> {
  const parts = parsePath(session.cwd, path === '' ? '/' : path);
  if (isRefusal(parts)) return refusedReply(parts);
  const entered = await within(tree, parts, async () => null);
  if (entered !== null) return refusedReply(entered);
  session.cwd = parts;
  return reply(250, `${quoted(parts)} is the current folder`);
}

function makeNew(session: Session, tree: Tree, path: string): Promise<Reply> {
  return atName(session, tree, path, async (folder, name, parts) => {
    await makeFolder(folder, name, tree.login.owner);
    return reply(257, `${quoted(parts)} was made`);
  });
}

function removeFolder(session: Session, tree: Tree, path: string): Promise<Reply> {
  return atName(session, tree, path, async (folder, name) => {
    if ((await entryAt(folder, name)) === null) return nothing;
    await rmdir(folder.at(name));
    return reply(250, 'Removed');
  });
}

function removeFile(session: Session, tree: Tree, path: string): Promise<Reply> {
  return atName(session, tree, path, async (folder, name) => {
    const entry = await entryAt(folder, name);
    if (entry === null) return nothing;
    if (entry.kind === 'folder') return reply(550, 'Is a folder');
    await tree.space.commit(0, async () => {
      const { size } = await lstat(folder.at(name));
      await unlink(folder.at(name));
      return { bytes: -size, files: -1 };
    });
    return reply(250, 'Deleted');
  });
}

async function renameFrom(session: Session, tree: Tree, path: string): Promise<Reply> {
  return atName(session, tree, path, async (folder, name, parts) => {
    if ((await entryAt(folder, name)) === null) return nothing;
    session.renaming = parts;
    return reply(350, 'And its new name?');
  });
}

/** What stood under the new name is replaced, as by `mv`: a file by a file, an empty folder by a folder. */
async function renameTo(session: Session, tree: Tree, path: string): Promise<Reply> {
  const from = session.renaming;
  session.renaming = null;
  if (from === null) return reply(503, 'RNFR first');
  return atName(session, tree, path, async (target, newName) => {
    const moved = await beside(tree, from, (source, oldName) => move(tree, source, oldName, target, newName));
    return 'refused' in moved ? refusedReply(moved) : moved;
  });
}

async function move(
  tree: Tree,
  source: Folder,
  oldName: string,
  target: Folder,
  newName: string,
): Promise<Reply> {
  const moving = await entryAt(source, oldName);
  if (moving === null) return nothing;
  let hidden = false;
  await tree.space.commit(0, async () => {
    const old = await entryAt(target, newName);
    // A link or a pipe is as missing to clients, and stays: STOR does not replace it either.
    hidden = old === null && (await isTaken(target, newName));
    if (hidden) return { bytes: 0, files: 0 };
    const same = old !== null && old.inode === moving.inode && old.device === moving.device;
    await rename(source.at(oldName), target.at(newName));
    return old?.kind === 'file' && !same ? { bytes: -old.size, files: -1 } : { bytes: 0, files: 0 };
  });
  return hidden ? nothing : reply(250, 'Renamed');
}

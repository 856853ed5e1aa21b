import { open } from 'node:fs/promises';
import { isRefusal, type Refusal } from '../../../../refusal.ts';
import {
  type Entry,
  factLine,
  isPattern,
  longLine,
  matches,
  parseListArgument,
  parseStamp,
  stamp,
} from './list.ts';
import { type Parts, parsePath, pathText, plainFlags } from './path.ts';
import { type Reply, refusedReply, reply } from './reply.ts';
import type { Session } from './session.ts';
import { download } from './transfer.ts';
import { beside, entriesOf, entryOf, type Tree, within } from './tree.ts';
import { anyone, customer, insider, type Verbs } from './verb.ts';

/** What is there: over the data connection (LIST, NLST, MLSD) and over the control connection (STAT, MLST, SIZE, MDTM). */
export const listingVerbs: Verbs = {
  LIST: insider('optional', list),
  NLST: insider('optional', names),
  MLSD: insider('optional', facts),
  MLST: insider('optional', factsOfOne),
  STAT: anyone('optional', status),
  SIZE: insider('required', size),
  MDTM: insider('required', modified),
  MFMT: customer('required', setModified),
};

const nothing = reply(550, 'No such file or folder');
const perChunk = 256;

async function list(session: Session, tree: Tree, argument: string): Promise<Reply> {
  const found = await find(session, tree, argument);
  if (isRefusal(found)) return dropped(session, refusedReply(found));
  const nowMs = session.shared.options.now();
  return download(
    session,
    'LIST',
    'Listing',
    lines(found.entries, (entry) => longLine(entry, nowMs)),
  );
}

/** RFC 1123 §4.1.2.7: bare names or paths, which can be given back as arguments. `-F` marks folders, `-l` is LIST. */
async function names(session: Session, tree: Tree, argument: string): Promise<Reply> {
  const found = await find(session, tree, argument);
  if (isRefusal(found)) return dropped(session, refusedReply(found));
  if (found.options.has('l')) return list(session, tree, argument);
  const mark = (entry: Entry) => (found.options.has('F') && entry.kind === 'folder' ? '/' : '');
  const text = (entry: Entry) => `${found.prefix}${entry.name}${mark(entry)}`;
  return download(session, 'NLST', 'Names', lines(found.entries, text));
}

async function facts(session: Session, tree: Tree, path: string): Promise<Reply> {
  const parts = parsePath(session.cwd, path);
  if (isRefusal(parts)) return dropped(session, refusedReply(parts));
  const entry = await entryOf(tree, parts);
  if (entry !== null && !isRefusal(entry) && entry.kind === 'file')
    return dropped(session, reply(501, 'Not a folder'));
  const entries = await within(tree, parts, entriesOf);
  if (isRefusal(entries)) return dropped(session, refusedReply(entries));
  const text = (entry: Entry) => factLine(entry, entry.name, session.facts, !tree.probe);
  return download(session, 'MLSD', 'Listing', lines(entries, text));
}

/** The name is the whole path, so that it means the same from every folder (RFC 3659 §7.4). */
async function factsOfOne(session: Session, tree: Tree, path: string): Promise<Reply> {
  const found = await one(session, tree, path);
  if ('code' in found) return found;
  return reply(
    250,
    'Facts:',
    factLine(found.entry, pathText(found.parts), session.facts, !tree.probe),
    'End',
  );
}

/** Without an argument: of the session itself. With one: LIST over the control connection (RFC 959 §4.1.3). */
async function status(session: Session, argument: string): Promise<Reply> {
  const { tree } = session;
  if (argument === '') {
    const who = tree === null ? 'Not logged in' : `Logged in as ${tree.account}`;
    const tls = `TLS: control ${session.tls ? 'yes' : 'no'}, data ${session.protect ? 'yes' : 'no'}`;
    return reply(211, 'Status:', who, `Type ${session.ascii ? 'A' : 'I'}, structure F, mode S`, tls, 'End');
  }
  if (tree === null) return reply(530, 'Log in first');
  const found = await find(session, tree, argument);
  if (isRefusal(found)) return refusedReply(found);
  const nowMs = session.shared.options.now();
  return reply(213, 'Status:', ...found.entries.map((entry) => longLine(entry, nowMs)), 'End');
}

async function size(session: Session, tree: Tree, path: string): Promise<Reply> {
  const found = await one(session, tree, path);
  if ('code' in found) return found;
  return found.entry.kind === 'file' ? reply(213, String(found.entry.size)) : reply(550, 'Is a folder');
}

async function modified(session: Session, tree: Tree, path: string): Promise<Reply> {
  const found = await one(session, tree, path);
  return 'code' in found ? found : reply(213, stamp(found.entry.modifiedMs));
}

/** `MFMT YYYYMMDDHHMMSS path`, by which clients keep a file's own time (draft-somers-ftp-mfxx). */
async function setModified(session: Session, tree: Tree, argument: string): Promise<Reply> {
  const space = argument.indexOf(' ');
  const atMs = parseStamp(space === -1 ? argument : argument.slice(0, space));
  if (atMs === null || space === -1) return reply(501, 'MFMT YYYYMMDDHHMMSS path');
  const found = await one(session, tree, argument.slice(space + 1));
  if ('code' in found) return found;
  if (found.parts.length === 0) return reply(550, 'That is your own root');
  const done = await beside(tree, found.parts, async (folder, name) => {
    const handle = await open(folder.at(name), plainFlags);
    try {
      await handle.utimes(atMs / 1000, atMs / 1000);
    } finally {
      await handle.close();
    }
    return null;
  });
  if (done !== null) return refusedReply(done);
  return reply(213, `Modify=${stamp(atMs)}; ${pathText(found.parts)}`);
}

async function one(
  session: Session,
  tree: Tree,
  path: string,
): Promise<Reply | { parts: Parts; entry: Entry }> {
  const parts = parsePath(session.cwd, path);
  if (isRefusal(parts)) return refusedReply(parts);
  const entry = await entryOf(tree, parts);
  if (isRefusal(entry)) return refusedReply(entry);
  return entry === null ? nothing : { parts, entry };
}

interface Found {
  readonly options: ReadonlySet<string>;
  readonly entries: readonly Entry[];
  /** What NLST puts before each name, so that it can be asked for from the current folder. */
  readonly prefix: string;
}

/** The entries that an `ls` with this argument means: a folder's, one file, or those that fit a pattern. */
async function find(session: Session, tree: Tree, argument: string): Promise<Found | Refusal> {
  const { options, path } = parseListArgument(argument);
  const parts = parsePath(session.cwd, path);
  if (isRefusal(parts)) return parts;
  const slash = path.lastIndexOf('/');
  const above = path.slice(0, slash + 1);
  const entry = await entryOf(tree, parts);
  if (entry !== null && !isRefusal(entry) && (entry.kind === 'file' || options.has('d'))) {
    return { options, entries: [{ ...entry, name: entry.name === '' ? '/' : path }], prefix: '' };
  }
  const pattern = path.slice(slash + 1);
  if (entry === null && isPattern(pattern)) {
    const entries = await within(tree, parts.slice(0, -1), entriesOf);
    if (isRefusal(entries)) return entries;
    return { options, entries: entries.filter(({ name }) => matches(pattern, name)), prefix: above };
  }
  const entries = await within(tree, parts, entriesOf);
  if (isRefusal(entries)) return entries;
  return { options, entries, prefix: path === '' || path === '.' ? '' : path.replace(/\/*$/, '/') };
}

/** Listings are ASCII type whatever TYPE says (RFC 959 §3.1.1.1): lines end in CR LF. */
async function* lines(entries: readonly Entry[], text: (entry: Entry) => string): AsyncGenerator<string> {
  for (let from = 0; from < entries.length; from += perChunk) {
    yield entries
      .slice(from, from + perChunk)
      .map((entry) => `${text(entry)}\r\n`)
      .join('');
  }
}

function dropped(session: Session, answer: Reply): Reply {
  session.channel.drop();
  return answer;
}

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
import { beside, entryOf, looked, namesIn, type Tree, within } from './tree.ts';
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

async function list(session: Session, tree: Tree, argument: string): Promise<Reply> {
  const nowMs = session.shared.options.now();
  const answer = await find(session, tree, argument, (found) =>
    download(
      session,
      'LIST',
      'Listing',
      lines(found.entries, (entry) => longLine(entry, nowMs)),
    ),
  );
  return isRefusal(answer) ? dropped(session, refusedReply(answer)) : answer;
}

/** RFC 1123 §4.1.2.7: bare names or paths, which can be given back as arguments. `-F` marks folders, `-l` is LIST. */
async function names(session: Session, tree: Tree, argument: string): Promise<Reply> {
  const { options } = parseListArgument(argument);
  if (options.has('l')) return list(session, tree, argument);
  const mark = (entry: Entry) => (options.has('F') && entry.kind === 'folder' ? '/' : '');
  const answer = await find(session, tree, argument, ({ prefix, entries }) =>
    download(
      session,
      'NLST',
      'Names',
      lines(entries, (entry) => `${prefix}${entry.name}${mark(entry)}`),
    ),
  );
  return isRefusal(answer) ? dropped(session, refusedReply(answer)) : answer;
}

async function facts(session: Session, tree: Tree, path: string): Promise<Reply> {
  const parts = parsePath(session.cwd, path);
  if (isRefusal(parts)) return dropped(session, refusedReply(parts));
  const entry = await entryOf(tree, parts);
  if (entry !== null && !isRefusal(entry) && entry.kind === 'file')
    return dropped(session, reply(501, 'Not a folder'));
  const text = (line: Entry) => factLine(line, line.name, session.facts, !tree.probe);
  const answer = await within(tree, parts, async (folder) =>
    download(session, 'MLSD', 'Listing', lines(looked(folder, await namesIn(folder)), text)),
  );
  return isRefusal(answer) ? dropped(session, refusedReply(answer)) : answer;
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
  const nowMs = session.shared.options.now();
  const answer = await find(session, tree, argument, async ({ entries }) => {
    const rows: string[] = [];
    for await (const some of entries) for (const entry of some) rows.push(longLine(entry, nowMs));
    return { code: 213, lines: ['Status:', ...rows, 'End'], close: false };
  });
  return isRefusal(answer) ? refusedReply(answer) : answer;
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
  /** In batches, looked at as they are asked for. */
  readonly entries: AsyncIterable<readonly Entry[]>;
  /** What NLST puts before each name, so that it can be asked for from the current folder. */
  readonly prefix: string;
}

/** Finds the entries that an `ls` with this argument means: a folder's, one file, or those that fit a pattern; the folder is held open while `work` lists them. */
async function find(
  session: Session,
  tree: Tree,
  argument: string,
  work: (found: Found) => Promise<Reply>,
): Promise<Reply | Refusal> {
  const { options, path } = parseListArgument(argument);
  const parts = parsePath(session.cwd, path);
  if (isRefusal(parts)) return parts;
  const slash = path.lastIndexOf('/');
  const above = path.slice(0, slash + 1);
  const entry = await entryOf(tree, parts);
  if (entry !== null && !isRefusal(entry) && (entry.kind === 'file' || options.has('d'))) {
    return work({ entries: only({ ...entry, name: entry.name === '' ? '/' : path }), prefix: '' });
  }
  const pattern = path.slice(slash + 1);
  if (entry === null && isPattern(pattern)) {
    return within(tree, parts.slice(0, -1), async (folder) => {
      const fits = (name: string) => matches(pattern, name);
      return work({ entries: looked(folder, await namesIn(folder), fits), prefix: above });
    });
  }
  const prefix = path === '' || path === '.' ? '' : path.replace(/\/*$/, '/');
  return within(tree, parts, async (folder) =>
    work({ entries: looked(folder, await namesIn(folder)), prefix }),
  );
}

async function* only(entry: Entry): AsyncGenerator<readonly Entry[]> {
  yield [entry];
}

/** Listings are ASCII type whatever TYPE says (RFC 959 §3.1.1.1): lines end in CR LF. */
async function* lines(
  batches: AsyncIterable<readonly Entry[]>,
  text: (entry: Entry) => string,
): AsyncGenerator<string> {
  for await (const entries of batches) {
    if (entries.length > 0) yield entries.map((entry) => `${text(entry)}\r\n`).join('');
  }
}

function dropped(session: Session, answer: Reply): Reply {
  session.channel.drop();
  return answer;
}

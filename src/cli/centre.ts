import { resolve } from 'node:path';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { createLink, type Link } from '../wire/link.ts';
import { readOwner } from '../wire/lock.ts';
import type { Shell } from './command.ts';

/** The folder that a command is about: `--data`, its twin in the environment, or `./data`. */
export function folderOf(flag: string | undefined, shell: Shell): string {
  const named = flag ?? shell.env['HOSTPLEDGE_DATA'];
  return resolve(named === undefined || named === '' ? './data' : named);
}

/** Reaches the centre that runs on the folder, or says that none does. */
export function reachCentre(folder: string, timeoutMs = 30_000): Link | Refusal {
  const owner = readOwner(folder);
  if (owner === null || owner.control === null) {
    return refuse(
      'centre-silent',
      '--data',
      `nothing runs on ${folder}: start it with \`npm start\`, or name its folder`,
    );
  }
  return createLink({ socketPath: owner.control }, { timeoutMs });
}

/** The body of a 200, or the refusal that the centre gave. */
export async function ask(link: Link, method: 'get' | 'post', path: string, body?: object): Promise<unknown> {
  const answer = method === 'get' ? await link.get(path) : await link.post(path, body);
  if (answer.status === 200) return answer.body;
  const problem = answer.body as { code?: string; path?: string; rule?: string; title?: string } | null;
  return refuse(
    problem?.code ?? 'centre-failed',
    problem?.path ?? '',
    problem?.rule ?? problem?.title ?? 'no answer',
  );
}

/** Asks with a link that is closed afterwards. */
export async function askCentre(
  folder: string,
  method: 'get' | 'post',
  path: string,
  body?: object,
): Promise<unknown> {
  const link = reachCentre(folder);
  if (isRefusal(link)) return link;
  try {
    return await ask(link, method, path, body);
  } finally {
    link.close();
  }
}

import { mediaType } from './media.ts';
import { statusPage } from './page.ts';
import type { Site } from './site.ts';
import type { Visit } from './visit.ts';
import { openFound } from './walk.ts';
import type { WebWorld } from './world.ts';

const pageBytes = 262_144;

/** A faulty request's answer: the customer's page for that status where one is set and can be read, else ours. */
export function answerFault(
  world: WebWorld,
  visit: Visit,
  site: Site | null,
  status: number,
  more: readonly string[] = [],
): Promise<void> | void {
  const path = site?.spec.settings.errorPages[String(status)];
  if (site === null || path === undefined) {
    visit.answer(status, statusPage(status), more);
    return;
  }
  return answerOwn(world, visit, site, status, path, more);
}

async function answerOwn(
  world: WebWorld,
  visit: Visit,
  site: Site,
  status: number,
  path: string,
  more: readonly string[],
): Promise<void> {
  const bytes = await readPage(world, site, path);
  if (bytes === null) visit.answer(status, statusPage(status), more);
  else visit.bytes(status, mediaType(path), bytes, more);
}

/** Null: missing, a link, too large or not to be read. */
async function readPage(world: WebWorld, site: Site, path: string): Promise<Buffer | null> {
  const parts = path.split('/').filter((name) => name !== '');
  const found = world.walk.look(site.root, parts);
  if (found.kind !== 'file') return null;
  const opened = await openFound(found.path);
  if (typeof opened === 'string') return null;
  try {
    return opened.stat.size > pageBytes ? null : await opened.handle.readFile();
  } finally {
    await opened.handle.close();
  }
}

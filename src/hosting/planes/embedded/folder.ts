import { chmod, lchown, lstat, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostSpec } from '../../spec.ts';
import { openFolder, type Parts } from './ftp/path.ts';
import { giveFolder, type Owner } from './owner.ts';
import { closedTo } from './web/bind.ts';
import { isPlainPath, type PoolSpec } from './web/fpm.ts';
import { welcomePage } from './web/page.ts';

/** Where the plane keeps what; see `openLayout`. */
export interface Layout {
  /** Absolute, without links in its path. */
  readonly base: string;
  readonly hosts: string;
  readonly logs: string;
  readonly applied: string;
  readonly pools: string;
  /** Large request bodies; emptied at the start. */
  readonly bodies: string;
  /** Hosts that were removed, until their files are gone. */
  readonly trash: string;
}

/** Makes the folders of a plane; ends what a killed one left half removed. */
export async function openLayout(folder: string): Promise<Layout> {
  await mkdir(folder, { recursive: true });
  const base = await realpath(folder);
  const layout: Layout = {
    base,
    hosts: join(base, 'hosts'),
    logs: join(base, 'logs'),
    applied: join(base, 'applied'),
    pools: join(base, 'pools'),
    bodies: join(base, 'bodies'),
    trash: join(base, 'trash'),
  };
  for (const path of [layout.trash, layout.bodies]) await rm(path, { recursive: true, force: true });
  for (const path of [layout.pools, layout.bodies, layout.trash])
    await mkdir(path, { recursive: true, mode: 0o700 });
  await mkdir(layout.hosts, { recursive: true, mode: 0o711 });
  await mkdir(layout.logs, { recursive: true, mode: 0o750 });
  return layout;
}

export function hostFolder(layout: Layout, host: string): string {
  return join(layout.hosts, host);
}

export function webFolder(layout: Layout, host: string): string {
  return join(layout.hosts, host, 'web');
}

/** Makes a host's folders; a new one gets a page that says so. Safe to repeat, and no content of the customer's is touched. */
export async function makeHost(layout: Layout, spec: HostSpec, owner: Owner | null): Promise<void> {
  const folder = hostFolder(layout, spec.host);
  const web = join(folder, 'web');
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await mkdir(join(folder, 'tmp'), { recursive: true, mode: 0o700 });
  const made = await mkdir(web, { recursive: true, mode: 0o755 });
  if (made !== undefined && (await readdir(web)).length === 0) {
    await writeFile(join(web, 'index.html'), welcomePage(spec.domains[0] ?? spec.host), { flag: 'wx' });
  }
  if (owner !== null) await ownHost(layout, spec.host, owner);
}

/**
 * The host's folder stays the plane's, and only the host's own user gets past it; all that is in `web` becomes that
 * user's. That is done once: `web` itself is given last, and where it is given already, so is the rest.
 */
export async function ownHost(layout: Layout, host: string, owner: Owner): Promise<void> {
  const folder = hostFolder(layout, host);
  const web = join(folder, 'web');
  await giveFolder(folder, { uid: 0, gid: owner.gid }, 0o750);
  const { uid, gid } = await lstat(web);
  if (uid !== owner.uid || gid !== owner.gid) await giveBelow(folder, ['web'], owner);
  await giveFolder(web, owner, 0o750);
}

/** Files with a second name are left as they are: that name may be somebody else's. Links are not followed. */
async function giveBelow(base: string, parts: Parts, owner: Owner): Promise<void> {
  const { uid, gid } = owner;
  const below: string[] = [];
  const folder = await openFolder(base, parts);
  if ('refused' in folder) return;
  try {
    for (const name of await readdir(folder.at(''))) {
      const seen = await lstat(folder.at(name));
      if (seen.isDirectory()) below.push(name);
      if (seen.uid === uid && seen.gid === gid) continue;
      if (seen.isDirectory() || seen.nlink === 1) await lchown(folder.at(name), uid, gid);
    }
  } finally {
    await folder.close();
  }
  for (const name of below) await giveBelow(base, [...parts, name], owner);
}

/** A folder that scripts write to. What a script put in its place, a link to elsewhere say, goes. */
async function makeOwn(path: string, owner: Owner | null): Promise<void> {
  const seen = await lstat(path).catch(() => null);
  if (seen !== null && !seen.isDirectory()) await rm(path, { force: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (owner !== null) await giveFolder(path, owner, 0o700);
}

/** Out of sight at once, off the disk when it resolves. */
export async function removeHost(layout: Layout, host: string, unique: string): Promise<void> {
  const gone = join(layout.trash, `${host}.${unique}`);
  try {
    await rename(hostFolder(layout, host), gone);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw new Error(`cannot remove the files of ${host}`, { cause });
  }
  await rm(gone, { recursive: true, force: true });
}

/**
 * What a host's pool is told, or why this machine cannot run one. Makes the folders that its scripts write to.
 * `point`: where the host's folder can be bound for the pool alone (bind.ts); null: scripts get there on foot.
 */
export async function poolOf(
  layout: Layout,
  host: string,
  { socket, errorLog }: Pick<PoolSpec, 'socket' | 'errorLog'>,
  owner: Owner | null,
  point: string | null,
): Promise<PoolSpec | string> {
  const real = hostFolder(layout, host);
  for (const path of [real, socket]) {
    if (!isPlainPath(path)) return `php-fpm cannot take the path ${path}: it holds one of " $ \\ : ; { }`;
  }
  if (Buffer.byteLength(socket) > 107)
    return `the path of the script socket is longer than 107 bytes: ${socket}`;
  if (owner !== null && point === null) {
    await chmod(layout.base, 0o711);
    const closed = await closedTo(dirname(real));
    if (closed !== null) return `scripts run as user ${owner.uid}, to whom the folder ${closed} is closed`;
  }
  const script = join(real, 'script');
  for (const path of [script, join(script, 'tmp'), join(script, 'session')]) {
    await makeOwn(path, owner);
  }
  const [folder, outside] = owner === null || point === null ? [real, null] : [point, real];
  return { host, folder, outside, socket, errorLog, user: owner, children: 5 };
}

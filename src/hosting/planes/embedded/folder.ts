import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostSpec } from '../../spec.ts';
import { isPlainPath, type PoolSpec } from './web/fpm.ts';
import { welcomePage } from './web/page.ts';
import type { Pools } from './web/pool.ts';

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

/** Who runs scripts when the plane is root. */
export interface ScriptUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
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

/** Makes a host's folders; a new one gets a page that says so. Safe to repeat, and nothing of the customer's is touched. */
export async function makeHost(layout: Layout, spec: HostSpec): Promise<void> {
  const folder = hostFolder(layout, spec.host);
  const web = join(folder, 'web');
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await mkdir(join(folder, 'tmp'), { recursive: true, mode: 0o700 });
  const made = await mkdir(web, { recursive: true, mode: 0o755 });
  if (made === undefined || (await readdir(web)).length > 0) return;
  await writeFile(join(web, 'index.html'), welcomePage(spec.domains[0] ?? spec.host), { flag: 'wx' });
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

/** What a host's pool is told, or why it cannot have one. Makes the folders that its scripts write to. */
export async function poolOf(layout: Layout, pools: Pools, host: string, user: ScriptUser | null) {
  const folder = hostFolder(layout, host);
  const socket = pools.socketOf(host);
  if (!isPlainPath(folder)) return `php-fpm cannot take the folder ${folder}: it holds one of " $ \\ : ; { }`;
  if (Buffer.byteLength(socket) > 107)
    return `the path of the script socket is longer than 107 bytes: ${socket}`;
  const script = join(folder, 'script');
  const own = [script, join(script, 'tmp'), join(script, 'session')];
  for (const path of own) await mkdir(path, { recursive: true, mode: 0o700 });
  if (user !== null) {
    await chmod(layout.base, 0o711);
    const closed = await closedTo(dirname(layout.base));
    if (closed !== null) return `scripts run as ${user.name}, to whom the folder ${closed} is closed`;
    for (const path of [...own, join(folder, 'web')]) await chown(path, user.uid, user.gid);
  }
  const as = user === null ? null : { name: user.name, group: String(user.gid) };
  const pool: PoolSpec = { host, folder, socket, errorLog: pools.errorLogOf(host), user: as, children: 5 };
  return pool;
}

/** Null: the plane is not root, so scripts run as itself. Throws when root finds nobody to run them as. */
export async function scriptUser(): Promise<ScriptUser | null> {
  if (process.getuid?.() !== 0) return null;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['www-data', 'nobody']) {
    const entry = lines.find(([name]) => name === wanted);
    if (entry !== undefined) return { name: wanted, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error('root runs no scripts, and there is neither www-data nor nobody to run them');
}

/** The folder on the way down that others may not pass; null: none. */
async function closedTo(path: string): Promise<string | null> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return at;
    if (at === dirname(at)) return null;
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL of our own on loopback, thrown away at the end. */
export interface Server {
  /** `postgres://postgres@127.0.0.1:PORT`, without a database. */
  readonly url: string;
  /** Shuts it down; `resume` starts it again with what it holds, at the same port. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** Folder of the newest PostgreSQL installed (Debian keeps it off PATH); null: none. */
export function findPostgres(): string | null {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return null;
  const found = readdirSync(base).sort((a, b) => Number(b) - Number(a));
  const newest = found
    .map((version) => join(base, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  return newest ?? null;
}

/**
 * Starts one in a temporary folder; it refuses root, so root hands it to the user `postgres`. Durability is
 * off: what is tested is what it does, not that it survives.
 */
export async function startPostgres(bin: string): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-postgres-'));
  const data = join(folder, 'data');
  const owner = await postgresUser();
  if (owner !== null) await chown(folder, owner.uid, owner.gid);
  const port = await freePort();
  await run(
    [
      join(bin, 'initdb'),
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ],
    owner,
  );
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    fsync: 'off',
    max_connections: 100,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = () => launch(join(bin, 'postgres'), ['-D', data, ...flags], folder, owner);
  let end = await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}`,
    pause: () => end(),
    async resume() {
      end = await start();
    },
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when it accepts connections, to what shuts it down. */
async function launch(program: string, args: readonly string[], cwd: string, owner: Owner | null) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd, ...owner });
  const ended = once(child, 'exit');
  // Not left behind when the run itself is ended. "Fast shutdown": it ends its sessions and itself.
  const end = () => child.kill('SIGINT');
  process.on('exit', end);
  await ready(child.stderr, ended);
  return async (): Promise<void> => {
    end();
    await ended;
    process.off('exit', end);
  };
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Who must own the server: nobody else than us, unless we are root. */
async function postgresUser(): Promise<Owner | null> {
  if (process.getuid?.() !== 0) return null;
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  if (line === undefined) throw new Error('no user postgres: PostgreSQL does not run as root');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function run(command: readonly string[], owner: Owner | null): Promise<void> {
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: tmpdir(),
    ...owner,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${said}`);
}

/** Resolves at the server's own word; what it says later is read on, so that it is never held up. */
async function ready(stderr: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<void> {
  let said = '';
  const accepting = new Promise<'ready'>((resolve) => {
    stderr.on('data', (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString();
      if (said.includes('ready to accept connections')) resolve('ready');
    });
  });
  const first = await Promise.race([accepting, ended]);
  if (first !== 'ready') throw new Error(`PostgreSQL did not start: ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

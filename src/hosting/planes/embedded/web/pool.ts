import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bound } from './bind.ts';
import { type PoolSpec, poolText } from './fpm.ts';
import { endGroup, endLeft } from './group.ts';

const startMs = 5000;
const stopMs = 3000;
/** A pool that nobody asked anything of is let go; starting it again takes about 40 ms. */
const idleMs = 600_000;
/** After a start that failed, so that a broken host does not keep the machine busy starting it. */
const restMs = 2000;

interface Pool {
  readonly spec: PoolSpec;
  readonly program: string;
  child: ChildProcess | null;
  starting: Promise<void> | null;
  usedMs: number;
  failedMs: number | null;
}

/**
 * One php-fpm master for each host that has scripts, started at its first request. A master of its own means
 * that no host's slow request or broken configuration touches another's. `folder` holds configurations,
 * sockets and pid files; `tick` is monotonic ms.
 */
export class Pools {
  readonly #pools = new Map<string, Pool>();
  readonly #folder: string;
  readonly #tick: () => number;
  readonly #sweep: NodeJS.Timeout;

  constructor(folder: string, tick: () => number) {
    this.#folder = folder;
    this.#tick = tick;
    this.#sweep = setInterval(() => this.#letGo(), 60_000);
    this.#sweep.unref();
  }

  socketOf(host: string): string {
    return join(this.#folder, `${host}.sock`);
  }

  errorLogOf(host: string): string {
    return join(this.#folder, `${host}.log`);
  }

  /** Ends masters and workers that a killed plane left behind. */
  async clear(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith('.pid')) continue;
      const pid = Number(await readFile(join(this.#folder, name), 'utf8').catch(() => ''));
      const host = name.slice(0, -4);
      if (Number.isInteger(pid) && pid > 1) await endLeft(pid, (line) => this.#isOurs(host, line));
      await rm(join(this.#folder, name), { force: true });
    }
  }

  /**
   * Takes the host's pool as stated; one that runs with another configuration is ended. Resolves with the reason
   * why php-fpm does not accept the configuration, or null. `trial` false: one that was accepted before.
   */
  async put(spec: PoolSpec, program: string, trial: boolean): Promise<string | null> {
    const before = this.#pools.get(spec.host);
    const text = poolText(spec);
    if (before !== undefined && before.program === program && isSame(before.spec, spec)) return null;
    const config = this.#configOf(spec.host);
    const draft = `${config}.new`;
    await writeFile(draft, text, { mode: 0o600 });
    const fault = trial ? await tried(spec, [program, '-t', '--fpm-config', draft]) : null;
    await rm(draft, { force: true });
    if (fault !== null) return fault;
    await this.drop(spec.host);
    await writeFile(config, text, { mode: 0o600 });
    const pool = { spec, program, child: null, starting: null, usedMs: this.#tick(), failedMs: null };
    this.#pools.set(spec.host, pool);
    return null;
  }

  /** The host's running pool, started when need be. Throws when it does not come up. */
  async ready(host: string): Promise<PoolSpec> {
    const pool = this.#pools.get(host);
    if (pool === undefined) throw new Error(`no pool for ${host}`);
    pool.usedMs = this.#tick();
    if (pool.child === null) {
      if (pool.failedMs !== null && pool.usedMs - pool.failedMs < restMs) {
        throw new Error(`the pool of ${host} did not start`);
      }
      pool.starting ??= this.#start(pool).finally(() => {
        pool.starting = null;
      });
    }
    await pool.starting;
    return pool.spec;
  }

  async drop(host: string): Promise<void> {
    const pool = this.#pools.get(host);
    if (pool === undefined) return;
    this.#pools.delete(host);
    await this.#end(pool);
    for (const path of [this.#configOf(host), pool.spec.socket, pool.spec.errorLog]) {
      await rm(path, { force: true });
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#pools.values()].map((pool) => this.#end(pool)));
    this.#pools.clear();
  }

  #configOf(host: string): string {
    return join(this.#folder, `${host}.conf`);
  }

  #pidOf(host: string): string {
    return join(this.#folder, `${host}.pid`);
  }

  async #start(pool: Pool): Promise<void> {
    const { host, socket } = pool.spec;
    const args = [pool.program, '--nodaemonize', '--fpm-config', this.#configOf(host)];
    const [program, ...rest] = withParent(inPlace(pool.spec, args));
    const child = spawn(program!, rest, {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'] ?? '' },
      detached: true,
    });
    pool.child = child;
    let gone = false;
    child.once('error', () => {
      gone = true;
    });
    child.once('exit', () => {
      gone = true;
      if (child.pid !== undefined) endGroup(child.pid);
      if (pool.child === child) pool.child = null;
    });
    if (child.pid !== undefined) await writeFile(this.#pidOf(host), String(child.pid));
    const until = this.#tick() + startMs;
    while (!gone && this.#tick() < until) {
      if (await accepts(socket)) {
        await chmod(socket, 0o600);
        pool.failedMs = null;
        return;
      }
      await delay(10);
    }
    pool.failedMs = this.#tick();
    await this.#end(pool);
    throw new Error(`the pool of ${host} did not start`);
  }

  async #end(pool: Pool): Promise<void> {
    const { child } = pool;
    pool.child = null;
    if (child !== null && child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const exit = once(child, 'exit');
      // SIGTERM: the master ends its workers at once, requests under way included.
      child.kill('SIGTERM');
      const late = new AbortController();
      const kill = delay(stopMs, undefined, { signal: late.signal }).then(
        () => child.kill('SIGKILL'),
        () => undefined,
      );
      await exit;
      late.abort();
      await kill;
    }
    await rm(this.#pidOf(pool.spec.host), { force: true });
  }

  #letGo(): void {
    const before = this.#tick() - idleMs;
    for (const pool of this.#pools.values()) {
      if (pool.child !== null && pool.starting === null && pool.usedMs < before) {
        this.#end(pool).catch(() => undefined);
      }
    }
  }

  /** A master's command line names its configuration, a worker's its host. */
  #isOurs(host: string, line: string): boolean {
    return line.includes('php-fpm') && (line.includes(this.#configOf(host)) || line.includes(`pool ${host}`));
  }
}

/** Where the program that runs `version` is; null when it is not installed. `8` takes any 8.x. */
export async function findFpm(version: string): Promise<string | null> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].filter(
    (path) => path !== '',
  );
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    const found = names
      .filter((name) => /^php-fpm\d+\.\d+$/.test(name) && isVersion(name.slice(7), version))
      .sort()
      .reverse();
    for (const name of found) if (isRunnable(join(folder, name))) return join(folder, name);
  }
  return null;
}

function isVersion(installed: string, asked: string): boolean {
  return installed === asked || installed.startsWith(`${asked}.`);
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `php-fpm -t`: null when it accepts the file, else what it says, in one line. */
async function tried(spec: PoolSpec, args: readonly string[]): Promise<string | null> {
  const [program, ...rest] = inPlace(spec, args);
  const child = spawn(program!, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    if (said.length < 4096) said += bytes.toString('utf8');
  });
  const code = await new Promise<number | null>((done) => {
    child.once('error', () => done(null));
    child.once('close', done);
  });
  if (code === 0) return null;
  const error = said.split('\n').find((line) => line.includes('ERROR') || line.includes('ALERT')) ?? said;
  return `php-fpm refuses the pool: ${error
    .replace(/^\[[^\]]*\] /, '')
    .trim()
    .slice(0, 300)}`;
}

function isSame(a: PoolSpec, b: PoolSpec): boolean {
  return a.outside === b.outside && poolText(a) === poolText(b);
}

/** With the host's folder where the pool's configuration says that it is. */
function inPlace({ folder, outside }: PoolSpec, args: readonly string[]): string[] {
  return outside === null ? [...args] : bound({ folder: outside, point: folder }, args);
}

/**
 * Where setpriv is (util-linux), the kernel ends the master when the plane dies, however it dies, and nothing
 * that a script could start becomes more than the script is (setuid programs).
 */
function withParent(args: string[]): string[] {
  const setpriv = '/usr/bin/setpriv';
  return isRunnable(setpriv) ? [setpriv, '--no-new-privs', '--pdeathsig', 'TERM', '--', ...args] : args;
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((done) => {
    const connection = createConnection(socket, () => {
      connection.destroy();
      done(true);
    });
    connection.once('error', () => done(false));
  });
}

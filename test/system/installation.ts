import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ready } from '../../src/roles/command.ts';

const hourMs = 3_600_000;
const launcher = fileURLToPath(new URL('../../bin/hostpledge', import.meta.url));

/** A whole installation of its own: free ports, own folder, ended with the test. */
export interface Installation {
  readonly data: string;
  readonly ready: Ready;
  readonly child: ChildProcess;
  /** What it printed so far. */
  said(): string;
  /** SIGTERM, and its exit code. */
  end(): Promise<number | null>;
}

export async function newFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'hostpledge-system-'));
  t.after(() => rm(data, { recursive: true, force: true, maxRetries: 5 }));
  return data;
}

const free = ['--port', '0', '--hosts-port', '0', '--hosts-tls-port', '0', '--ftp-port', '0'];

export async function install(
  t: Pick<TestContext, 'after'>,
  data: string,
  word: 'start' | 'serve' = 'start',
  more: readonly string[] = [],
): Promise<Installation> {
  const readyFile = join(data, 'ready.json');
  await rm(readyFile, { force: true });
  const args = [
    launcher,
    word,
    '--data',
    data,
    ...free,
    ...(more.includes('--interval') ? [] : ['--interval', '2']),
    '--ready-file',
    readyFile,
    ...more,
  ];
  const child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const exited = new Promise<number | null>((done) => child.on('exit', (code) => done(code)));
  const end = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    return exited;
  };
  t.after(end);
  const ready = await until(120_000, 'the start', async () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${text}`);
    const file = await readFile(readyFile, 'utf8').catch(() => null);
    return file === null ? null : (JSON.parse(file) as Ready);
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${text}`);
  });
  return { data, ready, child, said: () => text, end };
}

/** Asks again and again until there is an answer; throws after four times the `ms` that a quiet machine is given. */
/** The month that runs, in the sample's zone. */
export function runningMonth(): string {
  return new Date(Date.now() + 8 * hourMs).toISOString().slice(0, 7);
}

/** The latest month of the sample that is closed: one that ended less than 24 hours ago still waits for late data. */
export function closedMonth(): string {
  const day = new Date(Date.now() + (8 - 24) * hourMs);
  day.setUTCDate(0);
  return day.toISOString().slice(0, 7);
}

export async function until<T>(ms: number, what: string, ask: () => Promise<T | null | false>): Promise<T> {
  const end = performance.now() + 4 * ms;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`${what} did not come within ${ms} ms`);
    await delay(200);
  }
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end, whatever its exit code. */
export function run(program: string, args: readonly string[], input?: string): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(
      program,
      args,
      { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        done({ code, out, err });
      },
    );
    // A program that ends without reading its input is not our trouble.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

export function hostpledge(args: readonly string[], input?: string): Promise<Ran> {
  return run('sh', [launcher, ...args], input);
}

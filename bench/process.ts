import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Sample } from './rounds.ts';

/** Processes as Linux counts them (proc(5)). CPU comes in ticks of 10 ms: measure pieces of a second or more. */

const ticksPerS = 100;
const pollMs = 25;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** utime + stime, and those of children that were waited for. */
  readonly cpuS: number;
  readonly waitedS: number;
}

function statOf(pid: number | string): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system, waitedUser, waitedSystem] = [1, 11, 12, 13, 14].map((i) =>
      Number(fields[i]),
    );
    return {
      pid: Number(pid),
      parent: parent!,
      cpuS: (user! + system!) / ticksPerS,
      waitedS: (waitedUser! + waitedSystem!) / ticksPerS,
    };
  } catch {
    return null;
  }
}

/** The living processes of a tree, its root first. */
export function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? statOf(entry) : null;
    if (stat !== null) children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat.pid]);
  }
  const tree = [root];
  for (let i = 0; i < tree.length; i += 1) tree.push(...(children.get(tree[i]!) ?? []));
  return tree;
}

/** CPU seconds of a tree so far, those of ended and waited-for children included. */
export function cpuOf(root: number): number {
  return treeOf(root).reduce((sum, pid) => {
    const stat = statOf(pid);
    return stat === null ? sum : sum + stat.cpuS + stat.waitedS;
  }, 0);
}

/** Resident memory of a tree now: its processes' proportional share (PSS) where it may be read, else RSS. MB. */
export function memoryOf(root: number): number {
  return (
    treeOf(root).reduce(
      (sum, pid) => sum + (kbOf(pid, 'smaps_rollup', 'Pss') ?? kbOf(pid, 'status', 'VmRSS') ?? 0),
      0,
    ) / 1024
  );
}

/** Highest resident memory of each process of a tree so far, added up. MB. */
export function peakOf(root: number): number {
  return treeOf(root).reduce((sum, pid) => sum + (kbOf(pid, 'status', 'VmHWM') ?? 0), 0) / 1024;
}

function kbOf(pid: number, file: string, field: string): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text);
    return found === null ? null : Number(found[1]);
  } catch {
    return null;
  }
}

export interface Ended extends Sample {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end and says what it cost with all its children. One at a time: its CPU is what this
 * process's own ended children gained meanwhile.
 */
export async function timed(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string | Buffer } = {},
): Promise<Ended> {
  const before = statOf(process.pid)!.waitedS;
  const begun = performance.now();
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    stdio: 'pipe',
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  let peakMb = 0;
  const poll = setInterval(() => {
    if (child.pid !== undefined) peakMb = Math.max(peakMb, peakOf(child.pid));
  }, pollMs);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    const wallS = (performance.now() - begun) / 1000;
    const cpuS = statOf(process.pid)!.waitedS - before;
    return {
      code,
      wallS,
      cpuS,
      peakMb,
      stdout: Buffer.concat(out).toString(),
      stderr: Buffer.concat(err).toString(),
    };
  } finally {
    clearInterval(poll);
  }
}

/** What a piece of work cost in this process and in the living trees of `others` (servers it speaks to). */
export async function measured<T>(
  others: readonly number[],
  work: () => Promise<T>,
): Promise<Sample & { readonly value: T }> {
  const own = process.cpuUsage();
  const theirs = others.map(cpuOf);
  const begun = performance.now();
  const value = await work();
  const wallS = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(own);
  const cpuS = (user + system) / 1e6 + others.reduce((sum, pid, i) => sum + cpuOf(pid) - theirs[i]!, 0);
  const peakMb = process.resourceUsage().maxRSS / 1024 + others.reduce((sum, pid) => sum + peakOf(pid), 0);
  return { wallS, cpuS, peakMb, value };
}

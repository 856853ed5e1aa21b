import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A pool is a process group led by its master: who ends the group ends the workers, of a killed master too. */

const stopMs = 3000;

/**
 * Ends what a killed plane left of the group that `pid` led, members that `isOurs` knows by their command line
 * only: the number may be somebody else's by now.
 */
export async function endLeft(pid: number, isOurs: (line: string) => boolean): Promise<void> {
  const line = await commandOf(pid);
  if (isOurs(line)) await endPid(pid);
  for (const member of await membersOf(pid)) {
    if (isOurs(await commandOf(member))) await endPid(member);
  }
}

/** Ends the workers whose master has just exited by itself or been killed; there are none after an orderly end. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

async function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
}

/** Where there is no /proc, none is found. */
async function membersOf(group: number): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    // proc(5): after the name in brackets come state, parent, group.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[2]) === group) found.push(Number(pid));
  }
  return found;
}

async function endPid(pid: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (let wait = 0; wait < stopMs; wait += 20) {
      try {
        process.kill(pid, wait === 0 ? signal : 0);
      } catch {
        return;
      }
      await delay(20);
    }
  }
}

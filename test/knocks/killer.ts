import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type RoleName, roleNames } from '../../src/roles/talk.ts';
import type { Random } from '../fuzz/random.ts';

export interface Kill {
  readonly role: RoleName;
  readonly pid: number;
  /** Epoch ms just after the kernel took the signal. */
  readonly at: number;
  /** How long it had lived, ms, as seen from here. */
  readonly agedMs: number;
  /** The longest that our own timers were late in the second before, ms: what this machine did to everybody. */
  readonly lateMs: number;
}

interface Life {
  readonly role: RoleName;
  readonly pid: number;
  readonly since: number;
  /** When it is to die, performance.now(). */
  readonly until: number;
}

const lookMs = 20;
/** A life longer than this is followed by a start at once (roles/supervisor.ts): so that it does not end in waiting. */
const steadyMs = 10_200;

/**
 * Kills processes of an installation until `count` are dead, each at a random moment of its life: some while they
 * start, some in the middle of work. `share` of the lives end young. Resolves with what was killed, in order.
 */
export async function killAll(
  supervisor: number,
  count: number,
  random: Random,
  youngShare: number,
): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  const lives = new Map<RoleName, Life>();
  const late = startLateness();
  try {
    while (kills.length < count) {
      for (const [role, pid] of await rolesOf(supervisor)) {
        if (lives.get(role)?.pid === pid) continue;
        const young = random.below(1000) < youngShare * 1000;
        const age = young ? random.below(3000) : steadyMs + random.below(3000);
        const since = performance.now();
        lives.set(role, { role, pid, since, until: since + age });
      }
      for (const { role, pid, since, until } of [...lives.values()]) {
        const now = performance.now();
        if (now < until || kills.length >= count) continue;
        process.kill(pid, 'SIGKILL');
        kills.push({ role, pid, at: Date.now(), agedMs: Math.round(now - since), lateMs: late.worst() });
        lives.set(role, { role, pid, since, until: Number.POSITIVE_INFINITY });
      }
      await delay(lookMs);
    }
  } finally {
    late.stop();
  }
  return kills;
}

/** The three by name, with their pid; one that is dead at the moment is missing. */
export async function rolesOf(supervisor: number): Promise<ReadonlyMap<RoleName, number>> {
  const listed = await readFile(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8');
  const roles = new Map<RoleName, number>();
  for (const pid of listed
    .trim()
    .split(' ')
    .filter((text) => text !== '')
    .map(Number)) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const role = roleNames.find((name) => words.includes(name));
    if (role !== undefined && words.includes('role')) roles.set(role, pid);
  }
  return roles;
}

function startLateness() {
  const everyMs = 5;
  let last = performance.now();
  let samples: { at: number; late: number }[] = [];
  const timer = setInterval(() => {
    const now = performance.now();
    samples.push({ at: now, late: Math.max(0, now - last - everyMs) });
    last = now;
  }, everyMs);
  return {
    worst: (): number => {
      samples = samples.filter(({ at }) => at > performance.now() - 1000);
      return Math.round(Math.max(0, ...samples.map(({ late }) => late)));
    },
    stop: () => clearInterval(timer),
  };
}

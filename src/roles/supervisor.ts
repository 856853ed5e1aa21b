import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type DrillKind, type FromRole, type Orders, type RoleName, roleNames, type ToRole } from './talk.ts';

/**
 * Keeps the three processes alive, so that one's trouble is not another's. A process that dies is started
 * again (at once, then after growing waits while it keeps dying); a drill may hold one down for a while.
 */
export interface Supervisor {
  /** Resolves when all three serve, with what each said of itself; rejects when one refused to start. */
  readonly ready: Promise<Readonly<Record<RoleName, Facts>>>;
  stop(): Promise<void>;
}

type Facts = Readonly<Record<string, string | number>>;

interface Watched {
  child: ChildProcess | null;
  /** Epoch-free ms (performance.now) until which it stays down. */
  heldUntil: number;
  startedAt: number;
  quickDeaths: number;
  timer: NodeJS.Timeout | null;
}

const entry = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A process that lived this long is started again at once when it dies. */
const steadyMs = 10_000;
const stopMs = 8_000;

export function startSupervisor(orders: Orders, say: (text: string) => void): Supervisor {
  const watched = new Map<RoleName, Watched>();
  const facts = new Map<RoleName, Facts>();
  const drills = new Map<DrillKind, NodeJS.Timeout>();
  let stopping = false;
  let settle: { done(all: Record<RoleName, Facts>): void; fail(error: Error): void };
  const ready = new Promise<Record<RoleName, Facts>>((done, fail) => {
    settle = { done, fail };
  });

  function start(name: RoleName): void {
    const state = watched.get(name)!;
    state.timer = null;
    state.startedAt = performance.now();
    const child = fork(entry, ['role', name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    state.child = child;
    child.on('message', (said: FromRole) => hear(name, said));
    child.on('exit', (code, signal) => died(name, child, signal ?? `exit code ${code}`));
    tell(name, { say: 'start', orders });
  }

  function tell(name: RoleName, said: ToRole): void {
    const child = watched.get(name)?.child;
    if (child?.connected === true) child.send(said, () => {});
  }

  function hear(name: RoleName, said: FromRole): void {
    if (said.say === 'refused') settle.fail(new Error(said.text));
    if (said.say === 'drill') drill(said.kind, said.forMs);
    if (said.say !== 'ready') return;
    facts.set(name, said.facts);
    if (name === 'plane') {
      for (const kind of drills.keys()) tell('plane', { say: 'drill', kind, on: true });
      tell('prober', { say: 'poke' });
    }
    if (name === 'centre')
      for (const other of ['plane', 'prober'] as const) if (!watched.has(other)) watch(other);
    if (roleNames.every((one) => facts.has(one))) {
      settle.done(Object.fromEntries(facts) as Record<RoleName, Facts>);
    }
  }

  function died(name: RoleName, child: ChildProcess, how: string): void {
    const state = watched.get(name)!;
    if (state.child !== child) return;
    state.child = null;
    if (stopping) return;
    const now = performance.now();
    const held = Math.max(0, state.heldUntil - now);
    state.quickDeaths = now - state.startedAt > steadyMs ? 0 : state.quickDeaths + 1;
    const wait = Math.max(held, state.quickDeaths === 0 ? 0 : Math.min(30_000, 250 * 2 ** state.quickDeaths));
    if (held === 0) say(`${name} ended (${how}); it is started again`);
    // A dead plane is seen at once, not at the next slot.
    if (name === 'plane') tell('prober', { say: 'poke' });
    state.timer = setTimeout(() => start(name), wait);
  }

  function drill(kind: DrillKind, forMs: number): void {
    const victim = kind === 'plane-killed' ? 'plane' : kind === 'prober-offline' ? 'prober' : null;
    if (victim !== null) {
      const state = watched.get(victim)!;
      state.heldUntil = performance.now() + forMs;
      state.child?.kill('SIGKILL');
      return;
    }
    clearTimeout(drills.get(kind));
    turn(kind, true);
    drills.set(
      kind,
      setTimeout(() => {
        drills.delete(kind);
        turn(kind, false);
      }, forMs),
    );
  }

  /** The prober looks once the plane has had time to obey. */
  function turn(kind: DrillKind, on: boolean): void {
    tell('plane', { say: 'drill', kind, on });
    setTimeout(() => tell('prober', { say: 'poke' }), 300);
  }

  function watch(name: RoleName): void {
    watched.set(name, { child: null, heldUntil: 0, startedAt: 0, quickDeaths: 0, timer: null });
    start(name);
  }

  async function stop(): Promise<void> {
    stopping = true;
    for (const timer of drills.values()) clearTimeout(timer);
    // The centre last: the other two still have things to tell it.
    for (const name of ['prober', 'plane', 'centre'] as const) {
      const state = watched.get(name);
      if (state?.timer) clearTimeout(state.timer);
      if (state?.child) await endOf(state.child, () => tell(name, { say: 'stop' }));
    }
  }

  watch('centre');
  return { ready, stop };
}

/** Asks a process to end, and ends it when it does not. */
function endOf(child: ChildProcess, ask: () => void): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    child.on('exit', () => {
      clearTimeout(timer);
      done();
    });
    ask();
  });
}

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type DrillKind, type FromRole, type Orders, type RoleName, roleNames, type ToRole } from './talk.ts';

export type Facts = Readonly<Record<string, string | number>>;
export type AllFacts = Readonly<Record<RoleName, Facts>>;

interface Watched {
  child: ChildProcess | null;
  /** performance.now() until which it stays down (a drill). */
  heldUntil: number;
  startedAt: number;
  quickDeaths: number;
  timer: NodeJS.Timeout | null;
}

const entry = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A process that lived this long is started again at once when it dies. */
const steadyMs = 10_000;
const stopMs = 8_000;
/** The plane has this long to obey before the prober looks. */
const obeyMs = 300;

/**
 * Keeps the three processes alive, so that one's trouble is not another's. A process that dies is started
 * again (at once, then after growing waits while it keeps dying); a drill may hold one down for a while.
 */
export class Supervisor {
  /** Resolves when all three serve, with what each said of itself; rejects when one refused to start. */
  readonly ready: Promise<AllFacts>;
  #orders: Orders;
  readonly #say: (text: string) => void;
  readonly #watched = new Map<RoleName, Watched>();
  readonly #facts = new Map<RoleName, Facts>();
  readonly #drills = new Map<DrillKind, NodeJS.Timeout>();
  readonly #settle: { readonly done: (all: AllFacts) => void; readonly fail: (error: Error) => void };
  #stopping = false;

  constructor(orders: Orders, say: (text: string) => void) {
    this.#orders = orders;
    this.#say = say;
    const { promise, resolve, reject } = Promise.withResolvers<AllFacts>();
    this.ready = promise;
    this.#settle = { done: resolve, fail: reject };
    this.#watch('centre');
  }

  /** The centre last: the other two still have things to tell it. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#drills.values()) clearTimeout(timer);
    for (const name of ['prober', 'plane', 'centre'] as const) {
      const state = this.#watched.get(name);
      if (state?.timer) clearTimeout(state.timer);
      if (state?.child) await endOf(state.child, () => this.#tell(name, { say: 'stop' }));
    }
  }

  #watch(name: RoleName): void {
    this.#watched.set(name, { child: null, heldUntil: 0, startedAt: 0, quickDeaths: 0, timer: null });
    this.#start(name);
  }

  #start(name: RoleName): void {
    const state = this.#watched.get(name)!;
    state.timer = null;
    state.startedAt = performance.now();
    const child = fork(entry, ['role', name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    state.child = child;
    child.on('message', (said: FromRole) => this.#hear(name, said));
    child.on('error', (error) => this.#say(`${name}: ${error.message}`));
    child.on('exit', (code, signal) => this.#died(name, child, signal ?? `exit code ${code}`));
    this.#tell(name, { say: 'start', orders: this.#orders });
  }

  #tell(name: RoleName, said: ToRole): void {
    const child = this.#watched.get(name)?.child;
    if (child?.connected === true) child.send(said, () => {});
  }

  #hear(name: RoleName, said: FromRole): void {
    if (said.say === 'refused') this.#refused(name, said.text);
    if (said.say === 'drill') this.#drill(said.kind, said.forMs);
    if (said.say !== 'ready') return;
    this.#facts.set(name, said.facts);
    this.#orders = pinned(this.#orders, said.facts);
    if (name === 'plane') {
      for (const kind of this.#drills.keys()) this.#tell('plane', { say: 'drill', kind, on: true });
      this.#poke();
    }
    // Each after what it looks at: a host that was never served yet is not an outage.
    const next = { centre: 'plane', plane: 'prober', prober: null } as const;
    const after = next[name];
    if (after !== null && !this.#watched.has(after)) this.#watch(after);
    if (roleNames.every((one) => this.#facts.has(one))) {
      this.#settle.done(Object.fromEntries(this.#facts) as AllFacts);
    }
  }

  /** Before everything was ready once, it is the whole start that is refused; later, the process is started again. */
  #refused(name: RoleName, text: string): void {
    if (this.#facts.has(name)) this.#say(`${name}: ${text}`);
    this.#settle.fail(new Error(text));
  }

  #died(name: RoleName, child: ChildProcess, how: string): void {
    const state = this.#watched.get(name)!;
    if (state.child !== child) return;
    state.child = null;
    if (this.#stopping) return;
    const now = performance.now();
    const held = Math.max(0, state.heldUntil - now);
    state.quickDeaths = now - state.startedAt > steadyMs ? 0 : state.quickDeaths + 1;
    const backoff = state.quickDeaths === 0 ? 0 : Math.min(30_000, 250 * 2 ** state.quickDeaths);
    if (held === 0) this.#say(`${name} ended (${how}); it is started again`);
    // A dead plane is seen at once, not at the next slot.
    if (name === 'plane') this.#poke();
    state.timer = setTimeout(() => this.#start(name), Math.max(held, backoff));
  }

  #drill(kind: DrillKind, forMs: number): void {
    const victim = kind === 'plane-killed' ? 'plane' : kind === 'prober-offline' ? 'prober' : null;
    if (victim !== null) {
      const state = this.#watched.get(victim)!;
      state.heldUntil = performance.now() + forMs;
      state.child?.kill('SIGKILL');
      return;
    }
    clearTimeout(this.#drills.get(kind));
    this.#turn(kind, true);
    const end = setTimeout(() => {
      this.#drills.delete(kind);
      this.#turn(kind, false);
    }, forMs);
    this.#drills.set(kind, end);
  }

  #turn(kind: DrillKind, on: boolean): void {
    this.#tell('plane', { say: 'drill', kind, on });
    this.#poke();
  }

  #poke(): void {
    setTimeout(() => this.#tell('prober', { say: 'poke' }), obeyMs);
  }
}

/** A port that was free once stays ours: a process that is started again answers where it did before. */
function pinned(orders: Orders, facts: Facts): Orders {
  const config = { ...orders.config };
  for (const name of ['port', 'hostsPort', 'hostsTlsPort', 'ftpPort'] as const) {
    const port = facts[name];
    if (typeof port === 'number') config[name] = port;
  }
  return { ...orders, config };
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

import { bucketCount, bucketOf, type HostMinute, slowMs } from '../../src/measure/minute.ts';
import { packMinute } from '../../src/measure/pack.ts';
import type { Random } from '../fuzz/random.ts';
import { seen } from '../world.ts';
import { minuteMs } from './draw.ts';
import { heldMs, readMinutes, waits } from './line.ts';
import { isTold, toldAt, watch } from './look.ts';
import {
  checks,
  type Life,
  type PlaneTruth,
  type ProberTruth,
  type Truth,
  through,
  tickOf,
} from './truth.ts';

/** What the senders of a simulated month have to say, by the tick at which they say it. */
export interface Word {
  readonly kind: 'round' | 'turns' | 'quiet' | 'death' | 'minutes' | 'logins';
  readonly body: object;
  /** Of a prober: which of its lives said it. */
  readonly life: number;
}

/** Of the list of targets that a prober has heard of. */
export interface Listed {
  readonly version: number;
  readonly targets: number;
}

interface Event {
  readonly turns: ReturnType<typeof seen>[];
  readonly missed: string[];
}

/** Rounds in which something turned or was missed, by life and round. */
export type Diary = readonly ReadonlyMap<number, Event>[];

export function diaryOf(truth: Truth, prober: ProberTruth): Diary {
  const diary = prober.lives.map(() => new Map<number, Event>());
  const eventOf = (life: number, round: number): Event => {
    const known = diary[life]!.get(round) ?? { turns: [], missed: [] };
    diary[life]!.set(round, known);
    return known;
  };
  for (const host of truth.hosts)
    for (const check of checks) {
      const id = `${check}:${host.id}`;
      watch(truth, prober, host, check, {
        onLook: ({ at, result, turned, life, round }) => {
          if (turned) eventOf(life, round).turns.push(seen(id, at, result));
        },
        onMiss: (_, life, round) => void eventOf(life, round).missed.push(id),
      });
    }
  return diary;
}

/** How a prober tells one tick: quiet rounds together, others alone; turns at once, as it happened or in a bundle. */
export function proberWords(
  truth: Truth,
  prober: ProberTruth,
  diary: Diary,
  tick: number,
  listed: (tick: number) => Listed,
  random: Random,
): readonly Word[] {
  const words: Word[] = [];
  for (const [n, life] of prober.lives.entries()) {
    if (tickOf(truth, life.from) > tick || toldAt(truth, life, life.to + life.skewMs) < tick) continue;
    tellLife({ truth, prober, events: diary[n]!, n, life, tick, listed, random, words });
  }
  return words;
}

interface Telling {
  readonly truth: Truth;
  readonly prober: ProberTruth;
  readonly events: ReadonlyMap<number, Event>;
  readonly n: number;
  readonly life: Life;
  readonly tick: number;
  readonly listed: (tick: number) => Listed;
  readonly random: Random;
  readonly words: Word[];
}

function tellLife(telling: Telling): void {
  const { truth, prober, events, n, life, tick, random, words } = telling;
  const bundle: object[] = [];
  const end = life.to + life.skewMs;
  let quiet: Quiet | null = null;
  const flush = (): void => {
    if (quiet !== null) words.push({ kind: 'quiet', body: quiet, life: n });
    quiet = null;
  };
  const begin = Math.floor((life.from + life.skewMs) / minuteMs) * minuteMs;
  const from = Math.floor((truth.from + (tick - 1) * truth.tickMs + life.skewMs) / minuteMs - 2) * minuteMs;
  for (let round = Math.max(begin, from); round < end; round += minuteMs) {
    const told = toldAt(truth, life, round);
    if (told > tick) break;
    if (told < tick) continue;
    const event = events.get(round) ?? { turns: [], missed: [] };
    const asked = Math.floor((round - life.skewMs - truth.from) / truth.tickMs);
    const { version, targets } = telling.listed(heard(prober, asked));
    if (!isTold(life, round)) {
      bundle.push(...event.turns);
      continue;
    }
    const atOnce = event.turns.length > 0 && random.chance(0.02);
    if (event.missed.length > 0 || atOnce) {
      flush();
      if (atOnce || random.chance(0.3))
        for (const turn of event.turns) words.push({ kind: 'turns', body: { turns: [turn] }, life: n });
      const { missed, turns } = event;
      const body = { round, intervalMs: minuteMs, version, targets, missed, turns };
      words.push({ kind: 'round', body, life: n });
      continue;
    }
    bundle.push(...event.turns);
    if (quiet !== null && (quiet.version !== version || round !== quiet.last + minuteMs)) flush();
    quiet = quietWith(quiet, { first: round, last: round, intervalMs: minuteMs, version, targets });
  }
  flush();
  if (bundle.length > 0) words.push({ kind: 'turns', body: { turns: bundle }, life: n });
}

interface Quiet {
  readonly first: number;
  readonly last: number;
  readonly intervalMs: number;
  readonly version: number;
  readonly targets: number;
}

function quietWith(quiet: Quiet | null, next: Quiet): Quiet {
  return quiet === null ? next : { ...quiet, last: next.last };
}

/** The last tick up to this one at which the prober could ask for its list. */
function heard(prober: ProberTruth, tick: number): number {
  let at = Math.max(0, tick);
  while (at > 0 && through(prober.cuts, at) !== at) at -= 1;
  return at;
}

/** A plane's month of dead times and, unless they come from a log, of minutes, by tick. */
export function planeWords(
  truth: Truth,
  plane: PlaneTruth,
  isLogged: boolean,
): ReadonlyMap<number, readonly Word[]> {
  const words = new Map<number, Word[]>();
  const say = (at: number, kind: Word['kind'], body: object): void => {
    const tick = tickOf(truth, Math.min(at, truth.to));
    const list = words.get(tick) ?? [];
    list.push({ kind, body, life: 0 });
    words.set(tick, list);
  };
  for (const death of plane.deaths) say(death.to, 'death', death);
  if (isLogged) return words;
  const hosts = truth.hosts
    .filter((host) => host.plane === plane.id)
    .map((host) => ({ id: host.id, line: waits(truth, host) }));
  const read = readMinutes(truth, plane);
  const held = heldMs(truth, plane);
  let minutes: object[] = [];
  for (let i = 0; i < read.length; i += 1) {
    const minute = truth.from + i * minuteMs;
    if (read[i] === 1) {
      const rows = hosts.filter(({ line }) => line[i]! >= 0).map(({ id, line }) => visit(id, line[i]!));
      minutes.push(packed(plane.id, minute, 0, held[i]!, rows));
    }
    const told = minute + toldAfterMs;
    const isLast = i === read.length - 1;
    if (isLast || tickOf(truth, told) !== tickOf(truth, told + minuteMs)) {
      if (minutes.length > 0) say(told, 'minutes', { minutes });
      minutes = [];
    }
  }
  let part = 0;
  for (const host of truth.hosts.filter((one) => one.plane === plane.id))
    for (const { minute, ms } of host.late) {
      part += 1;
      const own = packed(plane.id, minute, part, 0, [visit(host.id, ms)]);
      say(minute + 2 * 60 * minuteMs, 'minutes', { minutes: [own] });
    }
  return words;
}

/** A reader tells a minute this long after it began: it is over, and requests that were late for it have come. */
export const toldAfterMs = 150_000;

function packed(plane: string, minute: number, part: number, loopDelayMs: number, hosts: HostMinute[]) {
  const bytes = packMinute({ plane, minute, part, loopDelayMs, hosts });
  return { minute, part, packed: bytes.toString('base64') };
}

/** One request of a visitor. */
function visit(host: string, ms: number): HostMinute {
  const buckets = new Uint32Array(bucketCount);
  buckets[bucketOf(ms)] = 1;
  const counts = { bytesIn: 300, bytesOut: 5000, clients: 1, busiest: 1, long: 0 };
  const statuses = [0, 1, 0, 0, 0, 0] as const;
  const slow = ms > slowMs ? 1 : 0;
  return { host, measured: 1, slowest: ms, slow, requests: 1, ...counts, statuses, buckets };
}

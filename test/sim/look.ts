import { offsetOf } from '../../src/measure/slot.ts';
import { phaseOf } from '../../src/measure/target.ts';
import { minuteMs } from './draw.ts';
import { covers, joined, type Stretch } from './stretch.ts';
import {
  type Check,
  type HostTruth,
  type Life,
  type ProberTruth,
  type Truth,
  through,
  tickOf,
} from './truth.ts';

/**
 * What a prober does all month with one target, one look after the other: in its slot of every round, sooner
 * after a turn and while it fails. The sender tells of it what a prober tells (turns, rounds, misses); the
 * auditor takes the looks themselves, so that nothing of what the product derives is believed.
 */
export interface Look {
  /** On the prober's clock. */
  readonly at: number;
  readonly result: 'pass' | 'fail';
  readonly turned: boolean;
  readonly life: number;
  /** The round it belongs to, on the prober's clock. */
  readonly round: number;
}

export interface Watcher {
  onLook(look: Look): void;
  /** A slot of a round without a reading. */
  onMiss(at: number, life: number, round: number): void;
}

const afterTurnMs = [5_000, 10_000, 20_000];
const whileFailingMs = 10_000;

/** What this prober would see of the host at each true instant: the truth, and its own broken ways. */
export function failing(prober: ProberTruth, host: HostTruth, check: Check): readonly Stretch[] {
  return joined([...host.down[check], ...prober.wrong.filter((one) => one.plane === host.plane)]);
}

export function watch(
  truth: Truth,
  prober: ProberTruth,
  host: HostTruth,
  check: Check,
  watcher: Watcher,
): void {
  const id = `${check}:${host.id}`;
  const eye: Eye = {
    truth,
    prober,
    host,
    offset: offsetOf(phaseOf(id), minuteMs),
    bad: failing(prober, host, check),
    missed: prober.missed.get(id) ?? new Set(),
    watcher,
    passed: 0,
  };
  for (const [n, life] of prober.lives.entries()) live(eye, life, n);
}

interface Eye {
  readonly truth: Truth;
  readonly prober: ProberTruth;
  readonly host: HostTruth;
  readonly offset: number;
  readonly bad: readonly Stretch[];
  readonly missed: ReadonlySet<number>;
  readonly watcher: Watcher;
  /** How many bad stretches lie behind the last look. */
  passed: number;
}

function isBad(eye: Eye, at: number): boolean {
  while (eye.passed < eye.bad.length && eye.bad[eye.passed]!.to <= at) eye.passed += 1;
  const next = eye.bad[eye.passed];
  return next !== undefined && next.from <= at;
}

interface State {
  last: Look['result'] | null;
  /** Looks since the last turn; null: it never turned. */
  since: number | null;
}

function live(eye: Eye, life: Life, n: number): void {
  const [begin, end] = [life.from + life.skewMs, life.to + life.skewMs];
  const state: State = { last: null, since: null };
  for (let round = Math.floor(begin / minuteMs) * minuteMs; round < end; round += minuteMs) {
    if (!isListed(eye, round - life.skewMs)) continue;
    const slot = round + eye.offset;
    if (slot < begin) {
      eye.watcher.onMiss(slot, n, round);
      continue;
    }
    if (slot >= end) {
      if (life.end === 'stopped') eye.watcher.onMiss(slot, n, round);
      return;
    }
    if (eye.missed.has(round) || covers(eye.prober.blind, slot - life.skewMs)) {
      eye.watcher.onMiss(slot, n, round);
      continue;
    }
    look(eye, state, { at: slot, life, n, round });
    between(eye, state, { at: slot, until: Math.min(slot + minuteMs, end), life, n });
  }
}

/** A prober that is cut off does not hear of new targets, nor that one was taken away. */
function isListed(eye: Eye, at: number): boolean {
  const { truth, prober, host } = eye;
  const { from, to } = host.watched;
  const heard = (told: number): number => {
    const tick = Math.round((told - truth.from) / truth.tickMs);
    return truth.from + through(prober.cuts, tick) * truth.tickMs;
  };
  return (
    at >= (from === truth.from ? Number.NEGATIVE_INFINITY : heard(from)) &&
    at < (to === truth.to ? Infinity : heard(to))
  );
}

interface Instant {
  readonly at: number;
  readonly life: Life;
  readonly n: number;
  readonly round: number;
}

function look(eye: Eye, state: State, { at, life, n, round }: Instant): void {
  const result = isBad(eye, at - life.skewMs) ? 'fail' : 'pass';
  const turned = result !== state.last;
  if (turned) state.since = state.last === null ? null : 0;
  else if (state.since !== null) state.since += 1;
  state.last = result;
  eye.watcher.onLook({ at, result, turned, life: n, round });
}

/** Looks before the next slot; one that sees what was known is not told, so only turns are. */
function between(
  eye: Eye,
  state: State,
  {
    at,
    until,
    life,
    n,
  }: { readonly at: number; readonly until: number; readonly life: Life; readonly n: number },
): void {
  for (let last = at; ; ) {
    const quick = state.since === null ? undefined : afterTurnMs[state.since];
    const wait = Math.min(quick ?? Infinity, state.last === 'fail' ? whileFailingMs : Infinity);
    last += wait;
    if (!(last < until)) return;
    // What it does not trust changes nothing, and it waits for the slot.
    if (covers(eye.prober.blind, last - life.skewMs)) return;
    const before = state.last;
    const bad = isBad(eye, last - life.skewMs);
    if ((bad ? 'fail' : 'pass') === before) {
      if (state.since !== null) state.since += 1;
      continue;
    }
    const round = Math.floor(last / minuteMs) * minuteMs;
    look(eye, state, { at: last, life, n, round });
  }
}

/** Whether a life tells the round: one that is killed takes the rounds with it that are not over. */
export function isTold(life: Life, round: number): boolean {
  return life.end === 'stopped' || round + minuteMs <= life.to + life.skewMs;
}

/** The tick at which the prober hands over what it did in a round. */
export function toldAt(truth: Truth, life: Life, round: number): number {
  return tickOf(truth, Math.min(round + minuteMs - life.skewMs, life.to));
}

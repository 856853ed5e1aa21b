import { isTold, toldAt, watch } from './look.ts';
import { joined, type Stretch } from './stretch.ts';
import {
  type Check,
  type HostTruth,
  type Life,
  type PlaneTruth,
  type ProberTruth,
  type Truth,
  through,
  tickOf,
} from './truth.ts';

/** What the vantage points saw, observation by observation, and what they say together (SEMANTICS §3). */
export const holdMs = 150_000;
export const bridgeMs = 3_600_000;

export interface Verdicts {
  readonly bad: readonly Stretch[];
  readonly good: readonly Stretch[];
}

/** The time that a month's case is gathered from: a bridge, a hold and a round around it. */
export function gathered({ month }: Pick<Truth, 'month'>): Stretch {
  const padMs = bridgeMs + holdMs + 60_000;
  return { from: month.from - padMs, to: month.to + padMs };
}

/** When a vantage point said a word: 1 fail, 0 pass. */
export function saying({ at, word }: Knowledge, wanted: number): readonly Stretch[] {
  return at.flatMap((from, i) =>
    word[i] === wanted ? [{ from, to: at[i + 1] ?? Number.MAX_SAFE_INTEGER }] : [],
  );
}

/** What one vantage point knows: from each instant on one word, until the next. */
export interface Knowledge {
  readonly at: number[];
  /** 1 fail, 0 pass, −1 nothing. */
  readonly word: number[];
}

/** What each vantage point knows of a check, and how far they can be believed to the millisecond. */
export interface Seen {
  readonly vantage: string;
  readonly known: Knowledge;
  /** Observations within the time that a case is gathered from. */
  readonly count: number;
  readonly looseMs: number;
}

export function seenOf(truth: Truth, host: HostTruth, check: Check, until: number): readonly Seen[] {
  const plane = truth.planes.find((one) => one.id === host.plane)!;
  const dead = deathKnowledge(truth, plane, until);
  return [
    ...truth.probers.map((prober) => knowledge(truth, prober, host, check, until)),
    { vantage: 'plane', known: dead, count: -1, looseMs: 0 },
  ];
}

function knowledge(truth: Truth, prober: ProberTruth, host: HostTruth, check: Check, until: number): Seen {
  const looks: { at: number; bad: number; life: number }[] = [];
  watch(truth, prober, host, check, {
    onLook: ({ at, result, turned, life, round }) => {
      const one = prober.lives[life]!;
      if (!turned && !isTold(one, round)) return;
      if (delivered(truth, prober, one, life, round) > until) return;
      looks.push({ at, bad: result === 'fail' ? 1 : 0, life });
    },
    onMiss: () => undefined,
  });
  let loose = 0;
  for (let i = 1; i < looks.length; i += 1) {
    // A clock that was set back: two lives speak of one time.
    if (looks[i]!.at > looks[i - 1]!.at || looks[i]!.life === looks[i - 1]!.life) continue;
    const [from, to] = [looks[i]!.at - holdMs, looks[i - 1]!.at + holdMs];
    const around = looks.filter(({ at }) => from <= at && at <= to);
    if (new Set(around.map(({ bad }) => bad)).size > 1) loose += to - from + bridgeMs;
  }
  looks.sort((a, b) => a.at - b.at);
  const known: Knowledge = { at: [], word: [] };
  for (const [i, { at, bad }] of looks.entries()) {
    put(known, at, bad);
    const next = looks[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (next > at + holdMs) put(known, at + holdMs, -1);
  }
  const window = gathered(truth);
  const counted = looks.map(({ at }) => at).filter((at) => window.from <= at && at < window.to);
  // Told by two lives, a slot is still one observation.
  const count = new Set(counted).size;
  return { vantage: prober.id, known, count, looseMs: loose };
}

/** At which tick what a prober did in a round came through. */
export function delivered(truth: Truth, prober: ProberTruth, life: Life, n: number, round: number): number {
  const at = through(prober.cuts, toldAt(truth, life, round));
  const { moved } = prober;
  if (moved === null || n >= moved.life) return at;
  const held = at >= tickOf(truth, prober.lives[moved.life]!.from);
  return held ? through(prober.cuts, Math.max(at, moved.tick)) : at;
}

export function put(known: Knowledge, at: number, word: number): void {
  if (known.word.at(-1) === word) return;
  known.at.push(at);
  known.word.push(word);
}

/** A plane says of itself when it was dead, and that it served again. */
function deathKnowledge(truth: Truth, plane: PlaneTruth, until: number): Knowledge {
  const known: Knowledge = { at: [], word: [] };
  const told = plane.deaths.filter(({ to }) => through(plane.cuts, tickOf(truth, to)) <= until);
  for (const [i, { from, to }] of told.entries()) {
    put(known, from, 1);
    put(known, to, 0);
    if ((told[i + 1]?.from ?? Infinity) > to + holdMs) put(known, to + holdMs, -1);
  }
  return known;
}

/** The majority of those who know something; a silence between two bad stretches is bad when it is an hour or less. */
export function verdicts(vantages: readonly Knowledge[]): Verdicts {
  const words = vantages.map(() => -1);
  const next = vantages.map(() => 0);
  const [bad, good]: [Stretch[], Stretch[]] = [[], []];
  let [since, verdict] = [Number.NEGATIVE_INFINITY, 'unobserved'];
  for (;;) {
    const at = Math.min(...vantages.map(({ at }, i) => at[next[i]!] ?? Number.POSITIVE_INFINITY));
    if (at === Number.POSITIVE_INFINITY) break;
    for (const [i, vantage] of vantages.entries())
      if (vantage.at[next[i]!] === at) {
        words[i] = vantage.word[next[i]!]!;
        next[i]! += 1;
      }
    const knowing = words.filter((word) => word >= 0).length;
    const failing = words.filter((word) => word === 1).length;
    const now = knowing === 0 ? 'unobserved' : 2 * failing > knowing ? 'bad' : 'good';
    if (now === verdict) continue;
    if (verdict !== 'unobserved') (verdict === 'bad' ? bad : good).push({ from: since, to: at });
    [since, verdict] = [at, now];
  }
  const silent = bad.slice(1).map(({ from }, i) => ({ from: bad[i]!.to, to: from }));
  const bridged = silent.filter(
    (gap) => gap.to - gap.from <= bridgeMs && !good.some(({ from, to }) => from < gap.to && gap.from < to),
  );
  return { bad: joined([...bad, ...bridged]), good: joined(good) };
}

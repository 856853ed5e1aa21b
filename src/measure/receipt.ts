import { span, subtract, timelineOf } from '../timeline/timeline.ts';
import type { RoundRange, TargetLife } from './series.ts';
import { offsetOf, type RoundSpan } from './slot.ts';

/** A prober makes a round at least once a minute; one that was not heard of for so long is silent. */
export const proberSilentMs = 180_000;

/** Rounds that a prober says it made: `[first, last]` every `intervalMs`, over one version of the targets. */
export interface ToldRounds {
  readonly first: number;
  readonly last: number;
  readonly intervalMs: number;
  readonly version: number;
  readonly targets: number;
}

/**
 * Of the rounds told, those that no range covers yet. A round comes twice when its prober was started again
 * within it, or its clock was set back: what was said of it first stands.
 */
export function uncovered(ranges: readonly RoundRange[], told: ToldRounds): readonly RoundSpan[] {
  const { first, last, intervalMs } = told;
  const known = timelineOf(ranges.map((range) => [range.firstRound, range.lastRound + range.everyMs]));
  const free = subtract(span(first, last + intervalMs), known);
  const spans: RoundSpan[] = [];
  for (let i = 0; i < free.length; i += 2) {
    const from = first + Math.ceil((free[i]! - first) / intervalMs) * intervalMs;
    const to = first + Math.floor((free[i + 1]! - first) / intervalMs) * intervalMs - intervalMs;
    if (to >= from) spans.push({ first: from, last: to });
  }
  return spans;
}

/** Whether the rounds from `first` on make the range longer: they follow it in every respect. */
export function follows(
  range: RoundRange & { readonly targets: number },
  first: number,
  told: ToldRounds,
): boolean {
  return (
    first === range.lastRound + range.everyMs &&
    told.intervalMs === range.everyMs &&
    told.version === range.version &&
    told.targets === range.targets
  );
}

/** A range with its proof, as it is stored. */
export interface ReceiptRow extends RoundRange {
  readonly prober: string;
  readonly targets: number;
  readonly digest: Buffer;
  readonly signature: Buffer;
}

export interface Miss {
  readonly target: string;
  readonly at: number;
}

/**
 * Misses that a second telling of their round takes back: a slot was missed only if both tellings missed it.
 * `missed` are the slots that this telling missed itself.
 */
export function takenBack(
  known: readonly Miss[],
  lives: ReadonlyMap<string, TargetLife>,
  told: ToldRounds,
  missed: readonly Miss[],
): readonly Miss[] {
  const still = new Set(missed.map(({ target, at }) => `${target} ${at}`));
  return known.filter(({ target, at }) => {
    const life = lives.get(target);
    const isListed =
      life !== undefined && life.added <= told.version && told.version < (life.removed ?? Infinity);
    if (!isListed || still.has(`${target} ${at}`)) return false;
    const after = at - offsetOf(life.phase, told.intervalMs) - told.first;
    return after >= 0 && after % told.intervalMs === 0 && told.first + after <= told.last;
  });
}

/** Letters about rounds that came late: outages are looked at again where they happened (`outage/flow.ts`). */
export const lateTopic = 'late-rounds';

/** The hours that late rounds lie in. */
export interface LateRounds {
  readonly prober: string;
  readonly from: number;
  readonly to: number;
}

const hourMs = 3_600_000;
/** What is told within this is within the hold of what was seen before. */
const freshMs = 120_000;
/** Rounds that come within this time and lie in the same hours are one letter, due when it is over. */
const gatherMs = 60_000;

/** The letter about rounds that are told late; null: they are not. */
export function lateLetter(prober: string, told: ToldRounds, now: number) {
  if (told.first + told.intervalMs + freshMs >= now) return null;
  const from = Math.floor(told.first / hourMs) * hourMs;
  const to = (Math.floor((told.last + told.intervalMs) / hourMs) + 1) * hourMs;
  const turn = Math.floor(now / gatherMs);
  const body: LateRounds = { prober, from, to };
  return { key: `${prober}/${from}/${to}/${turn}`, body, due: (turn + 1) * gatherMs };
}

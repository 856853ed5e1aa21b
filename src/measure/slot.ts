/**
 * When a target is looked at. Rounds start at multiples of the interval on the epoch; a target has a fixed
 * phase, its share of the interval in 65,536ths, and so one slot in every round. Everything is computed
 * from the epoch, so nothing drifts: a prober that was late, or was started again, looks at the same instants.
 */
export const phaseSteps = 65_536;

/** Ms from the round's start to the target's slot: below the interval. */
export function offsetOf(phase: number, intervalMs: number): number {
  return Math.floor((phase * intervalMs) / phaseSteps);
}

/** Start of the round that `at` lies in. */
export function roundOf(at: number, intervalMs: number): number {
  return Math.floor(at / intervalMs) * intervalMs;
}

/** The target's slot in the round that starts at `round`. */
export function slotAt(round: number, phase: number, intervalMs: number): number {
  return round + offsetOf(phase, intervalMs);
}

/** The target's first slot at or after `at`. */
export function nextSlot(at: number, phase: number, intervalMs: number): number {
  const slot = slotAt(roundOf(at, intervalMs), phase, intervalMs);
  return slot >= at ? slot : slot + intervalMs;
}

/** Rounds done without a break: from the start of the first to that of the last. */
export interface RoundSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * Whether the round was done already. A clock that is set back brings old instants again; what was said of
 * them stands.
 */
export function isDone(done: readonly RoundSpan[], round: number): boolean {
  return done.some((span) => round >= span.first && round <= span.last);
}

/** `done` with one more round; spans that touch become one. Nearly always one span: more only after the clock jumped. */
export function withDone(done: readonly RoundSpan[], round: number, intervalMs: number): RoundSpan[] {
  const rest: RoundSpan[] = [];
  let { first, last } = { first: round, last: round };
  for (const span of done) {
    if (span.last < first - intervalMs || span.first > last + intervalMs) rest.push(span);
    else ({ first, last } = { first: Math.min(first, span.first), last: Math.max(last, span.last) });
  }
  rest.push({ first, last });
  return rest;
}

/** When a target is looked at between its slots, so that the edges of an outage are sharp. */
export interface Rechecks {
  /** Waits after a turn, one after the other. */
  readonly afterTurnMs: readonly number[];
  /** Wait between two looks at a target that fails: recovery is to be seen soon. */
  readonly whileFailingMs: number;
}

export function defaultRechecks(intervalMs: number): Rechecks {
  return { afterTurnMs: [5_000, 10_000, 20_000], whileFailingMs: Math.max(10_000, intervalMs / 6) };
}

/**
 * Ms until the next look after a reading, or null: its slot is soon enough. `since` counts the readings
 * since the last turn (0: this one turned; null: it never turned).
 */
export function recheckAfter(
  rechecks: Rechecks,
  result: 'pass' | 'fail',
  since: number | null,
  untilSlotMs: number,
): number | null {
  const quick = since === null ? undefined : rechecks.afterTurnMs[since];
  const failing = result === 'fail' ? rechecks.whileFailingMs : undefined;
  const waits = [quick, failing].filter((wait) => wait !== undefined);
  const wait = Math.min(...waits);
  return wait < untilSlotMs ? wait : null;
}

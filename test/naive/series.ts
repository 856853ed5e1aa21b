import { durationMs } from './canvas.ts';
import type { GuaranteeFile, RunFile, SeriesFile } from './file.ts';
import { type Grid, printed } from './grid.ts';

interface Seen {
  readonly first: number;
  readonly last: number;
  readonly fails: boolean;
}

const vantages = ['a', 'b', 'c', 'd', 'e'] as const;

/** Series for each check: some vantage points see much the same, some something else, some nothing. */
export function seriesOf(grid: Grid, guarantees: readonly GuaranteeFile[]): SeriesFile[] {
  const { random } = grid;
  const list: SeriesFile[] = [];
  for (const check of ['web', 'ftp', 'power', 'lonely'] as const) {
    const judged = guarantees.find((one) => one.check === check);
    if (judged === undefined && !random.chance(0.1)) continue;
    const count = random.pick([0, 1, 1, 1, 2, 2, 3, 3, 5]);
    const exact = judged !== undefined && random.chance(0.12) ? exactRuns(grid, judged) : null;
    const like = runsOf(grid, judged);
    for (const vantage of vantages.slice(0, exact === null ? count : 1)) {
      const seen = exact ?? (random.chance(0.5) ? shaken(grid, like) : runsOf(grid, judged));
      list.push({ check, vantage, runs: seen.map((one) => written(grid, one)) });
    }
  }
  return list;
}

function written(grid: Grid, { first, last, fails }: Seen): RunFile {
  return {
    first: printed(grid, first),
    last: first === last ? printed({ ...grid, random: grid.random }, last) : printed(grid, last),
    result: fails ? 'fail' : 'pass',
    count: 1 + grid.random.size(1000),
  };
}

function runsOf(grid: Grid, judged: GuaranteeFile | undefined): readonly Seen[] {
  const { random } = grid;
  if (random.chance(0.08)) return [];
  if (random.chance(0.15)) return scattered(grid);
  return chained(grid, judged);
}

/** Marks in time order, taken two by two. */
function scattered(grid: Grid): readonly Seen[] {
  const { random } = grid;
  const marks = [...new Set(Array.from({ length: 2 + random.size(30) }, () => grid.at()))].sort(
    (a, b) => a - b,
  );
  const seen: Seen[] = [];
  for (let i = 0; i + 1 < marks.length; i += 2) {
    seen.push({ first: marks[i]!, last: marks[i + 1]!, fails: random.chance(0.5) });
  }
  return seen;
}

/** Runs one after another over the month, with gaps of the lengths at which hold and bridge decide. */
function chained(grid: Grid, judged: GuaranteeFile | undefined): readonly Seen[] {
  const { random, tickMs, ticks } = grid;
  const holdMs = judged === undefined ? tickMs : durationMs(judged.hold!);
  const bridgeMs = durationMs(judged?.bridge ?? 'PT1H');
  const seen: Seen[] = [];
  const failing = random.pick([0, 0.05, 0.3, 0.6, 0.9, 1]);
  const gappy = random.pick([0, 0, 0.1, 0.4]);
  const most = Math.max(2, Math.ceil(ticks / random.pick([1, 4, 20])));
  let first = grid.from + tickMs * random.pick([0, 0, -5, -300, 3, 200]);
  const end = grid.to + tickMs * random.pick([0, 1, 500]);
  const stop = tickMs === 1 ? grid.asOf! + random.below(200) : end;
  const bridge = bridgeMs / tickMs;
  const isAstride = bridge >= 2 && random.chance(0.06);
  if (isAstride) {
    // A failure before the month and one in it, with a bridge's length unseen between them.
    const before = random.between(1, bridge - 1);
    const last = grid.from - before * tickMs - holdMs;
    seen.push({ first: last - 10 * tickMs, last, fails: true });
    first = grid.from + (bridge - before) * tickMs;
  }
  while (first < stop && seen.length < 60) {
    const fails = random.chance(failing) || (isAstride && seen.length === 1);
    const last = random.chance(0.1) ? first : first + grid.length(fails ? Math.ceil(most / 4) : most);
    seen.push({ first, last, fails });
    const gap = random.chance(gappy)
      ? random.pick([
          holdMs,
          holdMs + tickMs,
          holdMs + bridgeMs,
          holdMs + bridgeMs + tickMs,
          holdMs + grid.length(300),
        ])
      : tickMs;
    // Something else may begin or end in the middle of what nobody saw.
    const unseen = gap - holdMs;
    if (unseen > 0 && random.chance(0.8)) grid.mark(last + holdMs + tickMs * random.below(unseen / tickMs));
    first = last + Math.max(gap, tickMs);
  }
  return seen;
}

/** The same as another vantage point saw, a little earlier or later, and at times the opposite. */
function shaken(grid: Grid, like: readonly Seen[]): readonly Seen[] {
  const { random, tickMs } = grid;
  const offset = tickMs * random.pick([0, 0, 1, -1, 7]);
  return like
    .filter(() => random.chance(0.97))
    .map(({ first, last, fails }) => ({
      first: first + offset,
      last: last + offset,
      fails: random.chance(0.1) ? !fails : fails,
    }));
}

/**
 * A month at the very bound: exactly as much bad or unobserved time as the terms allow, or a tick more or less.
 * Null where that is no whole number of ticks.
 */
function exactRuns(grid: Grid, judged: GuaranteeFile): readonly Seen[] | null {
  const { random, tickMs, from } = grid;
  const { objective } = judged;
  if (objective.kind !== 'availability') return null;
  const ofCoverage = random.chance(0.6);
  const share = ofCoverage ? (judged.coverage ?? '0.95') : (objective.atLeast ?? objective.above!);
  const total = grid.asOf === null ? grid.ticks : (grid.asOf - from) / tickMs;
  const some = Math.round(total * (1 - Number(share)) * 1e6) / 1e6;
  const hold = durationMs(judged.hold!) / tickMs;
  if (!Number.isInteger(some) || some === 0 || hold === 0 || total - some < 3 * hold + 10) return null;
  const size = some + (random.chance(0.8) ? 0 : random.pick([-1, 1]));
  const at = hold + 1 + random.below(total - some - 2 * hold - 2);
  const tick = (index: number): number => from + index * tickMs;
  const pass = (first: number, last: number): Seen => ({
    first: tick(first),
    last: tick(last),
    fails: false,
  });
  const after = pass(at + size, total);
  if (ofCoverage) return [pass(0, at - hold), after];
  return [pass(0, at - 1), { first: tick(at), last: tick(at + size - 1), fails: true }, after];
}

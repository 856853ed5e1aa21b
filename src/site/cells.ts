import { dayStart, localDay, offsetAt } from '../calendar/zone.ts';
import type { StretchKind, StretchView } from '../settlement/view.ts';
import type { MonthView } from './view.ts';

/** Geometry of the minute calendar: which class each cell of a local day shows. No markup here. */

const dayMs = 86_400_000;

/** The worst class in a cell wins. */
const weight: Readonly<Record<StretchKind, number>> = { bad: 4, unobserved: 3, excluded: 2, outside: 1 };

/** Cells `[first, after)` that show one stretch; `stretches` are the indices of all that lie in them, in time order. */
export interface CellRun {
  readonly first: number;
  readonly after: number;
  readonly kind: StretchKind;
  readonly shown: number;
  readonly stretches: readonly number[];
}

export interface DayCells {
  /** Runs of cells that exist and are past: a skipped hour and what is to come are in none. */
  readonly present: readonly (readonly [first: number, after: number])[];
  readonly runs: readonly CellRun[];
}

export interface DaySpan {
  /** Days since 1970-01-01 of the local date. */
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

/** The local days of a month, each with its first instant and its end: 23 or 25 hours long where clocks change. */
export function daysOf(month: MonthView, zone: string): readonly DaySpan[] {
  const days: DaySpan[] = [];
  for (let day = localDay(zone, month.from); dayStart(zone, day) < month.to; day += 1) {
    days.push({ day, from: dayStart(zone, day), to: dayStart(zone, day + 1) });
  }
  return days;
}

interface Cell {
  shown: number;
  readonly stretches: Set<number>;
}

/**
 * The cells of a day at `cellMs`, by the clock on the wall, so that columns stay aligned: cells of a skipped hour are
 * absent, those of a repeated hour hold both passes. A stretch fills every cell that it touches, however shortly.
 */
export function cellsOf(
  day: DaySpan,
  until: number,
  stretches: readonly StretchView[],
  zone: string,
  cellMs: number,
): DayCells {
  const cells: (Cell | undefined)[] = Array.from({ length: dayMs / cellMs });
  let near = firstTouching(stretches, day.from);
  for (let at = day.from; at < Math.min(day.to, until); at += cellMs) {
    const index = Math.floor((at + offsetAt(zone, at) - day.day * dayMs) / cellMs);
    cells[index] ??= { shown: -1, stretches: new Set() };
    const cell = cells[index];
    while (near < stretches.length && stretches[near]!.to <= at) near += 1;
    for (let i = near; i < stretches.length && stretches[i]!.from < Math.min(at + cellMs, until); i += 1) {
      cell.stretches.add(i);
      if (cell.shown < 0 || isWorse(stretches[i]!, stretches[cell.shown]!)) cell.shown = i;
    }
  }
  return { present: presentRuns(cells), runs: shownRuns(cells, stretches) };
}

/** First stretch that ends after `at`, by halving: a month may hold thousands. */
function firstTouching(stretches: readonly StretchView[], at: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle]!.to <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isWorse(a: StretchView, b: StretchView): boolean {
  if (a.kind !== b.kind) return weight[a.kind] > weight[b.kind];
  return a.to - a.from > b.to - b.from;
}

function presentRuns(cells: readonly (Cell | undefined)[]): DayCells['present'] {
  const runs: [number, number][] = [];
  for (const [i, cell] of cells.entries()) {
    if (cell === undefined) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === i) last[1] = i + 1;
    else runs.push([i, i + 1]);
  }
  return runs;
}

function shownRuns(cells: readonly (Cell | undefined)[], stretches: readonly StretchView[]): CellRun[] {
  const runs: { first: number; after: number; kind: StretchKind; shown: number; all: Set<number> }[] = [];
  for (const [i, cell] of cells.entries()) {
    if (cell === undefined || cell.shown < 0) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.after === i && last.shown === cell.shown) {
      last.after = i + 1;
      for (const index of cell.stretches) last.all.add(index);
    } else {
      const { kind } = stretches[cell.shown]!;
      runs.push({ first: i, after: i + 1, kind, shown: cell.shown, all: new Set(cell.stretches) });
    }
  }
  return runs.map(({ all, ...run }) => ({ ...run, stretches: [...all].sort((a, b) => a - b) }));
}

/** The day's milliseconds by class, up to `until`; good is what no stretch covers. */
export function dayClasses(day: DaySpan, until: number, stretches: readonly StretchView[]) {
  const end = Math.min(day.to, until);
  const ms = { good: Math.max(0, end - day.from), bad: 0, unobserved: 0, excluded: 0, outside: 0 };
  for (let i = firstTouching(stretches, day.from); i < stretches.length; i += 1) {
    const stretch = stretches[i]!;
    if (stretch.from >= end) break;
    const length = Math.min(stretch.to, end) - Math.max(stretch.from, day.from);
    if (length <= 0) continue;
    ms[stretch.kind] += length;
    ms.good -= length;
  }
  return ms;
}

/** Good over good and bad as a decimal percent, floored at six decimals; null when there is neither. */
export function flooredPercent(good: number, bad: number): string | null {
  if (good + bad === 0) return null;
  const millionths = (BigInt(good) * 100_000_000n) / BigInt(good + bad);
  const digits = millionths.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

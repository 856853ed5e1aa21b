import type { Interval } from '../timeline/interval.ts';
import { intersect, type Timeline, timelineOf } from '../timeline/timeline.ts';
import { dayStart, instantOf, localDay } from './zone.ts';

/** Working time as terms state it (SEMANTICS §6), already read: dates are days since 1970-01-01, times minutes of the day. */
export interface Working {
  readonly zone: string;
  /** By ISO weekday, Monday first (index 0); minutes of the local day. */
  readonly periods: readonly (readonly Interval[])[];
  readonly holidays: ReadonlySet<number>;
  readonly makeup: ReadonlySet<number>;
  /** Index of the weekday whose periods a make-up day follows. */
  readonly makeupLike: number;
}

export interface WorkingClock {
  /**
   * The earliest instant with `needMs` of working time in `[opened, due)`; Infinity when there never is, or
   * when it is known to come after `until` (a deadline of a century need not be counted out).
   */
  due(opened: number, needMs: number, until: number): number;
  /** Working milliseconds in `[from, to)`. */
  between(from: number, to: number): number;
}

const dayMs = 86_400_000;
/** Days a block of the table holds. */
const blockDays = 366;
const blockMs = blockDays * dayMs;

/** A stretch of days: its periods in order, and the working time before each. */
interface Block {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly totals: readonly number[];
  readonly total: number;
}

/**
 * A clock over running totals: the working periods of a block of days are laid out once, after which a
 * deadline is a search in a sorted list, whatever the hours of the single days are.
 */
export function workingClock(working: Working): WorkingClock {
  const blocks = new Map<number, Block>();
  const lastMakeup = lastOf(working.makeup);
  const weekly = working.periods.some((periods) => periods.some(([from, to]) => from < to));

  function block(index: number): Block {
    const known = blocks.get(index) ?? layOut(working, index);
    if (blocks.size > 200) blocks.clear();
    blocks.set(index, known);
    return known;
  }

  function due(opened: number, needMs: number, until: number): number {
    let index = blockOf(opened);
    if (needMs === 0) return opened;
    let need = needMs + workedBefore(block(index), opened);
    for (;;) {
      const { starts, totals, total } = block(index);
      if (need <= total) {
        const i = lastBelow(totals, need);
        return starts[i]! + need - totals[i]!;
      }
      need -= total;
      index += 1;
      if (index * blockMs > until || (!weekly && index * blockDays > lastMakeup + 2)) {
        return Number.POSITIVE_INFINITY;
      }
    }
  }

  function between(from: number, to: number): number {
    if (to <= from) return 0;
    const first = blockOf(from);
    const last = blockOf(to);
    let sum = workedBefore(block(last), to) - workedBefore(block(first), from);
    for (let index = first; index < last; index += 1) sum += block(index).total;
    return sum;
  }

  return { due, between };
}

/** A calendar that has no working day in three years has none. */
const longestDays = 1100;

/**
 * The end of the last of `days` whole working days that follow the local day of `at`; `at` itself for none, null
 * when the calendar does not have so many.
 */
export function afterWorkingDays(working: Working, at: number, days: number): number | null {
  if (days === 0) return at;
  const first = localDay(working.zone, at) + 1;
  let left = days;
  for (let day = first; day < first + longestDays; day += 1) {
    if (periodsOf(working, day).some(([from, to]) => from < to)) left -= 1;
    if (left === 0) return dayStart(working.zone, day + 1);
  }
  return null;
}

function blockOf(at: number): number {
  return Math.floor(at / blockMs);
}

function lastOf(days: ReadonlySet<number>): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const day of days) last = Math.max(last, day);
  return last;
}

/** Blocks are cut at UTC instants, so that no local midnight can fall between two of them. */
function layOut(working: Working, index: number): Block {
  const intervals: Interval[] = [];
  for (let day = index * blockDays - 2; day < (index + 1) * blockDays + 2; day += 1) {
    intervals.push(...periodsOf(working, day));
  }
  return totalled(intersect(timelineOf(intervals), [index * blockMs, (index + 1) * blockMs]));
}

function totalled(line: Timeline): Block {
  const starts: number[] = [];
  const ends: number[] = [];
  const totals: number[] = [];
  let total = 0;
  for (let i = 0; i < line.length; i += 2) {
    starts.push(line[i]!);
    ends.push(line[i + 1]!);
    totals.push(total);
    total += line[i + 1]! - line[i]!;
  }
  return { starts, ends, totals, total };
}

/** Whether nobody works on a local date, given as days since 1970-01-01. */
export function isDayOff(working: Working, day: number): boolean {
  return !periodsOf(working, day).some(([from, to]) => from < to);
}

/** The periods of one local date as instants; a date in both lists is worked. */
function periodsOf(working: Working, day: number): Interval[] {
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  const made = working.makeup.has(day);
  if (!made && working.holidays.has(day)) return [];
  const periods = working.periods[made ? working.makeupLike : weekday] ?? [];
  return periods.map(([from, to]) => [
    instantOf(working.zone, day * dayMs + from * 60_000),
    instantOf(working.zone, day * dayMs + to * 60_000),
  ]);
}

function workedBefore(block: Block, at: number): number {
  const i = lastBelow(block.starts, at);
  return i < 0 ? 0 : block.totals[i]! + Math.min(at, block.ends[i]!) - block.starts[i]!;
}

/** Index of the last element below `value`, −1 when none is. */
function lastBelow(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

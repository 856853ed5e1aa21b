import type { Random } from '../fuzz/random.ts';
import { dayBegins } from './working.ts';

/** Where and how finely a generated month is told: every instant is a whole number of ticks from its start. */
export interface Grid {
  readonly random: Random;
  readonly zone: string;
  readonly month: string;
  readonly from: number;
  readonly to: number;
  readonly asOf: number | null;
  readonly tickMs: number;
  /** Ticks of the month, or up to asOf where the grid is of milliseconds. */
  readonly ticks: number;
  /** An instant around the month, often one that something else already has, or its neighbour. */
  at(): number;
  /** Remembers an instant, that others may fall on it. */
  mark(at: number): number;
  /** So many ticks in ms: mostly few, now and then up to `most`. */
  length(most: number): number;
}

/** Months of 672 to 745 hours, one of 743.5, one that begins at 01:00 because midnight is skipped. */
const months: readonly (readonly [string, string])[] = [
  ['Asia/Shanghai', '2026-10'],
  ['Asia/Shanghai', '2026-02'],
  ['Asia/Shanghai', '2028-02'],
  ['UTC', '2026-04'],
  ['Europe/Berlin', '2026-03'],
  ['Europe/Berlin', '2026-10'],
  ['America/New_York', '2026-11'],
  ['Africa/Cairo', '2026-04'],
  ['Australia/Lord_Howe', '2026-10'],
  ['America/Asuncion', '2023-10'],
  ['Asia/Kathmandu', '2026-07'],
];

const dayMs = 86_400_000;

export function gridOf(random: Random): Grid {
  const [zone, month] = random.chance(0.3) ? months[0]! : random.pick(months);
  const first = Temporal.PlainYearMonth.from(month);
  const from = dayBegins(zone, first.toPlainDate({ day: 1 }));
  const to = dayBegins(zone, first.add({ months: 1 }).toPlainDate({ day: 1 }));
  // In milliseconds only the month's first seconds can be told tick by tick: asOf ends them.
  const tickMs = random.chance(0.12) ? 1 : random.chance(0.2) ? 28_125 : 60_000;
  const all = (to - from) / tickMs;
  const asOf = tickMs === 1 ? from + random.between(50, 4000) : asOfIn(random, from, all, tickMs);
  const ticks = tickMs === 1 ? asOf! - from : all;
  const marks = [from, to, ...(asOf === null ? [] : [asOf, asOf])];
  const margin = tickMs === 1 ? Math.ceil(ticks / 4) : Math.ceil((2 * dayMs) / tickMs);
  const mark = (at: number): number => {
    if (marks.length < 60) marks.push(at);
    else marks[random.below(marks.length)] = at;
    return at;
  };
  const at = (): number => {
    if (random.chance(0.4)) return random.pick(marks) + tickMs * random.pick([0, 0, 0, 1, -1, 2, -3]);
    return mark(from + tickMs * random.between(-margin, ticks + margin));
  };
  const length = (most: number): number => tickMs * (1 + random.size(most));
  return { random, zone, month, from, to, asOf, tickMs, ticks, at, mark, length };
}

function asOfIn(random: Random, from: number, ticks: number, tickMs: number): number | null {
  if (random.chance(0.6)) return null;
  const tick = random.chance(0.8)
    ? random.below(ticks)
    : random.pick([0, -1, -random.below(5000), ticks, ticks + 1, ticks + random.below(5000)]);
  return from + tick * tickMs;
}

/** ISO 8601, in one of the forms that a case may have. */
export function printed({ random }: Grid, at: number): string {
  const text = new Date(at).toISOString();
  if (random.chance(0.9)) return text;
  if (random.chance(0.5)) return `${new Date(at + 8 * 3_600_000).toISOString().slice(0, -1)}+08:00`;
  return `${new Date(at - 3.5 * 3_600_000).toISOString().slice(0, -1)}-03:30`;
}

export function printedDuration({ random }: Grid, ms: number): string {
  if (ms > 0 && ms % dayMs === 0 && random.chance(0.5)) return `P${ms / dayMs}D`;
  if (ms > 0 && ms % 60_000 === 0 && random.chance(0.5)) return `PT${ms / 60_000}M`;
  if (ms >= 3_600_000 && random.chance(0.3))
    return `PT${Math.floor(ms / 3_600_000)}H${(ms % 3_600_000) / 1000}S`;
  return `PT${ms / 1000}S`;
}

export function shuffled<Item>({ random }: Grid, list: readonly Item[]): Item[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

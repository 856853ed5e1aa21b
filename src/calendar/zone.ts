import type { Interval } from '../timeline/interval.ts';
import { parseDate } from './instant.ts';

/**
 * Local time of a zone by arithmetic: the zone's offset changes of a UTC year are asked of Temporal once and
 * remembered, since judging asks for local days hundreds of thousands of times.
 */

const dayMs = 86_400_000;
const yearMs = 366 * dayMs;

interface OffsetSpan {
  readonly from: number;
  readonly offset: number;
}

const spans = new Map<string, Map<number, readonly OffsetSpan[]>>();

/** True for a name that Temporal knows as a time zone. */
export function isZone(zone: string): boolean {
  try {
    new Temporal.ZonedDateTime(0n, zone);
    return true;
  } catch {
    return false;
  }
}

/** Local time minus UTC at an instant, in milliseconds. */
export function offsetAt(zone: string, at: number): number {
  const block = Math.floor(at / yearMs);
  const known = spans.get(zone)?.get(block) ?? learnSpans(zone, block);
  let offset = known[0]!.offset;
  for (let i = 1; i < known.length && known[i]!.from <= at; i += 1) offset = known[i]!.offset;
  return offset;
}

function learnSpans(zone: string, block: number): readonly OffsetSpan[] {
  const known = readSpans(zone, block * yearMs, (block + 1) * yearMs);
  const blocks = spans.get(zone) ?? new Map<number, readonly OffsetSpan[]>();
  // There are some hundred zones; the years of one are as many as somebody asks for.
  if (blocks.size > 500) blocks.clear();
  spans.set(zone, blocks.set(block, known));
  return known;
}

function readSpans(zone: string, from: number, to: number): readonly OffsetSpan[] {
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  const out: OffsetSpan[] = [{ from, offset: at.offsetNanoseconds / 1e6 }];
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= to) return out;
    out.push({ from: next.epochMilliseconds, offset: next.offsetNanoseconds / 1e6 });
    at = next;
  }
}

/**
 * The instant of a local time, given as if it were UTC. A time that a clock change repeats is its first
 * occurrence, one that it skips is moved past the gap by the gap's length (Temporal's `compatible`).
 */
export function instantOf(zone: string, local: number): number {
  const before = offsetAt(zone, local - dayMs);
  const after = offsetAt(zone, local + dayMs);
  if (before === after && offsetAt(zone, local - before) === before) return local - before;
  const early = local - Math.max(before, after);
  const late = local - Math.min(before, after);
  if (offsetAt(zone, early) === local - early) return early;
  if (offsetAt(zone, late) === local - late) return late;
  return Temporal.Instant.fromEpochMilliseconds(local)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
    .toZonedDateTime(zone).epochMilliseconds;
}

/** Days since 1970-01-01 of the local date at an instant. */
export function localDay(zone: string, at: number): number {
  return Math.floor((at + offsetAt(zone, at)) / dayMs);
}

/** The first instant of a local date, given as days since 1970-01-01 (not always midnight). */
export function dayStart(zone: string, day: number): number {
  const local = day * dayMs;
  const at = instantOf(zone, local);
  if (at + offsetAt(zone, at) === local) return at;
  return Temporal.Instant.fromEpochMilliseconds(local)
    .toZonedDateTimeISO('UTC')
    .toPlainDate()
    .toZonedDateTime(zone).epochMilliseconds;
}

/** The first instant of the local day in which `at` lies. */
export function dayStartOf(zone: string, at: number): number {
  return dayStart(zone, localDay(zone, at));
}

/** `2026-10` in a zone: `[first instant of the 1st, first instant of the next 1st)`; null when it is no month. */
export function monthSpan(zone: string, month: string): Interval | null {
  if (!/^\d{4}-\d\d$/.test(month)) return null;
  const first = parseDate(`${month}-01`);
  const next = parseDate(`${nextMonth(month)}-01`);
  return first === null || next === null ? null : [dayStart(zone, first), dayStart(zone, next)];
}

/** `2026-12` → `2027-01`. */
export function nextMonth(month: string): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** The month in which an instant lies, in a zone: `2026-10`. */
export function monthOf(zone: string, at: number): string {
  return new Date(at + offsetAt(zone, at)).toISOString().slice(0, 7);
}

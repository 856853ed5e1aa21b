import { type Canvas, tickAt } from './canvas.ts';
import type { WorkingFile } from './file.ts';
import type { See } from './situation.ts';

/** docs/semantics.md §6: which ticks are working time. Local times are turned into instants by the platform's Temporal. */
export function workedTicks(canvas: Canvas, working: WorkingFile, see: See): Uint8Array {
  const worked = new Uint8Array(canvas.count);
  const endMs = canvas.from + canvas.count * canvas.tickMs;
  let date = localDate(working.zone, canvas.from).subtract({ days: 1 });
  const last = localDate(working.zone, endMs).add({ days: 1 });
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const [from, to] of periodsOf(working, date, see)) {
      const begin = instantOf(working.zone, date, from);
      const end = instantOf(working.zone, date, to);
      if (end <= begin) {
        see('period that ends before it begins');
        continue;
      }
      const until = tickAt(canvas, end);
      for (let tick = tickAt(canvas, begin); tick < until; tick += 1) {
        if (worked[tick] === 1) see('periods that overlap');
        worked[tick] = 1;
      }
      if (until > tickAt(canvas, begin)) seePeriod(begin, end, from, to, see);
    }
  }
  return worked;
}

function periodsOf(working: WorkingFile, date: Temporal.PlainDate, see: See): readonly [string, string][] {
  const text = date.toString();
  const off = working.holidays?.includes(text) ?? false;
  const made = working.makeup?.includes(text) ?? false;
  const own = working.periods[String(date.dayOfWeek)] ?? [];
  if (made) {
    const like = working.makeupLike ?? '1';
    see('make-up day worked');
    if (off) see('date in both lists');
    if (like !== '1') see('make-up day like another weekday');
    return working.periods[like] ?? [];
  }
  if (off && own.length > 0) see('holiday passed over');
  return off ? [] : own;
}

function seePeriod(begin: number, end: number, from: string, to: string, see: See): void {
  if (to === '24:00') see('period to 24:00');
  const wall = minutesOf(to) - minutesOf(from);
  if (end - begin !== wall * 60_000) see('period over a clock change');
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

const instants = new Map<string, number>();

/** Temporal's `compatible`; `24:00` is the next day's midnight. */
function instantOf(zone: string, date: Temporal.PlainDate, time: string): number {
  const key = `${zone} ${date} ${time}`;
  const known = instants.get(key);
  if (known !== undefined) return known;
  const day = time === '24:00' ? date.add({ days: 1 }) : date;
  const clock = Temporal.PlainTime.from(time === '24:00' ? '00:00' : time);
  const at = day.toPlainDateTime(clock).toZonedDateTime(zone).epochMilliseconds;
  instants.set(key, at);
  return at;
}

export function localDate(zone: string, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

/** The first instant of a local date, whenever that is. */
export function dayBegins(zone: string, date: Temporal.PlainDate): number {
  return date.toZonedDateTime(zone).epochMilliseconds;
}

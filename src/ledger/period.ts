import { parseDate } from '../calendar/instant.ts';
import { dayStart } from '../calendar/zone.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { Interval } from '../timeline/interval.ts';

/** Longer than any books are kept (ten years and the running one). */
const longestDays = 11 * 366;

/** From the first instant of a local date to the end of another: both days are in it. */
export function periodOf(zone: string, from: string, to: string): Interval | Refusal {
  const [first, last] = [parseDate(from), parseDate(to)];
  if (first === null) return refuse('period-invalid', 'from', 'a date of the calendar (2026-10-01)');
  if (last === null) return refuse('period-invalid', 'to', 'a date of the calendar (2026-10-31)');
  if (last < first) return refuse('period-invalid', 'to', 'a date that is not before the first one');
  if (last - first > longestDays) return refuse('period-invalid', 'from', 'at most eleven years');
  return [dayStart(zone, first), dayStart(zone, last + 1)];
}

/** Days of a sale's term in the provider's zone, as forms write them (`2026-11-24`). Pure. */

/** The first instant of a day. */
export function startOf(date: string, zone: string): string {
  return new Date(Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds).toISOString();
}

/** The first instant after a day. */
export function endOf(date: string, zone: string): string {
  return startOf(Temporal.PlainDate.from(date).add({ days: 1 }).toString(), zone);
}

export function dayOf(at: string | number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(new Date(at).getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
}

/** The last day of a term of whole months that begins on `first`: a year from 24 November ends on 23 November. */
export function lastDay(first: string, months: number): string {
  return Temporal.PlainDate.from(first).add({ months }).subtract({ days: 1 }).toString();
}

/** The first day that a renewal may begin on: when what was sold ends, or today when that is over or nothing was sold. */
export function firstDay(end: string | null, zone: string, now: number): string {
  const today = dayOf(now, zone);
  if (end === null || Date.parse(end) <= now) return today;
  const day = dayOf(end, zone);
  // What ends within a day (a change of plan) is followed on the next one.
  return startOf(day, zone) === new Date(end).toISOString() ? day : dayOf(endOf(day, zone), zone);
}

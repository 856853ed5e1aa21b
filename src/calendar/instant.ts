/**
 * ISO 8601 text ↔ epoch milliseconds. Digits are read by hand because a case file has hundreds of instants
 * and is judged thousands of times a second.
 */

const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * An instant with offset or `Z`, seconds optional; null when it is none. Instants are whole milliseconds, so
 * finer decimals must be zero. A leap second is not an instant of this scale.
 */
export function parseInstant(text: string): number | null {
  if (text.length === usual.length) {
    const at = usualInstant(text);
    if (at !== null) return at;
  }
  if (!shape.test(text)) return null;
  const day = epochDay(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  if (day === null || hour > 23 || minute > 59) return null;
  const zoneAt = text.endsWith('Z') ? text.length - 1 : text.length - 6;
  const second = zoneAt > 16 ? digits(text, 17, 2) : 0;
  const fraction = zoneAt > 20 ? text.slice(20, zoneAt) : '';
  if (second > 59 || (fraction.length > 3 && Number(fraction.slice(3)) !== 0)) return null;
  const offset = offsetMs(text, zoneAt);
  if (offset === null) return null;
  const ms = fraction === '' ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  return ((day * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + ms - offset;
}

/** The form that we print ourselves, read without a pattern; whatever is not exactly that is null. */
const usual = '2026-10-02T00:00:00.000Z';

function usualInstant(text: string): number | null {
  for (let i = 0; i < usual.length; i += 1) {
    const code = text.charCodeAt(i);
    const like = usual.charCodeAt(i);
    if (like >= 0x30 && like <= 0x39 ? code < 0x30 || code > 0x39 : code !== like) return null;
  }
  const day = epochDay(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  if (day === null || hour > 23 || minute > 59 || second > 59) return null;
  return ((day * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + digits(text, 20, 3);
}

function offsetMs(text: string, at: number): number | null {
  if (text.charCodeAt(at) === 0x5a) return 0;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (hours > 23 || minutes > 59) return null;
  return (text.charCodeAt(at) === 0x2d ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i += 1) value = value * 10 + text.charCodeAt(i) - 48;
  return value;
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days since 1970-01-01 of a date of the Gregorian calendar; null when there is no such date. */
export function epochDay(year: number, month: number, day: number): number | null {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month < 1 || month > 12 || day < 1) return null;
  if (day > monthDays[month - 1]! + (month === 2 && leap ? 1 : 0)) return null;
  // Counted from 1 March, so that the leap day is the year's last.
  const shifted = month <= 2 ? year - 1 : year;
  const yearDays =
    365 * shifted + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return yearDays + Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1 - 719_468;
}

const dayMs = 86_400_000;
const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** Days already printed: a month has few, and a Date costs more than all the rest. */
const dates = new Map<number, string>();

/** `2026-10-02T00:00:00.000Z`, the form in which settlements are printed. */
export function printInstant(at: number): string {
  const day = Math.floor(at / dayMs);
  const seconds = Math.floor((at - day * dayMs) / 1000);
  const ms = String(at - day * dayMs - seconds * 1000).padStart(3, '0');
  const minutes = Math.floor(seconds / 60);
  return `${dateOf(day)}T${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}.${ms}Z`;
}

function dateOf(day: number): string {
  const known = dates.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * dayMs).toISOString().slice(0, -'T00:00:00.000Z'.length);
  if (dates.size > 1000) dates.clear();
  dates.set(day, date);
  return date;
}

/** `2026-10-01` → days since 1970-01-01; null when it is no date. */
export function parseDate(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  return epochDay(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
}

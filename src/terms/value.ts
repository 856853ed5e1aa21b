import { z } from 'zod';
import { parseDuration } from '../calendar/duration.ts';
import { parseDate, parseInstant } from '../calendar/instant.ts';
import type { Working } from '../calendar/working.ts';
import { isZone } from '../calendar/zone.ts';
import { parseMinor } from '../money/amount.ts';
import { compare, type Fraction, parseDecimal, whole } from '../money/fraction.ts';
import type { Interval } from '../timeline/interval.ts';

/** The values of terms and case files (SEMANTICS §8, Values): text in, integers and exact fractions out. */

export const text = z.string().min(1, 'must not be empty');

/** Text that PostgreSQL can keep as it is: no NUL, no half of a surrogate pair. */
export const keepable = z.string().refine(isKeepable, 'text without NUL and half characters');

function isKeepable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** The words of others (a server's banner, a visitor's account name), made keepable: they must not hold up the rest. */
export function foreign(most: number) {
  return z
    .string()
    .max(most)
    .transform((value) => (isKeepable(value) ? value : value.replaceAll('\0', '\ufffd').toWellFormed()));
}

/** A string that `parse` understands; otherwise refused with the rule. */
function read<T>(parse: (text: string) => T | null, rule: string) {
  return z.string().transform((value, ctx): T => {
    const parsed = parse(value);
    if (parsed !== null) return parsed;
    ctx.addIssue(rule);
    return z.NEVER;
  });
}

export const instant = read(parseInstant, 'an ISO 8601 instant with offset or Z, to the millisecond');
export const duration = read(
  parseDuration,
  'an ISO 8601 duration in days, hours, minutes and seconds (PT2M30.5S)',
);
export const minor = read(parseMinor, 'money is digits with exactly two decimals and no sign ("600.00")');
export const date = read(parseDate, 'a date of the calendar (2026-10-01)');
export const zone = z.string().refine(isZone, 'a time zone of the IANA database (Asia/Shanghai)');

/** A share as a decimal string from "0" to "1". */
export const share = read((value): Fraction | null => {
  const parsed = parseDecimal(value);
  return parsed === null || compare(parsed, whole(1)) > 0 ? null : parsed;
}, 'a share is a decimal string from "0" to "1"');

/** A positive number with at most three decimals, exactly as it was written. */
export const decimal = z.number().transform((value, ctx): Fraction => {
  const written = String(value);
  const parsed = /^\d+(\.\d{1,3})?$/.test(written) && value > 0 ? parseDecimal(written) : null;
  if (parsed !== null) return parsed;
  ctx.addIssue('a positive number with at most three decimals');
  return z.NEVER;
});

/**
 * The same as `shape`, but what `read` knows at a glance is not walked through it: a month has thousands of
 * values, and schemas cost more than all the judging. Whatever `read` gives null for, `shape` reads or refuses.
 */
export function glanced<Shape extends z.ZodType>(
  read: (value: unknown) => z.output<Shape> | null,
  shape: Shape,
) {
  return z.unknown().transform((value, ctx): z.output<Shape> => {
    const glance = read(value);
    if (glance !== null) return glance;
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      ctx.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
    return z.NEVER;
  });
}

const weekday = z.enum(['1', '2', '3', '4', '5', '6', '7']);

/** `09:00` → minutes of the day; `24:00` is the day's end. */
const timeOfDay = read((value): number | null => {
  const parts = /^(\d\d):(\d\d)$/.exec(value);
  if (parts === null) return null;
  const minutes = Number(parts[1]) * 60 + Number(parts[2]);
  return Number(parts[2]) > 59 || minutes > 1440 ? null : minutes;
}, 'a time of day is HH:MM, 24:00 included');

const day = z.array(z.tuple([timeOfDay, timeOfDay])).default([]);
/** Not a record: its keys would pass a `__proto__` by. */
const periods = z.strictObject({ '1': day, '2': day, '3': day, '4': day, '5': day, '6': day, '7': day });

export const workingShape = z
  .strictObject({
    zone,
    periods,
    holidays: z.array(date).default([]),
    makeup: z.array(date).default([]),
    makeupLike: weekday.default('1'),
  })
  .transform(
    (w): Working => ({
      zone: w.zone,
      periods: weekday.options.map((name): readonly Interval[] => w.periods[name]),
      holidays: new Set(w.holidays),
      makeup: new Set(w.makeup),
      makeupLike: Number(w.makeupLike) - 1,
    }),
  );

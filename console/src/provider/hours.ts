/** Working hours as terms state them (SEMANTICS §8), and as a person writes them: `09:00-12:00 13:30-18:00`. */

export const weekdays = ['1', '2', '3', '4', '5', '6', '7'] as const;

export type Hours = Readonly<Record<(typeof weekdays)[number], string>>;
type Periods = Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;

export interface Working {
  readonly zone: string;
  readonly periods: Periods;
  readonly holidays?: readonly string[];
  readonly makeup?: readonly string[];
  readonly makeupLike?: string;
}

export function hoursOf({ periods }: Working): Hours {
  const text = (day: string): string => (periods[day] ?? []).map(([from, to]) => `${from}-${to}`).join(' ');
  return Object.fromEntries(weekdays.map((day) => [day, text(day)])) as Hours;
}

/** Null: not written so. An empty text is a day off. */
export function periodsOf(text: string): readonly (readonly [string, string])[] | null {
  const parts = text
    .trim()
    .split(/[\s,，、;；]+/)
    .filter((part) => part !== '');
  const periods = parts.map((part) => /^(\d{1,2}:\d{2})[-–—~～](\d{1,2}:\d{2})$/.exec(part));
  if (periods.includes(null)) return null;
  return periods.map((found): [string, string] => [full(found?.[1] ?? ''), full(found?.[2] ?? '')]);
}

const full = (time: string): string => time.padStart(5, '0');

/** ISO weekdays by name; 1 January 2024 was a Monday. */
export function weekdayName(lang: 'zh' | 'en', day: string): string {
  return new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
    weekday: 'long',
    timeZone: 'UTC',
  }).format(Date.UTC(2024, 0, Number(day)));
}

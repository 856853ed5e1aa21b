import { localDay, offsetAt } from '../calendar/zone.ts';
import type { Lang } from '../terms/words.ts';

/** Instants and months as a person reads them, in the agreement's zone; never a bare ISO string. */

const dayMs = 86_400_000;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const longMonths =
  'January February March April May June July August September October November December'.split(' ');
const weekdays = { zh: [...'日一二三四五六'], en: 'Su Mo Tu We Th Fr Sa'.split(' ') } as const;

/** `04:12`, with seconds (`04:12:30`) when they are not zero. */
export function clockWords(zone: string, at: number): string {
  const text = new Date(at + offsetAt(zone, at)).toISOString();
  return text.slice(17, 19) === '00' ? text.slice(11, 16) : text.slice(11, 19);
}

/** `10 月 3 日`, `3 Oct`. */
export function dayWords(zone: string, at: number, lang: Lang): string {
  const local = new Date(at + offsetAt(zone, at));
  const day = local.getUTCDate();
  return lang === 'zh' ? `${local.getUTCMonth() + 1} 月 ${day} 日` : `${day} ${months[local.getUTCMonth()]}`;
}

/** Day, clock and, where it is not this year's, the year: `10 月 3 日 04:12`, `3 Oct 2025 04:12`. */
export function instantWords(zone: string, at: number, lang: Lang, now: number): string {
  const year = new Date(at + offsetAt(zone, at)).getUTCFullYear();
  const plain = dayWords(zone, at, lang);
  if (year === new Date(now + offsetAt(zone, now)).getUTCFullYear())
    return `${plain} ${clockWords(zone, at)}`;
  const day = lang === 'zh' ? `${year} 年 ${plain}` : `${plain} ${year}`;
  return `${day} ${clockWords(zone, at)}`;
}

/** `10 月 3 日 04:12–04:20`; over midnight both days are named, an end at midnight is 24:00 of the day before. */
export function spanWords(zone: string, from: number, to: number, lang: Lang): string {
  const start = `${dayWords(zone, from, lang)} ${clockWords(zone, from)}`;
  const midnight = (to + offsetAt(zone, to)) % dayMs === 0;
  const lastDay = localDay(zone, to - 1);
  const end = midnight ? '24:00' : clockWords(zone, to);
  if (lastDay === localDay(zone, from)) return `${start}–${end}`;
  return `${start} – ${dayWords(zone, to - 1, lang)} ${end}`;
}

/** `2026 年 10 月`, `October 2026`. */
export function monthWords(month: string, lang: Lang): string {
  const [year = '', number = ''] = month.split('-');
  if (lang === 'zh') return `${year} 年 ${Number(number)} 月`;
  return `${longMonths[Number(number) - 1] ?? number} ${year}`;
}

/** Day of the month and weekday of a local day (days since 1970-01-01). */
export function dayOf(day: number, lang: Lang): { readonly number: number; readonly weekday: string } {
  const local = new Date(day * dayMs);
  return { number: local.getUTCDate(), weekday: weekdays[lang][local.getUTCDay()]! };
}

/** The zone as it is named beside every list of times: `北京时间（Asia/Shanghai，UTC+8）`. */
export function zoneWords(zone: string, at: number, lang: Lang): string {
  const minutes = Math.round(offsetAt(zone, at) / 60_000);
  const rest = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  const offset = `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
  if (lang === 'en') return zone === 'UTC' ? 'UTC' : `${zone}, ${offset}`;
  return zone === 'Asia/Shanghai' ? `北京时间（${zone}，${offset}）` : `${zone}，${offset}`;
}

/** A figure and its unit on one line: `99 %`, `5 小时`, `1.5 s`. */
export function tied(text: string): string {
  return text.replace(/(\d) (?=\S)/g, '$1\u00a0');
}

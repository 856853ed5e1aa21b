type Lang = 'zh' | 'en';

/** How money, durations and instants are written for a person. Pure: instants as ISO or milliseconds in, text out. */

const locales: Readonly<Record<Lang, string>> = { zh: 'zh-CN', en: 'en-GB' };

/** Minor units (fen, cents) with the currency's sign and thousands marks: `¥1,234,567.89`. */
export function money(
  lang: Lang,
  { minor, currency }: { readonly minor: number; readonly currency: string },
): string {
  const form = new Intl.NumberFormat(locales[lang], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  });
  const digits = form.resolvedOptions().maximumFractionDigits ?? 2;
  return form.format(minor / 10 ** digits);
}

export function count(lang: Lang, value: number): string {
  return new Intl.NumberFormat(locales[lang]).format(value);
}

/** A share as percent, floored to `digits`, so that what was missed is never rounded up to the promise. */
export function percent(lang: Lang, share: number, digits = 3): string {
  const unit = 10 ** (digits + 2);
  // 0.1 of the last unit is what floating point may have lost: 0.999 is 99.9 %, not 99.899 %.
  const floored = Math.floor(share * unit + 1e-6) / unit;
  return new Intl.NumberFormat(locales[lang], {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(floored);
}

/** Bytes in steps of 1024: `1.5 GiB`. */
export function bytes(lang: Lang, value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
  const number = new Intl.NumberFormat(locales[lang], { maximumFractionDigits: step === 0 ? 0 : 1 });
  return `${number.format(value / 1024 ** step)} ${units[step]}`;
}

const steps = [
  [86_400, { zh: '天', en: 'd' }],
  [3600, { zh: '小时', en: 'h' }],
  [60, { zh: '分', en: 'min' }],
  [1, { zh: '秒', en: 's' }],
] as const;

/** A duration in words, its two greatest units: `4 h 22 min`, `4 小时 22 分`; below a second in ms. */
export function duration(lang: Lang, ms: number): string {
  const sign = ms < 0 ? '−' : '';
  let rest = Math.abs(ms);
  if (rest > 0 && rest < 1000) return `${sign}${Math.round(rest)} ${lang === 'zh' ? '毫秒' : 'ms'}`;
  rest = Math.floor(rest / 1000);
  const parts: string[] = [];
  for (const [seconds, unit] of steps) {
    const whole = Math.floor(rest / seconds);
    rest -= whole * seconds;
    if (whole > 0 && parts.length < 2) parts.push(`${whole} ${unit[lang]}`);
    else if (parts.length > 0) break;
  }
  return parts.length === 0 ? `0 ${steps[2][1][lang]}` : `${sign}${parts.join(' ')}`;
}

type Instant = string | number;

function msOf(at: Instant): number {
  return typeof at === 'number' ? at : Date.parse(at);
}

/** `2026年10月6日 14:05` / `6 October 2026, 14:05`, in the reader's zone, or in `zone` when it is given. */
export function instant(lang: Lang, at: Instant, zone?: string, seconds = false): string {
  return new Intl.DateTimeFormat(locales[lang], {
    year: 'numeric',
    month: lang === 'zh' ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' as const } : {}),
    hourCycle: 'h23',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(msOf(at));
}

/** From one to the other, the day said once where it is the same: `6 Oct 2026, 14:05 – 14:09`. */
export function span(lang: Lang, from: Instant, to: Instant): string {
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const isOneDay = day(lang, from) === day(lang, to);
  const end = isOneDay ? new Intl.DateTimeFormat(locales[lang], time).format(msOf(to)) : instant(lang, to);
  return `${instant(lang, from)} – ${end}`;
}

/** The day alone. */
export function day(lang: Lang, at: Instant, zone?: string): string {
  return new Intl.DateTimeFormat(locales[lang], {
    dateStyle: 'long',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(msOf(at));
}

/** `2026-10` as `2026年10月` / `October 2026`. */
export function month(lang: Lang, name: string): string {
  return new Intl.DateTimeFormat(locales[lang], { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    Date.parse(`${name}-01T00:00:00Z`),
  );
}

/** How long ago or how soon, in its greatest unit: `3 minutes ago`, `3 分钟前`. */
export function ago(lang: Lang, at: Instant, now: number): string {
  const form = new Intl.RelativeTimeFormat(locales[lang], { numeric: 'auto' });
  const seconds = Math.round((msOf(at) - now) / 1000);
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  const [unit, length] = units.find(([, span]) => Math.abs(seconds) >= span) ?? (['second', 1] as const);
  return form.format(Math.trunc(seconds / length), unit);
}

import assert from 'node:assert/strict';
import type { Fraction } from '../money/fraction.ts';

/** How figures are said to a person, Chinese first. Nothing here rounds up to a promise. */

export type Lang = 'zh' | 'en';

export interface Text {
  readonly zh: string;
  readonly en: string;
}

const units = [
  { ms: 86_400_000, zh: '天', en: 'd' },
  { ms: 3_600_000, zh: '小时', en: 'h' },
  { ms: 60_000, zh: '分', en: 'min' },
] as const;

/** `4 小时 22 分`, `4 h 22 min`; the two largest units, floored; below a minute in seconds. */
export function durationWords(ms: number, lang: Lang): string {
  const sign = ms < 0 ? '−' : '';
  let rest = Math.abs(ms);
  if (rest < 60_000) return `${sign}${secondWords(rest, lang)}`;
  const parts: string[] = [];
  for (const unit of units) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(`${count} ${unit[lang]}`);
    if (parts.length === 2) break;
  }
  return sign + parts.join(' ');
}

function secondWords(ms: number, lang: Lang): string {
  const seconds = ms < 10_000 ? Math.floor(ms / 100) / 10 : Math.floor(ms / 1000);
  return `${seconds} ${lang === 'zh' ? '秒' : 's'}`;
}

/** Minor units with thousands marks: `¥1,234,567.89`, `CNY 1,234,567.89`. */
export function moneyWords(minor: number | bigint, currency: string, lang: Lang): string {
  const value = BigInt(minor);
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  const mark = lang === 'zh' && currency === 'CNY' ? '¥' : `${currency} `;
  return `${value < 0n ? '−' : ''}${mark}${whole}.${digits.slice(-2)}`;
}

/** `"99.412345"` → `99.412 %`: cut, never rounded up to the promise. */
export function percentWords(percent: string, decimals = 3): string {
  const [whole = '0', fraction = ''] = percent.split('.');
  const cut = fraction.slice(0, decimals).replace(/0+$/, '');
  return `${whole}${cut === '' ? '' : `.${cut}`} %`;
}

/** A fraction of terms exactly, as it was written there: `0.995`, `2`. Terms hold decimals only, so it ends. */
export function decimalWords({ numerator, denominator }: Fraction): string {
  assert(numerator >= 0n && denominator > 0n);
  const whole = String(numerator / denominator);
  let rest = numerator % denominator;
  let digits = '';
  while (rest > 0n) {
    rest *= 10n;
    digits += String(rest / denominator);
    rest %= denominator;
    assert(digits.length <= 60, `${numerator}/${denominator} is not a decimal`);
  }
  return digits === '' ? whole : `${whole}.${digits}`;
}

/** Fills `{name}` holes. A hole without a value is a bug: the wording and the terms have drifted apart. */
export function fillHoles(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    assert(value !== undefined, `no value for {${name}}`);
    return value;
  });
}

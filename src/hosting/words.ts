import type { Text } from '../terms/words.ts';
import type { PlanFunctions } from './plan.ts';

/** A plan's function table as rows in words (clause 2-1.1): what is published is what is hosted. */
export function functionRows(
  functions: PlanFunctions,
): readonly { readonly name: Text; readonly value: Text }[] {
  const { spaceMb, trafficGb, domains, ftp, php, tls } = functions;
  const none: Text = { zh: '不提供', en: 'not included' };
  const accounts = ftp?.accounts ?? 0;
  const secured =
    ftp?.tls === 'required' ? { zh: '（须加密登录）', en: ' (TLS required)' } : { zh: '', en: '' };
  return [
    { name: { zh: '网页空间', en: 'Web space' }, value: same(`${spaceMb} MB`) },
    { name: { zh: '每月流量', en: 'Traffic a month' }, value: same(`${trafficGb} GB`) },
    { name: { zh: '绑定域名', en: 'Domains' }, value: { zh: `${domains} 个`, en: String(domains) } },
    {
      name: { zh: 'FTP 帐号', en: 'FTP accounts' },
      value: ftp === null ? none : { zh: `${accounts} 个${secured.zh}`, en: `${accounts}${secured.en}` },
    },
    { name: same('PHP'), value: php === null ? none : same(php) },
    { name: { zh: '加密访问（HTTPS）', en: 'HTTPS' }, value: tls ? { zh: '提供', en: 'included' } : none },
  ];
}

function same(text: string): Text {
  return { zh: text, en: text };
}

const weekdays: readonly Text[] = [
  { zh: '周一', en: 'Mon' },
  { zh: '周二', en: 'Tue' },
  { zh: '周三', en: 'Wed' },
  { zh: '周四', en: 'Thu' },
  { zh: '周五', en: 'Fri' },
  { zh: '周六', en: 'Sat' },
  { zh: '周日', en: 'Sun' },
];

type Periods = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** `周一至周五 09:00–12:00、13:30–18:00`: neighbouring days with the same hours stand together. */
export function workingWords(periods: Periods): Text {
  const groups: { first: number; last: number; hours: string }[] = [];
  for (let day = 0; day < 7; day += 1) {
    const hours = (periods[String(day + 1)] ?? []).map(([from, to]) => `${from}–${to}`).join('|');
    const open = groups.at(-1);
    if (hours === '') continue;
    if (open !== undefined && open.hours === hours && open.last === day - 1) open.last = day;
    else groups.push({ first: day, last: day, hours });
  }
  const say = (lang: 'zh' | 'en'): string =>
    groups
      .map(({ first, last, hours }) => {
        const from = weekdays[first]![lang];
        const to = first === last ? '' : `${lang === 'zh' ? '至' : '–'}${weekdays[last]![lang]}`;
        return `${from}${to} ${hours.split('|').join(lang === 'zh' ? '、' : ', ')}`;
      })
      .join(lang === 'zh' ? '；' : '; ');
  return { zh: say('zh'), en: say('en') };
}

import type { Problem } from '../client/problem.ts';
import { answers } from './answers.ts';
import { type Lang, useLang } from './lang.ts';

/** What a refusal says to a person: what happened, and what to do about it. */
export interface Said {
  readonly what: string;
  readonly mend: string;
}

const known: ReadonlyMap<string, Readonly<Record<Lang, Said>>> = new Map(
  answers
    .trim()
    .split('\n')
    .map((line) => {
      const [code = '', what = '', mend = '', whatEn = '', mendEn = ''] = line.split(' | ');
      return [code, { zh: { what, mend }, en: { what: whatEn, mend: mendEn } }] as const;
    }),
);

/** What the server's checks of shapes say most, in the reader's language; the rest stays as it is. */
const shapes: readonly (readonly [RegExp, string, string])[] = [
  [/^Invalid email/i, '应为邮箱地址，例如 name@example.cn。', 'A mail address, such as name@example.com.'],
  [/received undefined|>=1 characters/i, '请填写此项。', 'Please fill this in.'],
  [/>=(\d+) characters/, '至少 $1 个字符。', 'At least $1 characters.'],
  [/<=(\d+) characters/, '最多 $1 个字符。', 'At most $1 characters.'],
  [/number to be >=?(-?\d+)/, '不小于 $1。', 'At least $1.'],
  [/number to be <=?(-?\d+)/, '不大于 $1。', 'At most $1.'],
  [/^Invalid option/i, '请从所列的选项中选择。', 'Choose one of those listed.'],
  [
    /^a user and a password, or neither/,
    '用户名与密码须同时填写或同时留空。',
    'A user name and a password, or neither.',
  ],
  [
    /^TLS or STARTTLS/,
    '密码不能以明文经过网络：请选择 TLS 或 STARTTLS。',
    'A password does not cross a network in the clear: choose TLS or STARTTLS.',
  ],
  [/^a host name or an IP/, '应为主机名或 IP 地址。', 'A host name or an IP address.'],
  [/^Unrecognized key/i, '请重新载入页面后再试。', 'Load the page again and try once more.'],
];

/** The server's rule for a person. */
export function ruleWords(lang: Lang, rule: string): string {
  for (const [pattern, zh, en] of shapes) {
    const found = pattern.exec(rule);
    if (found !== null) return (lang === 'zh' ? zh : en).replace('$1', found[1] ?? '');
  }
  if (rule === '') return '';
  return lang === 'zh' ? `所要求的是：${rule}` : `What is wanted: ${rule}`;
}

export function refusalWords(lang: Lang, { code, rule }: Problem): Said {
  const said = known.get(code)?.[lang];
  if (said === undefined) {
    const what = lang === 'zh' ? '服务器未接受此操作。' : 'The server did not accept this.';
    return { what, mend: ruleWords(lang, rule) };
  }
  const number = /\d+/.exec(rule)?.[0] ?? '';
  const mend = said.mend.replaceAll('{n}', number).replaceAll('{rule}', ruleWords(lang, rule));
  return { what: said.what, mend };
}

export function useRefusal(problem: Problem): Said {
  return refusalWords(useLang(), problem);
}

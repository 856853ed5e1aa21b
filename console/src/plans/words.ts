import { count } from '../speech/format.ts';
import { both, type Lang } from '../speech/lang.ts';

export const stageWords = both({
  zh: { draft: '草稿', 'invited-test': '邀请测试', 'public-test': '公开测试', released: '正式' },
  en: { draft: 'draft', 'invited-test': 'invited test', 'public-test': 'public test', released: 'released' },
});

interface Functions {
  readonly spaceMb: number;
  readonly trafficGb: number;
  readonly domains: number;
  readonly ftp: { readonly accounts: number; readonly tls: 'optional' | 'required' } | null;
  readonly php: string | null;
  readonly tls: boolean;
}

const names = {
  space: { zh: '空间', en: 'Web space' },
  traffic: { zh: '每月流量', en: 'Traffic a month' },
  domains: { zh: '域名', en: 'Domains' },
  ftp: { zh: 'FTP 账号', en: 'FTP accounts' },
  php: { zh: 'PHP', en: 'PHP' },
  tls: { zh: '加密访问', en: 'HTTPS' },
} as const;

/** What a plan does, row by row, as it is published (clause 2-1.1). */
export function functionWords(functions: Functions, lang: Lang): readonly (readonly [string, string])[] {
  const zh = lang === 'zh';
  const no = zh ? '无' : 'none';
  const { spaceMb, trafficGb, domains, ftp, php, tls } = functions;
  const ftpText =
    ftp === null
      ? no
      : `${ftp.accounts}${ftp.tls === 'required' ? (zh ? '，必须加密' : ', encrypted only') : ''}`;
  return [
    [names.space[lang], `${count(lang, spaceMb)} MB`],
    [names.traffic[lang], `${count(lang, trafficGb)} GB`],
    [names.domains[lang], String(domains)],
    [names.ftp[lang], ftpText],
    [names.php[lang], php ?? no],
    [names.tls[lang], tls ? (zh ? '有' : 'yes') : no],
  ];
}

import type { Problem } from '../client/problem.ts';
import { type Lang, useLang } from './lang.ts';

/** What a refusal says to a person: what happened, and what to do about it. */
export interface Said {
  readonly what: string;
  readonly mend: string;
}

type Words = readonly [what: string, mend: string];

/** By permanent code. What is not here is told in the server's own words. */
export const refusals: Readonly<Record<string, Readonly<Record<Lang, Words>>>> = {
  offline: {
    zh: ['无法连接到服务器。', '请检查网络后重试；您填写的内容仍在。'],
    en: [
      'The server cannot be reached.',
      'Check the connection and try again; what you entered is still here.',
    ],
  },
  'failed-here': {
    zh: ['服务器出现故障，已记录。', '请稍后重试；若再次发生，请联系我们。'],
    en: ['Something failed at our end; it was noted.', 'Try again shortly; if it happens again, tell us.'],
  },
};

export function refusalWords(lang: Lang, { code, rule }: Problem): Said {
  const known = refusals[code]?.[lang];
  if (known !== undefined) return { what: known[0], mend: known[1] };
  const frame = lang === 'zh' ? '服务器未接受此操作。' : 'The server did not accept this.';
  const wanted = rule === '' ? '' : lang === 'zh' ? `所要求的是：${rule}` : `What is wanted: ${rule}`;
  return { what: frame, mend: wanted };
}

export function useRefusal(problem: Problem): Said {
  return refusalWords(useLang(), problem);
}

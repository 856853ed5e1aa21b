import { fillHoles, type Lang, type Text } from '../words.ts';
import type { TermsText } from './hosting.ts';
import { power, service, speed } from './wording/care.ts';
import { duration } from './wording/duration.ts';
import { other } from './wording/other.ts';
import { head, premise } from './wording/premise.ts';
import { ftp, functions, site } from './wording/promise.ts';
import { remedy } from './wording/remedy.ts';
import { type GuaranteeId, guaranteeWords, holesOf } from './words.ts';

/**
 * The wording of `virtual-hosting/2026-11`, Chinese and English of equal force, with the clause numbers of
 * docs/clauses.md. Figures are holes that the terms fill, so what is read is what is judged.
 */

export interface Clause {
  /** As it is cited everywhere: `1.1`, `2-2.2.3`, `head`. */
  readonly clause: string;
  readonly title: Text;
  readonly text: Text;
}

/** A part or a section with the clauses that stand under its heading. */
export interface Chapter {
  readonly chapter: string;
  readonly title: Text;
  readonly clauses: readonly Clause[];
}

/** The whole agreement, in the order in which it is printed. Part 2 is a heading over its six sections. */
export const chapters: readonly Chapter[] = [
  {
    chapter: 'head',
    title: { zh: '虚拟主机服务质量保证协议', en: 'Virtual Hosting Service Quality Agreement' },
    clauses: head,
  },
  { chapter: '1', title: { zh: '前提', en: 'Conditions' }, clauses: premise },
  { chapter: '2', title: { zh: '服务保证', en: 'What the Provider promises' }, clauses: [] },
  { chapter: '2-1', title: { zh: '功能', en: 'Functions' }, clauses: functions },
  { chapter: '2-2', title: { zh: '站点稳定', en: 'The site' }, clauses: site },
  { chapter: '2-3', title: { zh: 'FTP 稳定', en: 'FTP' }, clauses: ftp },
  { chapter: '2-4', title: { zh: '站点速度', en: 'Speed' }, clauses: speed },
  { chapter: '2-5', title: { zh: '机房供电', en: 'Power' }, clauses: power },
  { chapter: '2-6', title: { zh: '客户服务', en: 'Customer service' }, clauses: service },
  { chapter: '3', title: { zh: '违约赔偿', en: 'Compensation' }, clauses: remedy },
  { chapter: '4', title: { zh: '期限', en: 'Duration' }, clauses: duration },
  { chapter: '5', title: { zh: '其他', en: 'Other provisions' }, clauses: other },
];

export const clauses: readonly Clause[] = chapters.flatMap((chapter) => chapter.clauses);

/** What a clause and those below it promise; of several keys that fit, the first. All others promise nothing measured. */
const promises: readonly (readonly [string, readonly GuaranteeId[]])[] = [
  ['2-1.1', ['function']],
  ['2-1.2', ['notice', 'notice-major']],
  ['2-2', ['web']],
  ['2-3', ['ftp']],
  ['2-4', ['response']],
  ['2-5', ['power']],
  ['2-6.1', ['hotline']],
  ['2-6.2', ['feedback']],
  ['2-6.3', ['holiday']],
  ['2-6.4', ['fault-reply', 'other-reply']],
];

const notPromised: Text = {
  zh: '本协议不含此项保证。',
  en: 'This promise is not part of this agreement.',
};

/**
 * A clause as it reads under `terms`, which may offer only some of the edition's guarantees: a clause whose
 * promise is not among them says so under its own number, and one with several promises keeps those offered.
 */
export function clauseText(clause: Clause, terms: TermsText, lang: Lang): string {
  const values = holesOf(terms, lang);
  const promised = promises.find(([key]) => clause.clause.startsWith(key))?.[1] ?? [];
  const offered = promised.filter((id) => terms.guarantees.some((guarantee) => guarantee.id === id));
  if (offered.length === promised.length) return fillHoles(clause.text[lang], values);
  if (offered.length === 0) return notPromised[lang];
  const sentences = offered.map((id) => fillHoles(guaranteeWords[id].promise[lang], values));
  return sentences.join(lang === 'zh' ? '' : ' ');
}

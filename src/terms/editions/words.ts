import assert from 'node:assert/strict';
import { type Guarantee, type Terms, termsShape } from '../terms.ts';
import { decimalWords, type Lang, type Text } from '../words.ts';
import type { TermsText } from './hosting.ts';
import { answerWords } from './wording/answer.ts';
import { type CauseWords, excuseWords } from './wording/excuse.ts';
import { type Hole, type HoleValues, holes, worded } from './wording/hole.ts';

/** The short words of `virtual-hosting/2026-11` for tables, notices and statements; the agreement itself is wording.ts. */

/** The guarantees of the edition (SEMANTICS §11), in its order. */
export const guaranteeIds = [
  'function',
  'notice',
  'notice-major',
  'web',
  'ftp',
  'response',
  'power',
  'hotline',
  'feedback',
  'holiday',
  'fault-reply',
  'other-reply',
] as const;
export type GuaranteeId = (typeof guaranteeIds)[number];

export interface GuaranteeWords {
  /** Fits into a table's first column. */
  readonly name: Text;
  /** One sentence; its holes are filled from the terms. */
  readonly promise: Text;
}

export const guaranteeWords: Readonly<Record<GuaranteeId, GuaranteeWords>> = {
  function: {
    name: { zh: '功能相符', en: 'Functions' },
    promise: {
      zh: '型号上公布的每一项功能，任何时候都可用。',
      en: 'Every function published for the plan works at all times.',
    },
  },
  notice: {
    name: { zh: '中断公告', en: 'Announcements' },
    promise: worded({
      zh: '中断超过 5 分钟的，自开始起 {notice.within}内在网站上公告。',
      en: 'An interruption longer than 5 minutes is announced on the website within {notice.within} of its start.',
    }),
  },
  'notice-major': {
    name: { zh: '重大中断通知', en: 'Notice of major interruptions' },
    promise: worded({
      zh: '对客户影响重大的中断，自开始起 {notice-major.within}内通知到客户。',
      en: 'A major interruption is notified to the customers it affects within {notice-major.within} of its start.',
    }),
  },
  web: {
    name: { zh: '站点访问', en: 'Website' },
    promise: worded({
      zh: '站点每月的正常访问率不低于 {web.atLeast}。',
      en: 'The site can be reached for at least {web.atLeast} of every month.',
    }),
  },
  ftp: {
    name: { zh: 'FTP 连通', en: 'FTP' },
    promise: worded({
      zh: 'FTP 每月的连通率高于 {ftp.above}。',
      en: 'FTP logins work for more than {ftp.above} of every month.',
    }),
  },
  response: {
    name: { zh: '响应速度', en: 'Response' },
    promise: worded({
      zh: '服务器收全请求后，不超过 {response.limit}就开始应答。',
      en: 'The server starts to answer at most {response.limit} after it has the whole request.',
    }),
  },
  power: {
    name: { zh: '机房供电', en: 'Power' },
    promise: worded({
      zh: '机房每月的供电时间不低于 {power.atLeast}。',
      en: 'The server room has power for at least {power.atLeast} of every month.',
    }),
  },
  hotline: {
    name: { zh: '服务热线', en: 'Hotline' },
    promise: {
      zh: '服务热线全年昼夜有人接听，节假日不休。',
      en: 'Somebody answers the hotline day and night, all year, holidays included.',
    },
  },
  feedback: {
    name: { zh: '意见反馈', en: 'Feedback page' },
    promise: worded({
      zh: '意见反馈页面每月可用的时间不低于 {feedback.atLeast}。',
      en: 'The feedback page can be used for at least {feedback.atLeast} of every month.',
    }),
  },
  holiday: {
    name: { zh: '节假日热线', en: 'Holiday hotline' },
    promise: {
      zh: '每个法定节假日开始前至少 3 天，网站上已有节假日热线。',
      en: 'The holiday hotline is on the website at least 3 days before each public holiday begins.',
    },
  },
  'fault-reply': {
    name: { zh: '故障答复', en: 'Answers to faults' },
    promise: worded({
      zh: '报告的技术故障，{fault-reply.within}内反馈处理结果。',
      en: 'A reported technical fault gets its result within {fault-reply.within}.',
    }),
  },
  'other-reply': {
    name: { zh: '其他答复', en: 'Other answers' },
    promise: worded({
      zh: '故障以外的问题，{other-reply.within}内反馈处理结果。',
      en: 'A ticket about anything but a fault gets its result within {other-reply.within}.',
    }),
  },
};

export type CauseId = keyof typeof excuseWords | keyof typeof answerWords;

/** Who answers for a stretch or a report, in words. */
export const causeWords: Readonly<Record<CauseId, CauseWords>> = { ...excuseWords, ...answerWords };

/** The clause to cite for a cause on one check: closing a host has a clause of its own for FTP (2-3.3.4). */
export function clauseOfCause(cause: CauseId, check: string | null): string {
  const { clause, ftpClause } = causeWords[cause];
  return check === 'ftp' ? (ftpClause ?? clause) : clause;
}

/** What stands in the holes under these terms. Figures of guarantees that they do not offer are left out. */
export function holesOf(offered: TermsText, lang: Lang): HoleValues {
  const terms = termsOf(offered);
  const values: Partial<Record<Hole, string>> = { factor: decimalWords(terms.factor) };
  for (const hole of holes) {
    const [id, field] = hole.split('.');
    const guarantee = terms.guarantees.find((g) => g.id === id);
    if (guarantee !== undefined) values[hole] = figure(guarantee, field, lang);
  }
  return values;
}

const parsed = new WeakMap<TermsText, Terms>();

/** Terms are frozen at offering: one object is read once. */
function termsOf(offered: TermsText): Terms {
  const terms = parsed.get(offered) ?? termsShape.parse(offered);
  parsed.set(offered, terms);
  return terms;
}

function figure({ id, objective }: Guarantee, field: string | undefined, lang: Lang): string {
  switch (objective.kind) {
    case 'availability': {
      // The wording says "at least" or "above" itself: the terms must mean the same (SEMANTICS §5).
      assert(field === (objective.strictly ? 'above' : 'atLeast'), `${id} does not promise ${field}`);
      const { numerator, denominator } = objective.bound;
      return `${decimalWords({ numerator: numerator * 100n, denominator })} %`;
    }
    case 'ceiling':
      assert(field === 'limit', `${id} does not promise ${field}`);
      return span(objective.limitMs, lang);
    case 'deadline': {
      assert(field === 'within', `${id} does not promise ${field}`);
      const { kind, ms } = objective.within;
      if (kind === 'elapsed') return span(ms, lang);
      const hours = ms / 3_600_000;
      return lang === 'zh' ? `${hours} 个工作小时` : `${hours} working ${hours === 1 ? 'hour' : 'hours'}`;
    }
  }
}

const units = [
  { ms: 3_600_000, zh: '小时', en: 'hour' },
  { ms: 60_000, zh: '分钟', en: 'minute' },
] as const;
const second = { ms: 1000, zh: '秒', en: 'second' } as const;

/** A span as a sentence says it, in the largest unit that it is a whole number of: `30 分钟`, `1.5 seconds`. */
function span(ms: number, lang: Lang): string {
  const unit = units.find((one) => ms % one.ms === 0) ?? second;
  const count = ms / unit.ms;
  return `${count} ${lang === 'en' && count !== 1 ? `${unit.en}s` : unit[lang]}`;
}

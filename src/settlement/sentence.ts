import { offsetAt } from '../calendar/zone.ts';
import { type Fraction, multiply, roundDown, whole } from '../money/fraction.ts';
import { type CauseId, causeWords, clauseOfCause, guaranteeWords } from '../terms/editions/words.ts';
import type { Objective } from '../terms/terms.ts';
import { durationWords, type Lang, moneyWords } from '../terms/words.ts';
import type { Case } from './case.ts';

/** The sentences in which a judgement is told (docs/look.md, Words). The agreement's own words come first. */

interface Sentences {
  readonly facts: Readonly<Record<'signed' | 'paid' | 'opened' | 'released', string>>;
  readonly title: (agreement: string, month: string, zone: string) => string;
  readonly interim: (instant: string) => string;
  readonly monthEmpty: string;
  readonly wholly: string;
  readonly notInForce: string;
  readonly partly: (duration: string) => string;
  readonly missing: (fact: string, clause: string) => string;
  readonly ended: (clause: string) => string;
  readonly guarantee: (name: string, clause: string, status: string) => string;
  readonly attained: (percent: string) => string;
  readonly bad: (duration: string) => string;
  readonly uncovered: (duration: string) => string;
  readonly allowance: (duration: string) => string;
  readonly lessThan: (duration: string) => string;
  readonly reached: string;
  readonly headroom: (duration: string) => string;
  readonly exceeded: (duration: string) => string;
  readonly excused: (cause: string, duration: string) => string;
  readonly evidence: (ids: string) => string;
  readonly deficient: string;
  readonly more: (count: number) => string;
  readonly compensation: string;
  readonly nothingOwed: (amount: string) => string;
  readonly deficientSum: (duration: string, ms: string) => string;
  readonly formula: string;
  readonly sum: (exact: string, rounded: string, currency: string) => string;
}

const zh: Sentences = {
  facts: { signed: '双方签字盖章', paid: '付费', opened: '产品开通', released: '产品正式发布' },
  title: (agreement, month, zone) => `质量协议 ${agreement}，${month} 月度结算（时间按 ${zone}）`,
  interim: (instant) => `中期结果：只计到 ${instant}，之后的事不计。`,
  monthEmpty: '截止时间不晚于月初，没有可计的时间。',
  wholly: '协议全月生效。',
  notInForce: '协议本月没有生效的时间。',
  partly: (duration) => `协议本月生效 ${duration}，其余时间未生效。`,
  missing: (fact, clause) => `缺少${fact}（条款 ${clause}）：`,
  ended: (clause) => `协议已终止（条款 ${clause}）：`,
  guarantee: (name, clause, status) => `${name}（条款 ${clause}）：${status}`,
  attained: (percent) => `；实际 ${percent}`,
  bad: (duration) => `不达标时间 ${duration}`,
  uncovered: (duration) => `，其中 ${duration} 没有观测，因观测不足按不达标计`,
  allowance: (duration) => `当月可容许 ${duration}，`,
  lessThan: (duration) => `当月须少于 ${duration}，`,
  reached: '恰好用尽',
  headroom: (duration) => `尚余 ${duration}`,
  exceeded: (duration) => `超出 ${duration}`,
  excused: (cause, duration) => `不计入 ${duration}：${cause}`,
  evidence: (ids) => `证据：${ids}`,
  deficient: '应赔时段：',
  more: (count) => `另有 ${count} 段`,
  compensation: '赔偿（条款 3-1）',
  nothingOwed: (amount) => `没有应赔时间，赔偿 ${amount}`,
  deficientSum: (duration, ms) => `应赔时间合计 ${duration}（${ms} 毫秒；几项承诺同时未达到，只计一次）`,
  formula: '已付费用 × 应赔毫秒 ÷ 购买毫秒 × 倍数：',
  sum: (exact, rounded, currency) =>
    exact === rounded
      ? `合计 ${rounded}`
      : `合计 ${exact}，向上进到${currency === 'CNY' ? '分' : '最小货币单位'}：${rounded}`,
};

const en: Sentences = {
  facts: {
    signed: 'signatures and seals of both parties',
    paid: 'payment',
    opened: 'opening of the product',
    released: 'release of the product',
  },
  title: (agreement, month, zone) => `Quality agreement ${agreement}, month ${month} (times in ${zone})`,
  interim: (instant) => `Interim result as of ${instant}; nothing later is counted.`,
  monthEmpty: 'The result is asked for at or before the start of the month: there is no time to count.',
  wholly: 'In force for the whole month.',
  notInForce: 'Not in force at any time in this month.',
  partly: (duration) => `In force for ${duration} of the month.`,
  missing: (fact, clause) => `Missing: ${fact} (clause ${clause})`,
  ended: (clause) => `The agreement had ended (clause ${clause})`,
  guarantee: (name, clause, status) => `${name} (clause ${clause}): ${status}`,
  attained: (percent) => `; attained ${percent}`,
  bad: (duration) => `Bad: ${duration}`,
  uncovered: (duration) => `, of which ${duration} unobserved, bad because too little was observed`,
  allowance: (duration) => `Allowance: ${duration}; `,
  lessThan: (duration) => `Allowance: less than ${duration}; `,
  reached: 'exactly used up',
  headroom: (duration) => `${duration} left`,
  exceeded: (duration) => `exceeded by ${duration}`,
  excused: (cause, duration) => `Not counted for ${duration}: ${cause}`,
  evidence: (ids) => `Evidence: ${ids}`,
  deficient: 'Deficient:',
  more: (count) => `and ${count} more`,
  compensation: 'Compensation (clause 3-1)',
  nothingOwed: (amount) => `No deficient time: ${amount}`,
  deficientSum: (duration, ms) =>
    `Deficient in all: ${duration} (${ms} ms; counted once where several promises were broken)`,
  formula: 'Fee paid × deficient ms ÷ bought ms × factor:',
  sum: (exact, rounded, currency) =>
    exact === rounded
      ? `Total: ${rounded}`
      : `Total: ${exact}, rounded up to the ${currency === 'CNY' ? 'fen' : 'minor unit'}: ${rounded}`,
};

export const sentences: Readonly<Record<Lang, Sentences>> = { zh, en };

/** The guarantee's name beside its id, where the edition has one; other terms are called by their id. */
export function guaranteeName(id: string, lang: Lang): string {
  const words = Object.entries(guaranteeWords).find(([known]) => known === id)?.[1];
  return words === undefined ? id : `${words.name[lang]} ${id}`;
}

/** The cause with its clause on one check, as far as the agreement knows it. */
export function causeName(cause: string, check: string | null, lang: Lang): string {
  const known = causeIds.find((id) => id === cause);
  if (known === undefined) return cause;
  const clause = clauseOfCause(known, check);
  const name = causeWords[known].name[lang];
  if (clause === null) return name;
  return lang === 'zh' ? `${name}（条款 ${clause}）` : `${name} (clause ${clause})`;
}

const causeIds = Object.keys(causeWords) as CauseId[];

/** The figure that an objective promises. */
export function promiseWords(objective: Objective, lang: Lang): string {
  const isZh = lang === 'zh';
  switch (objective.kind) {
    case 'availability': {
      const bound = `${decimalText(multiply(objective.bound, whole(100)), 12)} %`;
      if (isZh) return `承诺：当月${objective.strictly ? '高于' : '不低于'} ${bound}`;
      return `Promised: ${objective.strictly ? 'above' : 'at least'} ${bound} of the month`;
    }
    case 'ceiling': {
      const [limit, window] = [objective.limitMs, objective.windowMs].map((ms) => durationWords(ms, lang));
      return isZh
        ? `承诺：每 ${window} 的 ${objective.statistic} 值不超过 ${limit}`
        : `Promised: ${objective.statistic} of every ${window} at most ${limit}`;
    }
    case 'deadline': {
      const { kind, ms } = objective.within;
      const within =
        kind === 'elapsed'
          ? durationWords(ms, lang)
          : `${ms / 3_600_000} ${isZh ? '个工作小时' : 'working hours'}`;
      return isZh ? `承诺：${within}内完成` : `Promised: done within ${within}`;
    }
  }
}

/** `2026-10-10 04:30:00` in the case's zone; with the offset where the month has two of them. */
export function localWords({ zone, from, to }: Pick<Case, 'zone' | 'from' | 'to'>, at: number): string {
  const offset = offsetAt(zone, at);
  const [day = '', time = ''] = new Date(at + offset).toISOString().slice(0, -1).split('T');
  const text = `${day} ${time.replace(/\.000$/, '')}`;
  return offsetAt(zone, from) === offsetAt(zone, to) ? text : `${text} ${offsetText(offset)}`;
}

/** `+02:00`; a historical offset with seconds keeps them. */
function offsetText(offset: number): string {
  const time = new Date(Math.abs(offset)).toISOString().slice(11, 19).replace(/:00$/, '');
  return `${offset < 0 ? '−' : '+'}${time}`;
}

/** 30600000 → `30,600,000`. */
export function countWords(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A fraction of minor units as money, cut after six decimals; `…` says that more follow. */
export function exactMoney(minor: Fraction, currency: string, lang: Lang): string {
  const cut = roundDown(minor);
  const rest = { numerator: minor.numerator - cut * minor.denominator, denominator: minor.denominator };
  return moneyWords(cut, currency, lang) + decimalText(rest, 4).replace(/^0\.?/, '');
}

/** A fraction of at least zero in decimals, cut after `decimals`; `…` says that more follow. */
function decimalText(value: Fraction, decimals: number): string {
  const scaled = { numerator: value.numerator * 10n ** BigInt(decimals), denominator: value.denominator };
  const cut = roundDown(scaled);
  const exact = cut * scaled.denominator === scaled.numerator;
  const digits = cut.toString().padStart(decimals + 1, '0');
  const text = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return exact ? text.replace(/\.?0+$/, '') : `${text}…`;
}

/** A case file may come from anybody: its words must not steer a terminal, nor add lines or turn them around. */
export function plain(line: string): string {
  return line.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

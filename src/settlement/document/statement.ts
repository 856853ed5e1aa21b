import assert from 'node:assert';
import { localTime } from '../../agreement/content.ts';
import { press } from '../../agreement/document/press.ts';
import type { AgreementRow } from '../../agreement/store.ts';
import { isRefusal, type Refusal } from '../../refusal.ts';
import { type Lang, moneyWords } from '../../terms/words.ts';
import type { Standing, Step } from '../approval.ts';
import { readCaseText } from '../case.ts';
import { judge } from '../evaluate.ts';
import { blocksOf } from '../explain.ts';
import { plain } from '../sentence.ts';
import type { Statement } from '../statement.ts';

/** A filed statement as a PDF of its own, with the case file that it was judged from attached. */

const words = {
  zh: {
    title: '服务质量月度结算书',
    number: '协议编号',
    digest: '案卷摘要 SHA-256',
    month: (month: string, revision: number) => `${month}　第 ${revision} 版`,
    customer: '乙方',
    provider: '甲方',
    made: '结算时间',
    zone: '时区',
    amount: '本月赔偿',
    difference: '与上一版的差额',
    reason: '更改理由',
    by: '经手',
    state: '入账状态',
    states: {
      draft: (due: string) => `草稿：${due} 起自动入账，除非有人暂缓`,
      held: (due: string) => `暂缓入账：解除之前不入账（原定 ${due} 起）`,
      ready: () => '审核期已满，即将入账',
      posted: (at: string) => `已入账：${at}`,
    },
    marks: { draft: '草稿', held: '暂缓入账', ready: '草稿', posted: '已入账' },
    people: '同意入账',
    two: (done: number) => `须两人同意，已有 ${done} 人`,
    review: '审核记录',
    kinds: { held: '暂缓', released: '解除暂缓', approved: '同意入账' },
    step: (at: string, name: string, kind: string, reason: string) =>
      `${at}　${name}　${kind}${reason === '' ? '' : `：${reason}`}`,
    sample: '样例',
    closing:
      '本结算书由附带的案卷 case.json 计算得出。任何人用 hostpledge evaluate 重新计算同一案卷，结果逐字节相同；页脚所印即案卷的摘要。',
  },
  en: {
    title: 'Monthly statement of service quality',
    number: 'No.',
    digest: 'Case digest SHA-256',
    month: (month: string, revision: number) => `${month}, revision ${revision}`,
    customer: 'Customer',
    provider: 'Provider',
    made: 'Judged',
    zone: 'Time zone',
    amount: 'Compensation for the month',
    difference: 'Difference to the revision before',
    reason: 'Reason for the change',
    by: 'By',
    state: 'Posting',
    states: {
      draft: (due: string) => `Draft: posted by itself from ${due}, unless somebody holds it`,
      held: (due: string) => `Held: not posted until it is released (was due from ${due})`,
      ready: () => 'The review is over; it is about to be posted',
      posted: (at: string) => `Posted ${at}`,
    },
    marks: { draft: 'DRAFT', held: 'HELD', ready: 'DRAFT', posted: 'POSTED' },
    people: 'Approval',
    two: (done: number) => `two people must agree, ${done} did`,
    review: 'Review',
    kinds: { held: 'held it', released: 'released it', approved: 'agreed to it' },
    step: (at: string, name: string, kind: string, reason: string) =>
      `${at}  ${name} ${kind}${reason === '' ? '' : `: ${reason}`}`,
    sample: 'SAMPLE',
    closing:
      'This statement was computed from the attached case file, case.json. Whoever judges the same file with hostpledge evaluate gets the same bytes; the digest in the footer is that of the case file.',
  },
} as const;

/** Whom a statement names. */
export interface Names {
  readonly provider: string;
  readonly customer: string;
  readonly sample: boolean;
}

/** How a statement stands when it is printed, and what was done about it. */
export interface Reviewed {
  readonly standing: Standing;
  readonly steps: readonly Step[];
}

/** Every interval, cause, clause and figure of a filed statement. The same statement, as it stands, gives the same bytes. */
export function statementPdf(
  statement: Statement,
  agreement: AgreementRow,
  names: Names,
  lang: Lang,
  reviewed: Reviewed,
): Buffer | Refusal {
  const input = readCaseText(statement.caseText);
  assert(!isRefusal(input), 'a filed case is a case');
  const say = words[lang];
  const digest = statement.caseDigest.toString('hex');
  const blocks = blocksOf(input, judge(input), lang, { every: true }).map((lines) =>
    lines.map((line, i) => {
      const text = plain(line).trimStart();
      const depth = Math.floor((line.length - line.trimStart().length) / 2);
      return { depth: i === 0 ? 0 : Math.max(1, depth), text };
    }),
  );
  const page = {
    lang,
    title: say.title,
    number: statement.agreement,
    numberLabel: say.number,
    author: names.provider,
    mark: say.marks[reviewed.standing.state],
    digest,
    digestLabel: say.digest,
    watermark: names.sample ? say.sample : '',
  };
  const printed = press(
    'statement',
    {
      page,
      statement: {
        subtitle: say.month(statement.month, statement.revision),
        rows: rowsOf(statement, agreement, names, lang, reviewed),
        blocks: [...blocks, ...reviewBlocks(agreement.zone, lang, reviewed)],
        closing: say.closing,
      },
    },
    statement.madeAt,
    { case: statement.caseText },
  );
  return isRefusal(printed) ? printed : printed.pdf;
}

/** `2026-11-05 16:00` in a zone. */
function timeIn(zone: string, at: number): string {
  return localTime(zone, Math.floor(at / 1000) * 1000);
}

function rowsOf(
  statement: Statement,
  { zone }: AgreementRow,
  names: Names,
  lang: Lang,
  { standing, steps }: Reviewed,
) {
  const say = words[lang];
  const { amount, difference, currency, reason, actor, madeAt, revision, postedAt, approvers } = statement;
  const money = (minor: number): string => moneyWords(minor, currency, lang);
  const made = timeIn(zone, madeAt);
  const state = say.states[standing.state](timeIn(zone, postedAt ?? standing.dueAt));
  const agreed = steps.filter(({ kind }) => kind === 'approved').length;
  return [
    [say.provider, names.provider],
    [say.customer, names.customer],
    [say.amount, money(amount)],
    ...(revision === 1 ? [] : [[say.difference, money(difference)]]),
    ...(reason === null
      ? []
      : [[say.reason, lang === 'zh' ? `${reason}（${actor}）` : `${reason} (${actor})`]]),
    [say.made, lang === 'zh' ? `${made}（${zone}）` : `${made} (${zone})`],
    [say.state, state],
    ...(approvers === 0 ? [] : [[say.people, say.two(agreed)]]),
  ];
}

/** Who held, released or agreed to it, when and why; nothing when nobody did. */
function reviewBlocks(zone: string, lang: Lang, { steps }: Reviewed) {
  if (steps.length === 0) return [];
  const say = words[lang];
  const lines = steps.map(({ at, name, kind, reason }) => ({
    depth: 1,
    text: say.step(timeIn(zone, at), name, say.kinds[kind], reason),
  }));
  return [[{ depth: 0, text: say.review }, ...lines]];
}

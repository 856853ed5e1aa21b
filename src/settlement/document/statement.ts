import assert from 'node:assert';
import { localTime } from '../../agreement/content.ts';
import { press } from '../../agreement/document/press.ts';
import type { AgreementRow } from '../../agreement/store.ts';
import { isRefusal, type Refusal } from '../../refusal.ts';
import { type Lang, moneyWords } from '../../terms/words.ts';
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

/** Every interval, cause, clause and figure of a filed statement. The same statement gives the same bytes. */
export function statementPdf(
  statement: Statement,
  agreement: AgreementRow,
  names: Names,
  lang: Lang,
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
    mark: '',
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
        rows: rowsOf(statement, agreement, names, lang),
        blocks,
        closing: say.closing,
      },
    },
    statement.madeAt,
    { case: statement.caseText },
  );
  return isRefusal(printed) ? printed : printed.pdf;
}

function rowsOf(statement: Statement, { zone }: AgreementRow, names: Names, lang: Lang) {
  const say = words[lang];
  const { amount, difference, currency, reason, actor, madeAt, revision } = statement;
  const money = (minor: number): string => moneyWords(minor, currency, lang);
  const made = localTime(zone, Math.floor(madeAt / 1000) * 1000);
  return [
    [say.provider, names.provider],
    [say.customer, names.customer],
    [say.amount, money(amount)],
    ...(revision === 1 ? [] : [[say.difference, money(difference)]]),
    ...(reason === null ? [] : [[say.reason, `${reason}（${actor}）`]]),
    [say.made, lang === 'zh' ? `${made}（${zone}）` : `${made} (${zone})`],
  ];
}

import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { money, month as monthWords } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { Approval } from './approval.tsx';

const words = both({
  zh: {
    title: '结算单',
    lead: '每个月结束后逐月结算：每一段不达标的时间、原因、条款和赔偿的算法。',
    back: '质量协议',
    month: '月份',
    revision: '版次',
    amount: '赔偿',
    difference: '与上一版相差',
    state: '状态',
    made: '出单',
    empty: '第一个月结束之后，结算单会出现在这里。本月的实况在“逐分钟的承诺”里。',
    live: '本月实况',
  },
  en: {
    title: 'Statements',
    lead: 'After each month: every deficient stretch, its cause, its clause, and how the compensation was worked out.',
    back: 'Quality agreement',
    month: 'Month',
    revision: 'Revision',
    amount: 'Compensation',
    difference: 'Against the one before',
    state: 'State',
    made: 'Made',
    empty: 'After the first month its statement stands here. The running month is on the promise page.',
    live: 'The running month',
  },
});

type Statement = Item<'/agreements/{number}/statements'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { number = '' }: { number?: string } = useParams({ strict: false });
  const read = useRead('/agreements/{number}/statements', { path: { number } });
  const columns: readonly Column<Statement>[] = [
    {
      key: 'month',
      title: w.month,
      cell: ({ month, revision }) => (
        <Link
          to={`/agreements/${number}/statements/${month}`}
          search={{ revision: String(revision) } as never}
        >
          {monthWords(lang, month)}
        </Link>
      ),
    },
    { key: 'revision', title: w.revision, cell: ({ revision }) => revision, isFigure: true },
    { key: 'amount', title: w.amount, cell: ({ amount }) => money(lang, amount), isFigure: true },
    {
      key: 'difference',
      title: w.difference,
      cell: ({ difference, revision }) => (revision === 1 ? '–' : money(lang, difference)),
      isFigure: true,
    },
    { key: 'state', title: w.state, cell: (one) => <Approval statement={one} /> },
    { key: 'made', title: w.made, cell: ({ madeAt }) => <Instant at={madeAt} /> },
  ];
  return (
    <Page
      title={w.title}
      lead={
        <>
          {w.lead} <Link to={`/agreements/${number}/promise`}>{w.live}</Link>
        </>
      }
      back={{ to: `/agreements/${number}`, label: `${w.back} ${number}` }}
    >
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">{w.empty}</p>
          ) : (
            <Rows
              label={w.title}
              rows={items}
              columns={columns}
              keyOf={({ month, revision }) => `${month}/${revision}`}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

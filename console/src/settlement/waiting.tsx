import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { Part } from '../pattern/facts.tsx';
import { type Column, Pager, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '尚未结算',
    lead: '这个月生效、还没有结算单的协议，以及还等什么。',
    agreement: '质量协议',
    host: '主机',
    why: '原因',
    at: '最早结算',
    now: '本月逐分钟',
    running: '月份未结束',
    'late-data': '月份已结束，等待迟到的观测数据',
    next: '即将自动结算',
  },
  en: {
    title: 'Not settled yet',
    lead: 'Agreements that were in force in the month and have no statement of it, and what is waited for.',
    agreement: 'Agreement',
    host: 'Host',
    why: 'Why',
    at: 'Settled from',
    now: 'Minute by minute',
    running: 'The month is not over',
    'late-data': 'The month is over; late observations are waited for',
    next: 'It is settled next, by itself',
  },
});

type Waiting = Item<'/statements/waiting'>;

/** Of the month that the page shows; nothing where every agreement has its statement. */
export function Waits({ month }: { readonly month: string }): ReactNode {
  const w = useWords(words);
  const { later }: { later?: string } = useSearch({ strict: false });
  const cursor = later === undefined ? {} : { cursor: later };
  const read = useRead('/statements/waiting', { query: { month, limit: 200, ...cursor } });
  const columns: readonly Column<Waiting>[] = [
    {
      key: 'agreement',
      title: w.agreement,
      cell: ({ agreement }) => <Link to={`/agreements/${agreement}`}>{agreement}</Link>,
    },
    { key: 'host', title: w.host, cell: ({ host }) => <Link to={`/hosts/${host}`}>{host}</Link> },
    { key: 'why', title: w.why, cell: ({ why }) => w[why] },
    { key: 'at', title: w.at, cell: ({ closesAt }) => <Instant at={closesAt} /> },
    {
      key: 'now',
      title: w.now,
      cell: ({ agreement }) => (
        <Link to={`/agreements/${agreement}/promise`} search={{ month } as never}>
          {w.now}
        </Link>
      ),
    },
  ];
  if (read.data?.items.length === 0 && read.data.next === null) return null;
  return (
    <Part title={w.title} lead={w.lead}>
      <Loaded read={read}>
        {({ items, next }) => (
          <>
            <Rows label={w.title} rows={items} columns={columns} keyOf={({ agreement }) => agreement} />
            <Pager isFirst={later === undefined} next={next} name="later" />
          </>
        )}
      </Loaded>
    </Part>
  );
}

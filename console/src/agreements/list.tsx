import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAccount } from '../client/session.ts';
import { type Column, List } from '../pattern/list.tsx';
import { CustomerLink, HostLink } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';
import { type Agreement, Standing } from './standing.tsx';

const words = both({
  zh: {
    title: '质量协议',
    lead: '每一份协议何时生效、还缺什么，由事实算出，不由人填写。',
    number: '编号',
    state: '状态',
    host: '主机',
    customer: '客户',
    offered: '提供时间',
    empty: '还没有质量协议。主机开通之后，在主机页面提供协议。',
    emptyOwn: '还没有质量协议。服务商提供之后，您在这里签署。',
  },
  en: {
    title: 'Quality agreements',
    lead: 'When each is in force, and what is missing, follows from facts; nobody types it in.',
    number: 'Number',
    state: 'State',
    host: 'Host',
    customer: 'Customer',
    offered: 'Offered',
    empty: 'No agreement yet. Once a host is open, offer one on its page.',
    emptyOwn: 'No agreement yet. Once your provider offers one, you sign it here.',
  },
});

export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const isStaff = account.data !== undefined && account.data.role !== 'customer';
  const columns: readonly Column<Agreement>[] = [
    {
      key: 'number',
      title: w.number,
      cell: ({ number }) => <Link to={`/agreements/${number}`}>{number}</Link>,
    },
    { key: 'state', title: w.state, cell: (row) => <Standing agreement={row} /> },
    { key: 'host', title: w.host, cell: ({ host }) => <HostLink id={host} /> },
    ...(isStaff
      ? [
          {
            key: 'customer',
            title: w.customer,
            cell: ({ customer }: Agreement) => <CustomerLink id={customer} />,
          },
        ]
      : []),
    { key: 'offered', title: w.offered, cell: ({ offeredAt }) => <Instant at={offeredAt} /> },
  ];
  return (
    <Page title={w.title} lead={w.lead}>
      <List
        label={w.title}
        path="/agreements"
        given={{}}
        columns={columns}
        keyOf={({ number }) => number}
        empty={<p>{isStaff ? w.empty : w.emptyOwn}</p>}
      />
    </Page>
  );
}

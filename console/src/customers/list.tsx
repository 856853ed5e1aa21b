import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { may, useAccount } from '../client/session.ts';
import { Mark } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '客户',
    lead: '与我们签约的公司和个人。',
    add: '新增客户',
    name: '名称',
    member: '会员号',
    kind: '类别',
    company: '公司',
    person: '个人',
    reach: '联系方式',
    reachable: '已验证',
    unreachable: '没有已验证的',
    since: '加入时间',
    empty: '还没有客户。先录入第一位客户，再为其开通主机。',
  },
  en: {
    title: 'Customers',
    lead: 'Companies and people under contract.',
    add: 'Add a customer',
    name: 'Name',
    member: 'Member number',
    kind: 'Kind',
    company: 'company',
    person: 'person',
    reach: 'Contacts',
    reachable: 'verified',
    unreachable: 'none verified',
    since: 'Since',
    empty: 'No customers yet. Add the first, then open a host for them.',
  },
});

type Customer = Item<'/customers'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const columns: readonly Column<Customer>[] = [
    {
      key: 'name',
      title: w.name,
      cell: ({ id, particulars }) => <Link to={`/customers/${id}`}>{particulars.name}</Link>,
    },
    { key: 'member', title: w.member, cell: ({ member }) => member },
    { key: 'kind', title: w.kind, cell: ({ kind }) => w[kind] },
    {
      key: 'reach',
      title: w.reach,
      cell: ({ reachable }) => (
        <Mark tone={reachable ? 'good' : 'unseen'}>{reachable ? w.reachable : w.unreachable}</Mark>
      ),
    },
    { key: 'since', title: w.since, cell: ({ createdAt }) => <Instant at={createdAt} /> },
  ];
  const add = may(account.data, 'customers:edit') ? (
    <LinkButton to="/customers/new">{w.add}</LinkButton>
  ) : null;
  return (
    <Page title={w.title} lead={w.lead} actions={add}>
      <List
        label={w.title}
        path="/customers"
        given={{}}
        columns={columns}
        keyOf={({ id }) => id}
        filters={[{ key: 'name', label: w.name }]}
        empty={<p>{w.empty}</p>}
      />
    </Page>
  );
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { may, useAccount } from '../client/session.ts';
import { Mark } from '../pattern/facts.tsx';
import type { Filter } from '../pattern/filters.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { CustomerLink, PlanLink } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';
import { stateWords, toneOf } from './words.ts';

const words = both({
  zh: {
    title: '主机',
    lead: 'Web 空间、绑定的域名和 FTP 账号。',
    domain: '域名',
    number: '编号',
    state: '状态',
    plan: '套餐',
    customer: '客户',
    since: '自',
    order: '开通主机',
    all: '全部',
    real: '配置',
    behind: '尚未生效',
    empty: '还没有主机。购买套餐之后，主机会出现在这里。',
    emptyStaff: '还没有主机。先有客户和已发布的套餐，然后在这里开通。',
  },
  en: {
    title: 'Hosts',
    lead: 'Web space, bound domains and FTP accounts.',
    domain: 'Domain',
    number: 'Number',
    state: 'State',
    plan: 'Plan',
    customer: 'Customer',
    since: 'Since',
    order: 'Order a host',
    all: 'All',
    real: 'Configuration',
    behind: 'not applied yet',
    empty: 'There is no host yet. Once a plan is bought, it stands here.',
    emptyStaff: 'There is no host yet. With a customer and a published plan, order one here.',
  },
});

type Host = Item<'/hosts'>;

const chosenStates = ['ordered', 'serving', 'closed', 'over-traffic', 'expired', 'released'] as const;

export function Screen(): ReactNode {
  const w = useWords(words);
  const states = useWords(stateWords);
  const account = useAccount();
  const isStaff = account.data !== undefined && account.data.role !== 'customer';
  const columns: readonly Column<Host>[] = [
    {
      key: 'domain',
      title: w.domain,
      cell: ({ id, domains }) => (
        <Link to="/hosts/$id" params={{ id } as never}>
          {domains[0] ?? id}
        </Link>
      ),
    },
    { key: 'number', title: w.number, cell: ({ id }) => id },
    { key: 'state', title: w.state, cell: ({ state }) => <Mark tone={toneOf(state)}>{states[state]}</Mark> },
    { key: 'plan', title: w.plan, cell: ({ plan }) => <PlanLink {...plan} /> },
    ...(isStaff
      ? [
          {
            key: 'customer',
            title: w.customer,
            cell: ({ customer }: Host) => <CustomerLink id={customer} />,
          },
        ]
      : []),
    {
      key: 'since',
      title: w.since,
      cell: ({ since, createdAt }) => <Instant at={since ?? createdAt} />,
    },
  ];
  const order = may(account.data, 'hosts:order') ? (
    <LinkButton to="/hosts/order">{w.order}</LinkButton>
  ) : null;
  return (
    <Page title={w.title} lead={w.lead} actions={order}>
      <List
        label={w.title}
        path="/hosts"
        given={{}}
        columns={columns}
        keyOf={({ id }) => id}
        filters={useFilters(isStaff)}
        empty={<p>{isStaff ? w.emptyStaff : w.empty}</p>}
      />
    </Page>
  );
}

/** Staff may look for those whose plane has not confirmed what is wanted. */
function useFilters(isStaff: boolean): readonly Filter[] {
  const w = useWords(words);
  const states = useWords(stateWords);
  const behind: Filter = {
    key: 'behind',
    label: w.real,
    none: w.all,
    options: [{ value: 'true', label: w.behind }],
  };
  return [
    { key: 'domain', label: w.domain },
    {
      key: 'state',
      label: w.state,
      none: w.all,
      options: chosenStates.map((value) => ({ value, label: states[value] })),
    },
    ...(isStaff ? [behind] : []),
  ];
}

import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item, Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { stateWords, toneOf } from '../hosts/words.ts';
import { Detail } from '../pattern/detail.tsx';
import { Mark, Part } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    name: '客户',
    back: '全部客户',
    member: '会员号',
    company: '公司',
    person: '个人',
    contact: '联系人',
    phone: '电话',
    email: '邮箱',
    address: '地址',
    since: '加入时间',
    identity: '身份核验',
    yes: '已核验',
    no: '未核验',
    reach: '已验证的联系方式',
    some: '有',
    none: '没有：通知无法送达',
    edit: '修改资料',
    contacts: '联系方式',
    balance: '账户余额',
    invoices: '发票',
    invite: '邀请用户',
    hosts: '主机',
    order: '开通主机',
    domain: '域名',
    state: '状态',
    sales: '期限与付款',
    open: '查看',
    empty: '还没有主机。选一个已发布的套餐，为这位客户开通。',
  },
  en: {
    name: 'Customer',
    back: 'All customers',
    member: 'Member number',
    company: 'company',
    person: 'person',
    contact: 'Contact person',
    phone: 'Phone',
    email: 'Mail address',
    address: 'Address',
    since: 'Customer since',
    identity: 'Identity',
    yes: 'checked',
    no: 'not checked',
    reach: 'Verified contacts',
    some: 'yes',
    none: 'none: notices cannot be delivered',
    edit: 'Edit details',
    contacts: 'Contacts',
    balance: 'Balance',
    invoices: 'Invoices',
    invite: 'Invite a user',
    hosts: 'Hosts',
    order: 'Order a host',
    domain: 'Domain',
    state: 'State',
    sales: 'Terms and payments',
    open: 'Open',
    empty: 'No host yet. Choose a published plan and order the first.',
  },
});

type Customer = Reply<'get', '/customers/{id}'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const read = useRead('/customers/{id}', { path: { id } });
  return (
    <Detail
      read={read}
      name={w.name}
      back={{ to: '/customers', label: w.back }}
      title={({ particulars }) => particulars.name}
      mark={({ kind }) => <Mark tone="plain">{w[kind]}</Mark>}
      actions={(customer) => <Acts customer={customer} />}
      facts={({ member, particulars, identityChecked, reachable, createdAt }) => [
        [w.member, member],
        [w.contact, particulars.contact || '–'],
        [w.phone, particulars.phone || '–'],
        [w.email, particulars.email],
        [w.address, [particulars.address, particulars.postcode].filter(Boolean).join(' · ') || '–'],
        [
          w.identity,
          <Mark key="identity" tone={identityChecked ? 'good' : 'unseen'}>
            {identityChecked ? w.yes : w.no}
          </Mark>,
        ],
        [
          w.reach,
          <Mark key="reach" tone={reachable ? 'good' : 'bad'}>
            {reachable ? w.some : w.none}
          </Mark>,
        ],
        [w.since, <Instant key="since" at={createdAt} />],
      ]}
    >
      {(customer) => <Hosts id={customer.id} />}
    </Detail>
  );
}

function Acts({ customer: { id } }: { readonly customer: Customer }): ReactNode {
  const w = useWords(words);
  const { data } = useAccount();
  const links = [
    ['customers:edit', `/customers/${id}/edit`, w.edit, {}],
    ['contacts:read', `/customers/${id}/contacts`, w.contacts, {}],
    ['identities:read', `/customers/${id}/identity`, w.identity, {}],
    ['ledger:read', `/customers/${id}/balance`, w.balance, {}],
    ['invoices:read', '/invoices', w.invoices, { customer: id }],
    ['users:edit', '/users/invite', w.invite, { customer: id }],
  ] as const;
  return links
    .filter(([right]) => may(data, right))
    .map(([, to, label, search]) => (
      <LinkButton key={to} to={to} search={search} isMain={false}>
        {label}
      </LinkButton>
    ));
}

type Host = Item<'/hosts'>;

function Hosts({ id }: { readonly id: string }): ReactNode {
  const w = useWords(words);
  const states = useWords(stateWords);
  const account = useAccount();
  const read = useRead('/hosts', { query: { customer: id, limit: 50 } });
  const columns: readonly Column<Host>[] = [
    {
      key: 'domain',
      title: w.domain,
      cell: ({ id: host, domains }) => <Link to={`/hosts/${host}`}>{domains[0] ?? host}</Link>,
    },
    { key: 'state', title: w.state, cell: ({ state }) => <Mark tone={toneOf(state)}>{states[state]}</Mark> },
    {
      key: 'sales',
      title: w.sales,
      cell: ({ id: host, domains }) => (
        <Link to={`/hosts/${host}/sales`} aria-label={`${w.open}: ${w.sales}, ${domains[0] ?? host}`}>
          {w.open}
        </Link>
      ),
    },
  ];
  const order = may(account.data, 'hosts:order') ? (
    <LinkButton to="/hosts/order" search={{ customer: id }} isMain={false}>
      {w.order}
    </LinkButton>
  ) : null;
  return (
    <Part title={w.hosts} actions={order}>
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">{w.empty}</p>
          ) : (
            <Rows label={w.hosts} rows={items} columns={columns} keyOf={(host) => host.id} />
          )
        }
      </Loaded>
    </Part>
  );
}

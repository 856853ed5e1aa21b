import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { may, useAccount } from '../client/session.ts';
import { Mark } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { CustomerLink, useCustomerFilter } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { money } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { Steps } from './step.tsx';
import { kindWords, states, stateWords, toneOf } from './words.ts';

const words = both({
  zh: {
    title: '发票',
    lead: '按付款申请，逐分核对：每一分钱只开一次，不超过实际收下的金额。',
    ask: '申请发票',
    number: '编号',
    customer: '客户',
    to: '抬头',
    amount: '金额',
    state: '状态',
    all: '全部',
    at: '申请时间',
    act: '操作',
    empty: '还没有发票申请。付款之后，可按付款申请发票。',
  },
  en: {
    title: 'Invoices',
    lead: 'Requested against payments, exact to the fen: no payment is invoiced twice, nor for more than was kept.',
    ask: 'Ask for an invoice',
    number: 'Number',
    customer: 'Customer',
    to: 'Made out to',
    amount: 'Amount',
    state: 'State',
    all: 'All',
    at: 'Asked for',
    act: 'Actions',
    empty: 'Nobody has asked for an invoice yet. It can be asked for over what was paid.',
  },
});

type Invoice = Item<'/invoices'>;

/** A customer’s own, or all of them for staff (`?customer=`: one’s). */
export function Screen(): ReactNode {
  const w = useWords(words);
  const names = useWords(stateWords);
  const kinds = useWords(kindWords);
  const lang = useLang();
  const { data } = useAccount();
  const isStaff = data?.customer === null;
  const customers = useCustomerFilter('customer', w.customer, w.all, isStaff);
  const columns: readonly Column<Invoice>[] = [
    {
      key: 'number',
      title: w.number,
      cell: ({ number, kind }) => (
        <div>
          {number}
          <div className="faint">{kinds[kind]}</div>
        </div>
      ),
    },
    ...(isStaff ? [customerColumn(w.customer)] : []),
    { key: 'to', title: w.to, cell: ({ title }) => title },
    { key: 'amount', title: w.amount, cell: ({ amount }) => money(lang, amount), isFigure: true },
    { key: 'state', title: w.state, cell: (row) => <State row={row} /> },
    { key: 'at', title: w.at, cell: ({ at }) => <Instant at={at} /> },
    ...(may(data, 'invoices:edit') ? [actColumn(w.act)] : []),
  ];
  const own = data?.customer ?? null;
  const ask =
    own !== null && may(data, 'invoices:ask') ? (
      <LinkButton to={`/customers/${own}/invoices/new`}>{w.ask}</LinkButton>
    ) : null;
  return (
    <Page title={w.title} lead={w.lead} actions={ask}>
      <List
        label={w.title}
        path="/invoices"
        given={{}}
        columns={columns}
        keyOf={({ number }) => number}
        filters={[
          {
            key: 'state',
            label: w.state,
            none: w.all,
            options: states.map((value) => ({ value, label: names[value] })),
          },
          ...(isStaff ? [customers] : []),
        ]}
        empty={<p>{w.empty}</p>}
      />
    </Page>
  );
}

function customerColumn(title: string): Column<Invoice> {
  return {
    key: 'customer',
    title,
    cell: ({ customer }) => <CustomerLink id={customer} />,
  };
}

function actColumn(title: string): Column<Invoice> {
  return { key: 'act', title, cell: (row) => <Steps invoice={row} /> };
}

/** With what the tax office calls it, or why it was refused. */
function State({ row: { state, steps } }: { readonly row: Invoice }): ReactNode {
  const names = useWords(stateWords);
  const last = steps.at(-1);
  const said = last === undefined ? [] : [last.official, last.reason].filter(Boolean);
  return (
    <div>
      <Mark tone={toneOf(state)}>{names[state]}</Mark>
      {said.length === 0 ? null : <div className="faint">{said.join(' · ')}</div>}
    </div>
  );
}

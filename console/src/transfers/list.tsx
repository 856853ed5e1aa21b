import type { ReactNode } from 'react';
import { List } from '../pattern/list.tsx';
import { useCustomerFilter } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';
import { useColumns } from './rows.tsx';
import { states, stateWords } from './words.ts';

const words = both({
  zh: {
    title: '汇款',
    lead: '客户申请退回原付款渠道的赔偿和提现的余额。先在银行或支付机构汇出，再在这里登记流水号；每笔只登记一次。',
    customer: '客户',
    state: '状态',
    all: '全部',
    empty: '没有汇款申请。客户在“账户余额”中选择领取方式之后，会出现在这里。',
  },
  en: {
    title: 'Transfers',
    lead: 'Compensation that customers want back the way they paid, and balances that they withdraw. Transfer it first, then record its number here: each once.',
    customer: 'Customer',
    state: 'State',
    all: 'All',
    empty: 'Nobody has asked for a transfer. What customers choose on their balance page stands here.',
  },
});

/** For finance: what is to be transferred by which channel (`?state=asked`), and what was. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const names = useWords(stateWords);
  const columns = useColumns(w.customer);
  return (
    <Page title={w.title} lead={w.lead}>
      <List
        label={w.title}
        path="/transfers"
        given={{}}
        columns={columns}
        keyOf={({ id }) => id}
        filters={[
          {
            key: 'state',
            label: w.state,
            none: w.all,
            options: states.map((value) => ({ value, label: names[value] })),
          },
          useCustomerFilter('customer', w.customer, w.all, true),
        ]}
        empty={<p>{w.empty}</p>}
      />
    </Page>
  );
}

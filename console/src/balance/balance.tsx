import { useParams } from '@tanstack/react-router';
import { Input, InputNumber, Select } from 'antd';
import { type ReactNode, useRef } from 'react';
import type { Item, Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Facts, Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { money } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '账户',
    lead: '费用、退款和赔偿分账记录，复式记账，只增不改。赔偿可转为余额（可提取），或退回原付款渠道。',
    back: '客户',
    accounts: '账目',
    fees: '已付费用',
    refunds: '已退费用',
    compensation: '应付赔偿',
    balance: '余额',
    empty: '还没有账目。',
    take: '转为余额',
    takeText: '应付的赔偿全部转为余额，之后可以提取。',
    taken: '已转为余额。',
    pay: '付出',
    payLead: '已经汇出的款项，按银行或支付机构的流水号记录。',
    way: '方式',
    original: '退回原付款渠道',
    withdrawal: '从余额提取',
    amount: '金额',
    reference: '流水号',
    doPay: '记录付款',
    paid: '已记录。',
    bookings: '流水',
    at: '时间',
    what: '事项',
    account: '账目',
    change: '金额',
    key: '凭据',
  },
  en: {
    title: 'Account',
    lead: 'Fees, refunds and compensation are booked apart, in double entry, and never changed. Compensation becomes a balance that can be withdrawn, or goes back the way the fee came.',
    back: 'Customer',
    accounts: 'Accounts',
    fees: 'Fees paid',
    refunds: 'Fees paid back',
    compensation: 'Compensation owed',
    balance: 'Balance',
    empty: 'Nothing is booked yet.',
    take: 'Take it as a balance',
    takeText: 'All compensation that is owed becomes a balance, which can be withdrawn.',
    taken: 'It is in the balance.',
    pay: 'Pay out',
    payLead: 'What was transferred, by the number of the bank or payment service.',
    way: 'Way',
    original: 'back the way the fee came',
    withdrawal: 'withdrawn from the balance',
    amount: 'Amount',
    reference: 'Transfer number',
    doPay: 'Record the payment',
    paid: 'Recorded.',
    bookings: 'Bookings',
    at: 'When',
    what: 'What',
    account: 'Account',
    change: 'Amount',
    key: 'Reference',
  },
});

const kinds = both({
  zh: { payment: '付款', refund: '退款', compensation: '赔偿', payout: '付出', balance: '转为余额' },
  en: {
    payment: 'payment',
    refund: 'refund',
    compensation: 'compensation',
    payout: 'payout',
    balance: 'taken as a balance',
  },
});

type Balances = Reply<'get', '/customers/{id}/balances'>;
type Booking = Item<'/customers/{id}/bookings'>;

/** A customer's own (`/balance`), or any customer's for finance (`/customers/$id/balance`). */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { id: given }: { id?: string } = useParams({ strict: false });
  const account = useAccount();
  const id = given ?? account.data?.customer ?? '';
  const read = useRead('/customers/{id}/balances', { path: { id } }, id !== '');
  return (
    <Page
      title={w.title}
      lead={w.lead}
      {...(given === undefined ? {} : { back: { to: `/customers/${id}`, label: `${w.back} ${id}` } })}
    >
      <Loaded read={read}>
        {(balances) => (
          <>
            <Accounts id={id} balances={balances} />
            {may(account.data, 'ledger:edit') ? <PayOut id={id} balances={balances} /> : null}
            <Bookings id={id} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Accounts({ id, balances }: { readonly id: string; readonly balances: Balances }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const account = useAccount();
  const send = useSend('post', '/customers/{id}/balance');
  const key = useRef(crypto.randomUUID());
  const owed = balances.items.find((one) => one.account === 'compensation' && one.amount.minor > 0);
  const names: Readonly<Record<string, string>> = w;
  const take = async (): Promise<void> => {
    if (owed === undefined) return;
    const { minor: amount, currency } = owed.amount;
    await send.mutateAsync({ path: { id }, body: { key: key.current, amount, currency } });
    key.current = crypto.randomUUID();
  };
  return (
    <Part
      title={w.accounts}
      actions={
        owed !== undefined && may(account.data, 'ledger:take') ? (
          <Action label={w.take} act={take} ask={{ title: w.take, text: w.takeText }} done={w.taken} />
        ) : null
      }
    >
      {balances.items.length === 0 ? (
        <p className="faint">{w.empty}</p>
      ) : (
        <Facts
          facts={balances.items.map(
            (one) => [names[one.account] ?? one.account, money(lang, one.amount)] as const,
          )}
        />
      )}
    </Part>
  );
}

interface Entered {
  readonly way: 'original' | 'withdrawal';
  readonly amount: number;
  readonly reference: string;
}

function PayOut({ id, balances }: { readonly id: string; readonly balances: Balances }): ReactNode {
  const w = useWords(words);
  const send = useSend('post', '/customers/{id}/payouts');
  const key = useRef(crypto.randomUUID());
  const open = balances.items.filter(
    ({ account, amount }) => (account === 'compensation' || account === 'balance') && amount.minor > 0,
  );
  const currency = open[0]?.amount.currency;
  if (currency === undefined) return null;
  const pay = async ({ way, amount, reference }: Entered): Promise<void> => {
    const body = { key: key.current, way, amount: Math.round(amount * 100), currency, reference };
    await send.mutateAsync({ path: { id }, body });
    key.current = crypto.randomUUID();
    say(w.paid);
  };
  return (
    <Part title={w.pay} lead={w.payLead}>
      <Form<Entered> initial={{ way: 'original' }} send={pay} submit={w.doPay} guard={false}>
        <Field path="way" label={w.way}>
          <Select
            options={(['original', 'withdrawal'] as const).map((value) => ({ value, label: w[value] }))}
          />
        </Field>
        <Field path="amount" label={w.amount} isNeeded>
          <InputNumber min={0.01} precision={2} style={{ width: '100%' }} />
        </Field>
        <Field path="reference" label={w.reference} isNeeded>
          <Input maxLength={100} autoComplete="off" />
        </Field>
      </Form>
    </Part>
  );
}

function Bookings({ id }: { readonly id: string }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const names: Readonly<Record<string, string>> = useWords(kinds);
  const accounts: Readonly<Record<string, string>> = w;
  const columns: readonly Column<Booking>[] = [
    { key: 'at', title: w.at, cell: ({ at }) => <Instant at={at} /> },
    { key: 'what', title: w.what, cell: ({ kind }) => names[kind] ?? kind },
    { key: 'account', title: w.account, cell: ({ account }) => accounts[account] ?? account },
    { key: 'change', title: w.change, cell: ({ amount }) => money(lang, amount), isFigure: true },
    { key: 'key', title: w.key, cell: ({ key }) => <code>{key}</code> },
  ];
  return (
    <Part title={w.bookings}>
      <List
        label={w.bookings}
        path="/customers/{id}/bookings"
        given={{ path: { id } }}
        columns={columns}
        keyOf={({ key, account }) => `${key} ${account}`}
        empty={<p>{w.empty}</p>}
      />
    </Part>
  );
}

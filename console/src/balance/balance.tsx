import './balance.css';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item, Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { useCustomer } from '../contacts/customer.ts';
import { Facts, Part } from '../pattern/facts.tsx';
import { type Column, Pager, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { useCustomerName } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { money, month as monthWords } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Transfers } from '../transfers/rows.tsx';
import { PayOut } from './payout.tsx';
import { Take } from './take.tsx';
import { accountWords, kindWords } from './words.ts';

const words = both({
  zh: {
    title: '账户余额',
    lead: '您付的费用、退回的费用，以及未达承诺应得的赔偿，每一笔都在这里。',
    staffLead: '客户付的费用、退回的费用，以及应赔的款项，每一笔都在这里。',
    now: '此刻',
    none: '还没有发生过收付。',
    account: '对账单',
    accountLead: '所选年份的每一笔，按时间先后排列；负数为支出。',
    year: '年份',
    opening: '期初',
    closing: '期末',
    empty: '这一年没有收付。',
    csv: '下载对账单（CSV）',
    kind: '事项',
    on: '账户',
    at: '时间',
    amount: '金额',
    source: '依据',
    statement: (month: string) => `${month}结算单`,
    receipt: (receipt: string) => `收据 ${receipt}`,
    transfer: (reference: string) => `转账 ${reference}`,
  },
  en: {
    title: 'Balance',
    staffLead: 'What the customer paid, what was paid back, and what is owed as compensation: every booking.',
    lead: 'What you paid, what was paid back, and the compensation for promises that were not kept: every booking.',
    now: 'Now',
    none: 'No money has moved yet.',
    account: 'Statement of account',
    accountLead: 'Every booking of the year in the order of time; below zero it was taken out.',
    year: 'Year',
    opening: 'At the start',
    closing: 'At the end',
    empty: 'Nothing was booked in this year.',
    csv: 'Download the statement of account (CSV)',
    kind: 'What',
    on: 'Account',
    at: 'When',
    amount: 'Amount',
    source: 'By',
    statement: (month: string) => `Statement of ${month}`,
    receipt: (receipt: string) => `Receipt ${receipt}`,
    transfer: (reference: string) => `Transfer ${reference}`,
  },
});

type Balance = Item<'/customers/{id}/balances'>;
type Booked = Item<'/customers/{id}/bookings'>;
type Year = Reply<'get', '/customers/{id}/account'>;

/** A customer's own (`/balance`), or any customer's for finance (`/customers/$id/balance`). */
export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const { customer, isOwn } = useCustomer();
  const name = useCustomerName(customer);
  const read = useRead('/customers/{id}/balances', { path: { id: customer } }, customer !== '');
  const canTake = isOwn && may(account.data, 'ledger:take');
  const canPay = may(account.data, 'ledger:edit');
  return (
    <Page
      title={w.title}
      lead={isOwn ? w.lead : w.staffLead}
      {...(isOwn ? {} : { back: { to: `/customers/${customer}`, label: name } })}
    >
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">{w.none}</p>
          ) : (
            <>
              <Balances balances={items} />
              {canTake ? <Take customer={customer} balances={items} /> : null}
              {canPay ? <PayOut customer={customer} balances={items} /> : null}
            </>
          )
        }
      </Loaded>
      {customer === '' ? null : (
        <>
          <Transfers customer={customer} />
          <Account customer={customer} />
        </>
      )}
    </Page>
  );
}

function Balances({ balances }: { readonly balances: readonly Balance[] }): ReactNode {
  const lang = useLang();
  const accounts: Readonly<Record<string, string>> = useWords(accountWords);
  return (
    <Facts
      facts={balances.map(({ account, amount }) => [
        `${accounts[account] ?? account}${amount.currency === 'CNY' ? '' : ` ${amount.currency}`}`,
        money(lang, amount),
      ])}
    />
  );
}

/** The bookings of a year; it stands in the address. */
function Account({ customer }: { readonly customer: string }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const navigate = useNavigate();
  const search: { year?: string; cursor?: string } = useSearch({ strict: false });
  const thisYear = new Date().getFullYear();
  const year = /^\d{4}$/.test(search.year ?? '') ? search.year! : String(thisYear);
  const period = { from: `${year}-01-01`, to: `${year}-12-31` };
  const cursor = search.cursor === undefined ? {} : { cursor: search.cursor };
  const read = useRead('/customers/{id}/account', {
    path: { id: customer },
    query: { ...period, limit: 50, ...cursor },
  });
  const turn = (wanted: string): void => void navigate({ to: '.', search: { year: wanted } as never });
  const csv = `/api/customers/${customer}/account.csv?${new URLSearchParams({ ...period, lang })}`;
  return (
    <Part
      title={w.account}
      lead={w.accountLead}
      actions={
        <a href={csv} download>
          {w.csv}
        </a>
      }
    >
      <label className="year">
        <span>{w.year}</span>
        <select value={year} onChange={(event) => turn(event.target.value)}>
          {Array.from({ length: 10 }, (_, back) => String(thisYear - back)).map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <Loaded read={read}>
        {(reply) => <Bookings reply={reply} isFirst={search.cursor === undefined} />}
      </Loaded>
    </Part>
  );
}

function Bookings({ reply, isFirst }: { readonly reply: Year; readonly isFirst: boolean }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const accounts: Readonly<Record<string, string>> = useWords(accountWords);
  const { items, next, opening, closing } = reply;
  if (items.length === 0) return <p className="faint">{w.empty}</p>;
  const sums = (balances: readonly Balance[]): string =>
    balances
      .map(({ account, amount }) => `${accounts[account] ?? account} ${money(lang, amount)}`)
      .join(lang === 'zh' ? '，' : ', ');
  const columns: readonly Column<Booked>[] = [
    { key: 'kind', title: w.kind, cell: ({ kind }) => text(kindWords[kind] ?? { zh: kind, en: kind }) },
    { key: 'on', title: w.on, cell: ({ account }) => accounts[account] ?? account },
    { key: 'at', title: w.at, cell: ({ at }) => <Instant at={at} /> },
    { key: 'source', title: w.source, cell: (row) => <Source booked={row} /> },
    { key: 'amount', title: w.amount, cell: ({ amount }) => money(lang, amount), isFigure: true },
  ];
  return (
    <>
      {opening.length === 0 ? null : (
        <p>
          <span className="faint">{w.opening}</span> {sums(opening)}
        </p>
      )}
      <Rows
        label={w.account}
        rows={items}
        columns={columns}
        keyOf={({ key, account, amount }) => `${key} ${account} ${amount.minor}`}
      />
      <p>
        <span className="faint">{w.closing}</span> {sums(closing)}
      </p>
      <Pager isFirst={isFirst} next={next} />
    </>
  );
}

/** What a booking follows from: the month's statement, the receipt, the number of the transfer. */
function Source({ booked }: { readonly booked: Booked }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const said = (key: string): string | null => {
    const value = booked.detail[key];
    return value === undefined || value === '' ? null : String(value);
  };
  const [agreement, month, receipt, reference] = ['agreement', 'month', 'receipt', 'reference'].map(said);
  if (agreement && month)
    return (
      <Link
        to={`/agreements/${agreement}/statements/${month}`}
        search={{ revision: said('revision') ?? '1' } as never}
      >
        {w.statement(monthWords(lang, month))}
      </Link>
    );
  if (receipt) return w.receipt(receipt);
  if (reference) return w.transfer(reference);
  return '–';
}

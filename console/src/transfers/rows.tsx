import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Mark, Part } from '../pattern/facts.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { CustomerLink } from '../pattern/named.tsx';
import { money } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { End } from './end.tsx';
import { stateWords, tones, wayWords } from './words.ts';

const words = both({
  zh: {
    title: '汇款申请',
    lead: '最近申请退回和提现的款项，以及汇出的流水号。',
    id: '编号',
    way: '方式',
    by: (method: string, receipt: string) => `经 ${method}，收据 ${receipt}`,
    amount: '金额',
    state: '状态',
    at: '申请时间',
    act: '操作',
    reference: (reference: string) => `流水号 ${reference}`,
    cancel: '撤销',
    cancelAsk: '撤销这笔申请？',
    cancelText: '金额回到原处，可以重新选择领取方式。',
    cancelled: '已撤销。',
  },
  en: {
    title: 'Transfers',
    lead: 'What was asked back or withdrawn lately, with the transfers’ numbers.',
    id: 'Number',
    way: 'Way',
    by: (method: string, receipt: string) => `by ${method}, receipt ${receipt}`,
    amount: 'Amount',
    state: 'State',
    at: 'Asked for',
    act: 'Actions',
    reference: (reference: string) => `No. ${reference}`,
    cancel: 'Cancel',
    cancelAsk: 'Cancel this transfer?',
    cancelText: 'The sum stands where it stood, and you may choose anew.',
    cancelled: 'Cancelled.',
  },
});

export type Transfer = Item<'/transfers'>;

/** The latest of one customer's; nothing where there are none. */
export function Transfers({ customer }: { readonly customer: string }): ReactNode {
  const w = useWords(words);
  const columns = useColumns();
  const read = useRead('/transfers', { query: { customer, limit: 20 } });
  if (read.data?.items.length === 0) return null;
  return (
    <Part title={w.title} lead={w.lead}>
      <Loaded read={read}>
        {({ items }) => <Rows label={w.title} rows={items} columns={columns} keyOf={({ id }) => id} />}
      </Loaded>
    </Part>
  );
}

/** For one customer's, and with the customer for everybody's. */
export function useColumns(customer?: string): readonly Column<Transfer>[] {
  const w = useWords(words);
  const lang = useLang();
  const text = useWords(wayWords);
  const { data } = useAccount();
  const whose: Column<Transfer> = {
    key: 'customer',
    title: customer ?? '',
    cell: (row) => <CustomerLink id={row.customer} to="/balance" />,
  };
  const acts: Column<Transfer> = { key: 'act', title: w.act, cell: (row) => <Acts transfer={row} /> };
  return [
    { key: 'id', title: w.id, cell: ({ id }) => id },
    ...(customer === undefined ? [] : [whose]),
    {
      key: 'way',
      title: w.way,
      cell: ({ way, method, receipt, to }) => (
        <div>
          {text[way]}
          <div className="faint">{way === 'original' ? w.by(method, receipt) : to}</div>
        </div>
      ),
    },
    { key: 'amount', title: w.amount, cell: ({ amount }) => money(lang, amount), isFigure: true },
    { key: 'state', title: w.state, cell: (row) => <State transfer={row} /> },
    { key: 'at', title: w.at, cell: ({ at }) => <Instant at={at} /> },
    ...(may(data, 'ledger:take') ? [acts] : []),
  ];
}

/** With the number that it was transferred by, or why it was cancelled. */
function State({ transfer: { state, end } }: { readonly transfer: Transfer }): ReactNode {
  const w = useWords(words);
  const names = useWords(stateWords);
  const said = end === null ? '' : end.reference === '' ? end.reason : w.reference(end.reference);
  return (
    <div>
      <Mark tone={tones[state]}>{names[state]}</Mark>
      {said === '' ? null : <div className="faint">{said}</div>}
    </div>
  );
}

/** Finance records that it went out or why not; a customer cancels. */
function Acts({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const w = useWords(words);
  const { data } = useAccount();
  const cancel = useSend('post', '/transfers/{id}/cancel', ['/customers']);
  if (transfer.state !== 'asked') return '–';
  if (may(data, 'ledger:edit')) return <End transfer={transfer} />;
  return (
    <Action
      label={w.cancel}
      ask={{ title: w.cancelAsk, text: w.cancelText }}
      act={() => cancel.mutateAsync({ path: { id: transfer.id }, body: { reason: '' } })}
      done={w.cancelled}
    />
  );
}

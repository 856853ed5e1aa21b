import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { Facts, Part } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { PlanLink, useHostName } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { day, money } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { Chain } from './chain.tsx';
import { owedOf, paidOf } from './paid.ts';

const words = both({
  zh: {
    title: '销售协议',
    lead: '同一主机的销售协议首尾相接；续费之后质量协议自动延续（第 4-3 条）。',
    add: '新的销售协议',
    replace: '中途更换套餐',
    pay: '记录付款',
    refund: '记录退款',
    term: '期限',
    span: (from: string, to: string) => `${from} 至 ${to}`,
    price: '价款',
    paid: '已付',
    left: '尚欠',
    plan: '套餐',
    papers: '文件',
    cut: '提前结束',
    receipt: '凭证号',
    amount: '金额',
    method: '方式',
    at: '时间',
    by: '记录人',
    reason: '退款原因',
    unpaid: '尚未付款：未付款的期限不生效（第 1.2 条）。',
    none: '还没有销售协议。没有销售协议，质量协议不生效（第 1.1 条）。',
  },
  en: {
    title: 'Sales agreements',
    lead: 'Those of one host follow each other; a renewal extends the quality agreement by itself (clause 4-3).',
    add: 'New sales agreement',
    replace: 'Change the plan in mid-term',
    pay: 'Record a payment',
    refund: 'Record a refund',
    term: 'Term',
    span: (from: string, to: string) => `${from} to ${to}`,
    price: 'Price',
    paid: 'Paid',
    left: 'Still owed',
    plan: 'Plan',
    papers: 'Papers',
    cut: 'Ended early',
    receipt: 'Receipt',
    amount: 'Amount',
    method: 'Method',
    at: 'When',
    by: 'Recorded by',
    reason: 'Why it was paid back',
    unpaid: 'Not paid yet: an unpaid term is not in force (clause 1.2).',
    none: 'None yet. Without one, no quality agreement is in force (clause 1.1).',
  },
});

type Sale = Item<'/hosts/{id}/sales'>;
type Payment = Sale['payments'][number];

export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const account = useAccount();
  const read = useRead('/hosts/{id}/sales', { path: { id } });
  // Terms are whole days of the provider's calendar, wherever they are read.
  const zone = useRead('/provider', {}).data?.profile.zone;
  const canEdit = may(account.data, 'sales:edit');
  const isSold = (read.data?.items.length ?? 0) > 0;
  const acts = canEdit ? (
    <>
      {isSold ? (
        <LinkButton to={`/hosts/${id}/sales/replace`} isMain={false}>
          {w.replace}
        </LinkButton>
      ) : null}
      <LinkButton to={`/hosts/${id}/sales/new`}>{w.add}</LinkButton>
    </>
  ) : null;
  return (
    <Page title={w.title} lead={w.lead} back={{ to: `/hosts/${id}`, label: useHostName(id) }} actions={acts}>
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">{w.none}</p>
          ) : (
            <>
              <Chain sales={items} zone={zone} />
              {items.toReversed().map((sale) => (
                <One key={sale.number} sale={sale} canEdit={canEdit} zone={zone} />
              ))}
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

interface OneGiven {
  readonly sale: Sale;
  readonly canEdit: boolean;
  readonly zone: string | undefined;
}

function One({ sale, canEdit, zone }: OneGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { number, host, payments, cut } = sale;
  const owed = owedOf(sale);
  const columns: readonly Column<Payment>[] = [
    { key: 'receipt', title: w.receipt, cell: ({ receipt }) => receipt },
    { key: 'amount', title: w.amount, cell: ({ amount }) => money(lang, amount), isFigure: true },
    { key: 'method', title: w.method, cell: ({ method }) => method },
    { key: 'at', title: w.at, cell: ({ at }) => <Instant at={at} /> },
    { key: 'by', title: w.by, cell: ({ actor }) => actor },
    { key: 'reason', title: w.reason, cell: ({ reason }) => reason ?? '–' },
  ];
  const papers = [sale.name, sale.document, sale.edition, sale.management].filter((text) => text !== '');
  return (
    <Part
      title={number}
      actions={
        canEdit ? (
          <div className="acts">
            <LinkButton to={`/hosts/${host}/sales/${number}/pay`} isMain={false}>
              {w.pay}
            </LinkButton>
            {payments.length === 0 ? null : (
              <LinkButton to={`/hosts/${host}/sales/${number}/refund`} isMain={false}>
                {w.refund}
              </LinkButton>
            )}
          </div>
        ) : null
      }
    >
      <Facts
        facts={[
          [w.term, w.span(day(lang, sale.from, zone), day(lang, Date.parse(sale.to) - 1, zone))],
          [w.price, money(lang, sale.price)],
          ...(payments.length === 0 ? [] : [[w.paid, money(lang, paidOf(sale))] as const]),
          ...(owed.minor > 0 && payments.length > 0 ? [[w.left, money(lang, owed)] as const] : []),
          [w.plan, <PlanLink key="p" plan={sale.plan} version={sale.version} />],
          [w.papers, papers.join(' · ')],
          ...(cut === null ? [] : [[w.cut, <Instant key="cut" at={cut} />] as const]),
        ]}
      />
      {payments.length === 0 ? (
        <p className="faint">{w.unpaid}</p>
      ) : (
        <Rows label={w.amount} rows={payments} columns={columns} keyOf={({ receipt }) => receipt} />
      )}
    </Part>
  );
}

import './chain.css';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { Part } from '../pattern/facts.tsx';
import { day, money } from '../speech/format.ts';
import { both, useLang, useWords } from '../speech/lang.ts';
import { owedOf } from './paid.ts';

const words = both({
  zh: {
    title: '首尾相接的期限',
    span: (number: string, from: string, to: string) => `${number}：${from} 至 ${to}`,
    paid: '已付款',
    part: (sum: string) => `尚欠 ${sum}`,
    unpaid: '尚未付款',
    cut: '，提前结束',
  },
  en: {
    title: 'One term after the other',
    span: (number: string, from: string, to: string) => `${number}: ${from} to ${to}`,
    paid: 'paid',
    part: (sum: string) => `${sum} still owed`,
    unpaid: 'not paid yet',
    cut: ', ended early',
  },
});

type Sale = Item<'/hosts/{id}/sales'>;

const endOf = (sale: Sale): number => Date.parse(sale.cut ?? sale.to);

interface ChainGiven {
  readonly sales: readonly Sale[];
  /** The provider's; undefined while it is not known. */
  readonly zone: string | undefined;
}

/** The chain of a host's sales as a band and as a list, in the order of time. */
export function Chain({ sales, zone }: ChainGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const spans = sales.map((sale) => [Date.parse(sale.from), endOf(sale)] as const);
  const now = Date.now();
  const start = Math.min(now, ...spans.map(([from]) => from));
  const end = Math.max(now, ...spans.map(([, to]) => to));
  const share = (at: number): string => `${((at - start) / Math.max(1, end - start)) * 100}%`;
  const isPaid = ({ payments }: Sale): boolean => payments.length > 0;
  return (
    <Part title={w.title}>
      <svg className="chain" aria-hidden="true" focusable="false">
        <rect className="ground" width="100%" height="100%" />
        {sales.map((sale, i) => {
          const [from, to] = spans[i]!;
          const width = `${((to - from) / Math.max(1, end - start)) * 100}%`;
          const kind = isPaid(sale) ? 'span' : 'span open';
          return <rect key={sale.number} className={kind} x={share(from)} width={width} height="100%" />;
        })}
        <line className="now" x1={share(now)} x2={share(now)} y1="0" y2="100%" />
      </svg>
      <ol className="terms">
        {sales.map((sale) => (
          <li key={sale.number}>
            {w.span(sale.number, day(lang, sale.from, zone), day(lang, endOf(sale) - 1, zone))}{' '}
            <span className="faint">
              {isPaid(sale)
                ? owedOf(sale).minor > 0
                  ? w.part(money(lang, owedOf(sale)))
                  : w.paid
                : w.unpaid}
              {sale.cut === null ? '' : w.cut}
            </span>
          </li>
        ))}
      </ol>
    </Part>
  );
}

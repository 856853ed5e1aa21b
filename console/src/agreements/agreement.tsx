import './agreement.css';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { clauseWords } from '../../../src/site/stretches.ts';
import type { Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { Detail } from '../pattern/detail.tsx';
import { Part } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { CustomerLink, HostLink } from '../pattern/named.tsx';
import { day } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Annexes } from './annexes.tsx';
import { Paper } from './paper.tsx';
import { Standing } from './standing.tsx';

const words = both({
  zh: {
    name: '质量协议',
    back: '全部协议',
    promise: '逐分钟的承诺',
    statements: '结算单',
    host: '主机',
    customer: '客户',
    edition: '条款版本',
    offered: '提供时间',
    ended: '终止时间',
    zone: '时区',
    missing: '还缺什么',
    missingLead: '缺少以下事实，协议就不生效；补齐的那一刻起自动生效。',
    force: '生效时间',
    never: '尚未生效过。',
    open: '至今',
    until: (from: string, to: string) => `${from} 至 ${to}`,
    end: '提前终止',
  },
  en: {
    name: 'Quality agreement',
    back: 'All agreements',
    promise: 'Minute by minute',
    statements: 'Statements',
    host: 'Host',
    customer: 'Customer',
    edition: 'Edition of the terms',
    offered: 'Offered',
    ended: 'Ended',
    zone: 'Time zone',
    missing: 'What is missing',
    missingLead: 'It is not in force without these facts; from the moment they are there, it is.',
    force: 'In force',
    never: 'Never yet.',
    open: 'now',
    until: (from: string, to: string) => `${from} to ${to}`,
    end: 'End it early',
  },
});

type Agreement = Reply<'get', '/agreements/{number}'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const { number = '' }: { number?: string } = useParams({ strict: false });
  const read = useRead('/agreements/{number}', { path: { number } });
  const account = useAccount();
  const isStaff = account.data !== undefined && account.data.role !== 'customer';
  return (
    <Detail
      read={read}
      name={w.name}
      back={{ to: '/agreements', label: w.back }}
      title={() => number}
      mark={(agreement) => <Standing agreement={agreement} />}
      actions={(agreement) => (
        <>
          <LinkButton to={`/agreements/${number}/promise`} isMain={false}>
            {w.promise}
          </LinkButton>
          <LinkButton to={`/agreements/${number}/statements`} isMain={false}>
            {w.statements}
          </LinkButton>
          {agreement.ended === null && may(account.data, 'agreements:edit') ? (
            <LinkButton to={`/agreements/${number}/end`} isMain={false}>
              {w.end}
            </LinkButton>
          ) : null}
        </>
      )}
      facts={(agreement) => [
        [w.host, <HostLink key="h" id={agreement.host} />],
        ...(isStaff ? [[w.customer, <CustomerLink key="c" id={agreement.customer} />] as const] : []),
        [w.edition, agreement.edition],
        [w.offered, <Instant key="o" at={agreement.offeredAt} zone={agreement.zone} />],
        ...(agreement.ended === null
          ? []
          : [[w.ended, <Instant key="e" at={agreement.ended} zone={agreement.zone} />] as const]),
        [w.zone, agreement.zone],
      ]}
    >
      {(agreement) => (
        <>
          <Missing agreement={agreement} />
          <Force agreement={agreement} />
          <Paper number={number} isStaff={isStaff} />
          <Annexes number={number} />
        </>
      )}
    </Detail>
  );
}

function Missing({ agreement }: { readonly agreement: Agreement }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const { missing, unsigned } = agreement;
  if (missing.length === 0) return null;
  return (
    <Part title={w.missing} lead={w.missingLead}>
      <ul className="missing">
        {missing.map((one) => (
          <li key={one.fact}>
            {text(one.words)} <span className="faint">{clauseWords(one.clause, lang)}</span>
          </li>
        ))}
      </ul>
      {unsigned === null ? null : <p>{text(unsigned.words)}</p>}
    </Part>
  );
}

/** When it was, is and will be in force: one axis from the first day to the last. */
function Force({ agreement }: { readonly agreement: Agreement }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { inForce, zone } = agreement;
  const spans = inForce.map(([from, to]) => [Date.parse(from), Date.parse(to)] as const);
  const [first, last] = [spans[0]?.[0], spans.at(-1)?.[1]];
  if (first === undefined || last === undefined) {
    return (
      <Part title={w.force}>
        <p className="faint">{w.never}</p>
      </Part>
    );
  }
  const [start, end] = [Math.min(first, Date.parse(agreement.offeredAt)), Math.max(last, Date.now())];
  const share = (at: number): string => `${((at - start) / Math.max(1, end - start)) * 100}%`;
  return (
    <Part title={w.force}>
      <svg className="force" aria-hidden="true" focusable="false">
        <rect className="ground" width="100%" height="100%" />
        {spans.map(([from, to]) => (
          <rect key={from} className="span" x={share(from)} width={share(start + to - from)} height="100%" />
        ))}
        <line className="now" x1={share(Date.now())} x2={share(Date.now())} y1="0" y2="100%" />
      </svg>
      <ul className="missing">
        {spans.map(([from, to]) => (
          <li key={from}>{w.until(day(lang, from, zone), day(lang, to - 1, zone))}</li>
        ))}
      </ul>
    </Part>
  );
}

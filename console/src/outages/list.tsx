import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { codeWords } from '../../../src/site/codes.ts';
import type { Item } from '../client/ask.ts';
import { Mark } from '../pattern/facts.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { useHostFilter } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { duration } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { checkWords } from './words.ts';

const words = both({
  zh: {
    title: '中断',
    lead: '各观测点认定为未达标的时段，进行中的在最前。每一次都可查看读数、原因和证据。',
    host: '主机',
    check: '检查',
    state: '状态',
    open: '进行中',
    ended: '已结束',
    from: '开始',
    long: '时长',
    code: '当时所见',
    all: '全部',
    empty: '还没有发生过中断。一旦有检查未达标，会立即出现在这里。',
  },
  en: {
    title: 'Outages',
    lead: 'Times when the vantage points found a promise not kept, ongoing ones first. Each has its readings, causes and proof.',
    host: 'Host',
    check: 'Check',
    state: 'State',
    open: 'ongoing',
    ended: 'ended',
    from: 'Began',
    long: 'Duration',
    code: 'What was seen',
    all: 'All',
    empty: 'There has been no outage yet. As soon as a check fails, it stands here.',
  },
});

type Outage = Item<'/outages'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const checks = useWords(checkWords);
  return (
    <Page title={w.title} lead={w.lead}>
      <List
        label={w.title}
        path="/outages"
        given={{}}
        columns={useColumns()}
        keyOf={({ host, check, from }) => `${host} ${check} ${from}`}
        filters={[
          useHostFilter('host', w.host, w.all),
          {
            key: 'check',
            label: w.check,
            none: w.all,
            options: (['web', 'ftp'] as const).map((value) => ({ value, label: checks[value] })),
          },
          {
            key: 'open',
            label: w.state,
            none: w.all,
            options: [
              { value: 'true', label: w.open },
              { value: 'false', label: w.ended },
            ],
          },
        ]}
        empty={<p>{w.empty}</p>}
      />
    </Page>
  );
}

/** Of an outage, wherever several are listed. */
export function useColumns(): readonly Column<Outage>[] {
  const w = useWords(words);
  const checks: Readonly<Record<string, string>> = useWords(checkWords);
  const lang = useLang();
  const text = useText();
  return [
    {
      key: 'host',
      title: w.host,
      cell: ({ host, check, from, domain }) => (
        <Link to={`/outages/${host}/${check}/${Date.parse(from)}`}>{domain ?? host}</Link>
      ),
    },
    { key: 'check', title: w.check, cell: ({ check }) => checks[check] ?? check },
    {
      key: 'state',
      title: w.state,
      cell: ({ to }) => <Mark tone={to === null ? 'bad' : 'plain'}>{to === null ? w.open : w.ended}</Mark>,
    },
    { key: 'from', title: w.from, cell: ({ from }) => <Instant at={from} /> },
    {
      key: 'long',
      title: w.long,
      cell: ({ from, to }) => duration(lang, (to === null ? Date.now() : Date.parse(to)) - Date.parse(from)),
      isFigure: true,
    },
    { key: 'code', title: w.code, cell: ({ code }) => text(codeWords(code)) },
  ];
}

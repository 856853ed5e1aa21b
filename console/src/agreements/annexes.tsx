import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { Part } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '补充条款',
    lead: '未尽事宜由双方另行约定，作为附件签署（第 5-2、5-3 条）。',
    add: '添加补充条款',
    none: '没有补充条款。',
    annex: '附件',
    name: '标题',
    at: '印制时间',
  },
  en: {
    title: 'Supplementary terms',
    lead: 'What is not covered is agreed in addition and signed as an annex (clauses 5‑2 and 5‑3).',
    add: 'Add supplementary terms',
    none: 'There are none.',
    annex: 'Annex',
    name: 'Title',
    at: 'Printed',
  },
});

type Annex = Item<'/agreements/{number}/annexes'>;

export function Annexes({ number }: { readonly number: string }): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const read = useRead('/agreements/{number}/annexes', { path: { number } });
  const columns: readonly Column<Annex>[] = [
    {
      key: 'annex',
      title: w.annex,
      cell: ({ annex }) => <Link to={`/agreements/${number}/annexes/${annex}`}>{annex}</Link>,
    },
    { key: 'name', title: w.name, cell: ({ title }) => title },
    { key: 'at', title: w.at, cell: ({ printedAt }) => <Instant at={printedAt} /> },
  ];
  const add = may(account.data, 'agreements:edit') ? (
    <LinkButton to={`/agreements/${number}/annexes/new`} isMain={false}>
      {w.add}
    </LinkButton>
  ) : null;
  return (
    <Part title={w.title} lead={w.lead} actions={add}>
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">{w.none}</p>
          ) : (
            <Rows label={w.title} rows={items} columns={columns} keyOf={({ annex }) => annex} />
          )
        }
      </Loaded>
    </Part>
  );
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { Mark } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { money } from '../speech/format.ts';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { stageWords } from './words.ts';

const words = both({
  zh: {
    title: '套餐',
    lead: '发布之后不再改变；要改，就起草下一版。每台主机固定在一个版本上。',
    draft: '起草套餐',
    name: '名称',
    version: '版本',
    stage: '阶段',
    price: '价格',
    term: '期限',
    months: (months: number) => `${months} 个月`,
    empty: '还没有套餐。起草第一个套餐，发布后就可以开通主机。',
  },
  en: {
    title: 'Plans',
    lead: 'Published, a version never changes; draft the next one instead. Each host stays on one version.',
    draft: 'Draft a plan',
    name: 'Name',
    version: 'Version',
    stage: 'Stage',
    price: 'Price',
    term: 'Term',
    months: (months: number) => `${months} months`,
    empty: 'No plans yet. Draft the first; once it is published, hosts can be ordered.',
  },
});

type Plan = Item<'/plans'>;

export function stageOf({ publishedAt, stages }: Plan): 'draft' | Plan['stages'][number]['stage'] {
  if (publishedAt === null) return 'draft';
  return stages.findLast(({ from }) => Date.parse(from) <= Date.now())?.stage ?? 'draft';
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const names = useWords(stageWords);
  const lang = useLang();
  const text = useText();
  const account = useAccount();
  const read = useRead('/plans', {});
  const columns: readonly Column<Plan>[] = [
    {
      key: 'name',
      title: w.name,
      cell: ({ plan, version, name }) => <Link to={`/plans/${plan}/${version}`}>{text(name)}</Link>,
    },
    { key: 'version', title: w.version, cell: ({ plan, version }) => `${plan} · ${version}` },
    {
      key: 'stage',
      title: w.stage,
      cell: (row) => {
        const stage = stageOf(row);
        return <Mark tone={stage === 'released' ? 'good' : 'plain'}>{names[stage]}</Mark>;
      },
    },
    { key: 'price', title: w.price, cell: ({ price }) => money(lang, price), isFigure: true },
    { key: 'term', title: w.term, cell: ({ termMonths }) => w.months(termMonths), isFigure: true },
  ];
  const draft = may(account.data, 'plans:edit') ? <LinkButton to="/plans/draft">{w.draft}</LinkButton> : null;
  return (
    <Page title={w.title} lead={w.lead} actions={draft}>
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">{w.empty}</p>
          ) : (
            <Rows
              label={w.title}
              rows={items}
              columns={columns}
              keyOf={({ plan, version }) => `${plan}/${version}`}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

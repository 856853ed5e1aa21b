import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Select } from 'antd';
import type { ReactNode } from 'react';
import type { Item, Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Detail } from '../pattern/detail.tsx';
import { Facts, Mark, Part } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { money } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { stageOf } from './list.tsx';
import { functionWords, stageWords } from './words.ts';

const words = both({
  zh: {
    name: '套餐',
    back: '全部套餐',
    title: (name: string, version: number) => `${name} · 第 ${version} 版`,
    price: '价格',
    term: '期限',
    months: (months: number) => `${months} 个月`,
    drafted: '起草时间',
    published: '发布时间',
    publish: '发布',
    publishText: '发布之后这一版不能再修改，网站上随即展示。',
    done: '已完成。',
    release: '转为正式',
    releaseText: '从此刻起适用质量承诺；不能退回测试。',
    next: '起草下一版',
    functions: '功能表',
    function: '功能',
    this: '这一版',
    compare: '与另一版对照',
    none: '不对照',
    stages: '阶段',
    stage: '阶段',
    since: '自',
    problems: '已知问题',
  },
  en: {
    name: 'Plan',
    back: 'All plans',
    title: (name: string, version: number) => `${name}, version ${version}`,
    price: 'Price',
    term: 'Term',
    months: (months: number) => `${months} months`,
    drafted: 'Drafted',
    published: 'Published',
    publish: 'Publish',
    publishText: 'Published, this version cannot be changed any more, and the site shows it.',
    done: 'Done.',
    release: 'Release it',
    releaseText: 'From now on the promises hold; it cannot go back into test.',
    next: 'Draft the next version',
    functions: 'Functions',
    function: 'Function',
    this: 'This version',
    compare: 'Compare with another version',
    none: 'no comparison',
    stages: 'Stages',
    stage: 'Stage',
    since: 'Since',
    problems: 'Known problems',
  },
});

type Plan = Reply<'get', '/plans/{plan}/{version}'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const names = useWords(stageWords);
  const lang = useLang();
  const text = useText();
  const { plan = '', version = '' }: { plan?: string; version?: string } = useParams({ strict: false });
  const read = useRead('/plans/{plan}/{version}', { path: { plan, version: Number(version) } });
  return (
    <Detail
      read={read}
      name={w.name}
      back={{ to: '/plans', label: w.back }}
      title={(row) => w.title(text(row.name), row.version)}
      mark={(row) => <Mark tone={stageOf(row) === 'released' ? 'good' : 'plain'}>{names[stageOf(row)]}</Mark>}
      actions={(row) => <Acts row={row} />}
      facts={(row) => [
        [w.price, money(lang, row.price)],
        [w.term, w.months(row.termMonths)],
        [w.drafted, <Instant key="drafted" at={row.createdAt} />],
        ...(row.publishedAt === null
          ? []
          : [[w.published, <Instant key="published" at={row.publishedAt} />] as const]),
      ]}
    >
      {(row) => (
        <>
          <Functions row={row} />
          <Stages row={row} />
        </>
      )}
    </Detail>
  );
}

function Acts({ row }: { readonly row: Plan }): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const publish = useSend('post', '/plans/{plan}/{version}/publish');
  const move = useSend('post', '/plans/{plan}/{version}/stages');
  if (!may(account.data, 'plans:edit')) return null;
  const path = { plan: row.plan, version: row.version };
  const stage = stageOf(row);
  const release = () => move.mutateAsync({ path, body: { stage: 'released', problems: [] } });
  return (
    <>
      {stage === 'draft' ? (
        <Action
          label={w.publish}
          act={() => publish.mutateAsync({ path })}
          ask={{ title: w.publish, text: w.publishText }}
          done={w.done}
        />
      ) : null}
      {stage === 'public-test' || stage === 'invited-test' ? (
        <Action
          label={w.release}
          act={release}
          ask={{ title: w.release, text: w.releaseText }}
          done={w.done}
        />
      ) : null}
      <LinkButton to="/plans/draft" search={{ plan: row.plan, version: String(row.version) }} isMain={false}>
        {w.next}
      </LinkButton>
    </>
  );
}

type Line = readonly [name: string, here: string, there: string | null];

/** The published model; beside it another version, with what differs set off. */
function Functions({ row }: { readonly row: Plan }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const navigate = useNavigate();
  const { beside = '' }: { beside?: string } = useSearch({ strict: false });
  const all = useRead('/plans', {});
  const nameOf = (one: Item<'/plans'>): string => `${one.plan} ${one.version}`;
  const others = all.data?.items.filter((one) => nameOf(one) !== `${row.plan} ${row.version}`) ?? [];
  const other = others.find((one) => nameOf(one) === beside);
  const there = other === undefined ? null : functionWords(other.functions, lang);
  const lines = functionWords(row.functions, lang).map(
    ([name, here], place): Line => [name, here, there?.[place]?.[1] ?? null],
  );
  const columns: readonly Column<Line>[] = [
    { key: 'name', title: w.function, cell: ([name]) => name },
    { key: 'here', title: w.this, cell: ([, here]) => here },
    ...(other === undefined
      ? []
      : [
          {
            key: 'there',
            title: w.title(text(other.name), other.version),
            cell: ([, here, value]: Line) =>
              here === value ? <span className="faint">{value}</span> : <strong>{value}</strong>,
          },
        ]),
  ];
  return (
    <Part
      title={w.functions}
      actions={
        others.length === 0 ? null : (
          <Select
            aria-label={w.compare}
            value={other === undefined ? '' : beside}
            onChange={(value: string) =>
              void navigate({ to: '.', search: { beside: value } as never, replace: true })
            }
            options={[
              { value: '', label: w.none },
              ...others.map((one) => ({ value: nameOf(one), label: w.title(text(one.name), one.version) })),
            ]}
          />
        )
      }
    >
      {other === undefined ? (
        <Facts facts={lines.map(([name, here]) => [name, here] as const)} />
      ) : (
        <Rows label={w.functions} rows={lines} columns={columns} keyOf={([name]) => name} />
      )}
      {other === undefined ? null : (
        <p>
          <Link to={`/plans/${other.plan}/${other.version}`}>{w.title(text(other.name), other.version)}</Link>
        </p>
      )}
    </Part>
  );
}

function Stages({ row }: { readonly row: Plan }): ReactNode {
  const w = useWords(words);
  const names = useWords(stageWords);
  const text = useText();
  const columns: readonly Column<Plan['stages'][number]>[] = [
    { key: 'stage', title: w.stage, cell: ({ stage }) => names[stage] },
    { key: 'since', title: w.since, cell: ({ from }) => <Instant at={from} /> },
    {
      key: 'problems',
      title: w.problems,
      cell: ({ problems }) => (problems.length === 0 ? '–' : problems.map(text).join(' · ')),
    },
  ];
  if (row.stages.length === 0) return null;
  return (
    <Part title={w.stages}>
      <Rows label={w.stages} rows={row.stages} columns={columns} keyOf={({ stage }) => stage} />
    </Part>
  );
}

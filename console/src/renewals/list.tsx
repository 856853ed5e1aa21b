import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useAccount } from '../client/session.ts';
import { stateWords, toneOf } from '../hosts/words.ts';
import { Mark } from '../pattern/facts.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { CustomerLink } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { day } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '续费',
    lead: '按到期先后排列：到期前何时提醒，到期后何时停止、保留和释放；续费之后自动取消。',
    host: '主机',
    customer: '客户',
    ends: '到期',
    state: '状态',
    next: '接下来',
    last: '最近一次',
    renewed: '已续费',
    unreachable: '没有已验证的联系方式，提醒寄不出',
    nothing: '无',
    told: (addresses: string) => `已通知 ${addresses}`,
    refused: '未能通知',
    before: '到期时间',
    within: (days: string) => `${days} 天之内`,
    since: '从何时起',
    recent: '最近三十天起',
    any: '不限',
    ever: '全部',
    empty: '还没有销售期限。为主机记录销售协议之后，到期时间会列在这里。',
  },
  en: {
    title: 'Renewals',
    lead: 'By the day on which they end: when reminders go out, and when a host is stopped, kept and released. A renewal calls it all off.',
    host: 'Host',
    customer: 'Customer',
    ends: 'Ends',
    state: 'State',
    next: 'Comes next',
    last: 'Done last',
    renewed: 'renewed',
    unreachable: 'no verified contact: reminders cannot go out',
    nothing: 'nothing',
    told: (addresses: string) => `told ${addresses}`,
    refused: 'nobody could be told',
    before: 'Ends',
    within: (days: string) => `within ${days} days`,
    since: 'Beginning',
    recent: 'thirty days ago',
    any: 'at any time',
    ever: 'with the first',
    empty: 'No term has been sold yet. Once a sales agreement of a host is recorded, its end stands here.',
  },
});

const actWords = both({
  zh: {
    remind: (days: string) => (days === '0' ? '到期当日提醒' : `提前 ${days} 天提醒`),
    stop: '停止服务，保留数据',
    reopen: '恢复服务',
    release: '释放主机与数据',
  },
  en: {
    remind: (days: string) => (days === '0' ? 'Reminder on the last day' : `Reminder ${days} days before`),
    stop: 'Service stops, data is kept',
    reopen: 'Service resumes',
    release: 'Host and data are released',
  },
});

type Renewal = Item<'/renewals'>;
type Act = Renewal['due'][number];
const dayMs = 86_400_000;

/** The beginning of a day so many days from today: the same all day, so that what was read stays known. */
function dayAway(days: number): string {
  return new Date((Math.floor(Date.now() / dayMs) + days) * dayMs).toISOString();
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const account = useAccount();
  const isStaff = account.data?.customer === null;
  const columns: readonly Column<Renewal>[] = [
    {
      key: 'host',
      title: w.host,
      cell: ({ host, domain }) => <Link to={`/hosts/${host}/sales`}>{domain ?? host}</Link>,
    },
    ...(isStaff ? [customerColumn(w.customer)] : []),
    { key: 'ends', title: w.ends, cell: ({ ends }) => <Instant at={ends} /> },
    { key: 'state', title: w.state, cell: (row) => <State row={row} /> },
    { key: 'next', title: w.next, cell: (row) => <Next row={row} /> },
    { key: 'last', title: w.last, cell: ({ done }) => <Done done={done.at(-1)} /> },
  ];
  const within = [7, 30, 90].map((days) => ({
    value: dayAway(days),
    label: `${w.within(String(days))} · ${day(lang, dayAway(days))}`,
  }));
  return (
    <Page title={w.title} lead={w.lead}>
      <List
        label={w.title}
        path="/renewals"
        given={{ query: { since: dayAway(-30) } }}
        columns={columns}
        keyOf={({ host }) => host}
        filters={[
          { key: 'before', label: w.before, none: w.any, options: within },
          {
            key: 'since',
            label: w.since,
            none: w.recent,
            options: [{ value: new Date(0).toISOString(), label: w.ever }],
          },
        ]}
        empty={<p>{w.empty}</p>}
      />
    </Page>
  );
}

function customerColumn(title: string): Column<Renewal> {
  return {
    key: 'customer',
    title,
    cell: ({ customer }) => <CustomerLink id={customer} />,
  };
}

function State({ row: { state, renewed } }: { readonly row: Renewal }): ReactNode {
  const w = useWords(words);
  const states: Readonly<Record<string, string>> = useWords(stateWords);
  if (renewed) return <Mark tone="good">{w.renewed}</Mark>;
  const known = state in states ? (state as Parameters<typeof toneOf>[0]) : 'none';
  return <Mark tone={toneOf(known)}>{states[known]}</Mark>;
}

function useActs(): (act: Pick<Act, 'act' | 'days'>) => string {
  const w = useWords(actWords);
  return ({ act, days }) => (act === 'remind' ? w.remind(String(days ?? 0)) : w[act]);
}

function Next({ row: { due, reachable } }: { readonly row: Renewal }): ReactNode {
  const w = useWords(words);
  const nameOf = useActs();
  const [first] = due;
  if (first === undefined) return <span className="faint">{w.nothing}</span>;
  return (
    <div>
      {nameOf(first)} · <Instant at={first.at} />
      {reachable ? null : (
        <div>
          <Mark tone="bad">{w.unreachable}</Mark>
        </div>
      )}
    </div>
  );
}

function Done({ done }: { readonly done: Renewal['done'][number] | undefined }): ReactNode {
  const w = useWords(words);
  const nameOf = useActs();
  if (done === undefined) return <span className="faint">{w.nothing}</span>;
  const told =
    done.refused === null ? (done.told.length === 0 ? '' : w.told(done.told.join(' '))) : w.refused;
  return (
    <div>
      {nameOf(done)} · <Instant at={done.at} />
      {told === '' ? null : <div className="faint">{told}</div>}
    </div>
  );
}

import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { Mark } from '../pattern/facts.tsx';
import { type Column, Pager, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { monthAfter, monthNow } from '../promise/month.ts';
import { money, month as monthWords } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { Approval } from '../statements/approval.tsx';
import { Steps } from './step.tsx';
import { Waits } from './waiting.tsx';

const words = both({
  zh: {
    title: (month: string) => `${month}结算`,
    lead: '这个月每份协议的最新结算单：赔偿多少，是否入账，还等什么。金额超过限额的，由两人先后同意。',
    before: '上个月',
    after: '下个月',
    judge: '重新结算',
    agreement: '质量协议',
    amount: '赔偿',
    revision: '版次',
    state: '状态',
    act: '操作',
    sum: '合计',
    draft: '复核中，最早入账',
    posted: '已入账',
    held: (by: string, reason: string) => `${by}：${reason}`,
    empty: '这个月还没有结算单。月份结束一天之后自动结算。',
  },
  en: {
    title: (month: string) => `Settlement of ${month}`,
    lead: 'The latest statement of each agreement in the month: what is owed, whether it is posted, what it waits for. Above the limit two people approve.',
    before: 'Previous month',
    after: 'Next month',
    judge: 'Settle again',
    agreement: 'Agreement',
    amount: 'Owed',
    revision: 'Revision',
    state: 'State',
    act: 'Actions',
    sum: 'Total',
    draft: 'under review, posted from',
    posted: 'posted',
    held: (by: string, reason: string) => `${by}: ${reason}`,
    empty: 'No statement of this month yet. It settles itself a day after its end.',
  },
});

type Brief = Item<'/statements'>;
type Draft = Item<'/approvals'>;

const atOnce = 100;

/** `?month=2026-10`; else the month before the running one. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const account = useAccount();
  const search: { month?: string; cursor?: string } = useSearch({ strict: false });
  const month = search.month ?? monthAfter(monthNow(ownZone), -1);
  const query = {
    month,
    limit: atOnce,
    ...(search.cursor === undefined ? {} : { cursor: search.cursor }),
  };
  const read = useRead('/statements', { query });
  const canEdit = may(account.data, 'statements:edit');
  const navigate = useNavigate();
  const judge = (
    <Button
      type="primary"
      onClick={() => void navigate({ to: '/settlement/judge', search: { month } as never })}
    >
      {w.judge}
    </Button>
  );
  return (
    <Page
      title={w.title(monthWords(lang, month))}
      lead={w.lead}
      actions={
        <>
          <Turn month={month} by={-1} />
          <Turn month={month} by={1} />
          {canEdit ? judge : null}
        </>
      }
    >
      <Loaded read={read}>
        {({ items, next }) =>
          items.length === 0 ? (
            <p className="nothing">{w.empty}</p>
          ) : (
            <>
              <Briefs briefs={items} />
              {next === null && search.cursor === undefined ? <Sum briefs={items} /> : null}
              <Pager isFirst={search.cursor === undefined} next={next} />
            </>
          )
        }
      </Loaded>
      <Waits month={month} />
    </Page>
  );
}

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function Turn({ month, by }: { readonly month: string; readonly by: 1 | -1 }): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const to = monthAfter(month, by);
  if (to > monthNow(ownZone)) return null;
  return (
    <Button onClick={() => void navigate({ to: '.', search: { month: to } as never })}>
      {by < 0 ? w.before : w.after}
    </Button>
  );
}

function Briefs({ briefs }: { readonly briefs: readonly Brief[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const isOpen = briefs.some(({ postedAt }) => postedAt === null);
  const read = useRead('/approvals', { query: { limit: 200 } }, isOpen);
  const draftOf = (one: Brief): Draft | undefined =>
    read.data?.items.find(
      ({ agreement, month, revision }) =>
        agreement === one.agreement && month === one.month && revision === one.revision,
    );
  const acts: Column<Brief> = {
    key: 'act',
    title: w.act,
    cell: (one) => {
      const draft = draftOf(one);
      return draft === undefined ? '–' : <Steps draft={draft} />;
    },
  };
  const columns: readonly Column<Brief>[] = [
    {
      key: 'agreement',
      title: w.agreement,
      cell: ({ agreement, month, revision }) => (
        <Link
          to={`/agreements/${agreement}/statements/${month}`}
          search={{ revision: String(revision) } as never}
        >
          {agreement}
        </Link>
      ),
    },
    { key: 'amount', title: w.amount, cell: ({ amount }) => money(lang, amount), isFigure: true },
    { key: 'revision', title: w.revision, cell: ({ revision }) => revision, isFigure: true },
    { key: 'state', title: w.state, cell: (one) => <State brief={one} draft={draftOf(one)} /> },
    ...(isOpen ? [acts] : []),
  ];
  return <Rows label={w.agreement} rows={briefs} columns={columns} keyOf={({ agreement }) => agreement} />;
}

/** How far it is, and who held it and why. */
export function State({
  brief,
  draft,
}: {
  readonly brief: Pick<Brief, 'postedAt' | 'dueAt'>;
  readonly draft: Draft | undefined;
}): ReactNode {
  const w = useWords(words);
  if (brief.postedAt !== null)
    return (
      <>
        <Mark tone="good">{w.posted}</Mark> <Instant at={brief.postedAt} />
      </>
    );
  if (draft === undefined)
    return (
      <>
        <Mark tone="plain">{w.draft}</Mark> <Instant at={brief.dueAt} />
      </>
    );
  const last = draft.approval.steps.at(-1);
  return (
    <div>
      <Approval statement={{ postedAt: null, approval: draft.approval }} />
      {draft.approval.state === 'held' && last !== undefined ? (
        <div className="faint">{w.held(last.by, last.reason)}</div>
      ) : null}
    </div>
  );
}

function Sum({ briefs }: { readonly briefs: readonly Brief[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const sums = Map.groupBy(briefs, ({ amount }) => amount.currency);
  const told = [...sums].map(([currency, some]) =>
    money(lang, { minor: some.reduce((sum, { amount }) => sum + amount.minor, 0), currency }),
  );
  return (
    <p>
      <span className="faint">{w.sum}</span> <strong>{told.join(' · ')}</strong>
    </p>
  );
}

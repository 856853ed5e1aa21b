import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { useColumns } from '../outages/list.tsx';
import { Mark, Part } from '../pattern/facts.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Waiting } from '../pattern/loaded.tsx';
import { CustomerLink, HostLink } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { Trouble } from '../pattern/trouble.tsx';
import { money, month as monthWords } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Approval } from '../statements/approval.tsx';

const words = both({
  zh: {
    title: '今天',
    lead: '等着有人处理的事。',
    nothing: '没有等待处理的事。每台主机都如所愿运行，没有中断，没有待复核的结算单，没有待付的款项。',
    all: '全部',
    outages: '进行中的中断',
    behind: '实际与要求不符的主机',
    host: '主机',
    why: '情况',
    lag: (wanted: number, real: number) => `要求第 ${wanted} 版，已生效第 ${real} 版`,
    silent: '失联的观测点与服务器',
    name: '名称',
    kind: '类别',
    prober: '观测点',
    plane: '服务器',
    seen: '最近报到',
    never: '从未',
    drafts: '待复核的结算单',
    agreement: '质量协议',
    month: '月份',
    amount: '赔偿',
    state: '状态',
    unsigned: '已付款、在服务、未签署协议',
    customer: '客户',
    missing: '还缺',
    none: '尚未提供协议',
    offer: '提供协议',
    transfers: '等待汇出的款项',
    number: '编号',
    asked: '申请时间',
    sum: '金额',
    invoices: '等待开具的发票',
    invoiced: '抬头',
    ends: '三十天内到期',
    end: '到期',
    renewed: '续费',
    yes: '已续',
    no: '未续',
    reach: '没有可用的联系方式，提醒发不出去',
  },
  en: {
    title: 'Today',
    lead: 'What waits for somebody.',
    nothing:
      'Nothing waits: every host runs as wanted, nothing is out, no statement is under review, nothing is to be paid.',
    all: 'All',
    outages: 'Ongoing outages',
    behind: 'Hosts that are not as wanted',
    host: 'Host',
    why: 'What is the matter',
    lag: (wanted: number, real: number) => `revision ${wanted} is wanted, ${real} is applied`,
    silent: 'Silent probers and planes',
    name: 'Name',
    kind: 'Kind',
    prober: 'Prober',
    plane: 'Plane',
    seen: 'Last report',
    never: 'never',
    drafts: 'Statements under review',
    agreement: 'Agreement',
    month: 'Month',
    amount: 'Owed',
    state: 'State',
    unsigned: 'Paid and served, not signed',
    customer: 'Customer',
    missing: 'What is missing',
    none: 'no agreement was offered',
    offer: 'Offer one',
    transfers: 'Transfers to be made',
    number: 'Number',
    asked: 'Asked for',
    sum: 'Amount',
    invoices: 'Invoices to be issued',
    invoiced: 'Invoiced to',
    ends: 'Ends within thirty days',
    end: 'Ends',
    renewed: 'Renewed',
    yes: 'yes',
    no: 'no',
    reach: 'no contact is left that a reminder could go to',
  },
});

const few = 10;
const hourMs = 3_600_000;
const soonMs = 30 * 24 * hourMs;
/** To the full hour, so that the same is asked for while the page stands. */
const hour = (at: number): string => new Date(Math.floor(at / hourMs) * hourMs).toISOString();

/** What waits, each a link; a part with nothing in it is not there. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { data: account } = useAccount();
  const can = (right: string): boolean => may(account, right);
  const outages = useRead('/outages', { query: { open: 'true', limit: few } }, can('measures:read'));
  const behind = useRead('/hosts', { query: { behind: 'true', limit: few } }, can('hosts:read'));
  const probers = useRead('/probers', {}, can('probers:read'));
  const planes = useRead('/planes', {}, can('planes:read'));
  const drafts = useRead('/approvals', { query: { limit: few } }, can('statements:read'));
  const unsigned = useRead('/agreements/unsigned', { query: { limit: few } }, can('agreements:read'));
  const query = { since: hour(Date.now()), before: hour(Date.now() + soonMs), limit: few };
  const ends = useRead('/renewals', { query }, can('sales:read'));
  const asked = { query: { state: 'asked', limit: few } } as const;
  const transfers = useRead('/transfers', asked, can('ledger:edit'));
  const requested = { query: { state: 'requested', limit: few } } as const;
  const invoices = useRead('/invoices', requested, can('invoices:edit'));
  const reads = [outages, behind, probers, planes, drafts, transfers, invoices, unsigned, ends];
  const failed = reads.find(({ isError }) => isError);
  const away = [
    ...(probers.data?.items ?? []).map(({ id, silent, lastRound }) => ({
      id,
      silent,
      seen: lastRound,
      kind: w.prober,
    })),
    ...(planes.data?.items ?? []).map(({ id, silent, seenAt }) => ({
      id,
      silent,
      seen: seenAt,
      kind: w.plane,
    })),
  ].filter(({ silent }) => silent);
  const lists = [outages, behind, drafts, transfers, invoices, unsigned, ends];
  const found = lists.map(({ data }) => data?.items.length ?? 0);
  const isNothing = found.every((count) => count === 0) && away.length === 0;
  const isWaiting = reads.some(({ isLoading }) => isLoading);
  return (
    <Page title={w.title} lead={w.lead}>
      {failed === undefined ? null : <Trouble error={failed.error} again={() => void failed.refetch()} />}
      {isWaiting ? <Waiting /> : null}
      {isNothing && !isWaiting && failed === undefined ? <p className="nothing">{w.nothing}</p> : null}
      <Outages items={outages.data?.items ?? []} />
      <Away items={away} />
      <Behind items={behind.data?.items ?? []} />
      <Drafts items={drafts.data?.items ?? []} />
      <Transfers items={transfers.data?.items ?? []} />
      <Invoices items={invoices.data?.items ?? []} />
      <Unsigned items={unsigned.data?.items ?? []} />
      <Ends items={ends.data?.items ?? []} />
    </Page>
  );
}

interface WaitsGiven<Row> {
  readonly title: string;
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly items: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
}

/** Some things that wait, and the way to all of them; nothing where there are none. */
function Waits<Row>({ title, to, search = {}, items, columns, keyOf }: WaitsGiven<Row>): ReactNode {
  const w = useWords(words);
  if (items.length === 0) return null;
  const all = (
    <Link to={to} search={search as never} aria-label={`${w.all}: ${title}`}>
      {w.all}
    </Link>
  );
  return (
    <Part title={title} actions={all}>
      <Rows label={title} rows={items} columns={columns} keyOf={keyOf} />
    </Part>
  );
}

function Outages({ items }: { readonly items: readonly Item<'/outages'>[] }): ReactNode {
  const w = useWords(words);
  return (
    <Waits
      title={w.outages}
      to="/outages"
      search={{ open: 'true' }}
      items={items}
      columns={useColumns()}
      keyOf={({ host, check }) => `${host} ${check}`}
    />
  );
}

function Behind({ items }: { readonly items: readonly Item<'/hosts'>[] }): ReactNode {
  const w = useWords(words);
  return (
    <Waits
      title={w.behind}
      to="/hosts"
      search={{ behind: 'true' }}
      items={items}
      columns={[
        {
          key: 'host',
          title: w.host,
          cell: ({ id, domains }) => <Link to={`/hosts/${id}`}>{domains[0] ?? id}</Link>,
        },
        {
          key: 'why',
          title: w.why,
          cell: ({ desired: { revision, applied, quarantine } }) => quarantine ?? w.lag(revision, applied),
        },
      ]}
      keyOf={({ id }) => id}
    />
  );
}

interface Silent {
  readonly id: string;
  readonly kind: string;
  readonly seen: string | null;
}

function Away({ items }: { readonly items: readonly Silent[] }): ReactNode {
  const w = useWords(words);
  return (
    <Waits
      title={w.silent}
      to="/probers"
      items={items}
      columns={[
        { key: 'name', title: w.name, cell: ({ id }) => id },
        { key: 'kind', title: w.kind, cell: ({ kind }) => kind },
        {
          key: 'seen',
          title: w.seen,
          cell: ({ seen }) => (
            <Mark tone="bad">{seen === null ? w.never : <Instant at={seen} relative />}</Mark>
          ),
        },
      ]}
      keyOf={({ id, kind }) => `${kind} ${id}`}
    />
  );
}

function Drafts({ items }: { readonly items: readonly Item<'/approvals'>[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  return (
    <Waits
      title={w.drafts}
      to="/settlement"
      items={items}
      columns={[
        {
          key: 'agreement',
          title: w.agreement,
          cell: ({ agreement, month }) => (
            <Link to="/settlement" search={{ month } as never}>
              {agreement}
            </Link>
          ),
        },
        { key: 'month', title: w.month, cell: ({ month }) => monthWords(lang, month) },
        { key: 'amount', title: w.amount, cell: ({ amount }) => money(lang, amount), isFigure: true },
        {
          key: 'state',
          title: w.state,
          cell: ({ approval }) => <Approval statement={{ postedAt: null, approval }} />,
        },
      ]}
      keyOf={({ agreement, month, revision }) => `${agreement} ${month} ${revision}`}
    />
  );
}

function Transfers({ items }: { readonly items: readonly Item<'/transfers'>[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  return (
    <Waits
      title={w.transfers}
      to="/transfers"
      search={{ state: 'asked' }}
      items={items}
      columns={[
        { key: 'id', title: w.number, cell: ({ id }) => <Link to="/transfers">{id}</Link> },
        {
          key: 'customer',
          title: w.customer,
          cell: ({ customer }) => <CustomerLink id={customer} to="/balance" />,
        },
        { key: 'amount', title: w.sum, cell: ({ amount }) => money(lang, amount), isFigure: true },
        { key: 'at', title: w.asked, cell: ({ at }) => <Instant at={at} /> },
      ]}
      keyOf={({ id }) => id}
    />
  );
}

function Invoices({ items }: { readonly items: readonly Item<'/invoices'>[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  return (
    <Waits
      title={w.invoices}
      to="/invoices"
      search={{ state: 'requested' }}
      items={items}
      columns={[
        { key: 'number', title: w.number, cell: ({ number }) => <Link to="/invoices">{number}</Link> },
        { key: 'to', title: w.invoiced, cell: ({ title }) => title },
        { key: 'amount', title: w.sum, cell: ({ amount }) => money(lang, amount), isFigure: true },
        { key: 'at', title: w.asked, cell: ({ at }) => <Instant at={at} /> },
      ]}
      keyOf={({ number }) => number}
    />
  );
}

function Unsigned({ items }: { readonly items: readonly Item<'/agreements/unsigned'>[] }): ReactNode {
  const w = useWords(words);
  const { data: account } = useAccount();
  const canOffer = may(account, 'agreements:edit');
  const lang = useLang();
  const text = useText();
  return (
    <Waits
      title={w.unsigned}
      to="/agreements"
      items={items}
      columns={[
        { key: 'host', title: w.host, cell: ({ host }) => <HostLink id={host} /> },
        {
          key: 'agreement',
          title: w.agreement,
          cell: ({ agreement, host }) =>
            agreement !== null ? (
              <Link to={`/agreements/${agreement}`}>{agreement}</Link>
            ) : (
              <span>
                {w.none} {canOffer ? <Link to={`/hosts/${host}/offer`}>{w.offer}</Link> : null}
              </span>
            ),
        },
        { key: 'customer', title: w.customer, cell: ({ customer }) => <CustomerLink id={customer} /> },
        {
          key: 'missing',
          title: w.missing,
          cell: ({ missing }) => missing.map((one) => text(one.words)).join(lang === 'zh' ? '；' : '; '),
        },
      ]}
      keyOf={({ host }) => host}
    />
  );
}

function Ends({ items }: { readonly items: readonly Item<'/renewals'>[] }): ReactNode {
  const w = useWords(words);
  return (
    <Waits
      title={w.ends}
      to="/renewals"
      items={items}
      columns={[
        {
          key: 'host',
          title: w.host,
          cell: ({ host, domain }) => <Link to={`/hosts/${host}`}>{domain ?? host}</Link>,
        },
        { key: 'end', title: w.end, cell: ({ ends }) => <Instant at={ends} /> },
        {
          key: 'renewed',
          title: w.renewed,
          cell: ({ renewed, reachable }) => (
            <>
              {renewed ? w.yes : w.no}
              {reachable ? null : <span className="faint"> · {w.reach}</span>}
            </>
          ),
        },
      ]}
      keyOf={({ host, ends }) => `${host} ${ends}`}
    />
  );
}

import { Link, useParams } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import type { Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { Detail } from '../pattern/detail.tsx';
import { Facts, Mark, Part } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded, Waiting } from '../pattern/loaded.tsx';
import { CustomerLink, PlanLink } from '../pattern/named.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useText, useWords } from '../speech/lang.ts';
import { Remove, Unbind } from './remove.tsx';
import { Tell } from './tell.tsx';
import { Verdict } from './verdict.tsx';
import { checkWords, factWords, reasonWords, stateWords, toneOf } from './words.ts';

const words = both({
  zh: {
    name: '主机',
    back: '全部主机',
    number: '编号',
    plan: '套餐',
    customer: '客户',
    agreement: '质量协议',
    sales: '销售协议',
    salesAll: '查看期限和付款',
    reach: '网站地址',
    ftp: 'FTP 地址',
    ftpPort: (host: string, port: number) => `${host}，端口 ${port}`,
    soon: '正在开通，地址稍后可用',
    checks: '此刻',
    outages: '全部中断',
    unobserved: '未观测',
    domains: '域名',
    domain: '域名',
    bind: '绑定域名',
    offer: '提供质量协议',
    filing: '备案号',
    canonical: '主域名',
    accounts: 'FTP 账号',
    add: '新建账号',
    noAccounts: '还没有 FTP 账号。新建一个，就可以用 FTP 软件上传网页。',
    account: '用户名',
    folder: '目录',
    root: '整个空间',
    usage: '用量',
    settings: '设置',
    change: '修改设置',
    index: '默认首页',
    list: '显示目录内容',
    yes: '是',
    no: '否',
    pages: '出错页面',
    none: '未设置',
    state: '配置',
    asked: (revision: number, applied: number) =>
      revision === applied ? '已按要求生效' : `要求第 ${revision} 版，已生效第 ${applied} 版`,
    stuck: '无法生效的原因',
    history: '经过',
    fact: '事项',
    at: '时间',
    by: '操作人',
    reason: '原因',
    act: '操作',
    system: '系统',
  },
  en: {
    name: 'Host',
    back: 'All hosts',
    number: 'Number',
    plan: 'Plan',
    customer: 'Customer',
    agreement: 'Quality agreement',
    sales: 'Sales agreements',
    salesAll: 'Terms and payments',
    reach: 'Website',
    ftp: 'FTP',
    ftpPort: (host: string, port: number) => `${host}, port ${port}`,
    soon: 'being opened; the address follows',
    checks: 'Now',
    outages: 'All outages',
    unobserved: 'not observed',
    domains: 'Domains',
    domain: 'Domain',
    bind: 'Bind a domain',
    offer: 'Offer an agreement',
    filing: 'Filing number',
    canonical: 'Main domain',
    accounts: 'FTP accounts',
    add: 'New account',
    noAccounts: 'No FTP account yet. Make one, and any FTP program can upload the pages.',
    account: 'User name',
    folder: 'Folder',
    root: 'the whole space',
    usage: 'Usage',
    settings: 'Settings',
    change: 'Change the settings',
    index: 'Index pages',
    list: 'Folder listing',
    yes: 'yes',
    no: 'no',
    pages: 'Error pages',
    none: 'none',
    state: 'Configuration',
    asked: (revision: number, applied: number) =>
      revision === applied ? 'applied as wanted' : `revision ${revision} is wanted, ${applied} is applied`,
    stuck: 'Why it could not be applied',
    history: 'History',
    fact: 'What',
    at: 'When',
    by: 'By',
    reason: 'Reason',
    act: 'Actions',
    system: 'the system',
  },
});

type Host = Reply<'get', '/hosts/{id}'>;

const Usage = lazy(async () => ({ default: (await import('./usage.tsx')).Usage }));

export function Screen(): ReactNode {
  const w = useWords(words);
  const states = useWords(stateWords);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const read = useRead('/hosts/{id}', { path: { id } });
  const account = useAccount();
  return (
    <Detail
      read={read}
      name={w.name}
      back={{ to: '/hosts', label: w.back }}
      title={({ domains }) => domains[0] ?? id}
      mark={({ state }) => <Mark tone={toneOf(state)}>{states[state]}</Mark>}
      actions={(host) => (
        <>
          {may(account.data, 'agreements:edit') ? (
            <LinkButton to={`/hosts/${host.id}/offer`} isMain={false}>
              {w.offer}
            </LinkButton>
          ) : null}
          {may(account.data, 'hosts:close') ? <Tell host={host} /> : null}
        </>
      )}
      facts={(host) => factsOf(host, w, account.data?.role !== 'customer')}
    >
      {(host) => (
        <>
          <Checks host={host} />
          <Domains host={host} canEdit={may(account.data, 'hosts:edit')} />
          <Accounts host={host} canEdit={may(account.data, 'hosts:edit')} />
          <Part title={w.usage}>
            <Suspense fallback={<Waiting />}>
              <Usage host={host.id} />
            </Suspense>
          </Part>
          <Settings host={host} canEdit={may(account.data, 'hosts:edit')} />
          <History host={host} />
        </>
      )}
    </Detail>
  );
}

type Words = ReturnType<typeof useWords<(typeof words)['zh']>>;

function factsOf(host: Host, w: Words, isStaff: boolean): readonly (readonly [string, ReactNode])[] {
  const { doors, desired } = host;
  return [
    [w.number, host.id],
    [w.plan, <PlanLink key="p" {...host.plan} />],
    ...(isStaff ? [[w.customer, <CustomerLink key="c" id={host.customer} />] as const] : []),
    [w.agreement, <Agreement key="a" host={host.id} />],
    [
      w.sales,
      <Link key="s" to={`/hosts/${host.id}/sales`}>
        {w.salesAll}
      </Link>,
    ],
    [
      w.reach,
      doors === null ? (
        w.soon
      ) : (
        <a key="w" href={urlOf(host, doors)} target="_blank" rel="noreferrer">
          {urlOf(host, doors)}
        </a>
      ),
    ],
    [w.ftp, doors === null ? w.soon : w.ftpPort(doors.address, doors.ftp)],
    [w.state, w.asked(desired.revision, desired.applied)],
    ...(desired.quarantine === null ? [] : [[w.stuck, desired.quarantine] as const]),
  ];
}

function urlOf({ id, domains }: Host, { http }: NonNullable<Host['doors']>): string {
  return `http://${domains[0] ?? id}${http === 80 ? '' : `:${http}`}/`;
}

function Agreement({ host }: { readonly host: string }): ReactNode {
  const w = useWords(words);
  const read = useRead('/agreements', { query: { host, limit: 10 } });
  if (read.data === undefined) return '…';
  if (read.data.items.length === 0) return w.none;
  return read.data.items.map(({ number }) => (
    <Link key={number} to={`/agreements/${number}`}>
      {number}
    </Link>
  ));
}

function Checks({ host }: { readonly host: Host }): ReactNode {
  const w = useWords(words);
  const names: Readonly<Record<string, string>> = useWords(checkWords);
  const read = useRead('/hosts/{id}/checks', { path: { id: host.id } });
  return (
    <Part
      title={w.checks}
      actions={
        <Link to="/outages" search={{ host: host.id } as never}>
          {w.outages}
        </Link>
      }
    >
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">{w.unobserved}</p>
          ) : (
            <Facts
              facts={items.map(
                (one) => [names[one.check] ?? one.check, <Verdict key={one.check} {...one} />] as const,
              )}
            />
          )
        }
      </Loaded>
    </Part>
  );
}

interface PartGiven {
  readonly host: Host;
  readonly canEdit: boolean;
}

function Domains({ host, canEdit }: PartGiven): ReactNode {
  const w = useWords(words);
  const columns: readonly Column<string>[] = [
    { key: 'domain', title: w.domain, cell: (domain) => domain },
    {
      key: 'canonical',
      title: w.canonical,
      cell: (domain) => (domain === host.domains[0] ? w.yes : w.no),
    },
    {
      key: 'filing',
      title: w.filing,
      cell: (domain) => host.filings.find((one) => one.domain === domain)?.number ?? '–',
    },
    ...(canEdit && host.domains.length > 1
      ? [
          {
            key: 'act',
            title: w.act,
            cell: (domain: string) =>
              domain === host.domains[0] ? '–' : <Unbind id={host.id} domain={domain} />,
          },
        ]
      : []),
  ];
  const bind = canEdit ? (
    <LinkButton to={`/hosts/${host.id}/bind`} isMain={false}>
      {w.bind}
    </LinkButton>
  ) : null;
  return (
    <Part title={w.domains} actions={bind}>
      <Rows label={w.domains} rows={host.domains} columns={columns} keyOf={(domain) => domain} />
    </Part>
  );
}

function Accounts({ host, canEdit }: PartGiven): ReactNode {
  const w = useWords(words);
  const columns: readonly Column<Host['ftpAccounts'][number]>[] = [
    { key: 'name', title: w.account, cell: ({ name }) => name },
    { key: 'folder', title: w.folder, cell: ({ root }) => (root === '' ? w.root : root) },
    ...(canEdit
      ? [
          {
            key: 'act',
            title: w.act,
            cell: ({ name }: Host['ftpAccounts'][number]) => <Remove id={host.id} name={name} />,
          },
        ]
      : []),
  ];
  const add = canEdit ? (
    <LinkButton to={`/hosts/${host.id}/account`} isMain={false}>
      {w.add}
    </LinkButton>
  ) : null;
  return (
    <Part title={w.accounts} actions={add}>
      {host.ftpAccounts.length === 0 ? (
        <p className="faint">{w.noAccounts}</p>
      ) : (
        <Rows label={w.accounts} rows={host.ftpAccounts} columns={columns} keyOf={({ name }) => name} />
      )}
    </Part>
  );
}

function Settings({ host, canEdit }: PartGiven): ReactNode {
  const w = useWords(words);
  const { index, listFolders, errorPages } = host.settings;
  const pages = Object.entries(errorPages).map(([status, page]) => `${status} → ${page}`);
  const change = canEdit ? (
    <LinkButton to={`/hosts/${host.id}/settings`} isMain={false}>
      {w.change}
    </LinkButton>
  ) : null;
  return (
    <Part title={w.settings} actions={change}>
      <Facts
        facts={[
          [w.index, index.length === 0 ? w.none : index.join(' · ')],
          [w.list, listFolders ? w.yes : w.no],
          [w.pages, pages.length === 0 ? w.none : pages.join(' · ')],
        ]}
      />
    </Part>
  );
}

function History({ host }: { readonly host: Host }): ReactNode {
  const w = useWords(words);
  const text = useText();
  const columns: readonly Column<Host['facts'][number]>[] = [
    { key: 'fact', title: w.fact, cell: ({ kind }) => text(factWords[kind] ?? { zh: kind, en: kind }) },
    { key: 'at', title: w.at, cell: ({ at }) => <Instant at={at} /> },
    { key: 'by', title: w.by, cell: ({ actor }) => (actor.startsWith('plane:') ? w.system : actor) },
    {
      key: 'reason',
      title: w.reason,
      // An order's reason is its key, which says nothing to a person.
      cell: ({ kind, reason, rule }) => {
        const why = kind === 'ordered' ? '' : text(reasonWords[reason] ?? { zh: reason, en: reason });
        return [why, rule ?? ''].filter((part) => part !== '').join(' · ') || '–';
      },
    },
  ];
  const rows = host.facts.toReversed();
  return (
    <Part title={w.history}>
      <Rows label={w.history} rows={rows} columns={columns} keyOf={({ kind, at }) => `${kind} ${at}`} />
    </Part>
  );
}

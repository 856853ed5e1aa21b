import './audit.css';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { Part } from '../pattern/facts.tsx';
import { type Column, List, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { instant } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, type Lang, useLang, useText, useWords } from '../speech/lang.ts';
import { actions, actionText } from './actions.ts';
import { type Changed, difference } from './difference.ts';

const words = both({
  zh: {
    title: '操作记录',
    lead: '谁在什么时候改了什么。记录只增不改，每一条都在证据链上。',
    when: '时间',
    who: '操作人',
    action: '操作',
    all: '全部',
    subject: '对象',
    address: '来自',
    change: '改动',
    changes: (count: number) => `${count} 处`,
    none: '–',
    actor: '操作人编号',
    resource: '种类',
    from: '从',
    to: '到（含）',
    before: '之前',
    after: '之后',
    nothing: '（无）',
    digest: '摘要',
    chain: '证据链',
    chainLead: '每天一份摘要，覆盖当天每一条记录和前一天的摘要。留一份在手，日后改动任何一条都会对不上。',
    day: '日期',
    last: '覆盖到',
    leaf: (seq: number) => `第 ${seq} 页`,
    noChain: '第一天结束之后，当天的摘要会出现在这里。',
    empty: '还没有操作记录。',
    system: '系统',
    key: 'API 密钥',
    visitor: '访客',
    user: '',
  },
  en: {
    title: 'Audit',
    lead: 'Who changed what, and when. It is only ever added to, and each entry is in the evidence chain.',
    when: 'When',
    who: 'Who',
    action: 'What was done',
    all: 'All',
    subject: 'To what',
    address: 'From',
    change: 'Change',
    changes: (count: number) => (count === 1 ? '1 field' : `${count} fields`),
    none: '–',
    actor: 'Number of who did it',
    resource: 'Kind of thing',
    from: 'From',
    to: 'To, inclusive',
    before: 'Before',
    after: 'After',
    nothing: '(none)',
    digest: 'Digest',
    chain: 'Evidence chain',
    chainLead:
      'A digest a day, over the day’s entries and the digest of the day before. Keep one, and any entry changed later will not fit it.',
    day: 'Day',
    last: 'Up to',
    leaf: (seq: number) => `leaf ${seq}`,
    noChain: 'After the first day its digest stands here.',
    empty: 'Nothing has been done yet.',
    system: 'system',
    key: 'API key',
    visitor: 'visitor',
    user: '',
  },
});

type Entry = Item<'/audit'>;

/** `?from=2026-11-01&to=2026-11-30`: days of the reader's own zone. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { from, to }: { from?: string; to?: string } = useSearch({ strict: false });
  const text = useText();
  const query = { ...edgeOf('from', from, 0), ...edgeOf('to', to, 1) };
  return (
    <Page title={w.title} lead={w.lead}>
      <div className="span">
        <Day name="from" label={w.from} value={from ?? ''} />
        <Day name="to" label={w.to} value={to ?? ''} />
      </div>
      <List
        label={w.title}
        path="/audit"
        given={{ query }}
        columns={useColumns()}
        keyOf={({ id }) => String(id)}
        filters={[
          { key: 'actor', label: w.actor },
          {
            key: 'action',
            label: w.action,
            none: w.all,
            options: Object.entries(actions).map(([value, label]) => ({ value, label: text(label) })),
          },
          { key: 'resource', label: w.resource },
          { key: 'subject', label: w.subject },
        ]}
        empty={<p>{w.empty}</p>}
      />
      <Chain />
    </Page>
  );
}

/** The beginning of a day that was chosen, or of the one after it. */
function edgeOf<Name extends 'from' | 'to'>(
  name: Name,
  day: string | undefined,
  later: number,
): { readonly [N in Name]?: string } {
  const [year, month, date] = (day ?? '').split('-').map(Number);
  const at = new Date(year ?? Number.NaN, (month ?? Number.NaN) - 1, (date ?? Number.NaN) + later);
  if (Number.isNaN(at.getTime())) return {};
  return { [name]: at.toISOString() } as { readonly [N in Name]?: string };
}

interface DayGiven {
  readonly name: 'from' | 'to';
  readonly label: string;
  readonly value: string;
}

function Day({ name, label, value }: DayGiven): ReactNode {
  const navigate = useNavigate();
  const set = (day: string): void => {
    const turned = (search: object): object => ({ ...search, cursor: undefined, [name]: day || undefined });
    void navigate({ to: '.', search: turned as never, replace: true });
  };
  return (
    <label>
      <span>{label}</span>
      <input type="date" value={value} onChange={({ target }) => set(target.value)} />
    </label>
  );
}

function useColumns(): readonly Column<Entry>[] {
  const w = useWords(words);
  return [
    { key: 'when', title: w.when, cell: ({ at }) => <Instant at={at} /> },
    {
      key: 'who',
      title: w.who,
      cell: ({ actor: { kind, name, id } }) => (
        <span>
          {name === '' ? null : (
            <Link to="/audit" search={{ actor: id } as never}>
              {name}
            </Link>
          )}{' '}
          <span className="faint">{w[kind]}</span>
        </span>
      ),
    },
    { key: 'action', title: w.action, cell: ({ action }) => <Action code={action} /> },
    { key: 'subject', title: w.subject, cell: ({ subject }) => subject || w.none },
    { key: 'address', title: w.address, cell: ({ address }) => address || w.none },
    { key: 'change', title: w.change, cell: (entry) => <Change entry={entry} /> },
  ];
}

/** In words, over the permanent name by which programs and the command line know it. */
function Action({ code }: { readonly code: string }): ReactNode {
  const text = useText();
  const named = actionText(code);
  if (named === null) return <code>{code}</code>;
  return (
    <div>
      {text(named)}
      <div className="faint">
        <code>{code}</code>
      </div>
    </div>
  );
}

function Change({ entry }: { readonly entry: Entry }): ReactNode {
  const w = useWords(words);
  const changes = difference(entry.before, entry.after);
  if (changes.length === 0) return w.none;
  return (
    <details className="change">
      <summary>{w.changes(changes.length)}</summary>
      <Differences changes={changes} />
      <p className="faint">
        {w.digest} <code title={entry.digest}>{entry.digest.slice(0, 16)}…</code>
      </p>
    </details>
  );
}

function Differences({ changes }: { readonly changes: readonly Changed[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  return (
    <dl className="difference">
      {changes.map(({ path, before, after }) => (
        <div key={path}>
          <dt>
            <code>{path}</code>
          </dt>
          <dd>
            {before === undefined ? null : (
              <>
                <span className="unseen">{w.before} </span>
                <del>{shownOf(lang, before)}</del>{' '}
              </>
            )}
            → <span className="unseen">{w.after} </span>
            <ins>{after === undefined ? w.nothing : shownOf(lang, after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Instants in the reader's zone and words, to the second; everything else as it was written down. */
function shownOf(lang: Lang, value: string): string {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? instant(lang, value, undefined, true) : value;
}

type Digest = Item<'/audit/digests'>;

function Chain(): ReactNode {
  const w = useWords(words);
  const read = useRead('/audit/digests', { query: { limit: 7 } });
  const columns: readonly Column<Digest>[] = [
    { key: 'day', title: w.day, cell: ({ day }) => day },
    { key: 'last', title: w.last, cell: ({ last }) => w.leaf(last) },
    { key: 'digest', title: w.digest, cell: ({ digest }) => <code className="digest">{digest}</code> },
  ];
  return (
    <Part title={w.chain} lead={w.chainLead}>
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">{w.noChain}</p>
          ) : (
            <Rows label={w.chain} rows={items} columns={columns} keyOf={({ day }) => day} />
          )
        }
      </Loaded>
    </Part>
  );
}

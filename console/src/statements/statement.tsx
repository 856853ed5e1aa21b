import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { standingWords } from '../../../src/site/shapes.ts';
import { spanWords, zoneWords } from '../../../src/site/time.ts';
import { durationWords, percentWords } from '../../../src/terms/words.ts';
import { ask, type Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { Action } from '../pattern/action.tsx';
import { Facts, Mark, Part } from '../pattern/facts.tsx';
import { bytesOf, offer } from '../pattern/file.ts';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { standingTone } from '../promise/shape.tsx';
import { money, month as monthWords } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Approval } from './approval.tsx';
import { Sum } from './sum.tsx';

const words = both({
  zh: {
    title: (month: string) => `${month}结算单`,
    name: '结算单',
    back: '全部结算单',
    none: '这个月还没有结算。月份结束一天之后自动结算。',
    compensation: '赔偿',
    revision: '版次',
    difference: '与上一版相差',
    reason: '重算原因',
    state: '状态',
    made: '出单',
    digest: '案卷摘要（SHA-256）',
    results: '每一项承诺',
    promise: '承诺',
    clause: '条款',
    result: '结果',
    attained: '达成率',
    sum: '怎样算出来的',
    list: '不达标时间的每一段（同一时段只赔一次）',
    zone: (zone: string) => `时间按${zone}`,
    steps: '复核记录',
    doubt: '如有疑问，请自己重算一遍',
    command: '下载案卷，在任何一台机器上重新结算，得到的应当分文不差：',
    file: '下载案卷',
    paper: '下载 PDF',
    got: '已下载。',
    minutes: '逐分钟查看',
  },
  en: {
    title: (month: string) => `Statement of ${month}`,
    name: 'Statement',
    back: 'All statements',
    none: 'This month is not settled yet. It settles itself a day after its end.',
    compensation: 'Compensation',
    revision: 'Revision',
    difference: 'Against the one before',
    reason: 'Why it was judged again',
    state: 'State',
    made: 'Made',
    digest: 'Digest of the case file (SHA-256)',
    results: 'Each promise',
    promise: 'Promise',
    clause: 'Clause',
    result: 'Result',
    attained: 'Attained',
    sum: 'How it was worked out',
    list: 'Every deficient stretch (one stretch is paid once)',
    zone: (zone: string) => `Times are in ${zone}`,
    steps: 'Review',
    doubt: 'In doubt, work it out yourself',
    command:
      'Download the case file and judge it again on any machine; it must come out the same to the fen:',
    file: 'Download the case file',
    paper: 'Download the PDF',
    got: 'Downloaded.',
    minutes: 'Minute by minute',
  },
});

type Statement = Item<'/agreements/{number}/statements'>;

/** `?revision=1` shows an earlier one; else the latest. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { number = '', month = '' }: { number?: string; month?: string } = useParams({ strict: false });
  const { revision }: { revision?: string } = useSearch({ strict: false });
  const read = useRead('/agreements/{number}/statements', { path: { number }, query: { month } });
  const agreement = useRead('/agreements/{number}', { path: { number } });
  const back = { to: `/agreements/${number}/statements`, label: w.back };
  const shown =
    read.data?.items.find((one) => String(one.revision) === revision) ?? read.data?.items[0] ?? null;
  return (
    <Page
      title={w.title(monthWords(lang, month))}
      back={back}
      mark={shown === null ? null : <Approval statement={shown} />}
      actions={shown === null ? null : <Downloads statement={shown} />}
    >
      <Loaded read={read}>
        {({ items }) =>
          shown === null ? (
            <p className="nothing">{w.none}</p>
          ) : (
            <Paper statement={shown} count={items.length} zone={agreement.data?.zone ?? 'UTC'} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Downloads({ statement }: { readonly statement: Statement }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { agreement: number, month, revision } = statement;
  const path = { number, month };
  return (
    <>
      <Action
        label={w.paper}
        act={async () => {
          const { value } = await ask('get', '/agreements/{number}/statements/{month}/paper', {
            path,
            query: { lang, revision },
          });
          offer(value.name, value.media, bytesOf(value.base64));
        }}
        done={w.got}
      />
      <Action
        label={w.file}
        act={async () => {
          const { value } = await ask('get', '/agreements/{number}/cases/{month}', { path });
          offer(`${number}.${month}.json`, 'application/json', value.text);
        }}
        done={w.got}
      />
    </>
  );
}

interface PaperGiven {
  readonly statement: Statement;
  /** Revisions of the month. */
  readonly count: number;
  readonly zone: string;
}

function Paper({ statement, count, zone }: PaperGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { agreement, month, revision, reason } = statement;
  return (
    <>
      <p>
        <span className="faint">{w.compensation}</span>{' '}
        <span className="total">{money(lang, statement.amount)}</span>
      </p>
      <Facts
        facts={[
          [w.made, <Instant key="made" at={statement.madeAt} zone={zone} />],
          [w.revision, count === 1 ? revision : `${revision} / ${count}`],
          ...(revision === 1 ? [] : [[w.difference, money(lang, statement.difference)] as const]),
          ...(reason === null ? [] : [[w.reason, reason] as const]),
          [w.digest, <code key="digest">{statement.digest}</code>],
        ]}
      />
      <Results statement={statement} />
      <Part title={w.sum}>
        <Sum statement={statement} />
      </Part>
      <Deficient statement={statement} zone={zone} />
      <Steps statement={statement} />
      <Part title={w.doubt} lead={w.command}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard */}
        <pre className="command" tabIndex={0}>
          <code>{`hostpledge evaluate ${agreement}.${month}.json --explain --lang ${lang}`}</code>
        </pre>
      </Part>
    </>
  );
}

function Results({ statement }: { readonly statement: Statement }): ReactNode {
  const w = useWords(words);
  const text = useText();
  const { agreement, month } = statement;
  const columns: readonly Column<Statement['guarantees'][number]>[] = [
    {
      key: 'promise',
      title: w.promise,
      cell: ({ id, name }) => (
        <Link to={`/agreements/${agreement}/promise`} search={{ month, guarantee: id } as never}>
          {text(name)}
        </Link>
      ),
    },
    { key: 'clause', title: w.clause, cell: ({ clause }) => clause },
    {
      key: 'result',
      title: w.result,
      cell: ({ status }) => <Mark tone={standingTone[status]}>{text(standingWords[status])}</Mark>,
    },
    {
      key: 'attained',
      title: w.attained,
      cell: ({ attained }) => (attained === null ? '–' : percentWords(attained)),
      isFigure: true,
    },
  ];
  return (
    <Part title={w.results}>
      <Rows label={w.results} rows={statement.guarantees} columns={columns} keyOf={({ id }) => id} />
    </Part>
  );
}

function Deficient({ statement, zone }: { readonly statement: Statement; readonly zone: string }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const spans = statement.deficient.map(([from, to]) => [Date.parse(from), Date.parse(to)] as const);
  const [first] = spans;
  if (first === undefined) return null;
  return (
    <Part title={`${w.list} (${spans.length})`} lead={w.zone(zoneWords(zone, first[0], lang))}>
      <ol className="stretches" id="deficient">
        {spans.map(([from, to]) => (
          <li key={from}>
            {spanWords(zone, from, to, lang)} <span className="faint">{durationWords(to - from, lang)}</span>
          </li>
        ))}
      </ol>
    </Part>
  );
}

const deeds = both({
  zh: { held: '暂缓入账', released: '解除暂缓', approved: '同意入账' },
  en: { held: 'Held', released: 'Released', approved: 'Approved' },
});

/** What people did about it before it was posted; each step is a leaf of the evidence chain. */
function Steps({ statement }: { readonly statement: Statement }): ReactNode {
  const w = useWords(words);
  const names: Readonly<Record<string, string>> = useWords(deeds);
  const { steps } = statement.approval;
  if (steps.length === 0) return null;
  return (
    <Part title={w.steps}>
      <Facts
        facts={steps.map(
          ({ step, kind, by, reason, at, leaf }) =>
            [
              `${step}. ${names[kind] ?? kind}`,
              <>
                {reason} <span className="faint">{by}</span> · <Instant at={at} />{' '}
                <span className="faint">#{leaf}</span>
              </>,
            ] as const,
        )}
      />
    </Part>
  );
}

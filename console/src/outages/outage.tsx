import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { codeWords } from '../../../src/site/codes.ts';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { Facts, Mark, Part } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { Turns } from '../promise/stretch.tsx';
import { duration, span } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Causes } from './causes.tsx';
import { beginningOf, checkWords } from './words.ts';

const words = both({
  zh: {
    name: '中断',
    title: (check: string, domain: string) => `${domain} · ${check}`,
    back: '全部中断',
    open: '进行中',
    ended: '已结束',
    gone: '没有这次中断。后来补到的读数可能改写了它的起止，请回到列表查看。',
    host: '主机',
    from: '开始',
    to: '结束',
    long: '时长',
    first: '首次失败',
    last: '末次失败',
    code: '当时所见',
    vantages: '观测点',
    vantagesLead: '每个观测点在这段时间前后看到的结果，以及看了多少次。',
    vantage: '观测点',
    result: '结果',
    pass: '通过',
    fail: '失败',
    count: '次数',
    span: '从首次到末次',
    noRuns: '这段时间没有观测点的读数。',
    readings: '结果翻转时的读数',
    noTurns: '前后没有结果翻转的读数。',
    add: '登记原因',
  },
  en: {
    name: 'Outage',
    title: (check: string, domain: string) => `${domain} · ${check}`,
    back: 'All outages',
    open: 'lasts',
    ended: 'ended',
    gone: 'There is no such outage. Readings that came later may have moved its ends; look in the list again.',
    host: 'Host',
    from: 'Began',
    to: 'Ended',
    long: 'Duration',
    first: 'First failure',
    last: 'Last failure',
    code: 'What was seen',
    vantages: 'Vantage points',
    vantagesLead: 'What each of them saw around this time, and how often it looked.',
    vantage: 'Vantage point',
    result: 'Result',
    pass: 'passed',
    fail: 'failed',
    count: 'Readings',
    span: 'From first to last',
    noRuns: 'No vantage point has readings of this time.',
    readings: 'Readings where the result turned',
    noTurns: 'No reading turned around this time.',
    add: 'Record a cause',
  },
});

type Outage = Item<'/hosts/{id}/outages'>;

const slackMs = 10 * 60_000;
/** What the API gives of readings at once. */
const longestMs = 31 * 86_400_000;

const iso = (ms: number): string => new Date(ms).toISOString();

/** An outage is known by its host, its check and its first instant (epoch ms, in the address). */
export function Screen(): ReactNode {
  const w = useWords(words);
  const checks: Readonly<Record<string, string>> = useWords(checkWords);
  const params: { host?: string; check?: string; from?: string } = useParams({ strict: false });
  const { host: id = '', check = '', from = '0' } = params;
  const at = beginningOf(from);
  const account = useAccount();
  const host = useRead('/hosts/{id}', { path: { id } });
  const read = useRead('/hosts/{id}/outages', {
    path: { id },
    query: { from: iso(at), to: iso(at + 1) },
  });
  const shown = read.data?.items.find((one) => one.check === check && Date.parse(one.from) === at);
  const domain = host.data?.domains[0] ?? id;
  const add = may(account.data, 'causes:edit') && shown !== undefined;
  return (
    <Page
      title={w.title(checks[check] ?? check, domain)}
      back={{ to: '/outages', label: w.back }}
      mark={
        shown === undefined ? null : (
          <Mark tone={shown.to === null ? 'bad' : 'plain'}>{shown.to === null ? w.open : w.ended}</Mark>
        )
      }
      actions={add ? <LinkButton to={`/outages/${id}/${check}/${from}/cause`}>{w.add}</LinkButton> : null}
    >
      <Loaded read={read}>
        {() =>
          shown === undefined ? (
            <p className="nothing">{w.gone}</p>
          ) : (
            <One host={id} domain={domain} outage={shown} />
          )
        }
      </Loaded>
    </Page>
  );
}

interface OneGiven {
  readonly host: string;
  readonly domain: string;
  readonly outage: Outage;
}

function One({ host, domain, outage }: OneGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const { check, from, to, firstFail, lastFail, code } = outage;
  const begin = Date.parse(from);
  const end = to === null ? Date.now() : Date.parse(to);
  return (
    <>
      <Facts
        facts={[
          [
            w.host,
            <Link key="host" to={`/hosts/${host}`}>
              {domain}
            </Link>,
          ],
          [w.from, <Instant key="from" at={from} />],
          ...(to === null ? [] : [[w.to, <Instant key="to" at={to} />] as const]),
          [w.long, duration(lang, end - begin)],
          [w.first, <Instant key="first" at={firstFail} />],
          [w.last, <Instant key="last" at={lastFail} />],
          [w.code, text(codeWords(code))],
        ]}
      />
      <Causes host={host} check={check} from={begin} to={to === null ? null : end} />
      <Vantages host={host} check={check} from={begin} to={end} />
      <Readings host={host} check={check} from={begin} to={end} />
    </>
  );
}

interface SpanGiven {
  readonly host: string;
  readonly check: string;
  readonly from: number;
  readonly to: number;
}

/** Around the outage, to the full minute, so that a running one is not asked for anew with every drawing. */
function around(from: number, to: number): { readonly from: string; readonly to: string } {
  const end = Math.min(to + slackMs, from + longestMs);
  return { from: iso(from - slackMs), to: iso(end - (end % 60_000)) };
}

type Run = Item<'/hosts/{id}/runs'>;

function Vantages({ host, check, from, to }: SpanGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const read = useRead('/hosts/{id}/runs', { path: { id: host }, query: around(from, to) });
  const columns: readonly Column<Run>[] = [
    { key: 'vantage', title: w.vantage, cell: ({ vantage }) => vantage },
    {
      key: 'result',
      title: w.result,
      cell: ({ result }) => (
        <Mark tone={result === 'pass' ? 'good' : 'bad'}>{result === 'pass' ? w.pass : w.fail}</Mark>
      ),
    },
    {
      key: 'span',
      title: w.span,
      cell: ({ first, last }) => span(lang, first, last),
    },
    { key: 'count', title: w.count, cell: ({ count }) => count, isFigure: true },
  ];
  return (
    <Part title={w.vantages} lead={w.vantagesLead}>
      <Loaded read={read}>
        {({ items }) => {
          const own = items.filter((run) => run.check === check);
          if (own.length === 0) return <p className="faint">{w.noRuns}</p>;
          return (
            <Rows
              label={w.vantages}
              rows={own}
              columns={columns}
              keyOf={({ vantage, first, result }) => `${vantage} ${first} ${result}`}
            />
          );
        }}
      </Loaded>
    </Part>
  );
}

function Readings({ host, check, from, to }: SpanGiven): ReactNode {
  const w = useWords(words);
  const isTurned = check === 'web' || check === 'ftp';
  const query = { ...around(from, to), check: isTurned ? check : 'web' } as const;
  const read = useRead('/hosts/{id}/turns', { path: { id: host }, query }, isTurned);
  if (!isTurned) return null;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Part title={w.readings}>
      <Loaded read={read}>
        {({ items }) => {
          const near = items.filter(({ at }) => Date.parse(at) >= from - slackMs);
          return near.length === 0 ? (
            <p className="faint">{w.noTurns}</p>
          ) : (
            <Turns turns={near} zone={zone} />
          );
        }}
      </Loaded>
    </Part>
  );
}

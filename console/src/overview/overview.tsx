import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { standingWords } from '../../../src/site/shapes.ts';
import { standingOf } from '../../../src/site/summary.ts';
import { durationWords, percentWords } from '../../../src/terms/words.ts';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { Verdict } from '../hosts/verdict.tsx';
import { Mark, Part } from '../pattern/facts.tsx';
import { type Column, Pager, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { type MonthReply, monthNow, monthOf } from '../promise/month.ts';
import { standingTone } from '../promise/shape.tsx';
import { money, month as monthWords } from '../speech/format.ts';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Ahead } from './ahead.tsx';

const words = both({
  zh: {
    title: '总览',
    lead: '每一项承诺本月的实况：达成多少，余量还剩多少，截至目前应赔多少。',
    promise: '承诺',
    now: '此刻',
    attained: '本月达成率',
    nothing: '尚无测量',
    left: '余量',
    over: (long: string) => `超出 ${long}`,
    owed: (amount: string) => `本月截至目前应赔 ${amount}`,
    statements: '结算单',
    agreement: '质量协议',
    notInForce: '协议尚未生效，还缺：',
    empty: '您还没有质量协议。购买并开通主机后，服务商会在这里提供协议供您签署。',
    none: '这个月还没有生效的承诺。',
  },
  en: {
    title: 'Overview',
    lead: 'How each promise stands this month: what was attained, what is left of the allowance, what is owed so far.',
    promise: 'Promise',
    now: 'Now',
    attained: 'Attained this month',
    nothing: 'nothing yet',
    left: 'Allowance left',
    over: (long: string) => `${long} over`,
    owed: (amount: string) => `${amount} owed this month so far`,
    statements: 'Statements',
    agreement: 'Agreement',
    notInForce: 'Not in force yet; what is missing:',
    empty:
      'You have no quality agreement yet. Once a host is bought and opened, your provider offers it here for your signature.',
    none: 'No promise is in force this month.',
  },
});

type Agreement = Item<'/agreements'>;

/** Few at a time: each is judged anew for this page. */
const atOnce = 10;

/** What a customer sees first: every agreement with its promises. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { cursor }: { cursor?: string } = useSearch({ strict: false });
  const query = { limit: atOnce, ...(cursor === undefined ? {} : { cursor }) };
  const read = useRead('/agreements', { query });
  return (
    <Page title={w.title} lead={w.lead}>
      <Loaded read={read}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? <p className="nothing">{w.empty}</p> : null}
            {items.map((agreement) => (
              <One key={agreement.number} agreement={agreement} />
            ))}
            <Pager isFirst={cursor === undefined} next={next} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function One({ agreement }: { readonly agreement: Agreement }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const { number, host: id, zone, missing } = agreement;
  const month = monthNow(zone);
  const host = useRead('/hosts/{id}', { path: { id } });
  const read = useRead('/agreements/{number}/months/{month}', { path: { number, month } });
  return (
    <Part
      title={`${host.data?.domains[0] ?? id} · ${monthWords(lang, month)}`}
      lead={
        <>
          {w.agreement} <Link to={`/agreements/${number}`}>{number}</Link> ·{' '}
          <Link to={`/agreements/${number}/statements`}>{w.statements}</Link>
          {read.data === undefined ? null : ` · ${w.owed(money(lang, read.data.owed))}`}
        </>
      }
    >
      {missing.length === 0 ? null : (
        <p>
          {w.notInForce} {missing.map((one) => text(one.words)).join(lang === 'zh' ? '；' : '; ')}
        </p>
      )}
      <Loaded read={read}>{(reply) => <Promises number={number} reply={reply} />}</Loaded>
      <Ahead number={number} host={id} month={month} />
    </Part>
  );
}

function Promises({ number, reply }: { readonly number: string; readonly reply: MonthReply }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const checks = useRead('/hosts/{id}/checks', { path: { id: reply.host } });
  const month = monthOf(reply);
  if (month.guarantees.length === 0) return <p className="faint">{w.none}</p>;
  const columns: readonly Column<(typeof month.guarantees)[number]>[] = [
    {
      key: 'promise',
      title: w.promise,
      cell: ({ id, name }) => (
        <Link to={`/agreements/${number}/promise`} search={{ guarantee: id } as never}>
          {text(name)}
        </Link>
      ),
    },
    {
      key: 'attained',
      title: w.attained,
      cell: (one) => {
        const standing = standingOf(one, month);
        const figure = one.attained === null ? w.nothing : percentWords(one.attained);
        return (
          <Mark tone={standingTone[standing]}>
            {figure}{' '}
            <span className="faint">{one.attained === null ? '' : text(standingWords[standing])}</span>
          </Mark>
        );
      },
    },
    {
      key: 'left',
      title: w.left,
      cell: ({ headroomMs, attained }) =>
        headroomMs === null || attained === null
          ? '–'
          : headroomMs < 0
            ? w.over(durationWords(-headroomMs, lang))
            : durationWords(headroomMs, lang),
    },
    {
      key: 'now',
      title: w.now,
      cell: ({ id }) => {
        const check = checks.data?.items.find((one) => one.check === id);
        return check === undefined ? '–' : <Verdict verdict={check.verdict} />;
      },
    },
  ];
  return <Rows label={w.promise} rows={month.guarantees} columns={columns} keyOf={({ id }) => id} />;
}

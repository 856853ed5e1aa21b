import './promise.css';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { GuaranteeView } from '../../../src/settlement/view.ts';
import { standingWords } from '../../../src/site/shapes.ts';
import { clauseWords } from '../../../src/site/stretches.ts';
import { standingOf, summaryWords } from '../../../src/site/summary.ts';
import { zoneWords } from '../../../src/site/time.ts';
import type { MonthView } from '../../../src/site/view.ts';
import { durationWords, percentWords } from '../../../src/terms/words.ts';
import { useRead } from '../client/read.ts';
import { Verdict } from '../hosts/verdict.tsx';
import { Mark } from '../pattern/facts.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { money, month as monthWords } from '../speech/format.ts';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Calendar } from './calendar.tsx';
import { monthAfter, monthNow, monthOf } from './month.ts';
import { standingTone } from './shape.tsx';
import { Stretch, Stretches } from './stretch.tsx';

const words = both({
  zh: {
    title: '逐分钟的承诺',
    back: '质量协议',
    months: '月份',
    guarantees: '承诺',
    earlier: '上一个月',
    later: '下一个月',
    none: '这个月还没有生效的承诺。签署、付款、开通之后，每一分钟都会记录在这里。',
    now: '此刻',
    left: '本月余量',
    over: '超出余量',
    of: (allowed: string) => `本月允许 ${allowed}`,
    attained: '达成率',
    floored: '向下取整，从不凑成承诺',
    nothing: '尚无测量',
    bad: '未达标',
    owed: '本月应赔',
    owedNow: '截至目前；所有承诺合计，同一时段只赔一次',
    owedNote: '所有承诺合计，同一时段只赔一次',
    statement: '本月结算单',
    zone: (zone: string) => `时间按${zone}`,
  },
  en: {
    title: 'The promise, minute by minute',
    back: 'Quality agreement',
    months: 'Months',
    guarantees: 'Guarantees',
    earlier: 'Earlier',
    later: 'Later',
    none: 'No promise was in force in this month. Once it is signed, paid and opened, every minute stands here.',
    now: 'Right now',
    left: 'Allowance left',
    over: 'Over the allowance',
    of: (allowed: string) => `${allowed} allowed this month`,
    attained: 'Attained',
    floored: 'floored, never rounded up to the promise',
    nothing: 'nothing yet',
    bad: 'Bad',
    owed: 'Owed for this month',
    owedNow: 'so far; all guarantees together, a stretch is paid once',
    owedNote: 'all guarantees together, a stretch is paid once',
    statement: 'Statement of this month',
    zone: (zone: string) => `Times are in ${zone}`,
  },
});

/** Month, guarantee and stretch stand in the address: `?month=2026-10&guarantee=web&stretch=3`. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { number = '' }: { number?: string } = useParams({ strict: false });
  const search: Readonly<Record<string, string>> = useSearch({ strict: false });
  const agreement = useRead('/agreements/{number}', { path: { number } });
  const zone = agreement.data?.zone ?? 'UTC';
  const name = search['month'] ?? monthNow(zone);
  const path = { number, month: name };
  const read = useRead('/agreements/{number}/months/{month}', { path }, agreement.data !== undefined);
  return (
    <Page
      title={w.title}
      back={{ to: `/agreements/${number}`, label: `${w.back} ${number}` }}
      actions={<Months month={name} zone={zone} />}
    >
      <Loaded read={agreement}>
        {() => (
          <Loaded read={read}>
            {(reply) => {
              const month = monthOf(reply);
              const chosen = month.guarantees.find(({ id }) => id === search['guarantee']);
              const guarantee = chosen ?? month.guarantees[0];
              if (guarantee === undefined) return <p className="nothing">{w.none}</p>;
              return (
                <Kept
                  number={number}
                  host={reply.host}
                  zone={zone}
                  month={month}
                  guarantee={guarantee}
                  owed={reply.owed}
                />
              );
            }}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

function Months({ month, zone }: { readonly month: string; readonly zone: string }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const link = (by: number, label: string): ReactNode => (
    <Link to="." search={((old: object) => ({ ...old, month: monthAfter(month, by), stretch: '' })) as never}>
      {label}
    </Link>
  );
  return (
    <nav className="months" aria-label={w.months}>
      {link(-1, `← ${w.earlier}`)}
      <strong>{monthWords(lang, month)}</strong>
      {month < monthNow(zone) ? link(1, `${w.later} →`) : null}
    </nav>
  );
}

interface KeptGiven {
  readonly number: string;
  readonly host: string;
  readonly zone: string;
  readonly month: MonthView;
  readonly guarantee: GuaranteeView;
  readonly owed: { readonly minor: number; readonly currency: string };
}

/** One promise of the month: in a sentence, in figures, as a calendar, and the table behind it. */
function Kept({ number, host, zone, month, guarantee, owed }: KeptGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const navigate = useNavigate();
  const search: Readonly<Record<string, string>> = useSearch({ strict: false });
  const given = search['stretch'];
  const chosen = given === undefined || !/^\d+$/.test(given) ? null : Number(given);
  const choose = (stretch: number): void => {
    const next = (old: object) => ({ ...old, stretch: String(stretch) });
    void navigate({ to: '.', search: next as never, replace: true, resetScroll: false });
  };
  return (
    <>
      <Tabs month={month} chosen={guarantee} />
      <p>
        {text(guarantee.promise)} <span className="faint clause">{clauseWords(guarantee.clause, lang)}</span>
      </p>
      <p className="sentence">{summaryWords(guarantee, month, lang, zone)}</p>
      {month.until < month.to ? <Now host={host} check={guarantee.id} /> : null}
      <Figures number={number} month={month} guarantee={guarantee} owed={owed} />
      <p className="faint">{w.zone(zoneWords(zone, month.from, lang))}</p>
      <Calendar month={month} guarantee={guarantee} zone={zone} chosen={chosen} choose={choose} />
      {chosen === null ? null : (
        <Stretch host={host} zone={zone} month={month} guarantee={guarantee} chosen={chosen} />
      )}
      <Stretches zone={zone} guarantee={guarantee} choose={choose} />
    </>
  );
}

/** What its check finds at this moment, told live; nothing where no check of ours watches it. */
function Now({ host, check }: { readonly host: string; readonly check: string }): ReactNode {
  const w = useWords(words);
  const read = useRead('/hosts/{id}/checks', { path: { id: host } });
  const found = read.data?.items.find((one) => one.check === check);
  if (found === undefined) return null;
  return (
    <p className="now">
      {w.now} <Verdict {...found} />
    </p>
  );
}

function Tabs({ month, chosen }: { readonly month: MonthView; readonly chosen: GuaranteeView }): ReactNode {
  const w = useWords(words);
  const text = useText();
  return (
    <nav className="tabs" aria-label={w.guarantees}>
      {month.guarantees.map((each) => {
        const standing = standingOf(each, month);
        return (
          <Link
            key={each.id}
            to="."
            search={((old: object) => ({ ...old, guarantee: each.id, stretch: '' })) as never}
            aria-current={each === chosen ? 'true' : undefined}
            resetScroll={false}
          >
            <Mark tone={standingTone[standing]}>
              {text(each.name)}
              <span className="unseen"> {text(standingWords[standing])}</span>
            </Mark>
          </Link>
        );
      })}
    </nav>
  );
}

interface FiguresGiven {
  readonly number: string;
  readonly month: MonthView;
  readonly guarantee: GuaranteeView;
  readonly owed: { readonly minor: number; readonly currency: string };
}

/** Headroom is what people understand; the percent stands beside it. */
function Figures({ number, month, guarantee, owed }: FiguresGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const { headroomMs, allowanceMs, attained, badMs } = guarantee;
  const isRunning = month.until < month.to;
  const standing = standingOf(guarantee, month);
  const isBroken = (headroomMs ?? 0) < 0 || standing === 'breached';
  return (
    <dl className="figures">
      {headroomMs === null ? null : (
        <div>
          <dt>{headroomMs < 0 ? w.over : w.left}</dt>
          <dd className={isBroken ? 'lacking' : 'kept'}>{durationWords(Math.abs(headroomMs), lang)}</dd>
          {allowanceMs === null ? null : <dd className="note">{w.of(durationWords(allowanceMs, lang))}</dd>}
        </div>
      )}
      <div>
        <dt>{w.attained}</dt>
        <dd>{attained === null ? w.nothing : percentWords(attained)}</dd>
        <dd className="note">
          {text(standingWords[standing])} · {w.floored}
        </dd>
      </div>
      <div>
        <dt>{w.bad}</dt>
        <dd>{badMs === 0 ? '0' : durationWords(badMs, lang)}</dd>
      </div>
      <div>
        <dt>{w.owed}</dt>
        <dd>{money(lang, owed)}</dd>
        <dd className="note">
          {isRunning ? (
            w.owedNow
          ) : (
            <>
              {w.owedNote} · <Link to={`/agreements/${number}/statements/${month.month}`}>{w.statement}</Link>
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}

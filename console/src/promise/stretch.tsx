import './stretch.css';
import type { ReactNode } from 'react';
import { offsetAt } from '../../../src/calendar/zone.ts';
import type { GuaranteeView, StretchView } from '../../../src/settlement/view.ts';
import { codeWords } from '../../../src/site/codes.ts';
import { clauseWords } from '../../../src/site/stretches.ts';
import { clockWords, spanWords } from '../../../src/site/time.ts';
import type { MonthView } from '../../../src/site/view.ts';
import { durationWords } from '../../../src/terms/words.ts';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { Facts, Mark, Part } from '../pattern/facts.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Kind, kindClass } from './shape.tsx';

const words = both({
  zh: {
    all: '全部时段',
    when: '时段',
    long: '时长',
    kind: '归类',
    cause: '原因与依据',
    seen: '首次与末次失败',
    evidence: '证据',
    ours: '由我们承担',
    none: '本月没有例外时段：每一分钟都达标。',
    minutes: '逐分钟',
    readings: '当时的读数',
    noReadings: '这一段里没有结果翻转的读数。',
    at: '时刻',
    vantage: '观测点',
    result: '结果',
    pass: '通过',
    fail: '失败',
    took: '用时',
  },
  en: {
    all: 'All stretches',
    when: 'When',
    long: 'Duration',
    kind: 'Class',
    cause: 'Cause and clause',
    seen: 'First and last failure',
    evidence: 'Evidence',
    ours: 'ours',
    none: 'No exceptions this month: every minute was good.',
    minutes: 'Minute by minute',
    readings: 'Readings at that time',
    noReadings: 'No reading turned in this stretch.',
    at: 'At',
    vantage: 'Vantage point',
    result: 'Result',
    pass: 'passed',
    fail: 'failed',
    took: 'Took',
  },
});

const hourMs = 3_600_000;
/** What is drawn minute by minute is at most this long. */
const drawnMs = 6 * hourMs;

interface OneGiven {
  readonly host: string;
  readonly zone: string;
  readonly month: MonthView;
  readonly guarantee: GuaranteeView;
  readonly chosen: number;
}

/** One stretch: what it counts as, why, what proves it, its hours by the minute, and the readings of the probers. */
export function Stretch({ host, zone, month, guarantee, chosen }: OneGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const stretch = guarantee.stretches[chosen];
  if (stretch === undefined) return null;
  return (
    <section
      className="stretch"
      aria-live="polite"
      aria-label={spanWords(zone, stretch.from, stretch.to, lang)}
    >
      <Facts
        facts={[
          [w.when, spanWords(zone, stretch.from, stretch.to, lang)],
          [w.long, durationWords(stretch.to - stretch.from, lang)],
          [w.kind, <Kind key="kind" kind={stretch.kind} />],
          [w.cause, <Cause key="cause" stretch={stretch} />],
          ...(stretch.firstFail === null
            ? []
            : [[w.seen, <Seen key="seen" stretch={stretch} zone={zone} />] as const]),
          ...(stretch.evidence.length === 0
            ? []
            : [[w.evidence, <code key="evidence">{stretch.evidence.join(' · ')}</code>] as const]),
        ]}
      />
      <Hours stretch={stretch} zone={zone} month={month} guarantee={guarantee} />
      {stretch.kind === 'outside' ? null : (
        <Readings host={host} check={guarantee.id} stretch={stretch} zone={zone} />
      )}
    </section>
  );
}

/** Blame needs proof: a bad stretch without a cause is ours, and says so. */
function Cause({ stretch }: { readonly stretch: StretchView }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { cause, kind, clause } = stretch;
  const text = cause?.[lang] ?? (kind === 'bad' ? w.ours : '–');
  return (
    <span>
      {text}
      {clause === null ? null : <span className="faint"> {clauseWords(clause, lang)}</span>}
    </span>
  );
}

function Seen({ stretch, zone }: { readonly stretch: StretchView; readonly zone: string }): ReactNode {
  const lang = useLang();
  const { firstFail, lastFail, code } = stretch;
  if (firstFail === null) return '–';
  const span =
    lastFail === null || lastFail === firstFail
      ? clockWords(zone, firstFail)
      : spanWords(zone, firstFail, lastFail, lang);
  return (
    <span>
      {span} {code === null ? null : <span className="faint">{codeWords(code)[lang]}</span>}
    </span>
  );
}

interface HoursGiven {
  readonly stretch: StretchView;
  readonly zone: string;
  readonly month: MonthView;
  readonly guarantee: GuaranteeView;
}

/** The full hours around a stretch with whatever else lies in them, to the pixel; nothing where it is too long. */
function Hours({ stretch, zone, month, guarantee }: HoursGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const wall = (at: number): number => at + offsetAt(zone, at);
  const shift = offsetAt(zone, stretch.from);
  const from = Math.floor(wall(stretch.from) / hourMs) * hourMs - shift;
  const to = Math.ceil(wall(stretch.to) / hourMs) * hourMs - shift;
  if (to - from > drawnMs) return null;
  const share = (at: number): number => ((Math.min(Math.max(at, from), to) - from) / (to - from)) * 100;
  const near = guarantee.stretches.filter((one) => one.from < to && one.to > from);
  return (
    <figure className="minutes">
      <figcaption className="faint">
        {w.minutes} · {spanWords(zone, from, to, lang)}
      </figcaption>
      <svg aria-hidden="true" focusable="false">
        <rect className={kindClass.good} width={`${share(month.until)}%`} height="100%" />
        {near.map((one) => (
          <rect
            key={one.from}
            className={kindClass[one.kind]}
            x={`${share(one.from)}%`}
            width={`${Math.max(0.3, share(one.to) - share(one.from))}%`}
            height="100%"
          />
        ))}
      </svg>
    </figure>
  );
}

type Turn = Item<'/hosts/{id}/turns'>;

interface ReadingsGiven {
  readonly host: string;
  readonly check: string;
  readonly stretch: StretchView;
  readonly zone: string;
}

/** What the vantage points read where their result turned; the response time has no turns of its own. */
function Readings({ host, check, stretch, zone }: ReadingsGiven): ReactNode {
  const w = useWords(words);
  const isTurned = check === 'web' || check === 'ftp';
  const slack = 10 * 60_000;
  const span = {
    from: new Date(stretch.from - slack).toISOString(),
    to: new Date(stretch.to + slack).toISOString(),
  };
  const query = { ...span, check: isTurned ? check : 'web' } as const;
  const read = useRead('/hosts/{id}/turns', { path: { id: host }, query }, isTurned);
  if (!isTurned) return null;
  return (
    <Loaded read={read}>
      {({ items }) => {
        const within = items.filter(({ at }) => Date.parse(at) >= stretch.from - slack);
        return within.length === 0 ? (
          <p className="faint">{w.noReadings}</p>
        ) : (
          <Turns turns={within} zone={zone} />
        );
      }}
    </Loaded>
  );
}

export function Turns({
  turns,
  zone,
}: {
  readonly turns: readonly Turn[];
  readonly zone: string;
}): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const columns: readonly Column<Turn>[] = [
    { key: 'at', title: w.at, cell: ({ at }) => clockWords(zone, Date.parse(at)) },
    { key: 'vantage', title: w.vantage, cell: ({ vantage }) => vantage },
    {
      key: 'result',
      title: w.result,
      cell: ({ result, reading }) => (
        <Mark tone={result === 'pass' ? 'good' : 'bad'}>
          {result === 'pass' ? w.pass : `${w.fail} · ${text(codeWords(String(reading['code'] ?? 'silent')))}`}
        </Mark>
      ),
    },
    { key: 'took', title: w.took, cell: ({ reading }) => tookOf(reading, lang), isFigure: true },
  ];
  return (
    <Rows label={w.readings} rows={turns} columns={columns} keyOf={({ at, vantage }) => `${at} ${vantage}`} />
  );
}

/** Phases of a reading are milliseconds, some of them null. */
function tookOf(reading: Turn['reading'], lang: 'zh' | 'en'): string {
  const total = Object.values((reading['phases'] ?? {}) as Record<string, unknown>)
    .filter((ms): ms is number => typeof ms === 'number')
    .reduce((sum, ms) => sum + ms, 0);
  return total === 0 ? '–' : `${Math.round(total)} ${lang === 'zh' ? '毫秒' : 'ms'}`;
}

interface AllGiven {
  readonly zone: string;
  readonly guarantee: GuaranteeView;
  readonly choose: (stretch: number) => void;
}

type Numbered = readonly [index: number, stretch: StretchView];

/** The table behind the calendar: every stretch that is not good. */
export function Stretches({ zone, guarantee, choose }: AllGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { stretches, classes } = guarantee;
  if (stretches.length === 0) return classes.good > 0 ? <p className="faint">{w.none}</p> : null;
  const columns: readonly Column<Numbered>[] = [
    {
      key: 'when',
      title: w.when,
      cell: ([index, one]) => (
        <button type="button" className="chooser" onClick={() => choose(index)}>
          {spanWords(zone, one.from, one.to, lang)}
        </button>
      ),
    },
    { key: 'long', title: w.long, cell: ([, one]) => durationWords(one.to - one.from, lang), isFigure: true },
    { key: 'kind', title: w.kind, cell: ([, one]) => <Kind kind={one.kind} /> },
    { key: 'cause', title: w.cause, cell: ([, one]) => <Cause stretch={one} /> },
    { key: 'seen', title: w.seen, cell: ([, one]) => <Seen stretch={one} zone={zone} /> },
  ];
  return (
    <Part title={`${w.all} (${stretches.length})`}>
      <Rows
        label={w.all}
        rows={[...stretches.entries()]}
        columns={columns}
        keyOf={([index]) => String(index)}
      />
    </Part>
  );
}

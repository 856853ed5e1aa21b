import './calendar.css';
import { Fragment, type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { GuaranteeView } from '../../../src/settlement/view.ts';
import {
  type CellRun,
  cellsOf,
  type DaySpan,
  dayClasses,
  daysOf,
  flooredPercent,
} from '../../../src/site/cells.ts';
import { kindWords } from '../../../src/site/shapes.ts';
import { dayOf, spanWords } from '../../../src/site/time.ts';
import type { MonthView } from '../../../src/site/view.ts';
import { durationWords, percentWords } from '../../../src/terms/words.ts';
import { both, useLang, useWords } from '../speech/lang.ts';
import { Kind, kindClass, Patterns } from './shape.tsx';

const words = both({
  zh: { calendar: '逐日记录', help: '点一段看原因与证据；用左右方向键在各段之间移动。' },
  en: {
    calendar: 'Day by day',
    help: 'Choose a stretch for its cause and proof; left and right arrow keys move between stretches.',
  },
});

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A cell is 5 minutes on a desk and 15 on a telephone; the style sheet shows one of the two drawings. */
const drawings = [
  { name: 'fine', cellMs: 5 * minuteMs },
  { name: 'coarse', cellMs: 15 * minuteMs },
] as const;

interface CalendarGiven {
  readonly month: MonthView;
  readonly guarantee: GuaranteeView;
  readonly zone: string;
  /** Index of the stretch that is looked at. */
  readonly chosen: number | null;
  readonly choose: (stretch: number) => void;
}

/** The minute calendar: a row per day, 24 hours of the wall clock across; what is not good is drawn over a good band. */
export function Calendar(given: CalendarGiven): ReactNode {
  const w = useWords(words);
  const frame = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || frame.current === null) return;
    const links = [...frame.current.querySelectorAll<SVGAElement>('.line a')].filter(
      (link) => link.getClientRects().length > 0,
    );
    const at = links.indexOf(document.activeElement as unknown as SVGAElement);
    links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
    event.preventDefault();
  };
  const { month, guarantee, zone } = given;
  return (
    <>
      <Patterns />
      {/* The arrows only move between what can be tabbed to anyway. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys come from the links within */}
      <div className="calendar" ref={frame} onKeyDown={move}>
        <div className="hours" aria-hidden="true">
          <span />
          <span className="scale">
            {['0', '6', '12', '18', '24'].map((hour) => (
              <i key={hour}>{hour}</i>
            ))}
          </span>
          <span />
        </div>
        {daysOf(month, zone).map((day) => (
          <Row key={day.day} day={day} {...given} />
        ))}
      </div>
      <Legend guarantee={guarantee} />
      <p className="faint">{w.help}</p>
    </>
  );
}

function Row({ day, ...given }: CalendarGiven & { readonly day: DaySpan }): ReactNode {
  const lang = useLang();
  const { number, weekday } = dayOf(day.day, lang);
  const isAhead = day.from >= given.month.until;
  return (
    <div className={isAhead ? 'row ahead' : 'row'}>
      <span className="date">
        {number}
        <small> {weekday}</small>
      </span>
      {drawings.map(({ name, cellMs }) => (
        <Line key={name} day={day} name={name} cellMs={cellMs} {...given} />
      ))}
      {isAhead ? <span /> : <Figure day={day} month={given.month} guarantee={given.guarantee} />}
    </div>
  );
}

interface LineGiven extends CalendarGiven {
  readonly day: DaySpan;
  readonly name: string;
  readonly cellMs: number;
}

function Line({ day, month, guarantee, zone, name, cellMs, chosen, choose }: LineGiven): ReactNode {
  const { present, runs } = cellsOf(day, month.until, guarantee.stretches, zone, cellMs);
  const count = dayMs / cellMs;
  return (
    // Its stretches are links that name themselves.
    // biome-ignore lint/a11y/noSvgWithoutTitle: a title would be read before every link
    <svg className={`line ${name}`} focusable="false">
      {present.map(([first, after]) => (
        <rect
          key={first}
          className="kind-good"
          x={share(first, count)}
          width={share(after - first, count)}
          height="100%"
        />
      ))}
      {runs.map((run) => (
        <Fragment key={run.first}>
          <Cells
            run={run}
            count={count}
            label={labelOf(run)}
            isChosen={run.stretches.includes(chosen ?? -1)}
            isStop={run.stretches.includes(chosen ?? 0)}
            choose={choose}
          />
        </Fragment>
      ))}
    </svg>
  );

  function labelOf(run: CellRun): (lang: 'zh' | 'en') => string {
    const stretch = guarantee.stretches[run.shown]!;
    return (lang) => `${spanWords(zone, stretch.from, stretch.to, lang)} ${kindWords[run.kind][lang]}`;
  }
}

interface CellsGiven {
  readonly run: CellRun;
  readonly count: number;
  readonly label: (lang: 'zh' | 'en') => string;
  readonly isChosen: boolean;
  /** Where the tabulator stops: once in the whole calendar, the arrows go on from there. */
  readonly isStop: boolean;
  readonly choose: (stretch: number) => void;
}

function Cells({ run, count, label, isChosen, isStop, choose }: CellsGiven): ReactNode {
  const lang = useLang();
  return (
    <a
      href={`#s${run.shown}`}
      className={isChosen ? `${kindClass[run.kind]} chosen` : kindClass[run.kind]}
      aria-label={label(lang)}
      tabIndex={isStop ? 0 : -1}
      onClick={(event) => {
        event.preventDefault();
        choose(run.shown);
      }}
    >
      <rect x={share(run.first, count)} width={share(run.after - run.first, count)} height="100%" />
    </a>
  );
}

/** A number of cells as a share of the day's width; widths are cut upwards so that neighbours leave no hairline. */
function share(cells: number, count: number): string {
  return `${Math.ceil((cells / count) * 1e5) / 1e3}%`;
}

interface FigureGiven {
  readonly day: DaySpan;
  readonly month: MonthView;
  readonly guarantee: GuaranteeView;
}

/** The row's end: floored percent of what was judged, and how long it was bad, else unobserved or excused. */
function Figure({ day, month, guarantee }: FigureGiven): ReactNode {
  const lang = useLang();
  const ms = dayClasses(day, month.until, guarantee.stretches);
  const percent = flooredPercent(ms.good, ms.bad);
  if (ms.bad > 0) {
    return (
      <span className="figure lacking">
        <span>{percentWords(percent ?? '0', 2)}</span>
        <small>{durationWords(ms.bad, lang)}</small>
      </span>
    );
  }
  const aside = (['unobserved', 'excluded'] as const).find((kind) => ms[kind] > 0);
  return (
    <span className="figure">
      <span>{percent === null ? '–' : '100 %'}</span>
      {aside === undefined ? null : (
        <small>
          <svg className={`swatch ${kindClass[aside]}`} aria-hidden="true" focusable="false">
            <rect width="100%" height="100%" rx="2" />
          </svg>
          <span className="unseen">{kindWords[aside][lang]} </span>
          {durationWords(ms[aside], lang)}
        </small>
      )}
    </span>
  );
}

function Legend({ guarantee }: { readonly guarantee: GuaranteeView }): ReactNode {
  const lang = useLang();
  const { classes } = guarantee;
  const excluded = classes.excluded.reduce((sum, each) => sum + each.ms, 0);
  const rows = [
    ['good', classes.good],
    ['bad', classes.bad],
    ['excluded', excluded],
    ['unobserved', classes.unobserved],
    ['outside', classes.outside],
  ] as const;
  return (
    <ul className="legend">
      {rows.map(([kind, ms]) => (
        <li key={kind} className={ms === 0 ? 'nil' : undefined}>
          <Kind kind={kind} /> <span className="num">{ms === 0 ? '0' : durationWords(ms, lang)}</span>
        </li>
      ))}
    </ul>
  );
}

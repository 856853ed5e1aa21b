import type { GuaranteeView, StretchKind } from '../settlement/view.ts';
import { durationWords, type Lang, percentWords } from '../terms/words.ts';
import { type CellRun, cellsOf, type DaySpan, dayClasses, daysOf, flooredPercent } from './cells.ts';
import { type Html, html } from './html.ts';
import { kindClass, kindWords, sampleWords, swatch } from './shapes.ts';
import { dayOf, spanWords } from './time.ts';
import type { MonthView } from './view.ts';

/** The minute calendar: a row per day, 24 hours of wall clock across, only what is not good drawn over a good band. */

const minuteMs = 60_000;
/** A cell is 5 minutes on a desk and 15 on a telephone; the style sheet shows one of the two drawings. */
const drawings = [
  { name: 'fine', cellMs: 5 * minuteMs },
  { name: 'coarse', cellMs: 15 * minuteMs },
] as const;

export interface CalendarInput {
  readonly month: MonthView;
  readonly guarantee: GuaranteeView;
  readonly zone: string;
  readonly sampledUntil: number | null;
  readonly lang: Lang;
}

const words = {
  calendar: { zh: '逐日记录', en: 'Day by day' },
  hours: ['0', '6', '12', '18', '24'],
  help: {
    zh: '点一段看原因与证据；用方向键在各段之间移动。',
    en: 'Tap a stretch for its cause and proof; arrow keys move between stretches.',
  },
} as const;

export function calendarHtml(input: CalendarInput): Html {
  const { lang } = input;
  return html`<div class="calendar" role="group" aria-label="${words.calendar[lang]}">
<div class="hours" aria-hidden="true"><span></span><span class="scale">${words.hours.map((hour) => html`<i>${hour}</i>`)}</span><span></span></div>
${daysOf(input.month, input.zone).map((day) => rowHtml(day, input))}
</div>
${legendHtml(input)}`;
}

function rowHtml(day: DaySpan, input: CalendarInput): Html {
  const { lang, sampledUntil, month } = input;
  const { number, weekday } = dayOf(day.day, lang);
  const sample = sampledUntil !== null && day.from < Math.min(sampledUntil, month.until);
  const future = day.from >= month.until;
  return html`<div class="row${future && ' ahead'}${sample && ' sample'}"><span class="date">${number}<small> ${weekday}</small>${
    sample && html`<abbr title="${sampleWords[lang]}">${lang === 'zh' ? '例' : 's'}</abbr>`
  }</span>${drawings.map(({ name, cellMs }) => lineHtml(day, input, name, cellMs))}${future ? html`<span></span>` : figureHtml(day, input)}</div>
`;
}

function lineHtml(day: DaySpan, input: CalendarInput, name: string, cellMs: number): Html {
  const { present, runs } = cellsOf(day, input.month.until, input.guarantee.stretches, input.zone, cellMs);
  const count = 86_400_000 / cellMs;
  return html`<svg class="line ${name}">${present.map(
    ([first, after]) =>
      html`<rect class="g" x="${share(first, count)}" width="${share(after - first, count)}"/>`,
  )}${runs.map((run) => runHtml(run, input, count))}</svg>`;
}

function runHtml(run: CellRun, input: CalendarInput, count: number): Html {
  const stretch = input.guarantee.stretches[run.shown]!;
  const label = `${spanWords(input.zone, stretch.from, stretch.to, input.lang)} ${kindWords[run.kind][input.lang]}`;
  const more = run.stretches.length > 1 && html` data-s="${run.stretches.join(' ')}"`;
  return html`<a class="${kindClass[run.kind]}" href="#s${run.shown}"${more} aria-label="${label}"><rect x="${share(run.first, count)}" width="${share(run.after - run.first, count)}"/></a>`;
}

/** A number of cells as a share of the day's width; widths are cut upwards so that neighbours leave no hairline. */
function share(cells: number, count: number): string {
  return `${Math.ceil((cells / count) * 1e5) / 1e3}%`;
}

/** The row's end: floored percent of what was judged, and how long it was bad, else not observed or excused. */
function figureHtml(day: DaySpan, input: CalendarInput): Html {
  const ms = dayClasses(day, input.month.until, input.guarantee.stretches);
  const percent = flooredPercent(ms.good, ms.bad);
  if (ms.bad === 0) {
    const aside = (['unobserved', 'excluded'] as const).find((kind) => ms[kind] > 0);
    return html`<span class="figure faint"><span>${percent === null ? '–' : '100 %'}</span>${
      aside !== undefined &&
      html`<small>${swatch(aside)}<span class="unseen">${kindWords[aside][input.lang]} </span>${durationWords(ms[aside], input.lang)}</small>`
    }</span>`;
  }
  return html`<span class="figure broken"><span>${percentWords(percent!, 2)}</span><small>${durationWords(ms.bad, input.lang)}</small></span>`;
}

function legendHtml({ lang, guarantee }: CalendarInput): Html {
  const { classes } = guarantee;
  const excluded = classes.excluded.reduce((sum, each) => sum + each.ms, 0);
  const rows: readonly (readonly [StretchKind | 'good', number])[] = [
    ['good', classes.good],
    ['bad', classes.bad],
    ['excluded', excluded],
    ['unobserved', classes.unobserved],
    ['outside', classes.outside],
  ];
  return html`<ul class="legend">${rows.map(
    ([kind, ms]) =>
      html`<li${ms === 0 && html` class="nil"`}>${swatch(kind)} ${kindWords[kind][lang]} <span class="num">${ms === 0 ? '0' : durationWords(ms, lang)}</span></li>`,
  )}</ul><p class="faint small help">${words.help[lang]}</p>`;
}

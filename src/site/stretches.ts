import { offsetAt } from '../calendar/zone.ts';
import type { GuaranteeView, StretchView } from '../settlement/view.ts';
import { durationWords, type Lang } from '../terms/words.ts';
import { codeWords } from './codes.ts';
import { type Html, html } from './html.ts';
import { kindWords, sampleTag, swatch } from './shapes.ts';
import { clockWords, instantWords, spanWords } from './time.ts';
import type { MonthView, PublicView } from './view.ts';

const words = {
  all: { zh: '全部时段', en: 'All stretches' },
  when: { zh: '时段', en: 'When' },
  long: { zh: '时长', en: 'Duration' },
  kind: { zh: '归类', en: 'Class' },
  cause: { zh: '原因与依据', en: 'Cause and clause' },
  seen: { zh: '首次与末次失败', en: 'First and last failure' },
  evidence: { zh: '证据', en: 'Evidence' },
  clause: { zh: '第\u00a0{}\u00a0条', en: 'clause\u00a0{}' },
  ours: { zh: '由我们承担', en: 'ours' },
  none: { zh: '本月没有任何例外时段：全程达标。', en: 'No stretches this month: every minute was good.' },
} as const;

export function clauseWords(clause: string, lang: Lang): string {
  return words.clause[lang].replace('{}', () => clause);
}

/** The clause beside a text, never broken at its hyphen. */
export function clauseHtml(clause: string, lang: Lang): Html {
  return html`<span class="clause">${clauseWords(clause, lang)}</span>`;
}

/** The table behind the calendar: every stretch that is not good, one row each, the rows that the calendar links to. */
export function stretchesHtml(view: PublicView, guarantee: GuaranteeView, month: MonthView): Html {
  const { lang } = view;
  const { stretches } = guarantee;
  if (stretches.length === 0) {
    return html`<p class="faint">${guarantee.classes.good > 0 && words.none[lang]}</p>`;
  }
  return html`<details id="stretches" class="sheet" data-until="${Math.ceil(wallMinutes(view.zone, month, month.until))}"><summary>${words.all[lang]} <span class="num">${stretches.length}</span></summary>
<table class="stack"><thead><tr><th scope="col">${words.when[lang]}</th><th scope="col">${words.long[lang]}</th><th scope="col">${words.kind[lang]}</th><th scope="col">${words.cause[lang]}</th><th scope="col">${words.seen[lang]}</th><th scope="col">${words.evidence[lang]}</th></tr></thead><tbody>
${stretches.map((stretch, i) => stretchRow(stretch, i, view, month))}</tbody></table></details>`;
}

function stretchRow(stretch: StretchView, index: number, view: PublicView, month: MonthView): Html {
  const { lang, zone } = view;
  const sample = view.sampledUntil !== null && stretch.from < view.sampledUntil;
  const from = Math.floor(wallMinutes(zone, month, stretch.from));
  const to = Math.ceil(wallMinutes(zone, month, stretch.to));
  return html`<tr id="s${index}" data-m="${from} ${to}"><th scope="row">${spanWords(zone, stretch.from, stretch.to, lang)}${sample && html` ${sampleTag(lang)}`}</th><td class="num">${durationWords(stretch.to - stretch.from, lang)}</td><td class="class">${swatch(stretch.kind)} ${kindWords[stretch.kind][lang]}</td><td>${causeHtml(stretch, lang)}</td><td>${seenHtml(stretch, view)}</td><td>${stretch.evidence.map((id) => html`<code>${id}</code> `)}</td></tr>
`;
}

/** Minutes by the clock on the wall since the month's first midnight: what the script draws the hours from. */
function wallMinutes(zone: string, month: MonthView, at: number): number {
  return (at + offsetAt(zone, at) - month.from - offsetAt(zone, month.from)) / 60_000;
}

/** Blame needs proof: a bad stretch without a cause is ours, and says so. */
function causeHtml(stretch: StretchView, lang: Lang): Html {
  const clause = stretch.clause !== null && html` ${clauseHtml(stretch.clause, lang)}`;
  const cause = stretch.cause?.[lang] ?? (stretch.kind === 'bad' ? words.ours[lang] : '');
  return html`${cause}${clause}`;
}

function seenHtml(stretch: StretchView, { lang, zone, now }: PublicView): Html {
  const code = stretch.code !== null && html` <span class="faint">${codeWords(stretch.code)[lang]}</span>`;
  if (stretch.firstFail === null) return html`${code}`;
  const first = instantWords(zone, stretch.firstFail, lang, now);
  if (stretch.lastFail === null || stretch.lastFail === stretch.firstFail) return html`${first}${code}`;
  const sameHour = stretch.lastFail - stretch.firstFail < 12 * 3_600_000;
  const last = sameHour
    ? clockWords(zone, stretch.lastFail)
    : instantWords(zone, stretch.lastFail, lang, now);
  return html`${first} – ${last}${code}`;
}

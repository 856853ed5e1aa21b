import { durationWords, type Lang } from '../terms/words.ts';
import { type Html, html } from './html.ts';
import { kindWords, sampleTag, swatch } from './shapes.ts';
import { clockWords, instantWords, spanWords } from './time.ts';
import type { GuaranteeView, PublicView, StretchView } from './view.ts';

const words = {
  all: { zh: '全部时段', en: 'All stretches' },
  when: { zh: '时段', en: 'When' },
  long: { zh: '时长', en: 'Duration' },
  kind: { zh: '归类', en: 'Class' },
  cause: { zh: '原因与依据', en: 'Cause and clause' },
  seen: { zh: '首次与末次失败', en: 'First and last failure' },
  evidence: { zh: '证据', en: 'Evidence' },
  clause: { zh: '第 {} 条', en: 'clause {}' },
  ours: { zh: '由我们承担', en: 'ours' },
  none: { zh: '本月没有任何例外时段：全程达标。', en: 'No stretches this month: every minute was good.' },
} as const;

export function clauseWords(clause: string, lang: Lang): string {
  return words.clause[lang].replace('{}', () => clause);
}

/** The table behind the calendar: every stretch that is not good, one row each, the rows that the calendar links to. */
export function stretchesHtml(view: PublicView, guarantee: GuaranteeView): Html {
  const { lang } = view;
  const { stretches } = guarantee;
  if (stretches.length === 0) return html`<p class="faint">${words.none[lang]}</p>`;
  return html`<details id="stretches" class="sheet"><summary>${words.all[lang]} <span class="num">${stretches.length}</span></summary>
<table class="stack"><thead><tr><th scope="col">${words.when[lang]}</th><th scope="col">${words.long[lang]}</th><th scope="col">${words.kind[lang]}</th><th scope="col">${words.cause[lang]}</th><th scope="col">${words.seen[lang]}</th><th scope="col">${words.evidence[lang]}</th></tr></thead><tbody>
${stretches.map((stretch, i) => stretchRow(stretch, i, view))}</tbody></table></details>`;
}

function stretchRow(stretch: StretchView, index: number, view: PublicView): Html {
  const { lang, zone } = view;
  const sample = view.sampledUntil !== null && stretch.from < view.sampledUntil;
  return html`<tr id="s${index}"><th scope="row">${spanWords(zone, stretch.from, stretch.to, lang)}${sample && html` ${sampleTag(lang)}`}</th><td class="num">${durationWords(stretch.to - stretch.from, lang)}</td><td class="class">${swatch(stretch.kind)} ${kindWords[stretch.kind][lang]}</td><td>${causeHtml(stretch, lang)}</td><td>${seenHtml(stretch, view)}</td><td>${stretch.evidence.map((id) => html`<code>${id}</code> `)}</td></tr>
`;
}

/** Blame needs proof: a bad stretch without a cause is ours, and says so. */
function causeHtml(stretch: StretchView, lang: Lang): Html {
  const clause =
    stretch.clause !== null && html` <span class="faint">${clauseWords(stretch.clause, lang)}</span>`;
  const cause = stretch.cause?.[lang] ?? (stretch.kind === 'bad' ? words.ours[lang] : '');
  return html`${cause}${clause}`;
}

function seenHtml(stretch: StretchView, { lang, zone, now }: PublicView): Html {
  const code = stretch.code !== null && html` <code>${stretch.code}</code>`;
  if (stretch.firstFail === null) return html`${code}`;
  const first = instantWords(zone, stretch.firstFail, lang, now);
  if (stretch.lastFail === null || stretch.lastFail === stretch.firstFail) return html`${first}${code}`;
  const sameHour = stretch.lastFail - stretch.firstFail < 12 * 3_600_000;
  const last = sameHour
    ? clockWords(zone, stretch.lastFail)
    : instantWords(zone, stretch.lastFail, lang, now);
  return html`${first} – ${last}${code}`;
}

import type { GuaranteeView } from '../settlement/view.ts';
import { durationWords, type Lang, moneyWords, percentWords } from '../terms/words.ts';
import { calendarHtml } from './calendar.ts';
import { type Html, html } from './html.ts';
import { viewHref } from './link.ts';
import { patterns, sampleTag, standingMark, standingWords } from './shapes.ts';
import { clauseHtml, stretchesHtml } from './stretches.ts';
import { standingOf, summaryWords } from './summary.ts';
import { instantWords, monthWords, tied, zoneWords } from './time.ts';
import type { HostView, MonthView, PublicView } from './view.ts';

const words = {
  title: { zh: '逐分钟的承诺', en: 'The promise, minute by minute' },
  guarantees: { zh: '承诺', en: 'Guarantees' },
  left: { zh: '本月余量', en: 'Allowance left' },
  over: { zh: '超出余量', en: 'Over the allowance' },
  of: { zh: '本月允许', en: 'allowed this month' },
  attained: { zh: '达成率', en: 'Attained' },
  down: { zh: '向下取整，从不凑成承诺', en: 'floored, never rounded up to the promise' },
  bad: { zh: '未达标', en: 'Bad' },
  owed: { zh: '本月应赔', en: 'Owed for this month' },
  soFar: { zh: '截至目前', en: 'so far' },
  owedNote: { zh: '所有承诺合计，同一时段只赔一次', en: 'all guarantees together, a stretch is paid once' },
  owedNow: {
    zh: '假如本月到此为止；所有承诺合计，同一时段只赔一次',
    en: 'if the month ended now; all guarantees together, a stretch is paid once',
  },
  none: { zh: '尚无测量', en: 'nothing yet' },
  zone: { zh: '时间按', en: 'Times are in' },
  earlier: { zh: '上一个月', en: 'Earlier' },
  later: { zh: '下一个月', en: 'Later' },
  months: { zh: '月份', en: 'Months' },
} as const;

/** The month of one host and one guarantee: sentence first, then the figures, the calendar, and the table behind it. */
export function monthHtml(view: PublicView, host: HostView): Html {
  const { lang } = view;
  const { month } = host;
  const guarantee = chosenGuarantee(view, month);
  return html`<section id="month" class="wide" aria-labelledby="month-title">
<div class="heading"><h2 id="month-title">${words.title[lang]}</h2>${monthsHtml(view, host)}</div>
<p class="faint">${host.domain} · ${words.zone[lang]} ${zoneWords(view.zone, month.from, lang)}</p>
${sampleNote(view, month)}
${guarantee === null ? html`<p class="empty">${emptyWords[lang]}</p>` : chosenHtml(view, host, guarantee)}
</section>`;
}

const emptyWords = {
  zh: '每一项承诺逐分钟的记录会出现在这里。这个月还没有生效的承诺。',
  en: 'Every promise is recorded here minute by minute. None was in force in this month.',
};

export function chosenGuarantee(view: PublicView, month: MonthView): GuaranteeView | null {
  return month.guarantees.find((each) => each.id === view.query.guarantee) ?? month.guarantees[0] ?? null;
}

function chosenHtml(view: PublicView, host: HostView, guarantee: GuaranteeView): Html {
  const { lang, zone, sampledUntil } = view;
  const { month } = host;
  return html`${tabsHtml(view, month, guarantee)}
<p class="promise">${tied(guarantee.promise[lang])} ${clauseHtml(guarantee.clause, lang)}</p>
<p class="sentence">${summaryWords(guarantee, month, lang, zone)}</p>
${figuresHtml(host, guarantee, lang)}
${patterns}
${calendarHtml({ month, guarantee, zone, sampledUntil, lang })}
${stretchesHtml(view, guarantee, month)}`;
}

function monthsHtml(view: PublicView, host: HostView): Html {
  const { lang } = view;
  const months = [...host.months].sort();
  const earlier = months.filter((month) => month < host.month.month).at(-1);
  const later = months.find((month) => month > host.month.month);
  return html`<nav class="months" aria-label="${words.months[lang]}">${
    earlier !== undefined &&
    html`<a href="${viewHref(view, { month: earlier }, 'month')}" rel="prev" aria-label="${words.earlier[lang]}">← ${monthWords(earlier, lang)}</a>`
  }<strong>${monthWords(host.month.month, lang)}</strong>${
    later !== undefined &&
    html`<a href="${viewHref(view, { month: later }, 'month')}" rel="next" aria-label="${words.later[lang]}">${monthWords(later, lang)} →</a>`
  }</nav>`;
}

function tabsHtml(view: PublicView, month: MonthView, chosen: GuaranteeView): Html {
  const { lang } = view;
  return html`<nav class="tabs" aria-label="${words.guarantees[lang]}">${month.guarantees.map((each) => {
    const standing = standingOf(each, month);
    return html`<a href="${viewHref(view, { guarantee: each.id }, 'month')}"${each === chosen && html` aria-current="true"`}>${standingMark(standing)}${each.name[lang]}<span class="unseen"> ${standingWords[standing][lang]}</span></a>`;
  })}</nav>`;
}

/** Which part of the month is sample, said before anything else is read from it. */
function sampleNote({ sampledUntil, zone, lang, now }: PublicView, month: MonthView): Html | null {
  if (sampledUntil === null || sampledUntil <= month.from) return null;
  if (sampledUntil >= month.until) {
    const all = {
      zh: '这个月的记录全部是示例，由同一套流程算出。',
      en: 'All of this month is sample, judged by the same rules.',
    };
    return html`<p class="sample-note">${sampleTag(lang)} ${all[lang]}</p>`;
  }
  const at = instantWords(zone, sampledUntil, lang, now);
  const part = {
    zh: `${at} 之前的记录是示例，标有“例”；之后是真实测量。`,
    en: `What lies before ${at} is sample, its days are marked “s”; what follows was really measured.`,
  };
  return html`<p class="sample-note">${sampleTag(lang)} ${part[lang]}</p>`;
}

/** Headroom is what people understand; the percent stands beside it. */
function figuresHtml(host: HostView, guarantee: GuaranteeView, lang: Lang): Html {
  const { headroomMs, allowanceMs, attained, badMs } = guarantee;
  const running = host.month.until < host.month.to;
  const standing = standingOf(guarantee, host.month);
  const room =
    headroomMs !== null &&
    html`<div class="first"><dt>${headroomMs < 0 ? words.over[lang] : words.left[lang]}</dt><dd class="${headroomMs < 0 || standing === 'breached' ? 'broken' : 'kept'}">${durationWords(Math.abs(headroomMs), lang)}</dd>${allowanceMs !== null && html`<dd class="note">${words.of[lang]} ${durationWords(allowanceMs, lang)}${meter(badMs, allowanceMs)}</dd>`}</div>`;
  return html`<dl class="figures">${room}
<div><dt>${words.attained[lang]}</dt><dd>${attained === null ? words.none[lang] : percentWords(attained)}</dd><dd class="note">${standingWords[standing][lang]} · ${words.down[lang]}</dd></div>
<div><dt>${words.bad[lang]}</dt><dd>${badMs === 0 ? '0' : durationWords(badMs, lang)}</dd><dd class="note">${countWords(guarantee, lang)}</dd></div>
<div id="owed"><dt>${words.owed[lang]}${running && html` · ${words.soFar[lang]}`}</dt><dd>${moneyWords(host.owed.minor, host.owed.currency, lang)}</dd><dd class="note">${running ? words.owedNow[lang] : words.owedNote[lang]}</dd></div>
</dl>`;
}

function countWords({ stretches }: GuaranteeView, lang: Lang): string {
  const count = stretches.filter((each) => each.kind === 'bad').length;
  if (lang === 'zh') return `${count} 段`;
  return count === 1 ? '1 stretch' : `${count} stretches`;
}

function meter(badMs: number, allowanceMs: number): Html {
  const used =
    allowanceMs === 0 ? (badMs === 0 ? 0 : 100) : Math.min(100, Math.ceil((badMs / allowanceMs) * 100));
  return html`<svg class="meter" width="100%" height="6" aria-hidden="true" focusable="false"><rect class="ground" width="100%" height="6" rx="3"/><rect class="used" width="${used}%" height="6" rx="3"/></svg>`;
}

import { monthSpan } from '../calendar/zone.ts';
import { add, roundUp, zero } from '../money/fraction.ts';
import { exactWords, secondsWords, shareOf } from '../settlement/sum.ts';
import type { StatementView } from '../settlement/view.ts';
import { durationWords, type Lang, moneyWords, percentWords } from '../terms/words.ts';
import { type Html, html } from './html.ts';
import { sampleTag, standingMark, standingWords } from './shapes.ts';
import { instantWords, monthWords, spanWords } from './time.ts';
import type { PublicView } from './view.ts';

const words = {
  title: { zh: '上一份结算单', en: 'The last statement' },
  agreement: { zh: '质量协议', en: 'Agreement' },
  month: { zh: '月份', en: 'Month' },
  revision: { zh: '第 {} 版', en: 'Revision {}' },
  made: { zh: '出单', en: 'Made' },
  posted: { zh: '入账', en: 'Posted' },
  draft: { zh: '草稿，{} 起自动入账', en: 'draft, posted by itself from {}' },
  held: { zh: '暂缓入账，正在复核', en: 'held, being looked at again' },
  compensation: { zh: '赔偿', en: 'Compensation' },
  guarantee: { zh: '承诺', en: 'Guarantee' },
  clause: { zh: '条款', en: 'Clause' },
  result: { zh: '结果', en: 'Result' },
  attained: { zh: '达成率', en: 'Attained' },
  sum: { zh: '怎样算出来的', en: 'How it was worked out' },
  paid: { zh: '已付费用', en: 'paid fee' },
  deficient: { zh: '不达标时间', en: 'deficient time' },
  bought: { zh: '购买时间', en: 'bought time' },
  factor: { zh: '协议第 3-1 条的倍数', en: 'factor, clause 3-1' },
  rounded: { zh: '合计只进位一次，进到分', en: 'rounded up once, to the fen' },
  difference: { zh: '与上一版相差', en: 'Difference to the revision before' },
  nothing: {
    zh: '这个月每一项承诺都守住了，没有应赔的时间，赔偿为零。',
    en: 'Every guarantee was kept this month: no deficient time, nothing to pay.',
  },
  list: {
    zh: '不达标时间的每一段（同一时段只赔一次）',
    en: 'Every deficient stretch (one stretch is paid once)',
  },
  doubt: { zh: '如有疑问，请自己重算一遍', en: 'In doubt, work it out yourself' },
  command: {
    zh: '导出案卷并重新结算，得到的应当分文不差：',
    en: 'Export the case file and judge it again; it must come out the same to the fen:',
  },
  digest: { zh: '案卷摘要 SHA-256', en: 'Digest of the case file, SHA-256' },
  none: {
    zh: '每月结算之后，结算单会出现在这里：每一段不达标的时间，以及赔偿是怎样算出来的。第一个月还没有结束。',
    en: 'After each month its statement stands here: every deficient stretch and how the compensation was worked out. The first month has not ended yet.',
  },
} as const;

/** The last statement as a sheet of paper; without one, what will stand here. */
export function statementHtml(view: PublicView, statement: StatementView | null): Html {
  const { lang } = view;
  return html`<section id="statement" class="wide" aria-labelledby="statement-title">
<h2 id="statement-title">${words.title[lang]}</h2>
${statement === null ? html`<p class="empty">${words.none[lang]}</p>` : sheetHtml(view, statement)}
</section>`;
}

function sheetHtml(view: PublicView, statement: StatementView): Html {
  const { lang, zone, now, sampledUntil } = view;
  const at = (instant: number) => instantWords(zone, instant, lang, now);
  const [from] = monthSpan(zone, statement.month) ?? [statement.madeAt];
  const sample = sampledUntil !== null && from < sampledUntil;
  return html`<article class="sheet paper">
<header><div><h3>${monthWords(statement.month, lang)} ${sample && sampleTag(lang)}</h3>
<p class="faint">${words.agreement[lang]} <span class="code">${statement.agreement}</span> · ${words.revision[lang].replace('{}', String(statement.revision))} · ${words.made[lang]} ${at(statement.madeAt)} · ${standingHtml(statement, lang, at)}</p></div>
<p class="total"><span class="faint">${words.compensation[lang]}</span> <strong>${moneyWords(statement.amountMinor, statement.currency, lang)}</strong></p></header>
<table class="results"><thead><tr><th scope="col">${words.guarantee[lang]}</th><th scope="col">${words.clause[lang]}</th><th scope="col">${words.result[lang]}</th><th scope="col" class="num">${words.attained[lang]}</th></tr></thead><tbody>${statement.guarantees.map(
    (each) =>
      html`<tr><th scope="row">${each.name[lang]}</th><td>${each.clause}</td><td>${standingMark(each.status)} ${standingWords[each.status][lang]}</td><td class="num">${each.attained === null ? '–' : percentWords(each.attained)}</td></tr>`,
  )}</tbody></table>
${sumHtml(statement, lang)}
${deficientHtml(view, statement)}
${recomputeHtml(statement, lang)}
</article>`;
}

function standingHtml(
  { postedAt, dueAt, isHeld }: StatementView,
  lang: Lang,
  at: (instant: number) => Html | string,
): Html {
  if (postedAt !== null) return html`${words.posted[lang]} ${at(postedAt)}`;
  if (isHeld) return html`<strong>${words.held[lang]}</strong>`;
  const [before = '', after = ''] = words.draft[lang].split('{}');
  return html`${before}${at(dueAt)}${after}`;
}

/** The arithmetic as on paper, a line for each sales agreement, the exact sum, and the one rounding. */
function sumHtml(statement: StatementView, lang: Lang): Html {
  const { currency, lines } = statement;
  if (lines.length === 0) return html`<p class="nothing">${words.nothing[lang]}</p>`;
  const parts = lines.map((line) => shareOf(statement.factor, line));
  const total = parts.reduce((sum, part) => add(sum, part), zero);
  return html`<h4>${words.sum[lang]}</h4><div class="sums">${lines.map(
    (line, i) => html`<div class="sum">
${step('', moneyWords(line.paidMinor, currency, lang), words.paid[lang], line.sales)}
${step('×', html`<a href="#deficient">${durationWords(line.deficientMs, lang)}</a>`, words.deficient[lang], secondsWords(line.deficientMs, lang))}
${step('÷', durationWords(line.termMs, lang), words.bought[lang], secondsWords(line.termMs, lang))}
${step('×', statement.factor, words.factor[lang], '')}
${step('=', exactWords(parts[i]!, currency, lang), '', '')}</div>`,
  )}</div>
<p class="rounding">${exactWords(total, currency, lang)} → <strong>${moneyWords(roundUp(total), currency, lang)}</strong> <span class="faint">${words.rounded[lang]}</span></p>
${statement.revision > 1 && html`<p>${words.difference[lang]} <strong>${moneyWords(statement.differenceMinor, currency, lang)}</strong></p>`}`;
}

/** One number of the sum with the sign before it, what it is, and where it comes from. */
function step(sign: string, value: Html | string, name: string, source: string): Html {
  return html`<span class="step"><b>${sign}</b><span class="value">${value}</span><small>${name}${source !== '' && html` <span>${source}</span>`}</small></span>`;
}

function deficientHtml({ lang, zone }: PublicView, statement: StatementView): Html | null {
  if (statement.deficient.length === 0) return null;
  return html`<details id="deficient"><summary>${words.list[lang]} <span class="num">${statement.deficient.length}</span></summary><ol>${statement.deficient.map(
    ([from, to]) =>
      html`<li>${spanWords(zone, from, to, lang)} <span class="faint num">${durationWords(to - from, lang)}</span></li>`,
  )}</ol></details>`;
}

function recomputeHtml(statement: StatementView, lang: Lang): Html {
  const file = `${statement.agreement}.${statement.month}.json`;
  return html`<div class="doubt"><h4>${words.doubt[lang]}</h4><p>${words.command[lang]}</p>
<pre tabindex="0"><code>hostpledge case ${statement.agreement} ${statement.month} &gt; ${file}
hostpledge evaluate ${file} --explain --lang ${lang}</code></pre>
<p class="faint small">${words.digest[lang]}<br><code class="digest">${statement.digest}</code></p></div>`;
}

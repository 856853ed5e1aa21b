import { durationWords } from '../terms/words.ts';
import { codeWords } from './codes.ts';
import { type Html, html, safeHref } from './html.ts';
import { viewHref } from './link.ts';
import { monthHtml } from './month.ts';
import { type Page, pageHtml } from './page.ts';
import { plansHtml } from './plans.ts';
import { kindWords, sampleTag, verdictMark } from './shapes.ts';
import { statementHtml } from './statement.ts';
import { clauseHtml } from './stretches.ts';
import { clockWords, instantWords, tied } from './time.ts';
import type { CheckView, HostView, PublicView } from './view.ts';

const words = {
  title: { zh: '没做到的，自动赔付', en: 'Kept in public, paid when broken' },
  lead: {
    zh: '承诺写进协议，每分钟测量一次。哪一分钟没有做到，原因和证据都在这里；该赔的，月底自动算清入账，不用您开口。',
    en: 'The promises stand in the agreement and are measured every minute. When one is broken, the cause and the proof stand here, and what is due is worked out and credited at the month’s end. You need not ask.',
  },
  promises: { zh: '我们承诺什么', en: 'What we promise' },
  live: { zh: '此刻', en: 'Right now' },
  since: { zh: '已持续', en: 'for' },
  young: { zh: '刚刚测到', en: 'seen just now' },
  last: { zh: '最近一次', en: 'last seen' },
  never: { zh: '还没有测量', en: 'not measured yet' },
  noHosts: {
    zh: '这里会实时显示公开主机的每项测量。还没有公开的主机。',
    en: 'Every check of the shown hosts stands here, live. No host is shown yet.',
  },
  show: { zh: '看它的这个月', en: 'See its month' },
} as const;

const sections = {
  live: { href: '#live', name: words.live },
  month: { href: '#month', name: { zh: '逐分钟', en: 'Month' } },
  statement: { href: '#statement', name: { zh: '结算单', en: 'Statement' } },
  plans: { href: '#plans', name: { zh: '方案', en: 'Plans' } },
};

/** The provider's front page: what is promised, how it stands now, this month, the last statement, what is sold. */
export function homePage(view: PublicView, assets: string): string {
  const host = view.hosts[0];
  const main = html`${heroHtml(view)}
${liveHtml(view)}
${host !== undefined && html`${monthHtml(view, host)}${statementHtml(view, host.statement)}`}
${plansHtml(view.plans, view.lang)}`;
  const page: Page = {
    lang: view.lang,
    title: view.provider.name[view.lang],
    provider: view.provider,
    main,
    versions: { zh: viewHref(view, { lang: 'zh' }), en: viewHref(view, { lang: 'en' }) },
    sections: host === undefined ? [sections.live, sections.plans] : Object.values(sections),
    assets,
  };
  return pageHtml(page);
}

function heroHtml(view: PublicView): Html {
  const { lang } = view;
  const month = view.hosts[0]?.month;
  return html`<section id="promise" class="wide hero" aria-labelledby="hero-title">
<div><h1 id="hero-title">${words.title[lang]}</h1><p class="lead">${words.lead[lang]}</p></div>
${
  month !== undefined &&
  month.guarantees.length > 0 &&
  html`<div class="promises"><h2>${words.promises[lang]}</h2><ul>${month.guarantees.map(
    (each) =>
      html`<li><a href="${viewHref(view, { guarantee: each.id }, 'month')}">${tied(each.promise[lang])}</a> ${clauseHtml(each.clause, lang)}</li>`,
  )}</ul></div>`
}
</section>`;
}

function liveHtml(view: PublicView): Html {
  const { lang } = view;
  return html`<section id="live" class="wide" aria-labelledby="live-title">
<h2 id="live-title">${words.live[lang]}</h2>
${
  view.hosts.length === 0
    ? html`<p class="empty">${words.noHosts[lang]}</p>`
    : html`<div class="hosts">${view.hosts.map((host, i) => hostHtml(view, host, i > 0))}</div>`
}
</section>`;
}

function hostHtml(view: PublicView, host: HostView, other: boolean): Html {
  const { lang } = view;
  return html`<article class="host sheet"><h3><a href="${safeHref(host.url)}">${host.domain}</a></h3>
${host.ftp !== '' && html`<p class="faint small">FTP <span class="code">${host.ftp}</span></p>`}
${
  host.checks.length === 0
    ? html`<p class="faint">${words.never[lang]}</p>`
    : html`<table class="verdicts"><tbody>${host.checks.map((check) => checkHtml(check, view))}</tbody></table>`
}
${other && html`<p><a href="${viewHref(view, { host: host.id }, 'month')}">${words.show[lang]}</a></p>`}</article>`;
}

function checkHtml(check: CheckView, view: PublicView): Html {
  const { lang, sampledUntil } = view;
  const code = check.code !== null && html` <small>${codeWords(check.code)[lang]}</small>`;
  const sample = sampledUntil !== null && check.since !== null && check.since < sampledUntil;
  return html`<tr><th scope="row">${check.name[lang]}</th><td class="verdict ${check.verdict}">${verdictMark(check.verdict)} ${kindWords[check.verdict][lang]}${code}</td><td class="faint">${sinceWords(check, view)}${sample && html` ${sampleTag(lang)}`}</td></tr>`;
}

/** A verdict's age goes up to its last observation: it never counts time that nobody has looked at. */
function sinceWords(check: CheckView, { zone, lang, now }: PublicView): string {
  if (check.lastAt === null) return words.never[lang];
  const old = now - check.lastAt > 12 * 3_600_000;
  const last = old ? instantWords(zone, check.lastAt, lang, now) : clockWords(zone, check.lastAt);
  const seen = `${words.last[lang]} ${last}`;
  if (check.since === null) return seen;
  const ageMs = check.lastAt - check.since;
  const age = ageMs < 1000 ? words.young[lang] : `${words.since[lang]} ${durationWords(ageMs, lang)}`;
  return `${age} · ${seen}`;
}

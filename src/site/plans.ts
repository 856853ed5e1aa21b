import { type Lang, moneyWords } from '../terms/words.ts';
import { type Html, html } from './html.ts';
import type { PlanView } from './view.ts';

const words = {
  title: { zh: '在售方案', en: 'Plans' },
  lead: {
    zh: '写在这里的功能，就是协议里保证的功能。',
    en: 'Every function listed here is one that the agreement guarantees.',
  },
  test: { zh: '公开测试', en: 'Public test' },
  released: { zh: '正式', en: 'Released' },
  problems: { zh: '已知问题', en: 'Known problems' },
  noProblems: { zh: '目前没有已知问题。', en: 'No known problems at the moment.' },
  notInForce: {
    zh: '公开测试期间，质量协议不生效。',
    en: 'While in public test, the quality agreement is not in force.',
  },
  version: { zh: '版本', en: 'version' },
  none: {
    zh: '方案会公布在这里，目前没有在售的。请致电售前热线，我们会告诉您何时开放。',
    en: 'Plans on sale are published here; at the moment there are none. Call our sales line to hear when there will be.',
  },
  function: { zh: '功能', en: 'Function' },
  value: { zh: '内容', en: 'What you get' },
} as const;

/** Published plans with their functions; one in public test says so and names its known problems (clause 1-3). */
export function plansHtml(plans: readonly PlanView[], lang: Lang): Html {
  return html`<section id="plans" class="wide" aria-labelledby="plans-title">
<h2 id="plans-title">${words.title[lang]}</h2>
${
  plans.length === 0
    ? html`<p class="empty">${words.none[lang]}</p>`
    : html`<p class="lead">${words.lead[lang]}</p><div class="plans">${plans.map((plan) => planHtml(plan, lang))}</div>`
}
</section>`;
}

function planHtml(plan: PlanView, lang: Lang): Html {
  return html`<article class="plan sheet">
<h3>${plan.name[lang]} ${plan.stage === 'public-test' && html`<span class="tag">${words.test[lang]}</span>`}</h3>
<p class="price"><strong>${moneyWords(plan.priceMinor, plan.currency, lang)}</strong> <span class="faint">/ ${termWords(plan.termMonths, lang)}</span></p>
<table class="pairs"><thead class="unseen"><tr><th scope="col">${words.function[lang]}</th><th scope="col">${words.value[lang]}</th></tr></thead><tbody>${plan.functions.map(
    (each) => html`<tr><th scope="row">${each.name[lang]}</th><td>${each.value[lang]}</td></tr>`,
  )}</tbody></table>
${plan.stage === 'public-test' && problemsHtml(plan, lang)}
<p class="faint small">${plan.plan} · ${words.version[lang]} ${plan.version}</p>
</article>`;
}

function problemsHtml(plan: PlanView, lang: Lang): Html {
  return html`<div class="problems"><p>${words.notInForce[lang]}</p>
<h4>${words.problems[lang]}</h4>${
    plan.problems.length === 0
      ? html`<p>${words.noProblems[lang]}</p>`
      : html`<ul>${plan.problems.map((problem) => html`<li>${problem[lang]}</li>`)}</ul>`
  }</div>`;
}

function termWords(termMonths: number, lang: Lang): string {
  const years = termMonths / 12;
  if (Number.isInteger(years)) {
    if (lang === 'zh') return `${years} 年`;
    return years === 1 ? 'year' : `${years} years`;
  }
  if (lang === 'zh') return `${termMonths} 个月`;
  return termMonths === 1 ? 'month' : `${termMonths} months`;
}

import type { Refusal } from '../refusal.ts';
import type { Lang } from '../terms/words.ts';
import { html } from './html.ts';
import { pageHtml } from './page.ts';

/** Pages for what cannot be shown: what happened, why, what to do. They need nothing that could fail as well. */

const words = {
  missing: {
    title: { zh: '没有这个页面', en: 'There is no such page' },
    why: {
      zh: '地址可能打错了，或者页面已经搬走。',
      en: 'The address may be mistyped, or the page has moved.',
    },
  },
  failed: {
    title: { zh: '我们这边出了问题', en: 'Something failed on our side' },
    why: {
      zh: '页面没能生成，故障已经记录下来。请稍后再试；您的主机不受影响，测量照常进行。',
      en: 'The page could not be made, and the fault was noted. Please try again shortly; measuring goes on regardless.',
    },
  },
  away: {
    title: { zh: '暂时读不到记录', en: 'The records cannot be reached for the moment' },
    why: {
      zh: '数据库暂时联系不上。主机照常服务，测量照常进行，恢复之后一并补记，不会少一分钟。',
      en: 'The database does not answer. Hosts are served and measured meanwhile, and all of it is recorded once it is back.',
    },
  },
  unset: {
    title: { zh: '这个站点还没有设置好', en: 'This site is not set up yet' },
    why: {
      zh: '服务商的资料还没有填写。填好之后，承诺、实时测量和在售方案都会公布在这里。',
      en: 'The provider’s particulars are still missing. Once they are there, the promises, the live checks and the plans stand here.',
    },
  },
  refused: {
    title: { zh: '这个地址里有一项不对', en: 'One part of this address is not right' },
    field: { zh: '哪一项', en: 'Which part' },
    rule: { zh: '应当是', en: 'What it should be' },
  },
  unknown: {
    title: { zh: '没有您要看的内容', en: 'What you asked for is not here' },
  },
  home: { zh: '回到首页', en: 'Go to the front page' },
} as const;

/** Rules of the address's parts in Chinese; refusals carry the English ones. */
const chineseRules: Readonly<Record<string, string>> = {
  'query-invalid lang': 'zh 或 en',
  'query-invalid month': '年和月，例如 2026-10',
  'query-invalid g': '协议里的一项承诺，例如 web 或 ftp',
  'query-invalid host': '公开主机的编号：字母、数字和 - . _，最多 100 个字符',
  'month-invalid month': '年和月，例如 2026-10',
  'month-unknown month': '有记录的月份，最晚到本月',
  'guarantee-unknown g': '这台主机的协议里有的一项承诺',
  'host-unknown host': '首页上列出的主机',
};

export function failurePage(
  kind: 'missing' | 'failed' | 'away' | 'unset',
  lang: Lang,
  assets: string,
): string {
  const { title, why } = words[kind];
  return page(lang, title[lang], html`<p class="lead">${why[lang]}</p>`, assets);
}

/** Names the field of the address and what would have been accepted. */
export function refusalPage(refusal: Refusal, status: 400 | 404, lang: Lang, assets: string): string {
  const { field, rule } = words.refused;
  const title = status === 404 ? words.unknown.title : words.refused.title;
  const ours = lang === 'zh' ? chineseRules[`${refusal.code} ${refusal.path}`] : undefined;
  const body = html`<dl class="refusal"><div><dt>${field[lang]}</dt><dd><code>${refusal.path}</code></dd></div><div><dt>${rule[lang]}</dt><dd>${ours ?? refusal.rule}</dd></div></dl>`;
  return page(lang, title[lang], body, assets);
}

function page(lang: Lang, title: string, body: ReturnType<typeof html>, assets: string): string {
  return pageHtml({
    lang,
    title,
    provider: null,
    main: html`<section class="wide failure"><h1>${title}</h1>${body}<p><a href="/">${words.home[lang]}</a></p></section>`,
    versions: { zh: '/?lang=zh', en: '/?lang=en' },
    sections: [],
    assets,
  });
}

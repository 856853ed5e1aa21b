import type { Lang, Text } from '../terms/words.ts';
import { type Html, html, safeHref } from './html.ts';
import type { ProviderView } from './view.ts';

/** The document around every public page: head, header with the language switch, footer with the hotlines. */
export interface Page {
  readonly lang: Lang;
  readonly title: string;
  /** Null on a page that must not depend on the database (500). */
  readonly provider: ProviderView | null;
  readonly main: Html;
  /** Links to this page in each language. */
  readonly versions: Readonly<Record<Lang, string>>;
  readonly sections: readonly { readonly href: string; readonly name: Text }[];
  /** Digest of the assets, so that a new edition of them is fetched and an old one never is again. */
  readonly assets: string;
}

const words = {
  skip: { zh: '跳到正文', en: 'Skip to content' },
  languages: { zh: '语言', en: 'Language' },
  sections: { zh: '本页内容', en: 'On this page' },
  sales: { zh: '售前热线', en: 'Sales' },
  service: { zh: '售后热线', en: 'Support' },
  mail: { zh: '邮箱', en: 'E-mail' },
  address: { zh: '地址', en: 'Address' },
  working: { zh: '工作时间', en: 'Working hours' },
  verify: { zh: '验证协议文件', en: 'Check an agreement' },
  made: { zh: '由 Hostpledge 自动履约', en: 'Kept by Hostpledge' },
} as const;

export function pageHtml(page: Page): string {
  const { lang, provider } = page;
  const name = provider === null ? 'Hostpledge' : provider.name[lang];
  const title = page.title === name ? name : `${page.title} · ${name}`;
  const document = html`<!doctype html>
<html lang="${languageTag[lang]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/site/mark.svg?v=${page.assets}" type="image/svg+xml">
<link rel="stylesheet" href="/site/style.css?v=${page.assets}">
<script src="/site/script.js?v=${page.assets}" defer></script>
</head>
<body>
<a class="skip" href="#main">${words.skip[lang]}</a>
${header(page, name)}
<main id="main" tabindex="-1">
${page.main}
</main>
${provider === null ? null : footer(provider, lang)}
</body>
</html>
`;
  return document.markup;
}

export const languageTag: Readonly<Record<Lang, string>> = { zh: 'zh-CN', en: 'en' };
const ownNames: Readonly<Record<Lang, string>> = { zh: '中文', en: 'English' };

function header(page: Page, name: string): Html {
  const { lang } = page;
  return html`<header class="top"><div class="wide">
<a class="brand" href="/">${seal}<span>${name}</span></a>
${
  page.sections.length > 0 &&
  html`<nav class="sections" aria-label="${words.sections[lang]}">${page.sections.map(
    (section) => html`<a href="${safeHref(section.href)}">${section.name[lang]}</a>`,
  )}</nav>`
}
<nav class="languages" aria-label="${words.languages[lang]}">${(['zh', 'en'] as const).map(
    (each) =>
      html`<a href="${safeHref(page.versions[each])}" lang="${languageTag[each]}" hreflang="${languageTag[each]}"${
        each === lang && html` aria-current="true"`
      }>${ownNames[each]}</a>`,
  )}</nav>
</div></header>`;
}

/** The brand mark: a seal with 诺, "promise", drawn as strokes so that no font is needed. */
const seal = html`<svg class="seal" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect x="1" y="1" width="30" height="30" rx="5"/><path d="M8 7l3 3M6.5 14h4.500v10l3-2.500M13.5 10h13M17 7v6M23 7v6M14 16h13M20 13.500c-1.5 4-3.5 6.5-6 8.500M18 20h7.500v6h-7.500z"/></svg>`;

function footer(provider: ProviderView, lang: Lang): Html {
  const phone = (number: string) => safeHref(`tel:${number.replace(/[^\d+]/g, '')}`);
  return html`<footer class="foot"><div class="wide">
<dl>
<div><dt>${words.sales[lang]}</dt><dd><a href="${phone(provider.salesPhone)}">${provider.salesPhone}</a></dd></div>
<div><dt>${words.service[lang]}</dt><dd><a href="${phone(provider.servicePhone)}">${provider.servicePhone}</a></dd></div>
<div><dt>${words.mail[lang]}</dt><dd><a href="${safeHref(`mailto:${provider.email}`)}">${provider.email}</a></dd></div>
<div><dt>${words.working[lang]}</dt><dd>${provider.working[lang]}</dd></div>
<div><dt>${words.address[lang]}</dt><dd>${provider.address}</dd></div>
</dl>
<p class="faint">${provider.name[lang]} · ${words.made[lang]} · <a href="/verify?lang=${lang}">${words.verify[lang]}</a></p>
</div></footer>`;
}

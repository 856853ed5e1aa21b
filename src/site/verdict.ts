import type { Found } from '../agreement/document/record.ts';
import type { Verdict } from '../agreement/document/verify.ts';
import type { Lang, Text } from '../terms/words.ts';
import { type Html, html } from './html.ts';
import { pageHtml } from './page.ts';
import type { Shown } from './verify.ts';

/** What a file says of itself, on the public page. */

const words = {
  title: { zh: '验证协议文件', en: 'Check an agreement' },
  lead: {
    zh: '选择一份协议的 PDF 文件，看由谁签署、何时签署、是否完整，以及内容是否与我们的记录一致。文件只用于验证，不会保存。',
    en: 'Choose the PDF of an agreement to see who signed it and when, whether it is whole, and whether its content is the one on record. The file is checked and not kept.',
  },
  file: { zh: 'PDF 文件（不超过 4 MB）', en: 'PDF file (4 MB at most)' },
  check: { zh: '验证', en: 'Check' },
  empty: { zh: '请选择一个 PDF 文件。', en: 'Please choose a PDF file.' },
  busy: {
    zh: '现在有别的文件正在验证，请过几秒再试。',
    en: 'Other files are being checked; try again in a moment.',
  },
  whole: { zh: '文件完整，全部签名有效。', en: 'The file is whole and every signature is valid.' },
  broken: { zh: '文件不完整，或者签名无效：', en: 'The file is not whole, or a signature is not valid:' },
  strange: {
    zh: '文件本身完整，但我们没有它的记录：签署人是谁，请以颁发者的证明为准。',
    en: 'The file is whole, but we have no record of it: who signed it is for the issuer of the certificates to say.',
  },
  foreign: {
    zh: '文件本身完整，但与我们的记录不符，不是我们签署的原件。',
    en: 'The file is whole, but it is NOT what is on record here: it is not one of our originals.',
  },
  number: { zh: '协议编号', en: 'Agreement' },
  digest: { zh: '内容摘要', en: 'Content digest' },
  record: { zh: '与记录比对', en: 'On record' },
  signatures: { zh: '签名', en: 'Signatures' },
  what: { zh: '签署', en: 'Act' },
  who: { zh: '签署人', en: 'By' },
  when: { zh: '时间（UTC）', en: 'Time (UTC)' },
  by: { zh: '颁发者', en: 'Certified by' },
  state: { zh: '结果', en: 'Result' },
  valid: { zh: '有效', en: 'valid' },
  invalid: { zh: '无效', en: 'not valid' },
  stamped: { zh: '，有时间戳', en: ', time-stamped' },
} as const satisfies Readonly<Record<string, Text>>;

const fields: Readonly<Record<string, Text>> = {
  'provider-signed': { zh: '甲方签字', en: 'Provider signed' },
  'provider-sealed': { zh: '甲方盖章', en: 'Provider sealed' },
  'customer-signed': { zh: '乙方签字', en: 'Customer signed' },
  'customer-sealed': { zh: '乙方盖章', en: 'Customer sealed' },
};

/** The reasons of `verify` in Chinese, by how they begin after the field. */
const chinese: readonly (readonly [RegExp, string])[] = [
  [/cannot be read as a PDF/, '不是可以读取的 PDF 文件'],
  [/no signature in this file/, '文件里没有签名'],
  [/bytes were added after/, '最后一个签名之后又添加了内容'],
  [/bytes are missing/, '文件末尾缺少内容'],
  [/content of an agreement is not attached/, '文件里没有附带协议内容'],
  [/digest differs/, '签署之后内容被改动'],
  [/page \d+ was changed|pages were added/, '签署之后页面被改动'],
  [
    /object \d+ was replaced|other than a signature|catalog was changed|attached content was changed/,
    '签署之后被加入签名以外的内容',
  ],
  [/not valid when it was signed/, '签署时证书不在有效期内'],
  [/certificate/, '证书被改动，或者不属于签署人'],
  [/signed stretch/, '签名覆盖的范围不对'],
  [/./, '签名本身被改动'],
];

export function verifyPage(
  shown: Shown | 'empty' | 'busy' | null,
  lang: Lang,
  provider: string | null,
  assets: string,
): string {
  const result =
    shown === null
      ? null
      : typeof shown === 'string'
        ? html`<p class="lead" role="alert">${words[shown][lang]}</p>`
        : resultHtml(shown, lang);
  const title = words.title[lang];
  return pageHtml({
    lang,
    title: provider === null ? title : `${title} · ${provider}`,
    provider: null,
    main: html`<section class="wide failure verify"><h1>${title}</h1>
<p class="lead">${words.lead[lang]}</p>
<form method="post" action="/verify?lang=${lang}" enctype="multipart/form-data">
<label>${words.file[lang]} <input type="file" name="file" accept="application/pdf" required></label>
<button type="submit">${words.check[lang]}</button>
</form>
${result}</section>`,
    versions: { zh: '/verify?lang=zh', en: '/verify?lang=en' },
    sections: [],
    assets,
  });
}

/** A file may be whole and still be nobody's: only the record says that it is ours. */
function headOf({ verdict, record }: Shown): 'whole' | 'broken' | 'strange' | 'foreign' {
  if (!verdict.whole) return 'broken';
  if (record === null) return 'strange';
  return record.sameContent && record.sameSigners && record.holder !== null ? 'whole' : 'foreign';
}

function resultHtml({ verdict, record }: Shown, lang: Lang): Html {
  const head = headOf({ verdict, record });
  const faults = verdict.faults.map((fault) => html`<li>${faultOf(fault, lang)}</li>`);
  return html`<div role="status"><p class="verdict${head !== 'whole' && ' no'}">${words[head][lang]}</p>${
    faults.length > 0 && html`<ul>${faults}</ul>`
  }
<dl class="refusal">
<div><dt>${words.number[lang]}</dt><dd>${verdict.number ?? '–'}</dd></div>
<div><dt>${words.digest[lang]}</dt><dd><code>${verdict.contentDigest ?? '–'}</code></dd></div>
<div><dt>${words.record[lang]}</dt><dd>${recordWords(record, lang)}</dd></div>
</dl>
${verdict.signatures.length > 0 && tableHtml(verdict, lang)}</div>`;
}

function tableHtml({ signatures }: Verdict, lang: Lang): Html {
  const rows = signatures.map(
    (one) =>
      html`<tr><th scope="row">${fields[one.field]?.[lang] ?? one.field}</th><td>${one.name}</td><td>${timeOf(one.signedAt)}${one.stamp !== null && words.stamped[lang]}</td><td>${one.issuer}</td><td>${one.valid ? words.valid[lang] : words.invalid[lang]}</td></tr>`,
  );
  const heads = [words.what, words.who, words.when, words.by, words.state];
  return html`<div class="scroll"><table><caption>${words.signatures[lang]}</caption><thead><tr>${heads.map(
    (one) => html`<th scope="col">${one[lang]}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function timeOf(at: number | null): string {
  return at === null ? '–' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function faultOf(fault: string, lang: Lang): string {
  const [field = '', rest] = fault.split(/: (.*)/s);
  const name = fields[field]?.[lang];
  const why = name === undefined ? fault : (rest ?? fault);
  const said = lang === 'en' ? why : (chinese.find(([pattern]) => pattern.test(why))?.[1] ?? why);
  return name === undefined ? said : `${name}${lang === 'zh' ? '：' : ': '}${said}`;
}

/** What the record says, as one sentence. */
function recordWords(record: Found | null, lang: Lang): string {
  const zh = lang === 'zh';
  if (record === null) return zh ? '我们没有这份协议的记录。' : 'We have no such agreement on record.';
  const { sameContent, holder, latest, sameSigners, copiesAgree } = record;
  const whose = {
    provider: { zh: '甲方执', en: 'the Provider’s' },
    customer: { zh: '乙方执', en: 'the Customer’s' },
  };
  const parts = [
    sameContent
      ? zh
        ? '内容与记录一致'
        : 'The content is the one on record'
      : zh
        ? '内容与记录不一致'
        : 'The content is NOT the one on record',
    holder === null
      ? zh
        ? '不是两份原件之一'
        : 'it is neither of the two originals'
      : zh
        ? `是${whose[holder].zh}的原件${latest ? '' : '（之后又有签署）'}`
        : `it is ${whose[holder].en} original${latest ? '' : ' (signed again since)'}`,
    sameSigners
      ? zh
        ? '证书与记录一致'
        : 'the certificates are those on record'
      : zh
        ? '证书与记录不一致'
        : 'a certificate is NOT the one on record',
    copiesAgree
      ? zh
        ? '两份原件内容相同'
        : 'both originals say the same'
      : zh
        ? '两份原件尚未都完整签署，或者不一致'
        : 'the two originals do not agree, or are not signed yet',
  ];
  return zh ? `${parts.join('；')}。` : `${parts.join('; ')}.`;
}

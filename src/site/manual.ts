import type { Lang, Text } from '../terms/words.ts';
import { type Html, html } from './html.ts';
import { pageHtml } from './page.ts';

/** The readable page of the API: what `/api/openapi.json` says, for people. */

/** The part of OpenAPI 3.1 that our own document uses. */
export interface Document {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const words = {
  title: { zh: 'API 手册', en: 'API manual' },
  lead: {
    zh: '控制台能做的，程序都能做。用 API 密钥访问：在控制台的「账户」里建立，只给它需要的权限。',
    en: 'Whatever the console can do, a program can. It asks with an API key: make one under “Account” in the console and give it only the rights it needs.',
  },
  machine: { zh: '供程序读取的版本（OpenAPI 3.1）', en: 'For programs (OpenAPI 3.1)' },
  conduct: { zh: '通用规则', en: 'What holds everywhere' },
  right: { zh: '所需权限', en: 'Right' },
  given: { zh: '参数', en: 'Takes' },
  body: { zh: '请求内容', en: 'Body' },
  answer: { zh: '返回', en: 'Answers' },
  needed: { zh: '必填', en: 'needed' },
  example: { zh: '示例', en: 'Example' },
  self: { zh: '登录本人', en: 'a person’s own session' },
  open: { zh: '无需登录', en: 'everybody' },
} as const satisfies Readonly<Record<string, Text>>;

/** What each group of routes is about; one that is missing here stands under its own name. */
const groups: Readonly<Record<string, Text>> = {
  account: { zh: '账户', en: 'Account' },
  provider: { zh: '服务商', en: 'Provider' },
  plans: { zh: '套餐', en: 'Plans' },
  customers: { zh: '客户', en: 'Customers' },
  hosts: { zh: '主机', en: 'Hosts' },
  agreements: { zh: '质量协议', en: 'Quality agreements' },
  sales: { zh: '销售协议与收款', en: 'Sales and payments' },
  documents: { zh: '协议文件', en: 'Documents' },
  measures: { zh: '监测', en: 'Measurements' },
  probers: { zh: '监测点', en: 'Vantage points' },
  planes: { zh: '机器', en: 'Planes' },
  months: { zh: '月度判定', en: 'Months' },
  statements: { zh: '结算单', en: 'Statements' },
  causes: { zh: '原因与证据', en: 'Causes' },
  audits: { zh: '操作记录', en: 'Audit' },
  drills: { zh: '演练', en: 'Drills' },
  users: { zh: '用户', en: 'Users' },
  invitations: { zh: '邀请', en: 'Invitations' },
  setup: { zh: '初次设置', en: 'Set-up' },
  relay: { zh: '邮件服务器', en: 'Mail relay' },
};

const rules: readonly Text[] = [
  {
    zh: '成功返回 JSON；被拒绝时返回 application/problem+json：code 永不改变，path 指出哪一项，rule 说明要求。',
    en: 'An answer is JSON. A refusal is application/problem+json: its code never changes, path names the field, rule says what it wants.',
  },
  {
    zh: '列表用 cursor 翻页：把上一页的 next 原样带回。',
    en: 'Lists are walked by cursor: send the next of the page before as it is.',
  },
  {
    zh: '新建时带上 Idempotency-Key：重复发送只会新建一次。',
    en: 'Send an Idempotency-Key with what makes something: sent twice, it is made once.',
  },
  {
    zh: '修改时带上 If-Match（读取时得到的 ETag）：别人先改了，你的修改会被拒绝。',
    en: 'Send If-Match with an edit, the ETag that reading gave: when somebody else was first, yours is refused.',
  },
  {
    zh: '时间一律为 UTC，精确到毫秒；金额以最小货币单位（分）计。',
    en: 'Instants are UTC to the millisecond; money is in minor units.',
  },
];

export interface Manual {
  readonly document: Document;
  /** What a caller needs, by operation: a right, `self` or `open`. */
  readonly gates: ReadonlyMap<string, string>;
  readonly lang: Lang;
  readonly assets: string;
  readonly origin: string;
}

export function manualPage({ document, gates, lang, assets, origin }: Manual): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const byGroup = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'other');
  const main = html`<div class="wide manual">
<h1>${words.title[lang]}</h1>
<p>${words.lead[lang]}</p>
<p><a href="/api/openapi.json">${words.machine[lang]}</a></p>
<section aria-labelledby="rules"><h2 id="rules">${words.conduct[lang]}</h2>
<ul>${rules.map((rule) => html`<li>${rule[lang]}</li>`)}</ul></section>
${[...byGroup].map(
  ([
    group,
    some,
  ]) => html`<section aria-labelledby="g-${group}"><h2 id="g-${group}">${groupName(group, lang)}</h2>
${some.map((one) => route(one, gates.get(one.operation.operationId) ?? 'open', lang, origin))}</section>`,
)}
</div>`;
  return pageHtml({
    lang,
    title: words.title[lang],
    provider: null,
    main,
    versions: { zh: '?lang=zh', en: '?lang=en' },
    sections: [],
    assets,
  });
}

function groupName(group: string, lang: Lang): string {
  return groups[group]?.[lang] ?? group;
}

interface One {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function route({ path, method, operation }: One, gate: string, lang: Lang, origin: string): Html {
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const [status = '200', answer] = Object.entries(operation.responses)[0] ?? [];
  const reply = Object.values(answer?.content ?? {})[0]?.schema;
  return html`<details id="${operation.operationId}"><summary><code>${method} /api${path}</code> ${operation.summary}</summary>
<dl>
<div><dt>${words.right[lang]}</dt><dd>${gate === 'self' ? words.self[lang] : gate === 'open' ? words.open[lang] : html`<code>${gate}</code>`}</dd></div>
${(operation.parameters ?? []).length > 0 && html`<div><dt>${words.given[lang]}</dt><dd><ul>${(operation.parameters ?? []).map((one) => fieldItem(one.name, one.schema, one.required === true, lang))}</ul></dd></div>`}
${body !== undefined && html`<div><dt>${words.body[lang]}</dt><dd>${fields(body, lang)}</dd></div>`}
${reply !== undefined && html`<div><dt>${words.answer[lang]} ${status}</dt><dd>${fields(reply, lang)}</dd></div>`}
<div><dt>${words.example[lang]}</dt><dd><pre><code>${example(path, method, body, origin)}</code></pre></dd></div>
</dl></details>`;
}

/** An object's fields, or what a list holds; deeper ones are in the document for programs. */
function fields(schema: Schema, lang: Lang): Html {
  const { properties, required = [], items } = schema;
  if (properties === undefined)
    return html`<code>${typeOf(schema)}</code>${items !== undefined && fields(items, lang)}`;
  return html`<ul>${Object.entries(properties).map(([name, one]) => fieldItem(name, one, required.includes(name), lang))}</ul>`;
}

function fieldItem(name: string, schema: Schema, needed: boolean, lang: Lang): Html {
  const besides = [typeOf(schema), needed ? words.needed[lang] : '', schema.description ?? ''].filter(
    (text) => text !== '',
  );
  return html`<li><code>${name}</code> ${besides.join(lang === 'zh' ? '，' : ', ')}</li>`;
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.items !== undefined) return `${typeOf(schema.items)}[]`;
  if (schema.format !== undefined) return schema.format;
  return typeof schema.type === 'string' ? schema.type : 'object';
}

function example(path: string, method: string, body: Schema | undefined, origin: string): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${origin}/api${path}`,
    "-H 'authorization: Bearer hp_…'",
  ];
  if (method === 'POST') lines.push("-H 'idempotency-key: 6f1c…'");
  if (body !== undefined) {
    const value = Object.fromEntries((body.required ?? []).map((name) => [name, '…']));
    lines.push("-H 'content-type: application/json'", `-d '${JSON.stringify(value)}'`);
  }
  return lines.join(' \\\n  ');
}

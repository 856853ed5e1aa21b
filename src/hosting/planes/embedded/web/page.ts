import type { ClosingReason, HostState } from '../../../spec.ts';

/** A text in both languages of the product. */
interface Words {
  readonly zh: string;
  readonly en: string;
}

const reasons: Readonly<Record<number, Words>> = {
  301: { zh: '已移到新地址', en: 'Moved' },
  400: { zh: '请求有误', en: 'Bad request' },
  403: { zh: '禁止访问', en: 'Access denied' },
  404: { zh: '页面不存在', en: 'Page not found' },
  405: { zh: '不支持该请求方法', en: 'Method not allowed' },
  408: { zh: '请求超时', en: 'The request took too long' },
  412: { zh: '前提条件不满足', en: 'Precondition failed' },
  413: { zh: '请求内容过大', en: 'The request is too large' },
  414: { zh: '请求地址过长', en: 'The address is too long' },
  416: { zh: '请求的范围不存在', en: 'No such range' },
  417: { zh: '无法满足 Expect 要求', en: 'Expectation failed' },
  421: { zh: '请求的主机与加密连接不符', en: 'Not the host that this connection is for' },
  431: { zh: '请求头过大', en: 'The request head is too large' },
  500: { zh: '服务器错误', en: 'Server error' },
  501: { zh: '没有这种请求方法', en: 'No such method' },
  502: { zh: '脚本没有给出有效的应答', en: 'The script gave no valid answer' },
  503: { zh: '暂时无法提供服务', en: 'Not available at the moment' },
  504: { zh: '脚本超时', en: 'The script took too long' },
  505: { zh: '不支持该 HTTP 版本', en: 'Not this version of HTTP' },
};

const closings: Readonly<Record<ClosingReason, Words>> = {
  violation: { zh: '本网站因违反事先公布的规则已关闭', en: 'This site is closed for breaking a rule' },
  'over-traffic': { zh: '本网站本月流量已用完', en: 'This site has used up its traffic of the month' },
  expired: { zh: '本网站的服务期限已满', en: 'The term of this site is over' },
};

export function statusPage(status: number): string {
  return page(status, reasons[status] ?? { zh: '出错了', en: 'Something went wrong' }, '');
}

/** The name leads to us, and we host nothing under it. */
export function noHostPage(host: string): string {
  const words = { zh: '此处没有这个主机', en: 'No such host here' };
  return page(404, words, host === '' ? '' : `<p><code>${html(host)}</code></p>`);
}

/** Names the reason and the rule announced beforehand (clauses 2-2.2.5, 2-3.3.3, 2-3.3.4). */
export function closedPage(state: Extract<HostState, { kind: 'closed' }>): string {
  const rule = state.rule === '' ? '' : `<p>依据 / Rule: ${html(state.rule)}</p>`;
  return page(503, closings[state.reason], rule);
}

/** The plan has scripts, and this machine cannot run them: ours to mend, so the reason is told to the operator only. */
export function scriptlessPage(): string {
  const words = { zh: '服务器暂时不能运行脚本', en: 'Scripts cannot be run here at the moment' };
  const hint = '静态文件照常提供，服务商已收到通知。<br>Static files are served; the provider has been told.';
  return page(503, words, `<p>${hint}</p>`);
}

export function welcomePage(name: string): string {
  const words = { zh: '主机已开通', en: 'This host is open' };
  const hint = '请用 FTP 上传您的文件，并替换本页。<br>Upload your files over FTP and replace this page.';
  return page(null, words, `<p><code>${html(name)}</code></p>\n<p>${hint}</p>`);
}

export interface Listed {
  readonly name: string;
  readonly folder: boolean;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** A folder's contents; `path` is decoded and ends with a slash. */
export function folderPage(path: string, entries: readonly Listed[]): string {
  const rows = entries.map(({ name, folder, bytes, modifiedMs }) => {
    const link = `${encodeURIComponent(name)}${folder ? '/' : ''}`;
    const when = new Date(modifiedMs).toISOString().slice(0, 16).replace('T', ' ');
    const size = folder ? '' : String(bytes);
    return `<tr><td><a href="./${link}">${html(name)}${folder ? '/' : ''}</a><td>${when}<td class="n">${size}`;
  });
  const up = path === '/' ? '' : '<tr><td><a href="../">../</a><td><td>';
  const title = html(path);
  return `${top(title)}<h1>${title}</h1>\n<table>\n${up}\n${rows.join('\n')}\n</table>\n`;
}

function page(status: number | null, words: Words, more: string): string {
  const title = `${html(words.zh)} · ${html(words.en)}`;
  const small = status === null ? '' : `<p class="n">${status}</p>\n`;
  return `${top(title)}${small}<h1>${html(words.zh)}</h1>\n<h2 lang="en">${html(words.en)}</h2>\n${more}\n`;
}

function top(title: string): string {
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:12vh auto 0;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;font-weight:400;color:#555}.n{color:#888}td{padding:0 1.5rem 0 0}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}h2{color:#aaa}a{color:#8bf}}</style>
`;
}

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function html(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => marks[mark]!);
}

import type { FtpCode } from '../measure/probes/ftp.ts';
import type { WebCode } from '../measure/probes/web.ts';
import type { Text } from '../terms/words.ts';

/** What a check saw when it failed, in words. A code added to a probe has to be worded here before it compiles. */

type Failure = Exclude<WebCode | FtpCode, 'ok'>;

const failures: Readonly<Record<Failure | 'silent', Text>> = {
  'no-name': { zh: '域名没有地址', en: 'the name has no address' },
  refused: { zh: '连接被拒绝', en: 'connection refused' },
  unreachable: { zh: '网络不可达', en: 'address unreachable' },
  reset: { zh: '连接被中断', en: 'connection broken off' },
  closed: { zh: '未应答就断开', en: 'closed before answering' },
  connection: { zh: '连接出错', en: 'connection fault' },
  timeout: { zh: '应答超时', en: 'no answer in time' },
  'tls-handshake': { zh: '加密连接没有建立', en: 'no secure connection' },
  'tls-name': { zh: '证书与域名不符', en: 'certificate for another name' },
  'tls-expired': { zh: '证书已过期', en: 'certificate expired' },
  'tls-early': { zh: '证书尚未生效', en: 'certificate not valid yet' },
  'tls-untrusted': { zh: '证书不受信任', en: 'certificate not trusted' },
  'not-ours': { zh: '域名没有指向我们', en: 'the name leads elsewhere' },
  'not-http': { zh: '应答不是网页', en: 'not an HTTP answer' },
  'head-too-large': { zh: '应答头过大', en: 'answer head too large' },
  'http-status': { zh: '网站返回错误状态', en: 'the site answered with an error' },
  'redirect-loop': { zh: '循环跳转', en: 'redirects without end' },
  'not-ftp': { zh: '应答不是 FTP', en: 'not an FTP answer' },
  'reply-too-large': { zh: 'FTP 应答过大', en: 'FTP reply too large' },
  unavailable: { zh: 'FTP 暂停服务', en: 'FTP not serving' },
  greeting: { zh: 'FTP 没有正常开场', en: 'no FTP greeting' },
  'tls-refused': { zh: 'FTP 拒绝加密', en: 'FTP refused to encrypt' },
  login: { zh: 'FTP 无法登录', en: 'FTP login refused' },
  passive: { zh: 'FTP 没有给出数据端口', en: 'no FTP data port' },
  'data-address': { zh: 'FTP 数据地址不对', en: 'wrong FTP data address' },
  'data-connection': { zh: 'FTP 数据连接不通', en: 'no FTP data connection' },
  listing: { zh: 'FTP 无法列目录', en: 'FTP listing failed' },
  quit: { zh: 'FTP 没有正常结束', en: 'FTP did not end properly' },
  silent: { zh: '没有应答', en: 'nothing answered' },
};

/** A code in words; one that is not ours (an older record's) stands as it was recorded. */
export function codeWords(code: string): Text {
  return Object.hasOwn(failures, code) ? failures[code as keyof typeof failures] : { zh: code, en: code };
}

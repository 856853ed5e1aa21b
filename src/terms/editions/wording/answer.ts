import type { CauseWords } from './excuse.ts';

/** The causes that answer a report and excuse no time (SEMANTICS §10). */
export const answerWords = {
  'customer-network': {
    name: { zh: '您的网络', en: 'Your connection' },
    explanation: {
      zh: '当时各观测点都能打开站点，而您那边的网络没有连到我们。',
      en: 'The site could be reached from every vantage point, while your network did not reach us.',
    },
    clause: '2-2.2.1',
    advice: {
      zh: '请打开别的网站试试，再换一个网络，例如手机流量；仍然不通，请联系您的网络运营商。',
      en: 'Try another website, then another network, such as your phone’s. If it stays dead, ask your internet provider.',
    },
  },
  'customer-browser': {
    name: { zh: '您的浏览器', en: 'Your browser' },
    explanation: {
      zh: '检查在您的浏览器里没有通过，而从观测点访问正常。',
      en: 'The checks failed in your browser and passed from a vantage point.',
    },
    clause: '2-2.2.2',
    advice: {
      zh: '请用无痕窗口或另一个浏览器打开；如果可以，请清除缓存，停用扩展和代理，并更新浏览器。',
      en: 'Open the site in a private window or another browser. If that works, clear the cache, switch off extensions and proxies, and update the browser.',
    },
  },
  'no-ftp': {
    name: { zh: '型号不含 FTP', en: 'No FTP in the plan' },
    explanation: {
      zh: '这台主机的型号没有 FTP 功能。',
      en: 'The plan of this host has no FTP.',
    },
    clause: '2-3.3.1',
    advice: {
      zh: '需要 FTP 的，请改用含 FTP 的型号；各型号的功能见网站上的方案表。',
      en: 'If you need FTP, move to a plan that has it; the table of plans on the website says which do.',
    },
  },
  'wrong-credentials': {
    name: { zh: '用户名或密码有误', en: 'Wrong user or password' },
    explanation: {
      zh: '服务器收到了登录请求，但用户名或密码不对。',
      en: 'The server was asked for a login, and the user name or the password was wrong.',
    },
    clause: '2-3.3.1',
    advice: {
      zh: '请核对用户名，留意大小写和多余的空格；忘记密码的，请在控制台重设。',
      en: 'Check the user name, capitals and stray spaces. A forgotten password can be set anew in the console.',
    },
  },
  'ftp-client': {
    name: { zh: 'FTP 客户端设置', en: 'The FTP client’s settings' },
    explanation: {
      zh: '服务器的记录显示，登录或传输停在客户端这一侧。',
      en: 'The server’s log shows that the session stopped on the client’s side.',
    },
    clause: '2-3.3.2',
    advice: {
      zh: '请使用被动模式；型号要求加密的，选择“显式 TLS（FTPES）”；并核对地址和端口，确认防火墙没有拦截。',
      en: 'Use passive mode, choose explicit TLS (FTPES) where the plan requires encryption, check address and port, and see that no firewall is in the way.',
    },
  },
  expired: {
    name: { zh: '租用期满', en: 'The term is over' },
    explanation: {
      zh: '销售协议已经期满，尚未续签或付款。',
      en: 'The sales agreement has ended and has not been renewed or paid.',
    },
    clause: '2-3.3.3',
    advice: {
      zh: '请联系销售续签并付款；续签后主机恢复，本协议随之延长，无须重新签署。',
      en: 'Renew with sales and pay. The host then comes back and the quality agreement extends by itself.',
    },
  },
} as const satisfies Readonly<Record<string, CauseWords>>;

import type { Text } from '../../words.ts';
import type { CauseId } from '../words.ts';

export interface LoginWords {
  readonly name: Text;
  readonly explanation: Text;
  /** The cause whose clause and advice belong to it; null when the login needs none or its ending proves none. */
  readonly cause: CauseId | null;
}

/** How an FTP login ended, by the outcome that the server's log names (hosting/login.ts, which ranks below). */
export const loginWords: Readonly<Record<string, LoginWords>> = {
  ok: {
    name: { zh: '已登录', en: 'Logged in' },
    explanation: { zh: '登录成功。', en: 'The login succeeded.' },
    cause: null,
  },
  'wrong-password': {
    name: { zh: '密码有误', en: 'Wrong password' },
    explanation: { zh: '有这个用户名，但密码不对。', en: 'The user exists; the password was wrong.' },
    cause: 'wrong-credentials',
  },
  'unknown-user': {
    name: { zh: '没有此用户', en: 'Unknown user' },
    explanation: { zh: '服务器上没有这个用户名。', en: 'There is no such user on this server.' },
    cause: 'wrong-credentials',
  },
  'no-ftp': {
    name: { zh: '型号不含 FTP', en: 'No FTP in the plan' },
    explanation: { zh: '主机的型号没有 FTP 功能。', en: 'The plan of the host has no FTP.' },
    cause: 'no-ftp',
  },
  closed: {
    name: { zh: '主机已关闭', en: 'Host closed' },
    explanation: {
      zh: '主机依事先公布的规定关闭，FTP 不能登录。',
      en: 'The host is closed under a rule announced beforehand, and its FTP with it.',
    },
    cause: 'violation',
  },
  expired: {
    name: { zh: '租用期满', en: 'Term over' },
    explanation: { zh: '主机的租用期限已满。', en: 'The term of the host is over.' },
    cause: 'expired',
  },
  limited: {
    name: { zh: '超出次数限制', en: 'Held back by a limit' },
    explanation: {
      zh: '同一来源失败的登录或同时的连接太多，请等一分钟再试，并关闭多余的连接。',
      en: 'Too many failed logins or open connections from one source. Wait a minute, and close connections you do not need.',
    },
    cause: null,
  },
  'tls-failed': {
    name: { zh: '加密未建立', en: 'No encryption' },
    explanation: {
      zh: '登录之前没有建立型号要求的加密，或者 TLS 协商没有成功。',
      en: 'The encryption that the plan requires was not there before the login, or the TLS handshake failed.',
    },
    cause: null,
  },
  'server-error': {
    name: { zh: '服务器故障', en: 'Server fault' },
    explanation: {
      zh: '服务器当时不能处理登录，这是我们的问题。',
      en: 'The server could not handle the login. This is ours.',
    },
    cause: 'provider',
  },
  'client-left': {
    name: { zh: '客户端已断开', en: 'Client left' },
    explanation: {
      zh: '登录完成之前，连接已经断开。',
      en: 'The connection ended before the login was complete.',
    },
    cause: null,
  },
};

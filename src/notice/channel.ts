import type { Message } from './message.ts';

/** How handing over a message ended. `said` is the other side's last word, one line. */
export interface Delivery {
  readonly outcome: Outcome;
  readonly said: string;
  /** What the message is found by in the other side's log; null when it was not taken. */
  readonly messageId: string | null;
  /** True: refused for good because of the recipient's address alone (SMTP 5xx to RCPT TO). */
  readonly bounced: boolean;
}

/**
 * `sent`: it is the other side's now. `refused`: it will never be taken (SMTP 5xx to sender, recipient or text).
 * The others may work later: `later` (4xx), `login` (user or password), `insecure` (no TLS, or a certificate
 * that does not hold), `away` (no such host, nobody listens), `slow` (no answer in time).
 */
export const outcomes = ['sent', 'refused', 'later', 'login', 'insecure', 'away', 'slow'] as const;
export type Outcome = (typeof outcomes)[number];

/** A way to reach people. `send` never throws for what the other side did; it resolves within half a minute. */
export interface Channel {
  send(message: Message): Promise<Delivery>;
  /** Breaks off what is under way. */
  close(): void;
}

/** An outcome as the console says it to whoever sets the relay up. */
export function outcomeWords(outcome: Outcome): { readonly zh: string; readonly en: string } {
  return words[outcome];
}

const words: Readonly<Record<Outcome, { readonly zh: string; readonly en: string }>> = {
  sent: {
    zh: '邮件服务器已收下测试邮件，请到收件箱查看。',
    en: 'The relay took the test mail; look into the mailbox.',
  },
  refused: {
    zh: '邮件服务器拒收：请检查发件地址和收件地址。',
    en: 'The relay refuses it: check the sender’s and the recipient’s address.',
  },
  later: {
    zh: '邮件服务器暂时不收，稍后会再试。',
    en: 'The relay takes nothing at the moment; it will be tried again.',
  },
  login: {
    zh: '邮件服务器不接受这个用户名和密码。',
    en: 'The relay does not accept this user and password.',
  },
  insecure: {
    zh: '无法建立可信的加密连接：请检查加密方式、端口和证书。',
    en: 'No trusted encrypted connection: check security, port and certificate.',
  },
  away: {
    zh: '连不上邮件服务器：请检查主机名和端口。',
    en: 'The relay cannot be reached: check host and port.',
  },
  slow: {
    zh: '邮件服务器没有及时回应：请检查加密方式和端口是否相配。',
    en: 'The relay did not answer in time: check that security and port belong together.',
  },
};

import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What waits in the outbox under the topic `letter`; secrets stand sealed (entrance/doors/vault.ts). */
export const letterShape = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['invitation', 'reset']),
    to: z.email().max(254),
    lang: z.enum(['zh', 'en']),
    name: z.string(),
    sealed: z.string(),
    /** From then on the link opens nothing: the letter is not sent any more. */
    until: z.int(),
  }),
  z.strictObject({ kind: z.literal('test'), to: z.email().max(254), lang: z.enum(['zh', 'en']) }),
]);
export type Letter = z.output<typeof letterShape>;

/** One mail, ready to be handed over. Every field is one line but `text`. */
export interface Message {
  readonly id: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
}

/** Of whom and from where a letter is. */
export interface Sender {
  readonly name: { readonly zh: string; readonly en: string };
  readonly address: string;
  /** The console's address, `https://console.example.cn`. */
  readonly origin: string;
}

/** The mailed link's page in the console; the secret is in the fragment, which no server and no log sees. */
export function linkOf(kind: 'invitation' | 'reset' | 'setup', origin: string, secret: string): string {
  return `${origin}/console/${kind}#${secret}`;
}

/**
 * The letter as a mail. `key` names it in the outbox: the same letter has the same Message-ID however often it is
 * handed over. `secret` is what was sealed.
 */
export function render(letter: Letter, key: string, sender: Sender, secret: string): Message {
  const { lang, to, kind } = letter;
  const provider = oneLine(sender.name[lang]);
  const name = kind === 'test' ? '' : oneLine(letter.name);
  const link = kind === 'test' ? sender.origin : linkOf(kind, sender.origin, secret);
  const [subject, lines] = texts[kind][lang]({ provider, name, link });
  return {
    id: messageId(key, sender.address),
    from: { name: provider, address: sender.address },
    to: { name, address: to },
    subject,
    text: `${lines.join('\n')}\n\n-- \n${provider}\n${sender.origin}\n`,
  };
}

interface Fill {
  readonly provider: string;
  readonly name: string;
  readonly link: string;
}
type Text = (fill: Fill) => readonly [subject: string, lines: readonly string[]];

const texts: Readonly<Record<Letter['kind'], Readonly<Record<'zh' | 'en', Text>>>> = {
  invitation: {
    zh: ({ provider, name, link }) => [
      `${provider}邀请您使用主机管理控制台`,
      [
        `${name}，您好！`,
        '',
        `${provider}邀请您使用主机管理控制台。请打开下面的链接，设置您的密码：`,
        '',
        link,
        '',
        '链接 7 天内有效，只能使用一次。如果您没有料到这封邮件，请不要理会。',
      ],
    ],
    en: ({ provider, name, link }) => [
      `${provider} invites you to its hosting console`,
      [
        `Dear ${name},`,
        '',
        `${provider} invites you to its hosting console. Open this link and choose your password:`,
        '',
        link,
        '',
        'The link works once, within seven days. If you did not expect this mail, leave it alone.',
      ],
    ],
  },
  reset: {
    zh: ({ provider, name, link }) => [
      `重新设置您在${provider}的密码`,
      [
        `${name}，您好！`,
        '',
        '有人（希望是您本人）要求重新设置您的密码。请打开下面的链接：',
        '',
        link,
        '',
        '链接 1 小时内有效，只能使用一次。重新设置后，所有已登录的设备都要重新登录。',
        '如果不是您本人要求的，请不要理会：您的密码没有变。',
      ],
    ],
    en: ({ provider, name, link }) => [
      `Choose a new password at ${provider}`,
      [
        `Dear ${name},`,
        '',
        'Somebody, hopefully you, asked for a new password. Open this link:',
        '',
        link,
        '',
        'The link works once, within an hour. Afterwards every device has to sign in again.',
        'If it was not you, leave it alone: your password has not changed.',
      ],
    ],
  },
  test: {
    zh: ({ provider }) => [`${provider}：测试邮件`, ['这是一封测试邮件：邮件服务器设置有效。']],
    en: ({ provider }) => [`${provider}: test mail`, ['This is a test mail: the relay’s settings work.']],
  },
};

/** What a person wrote, as one line of a header or a greeting: no line ends, no other control character. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function messageId(key: string, address: string): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `<${digest}@${address.slice(address.lastIndexOf('@') + 1)}>`;
}

import { offsetAt } from '../calendar/zone.ts';
import { moneyWords } from '../terms/words.ts';
import type { Letter } from './message.ts';

/** What letters say, in both languages (docs/look.md, Words). */

/** What a letter is filled with besides what stands in it. */
export interface Fill {
  readonly provider: string;
  readonly name: string;
  /** A link or a page of the console. */
  readonly link: string;
  /** What was sealed: a code. */
  readonly secret: string;
}
type Text<Kind extends Letter['kind']> = (
  fill: Fill,
  letter: Extract<Letter, { kind: Kind }>,
) => readonly [subject: string, lines: readonly string[]];

type Lang = 'zh' | 'en';
type Texts = { readonly [Kind in Letter['kind']]: Readonly<Record<Lang, Text<Kind>>> };

export function words(letter: Letter, fill: Fill): readonly [subject: string, lines: readonly string[]] {
  // One text of one kind takes the letters of that kind: the compiler cannot follow the pair through the union.
  const text = texts[letter.kind][letter.lang] as Text<Letter['kind']>;
  return text(fill, letter);
}

/** `2026-09-01 00:00 (Asia/Shanghai)`. */
function moment(at: number, zone: string, lang: Lang): string {
  const local = new Date(at + offsetAt(zone, at)).toISOString().slice(0, 16).replace('T', ' ');
  return lang === 'zh' ? `${local}（${zone}）` : `${local} (${zone})`;
}

/** `1234 5678` is read out and typed more surely than eight digits in a row. */
function spaced(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

const texts: Texts = {
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
  code: {
    zh: ({ provider, name, secret }) => [
      `${provider}：您的验证码`,
      [
        `${name}，您好！`,
        '',
        `这个邮箱登记为${provider}客户的联系方式。验证码是：`,
        '',
        spaced(secret),
        '',
        '验证码 30 分钟内有效，只能使用一次。请在控制台的“联系方式”页面输入。',
        '如果您没有料到这封邮件，请不要理会，也不要把验证码告诉别人。',
      ],
    ],
    en: ({ provider, name, secret }) => [
      `${provider}: your code`,
      [
        `Dear ${name},`,
        '',
        `This address was given to ${provider} as a customer’s contact. The code is:`,
        '',
        spaced(secret),
        '',
        'It works once, within 30 minutes: type it in on the console’s page “Contacts”.',
        'If you did not expect this mail, leave it alone and tell nobody the code.',
      ],
    ],
  },
  reverify: {
    zh: ({ provider, name, link }, { lapses, zone }) => [
      `${provider}：请重新验证您的联系邮箱`,
      [
        `${name}，您好！`,
        '',
        `联系方式每半年验证一次。这个邮箱的验证到 ${moment(lapses, zone, 'zh')}为止，之后不再向这里发送通知。`,
        '请登录控制台，在“联系方式”页面索取新的验证码：',
        '',
        link,
      ],
    ],
    en: ({ provider, name, link }, { lapses, zone }) => [
      `${provider}: please verify your address again`,
      [
        `Dear ${name},`,
        '',
        `Contacts are verified every half year. This address is verified until ${moment(lapses, zone, 'en')};`,
        'after that no notices are sent here. Sign in to the console and ask for a new code on the page “Contacts”:',
        '',
        link,
      ],
    ],
  },
  renewal: {
    zh: ({ provider, name, link }, { domain, host, days, zone, ...when }) => [
      days > 0 ? `${domain} 的主机服务还有 ${days} 天到期` : `${domain} 的主机服务已到期`,
      [
        `${name}，您好！`,
        '',
        `您在${provider}的虚拟主机 ${domain}（${host}）的服务期到 ${moment(when.ends, zone, 'zh')}为止。`,
        `如果没有续签并付款，主机将在 ${moment(when.stops, zone, 'zh')}停止服务，`,
        `数据保留到 ${moment(when.releases, zone, 'zh')}，之后主机释放，数据删除。保留期内续签并付款，主机即恢复。`,
        '',
        `续签请与我们的销售人员联系，或登录控制台：${link}`,
      ],
    ],
    en: ({ provider, name, link }, { domain, host, days, zone, ...when }) => [
      days > 0 ? `${domain}: hosting ends in ${days} days` : `${domain}: hosting has come to its end`,
      [
        `Dear ${name},`,
        '',
        `The term of your virtual host ${domain} (${host}) at ${provider} ends at ${moment(when.ends, zone, 'en')}.`,
        `Unless it is renewed and paid, the host stops at ${moment(when.stops, zone, 'en')}.`,
        `Its data is kept until ${moment(when.releases, zone, 'en')}; then the host is released and the data deleted.`,
        'Renewed and paid before that, the host serves again.',
        '',
        `To renew, call our sales staff or sign in to the console: ${link}`,
      ],
    ],
  },
  month: {
    zh: ({ provider, name, link }, { month, lines, more, zone }) => [
      `${provider}：${month} 服务质量月度结算`,
      [
        `${name}，您好！`,
        '',
        `您在${provider}的服务质量协议 ${month} 月已结算：`,
        '',
        ...lines.map(({ agreement, amount, currency, dueAt }) => {
          const state = dueAt === null ? '已入账' : `草稿，${moment(dueAt, zone, 'zh')}起自动入账`;
          return `${agreement}　赔偿 ${moneyWords(amount, currency, 'zh')}　${amount === 0 ? '各项承诺均已守住' : state}`;
        }),
        ...(more === 0 ? [] : [`另有 ${more} 份，请在控制台查看。`]),
        '',
        `每一段不达标的时间、赔偿的算法和案卷都在控制台：${link}`,
      ],
    ],
    en: ({ provider, name, link }, { month, lines, more, zone }) => [
      `${provider}: statement of service quality for ${month}`,
      [
        `Dear ${name},`,
        '',
        `The month ${month} of your quality agreements at ${provider} was judged:`,
        '',
        ...lines.map(({ agreement, amount, currency, dueAt }) => {
          const state =
            dueAt === null ? 'posted' : `a draft, posted by itself from ${moment(dueAt, zone, 'en')}`;
          return `${agreement}  compensation ${moneyWords(amount, currency, 'en')}, ${amount === 0 ? 'every promise was kept' : state}`;
        }),
        ...(more === 0 ? [] : [`${more} more are in the console.`]),
        '',
        `Every deficient stretch, the arithmetic and the case files are in the console: ${link}`,
      ],
    ],
  },
};

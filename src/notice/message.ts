import { createHash } from 'node:crypto';
import { z } from 'zod';
import { words } from './wording.ts';

const to = z.email().max(254);
const lang = z.enum(['zh', 'en']);
const name = z.string();
const zone = z.string();

/** What waits in the outbox under the topic `letter`; secrets stand sealed (entrance/doors/vault.ts). */
export const letterShape = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['invitation', 'reset', 'code']),
    to,
    lang,
    name,
    sealed: z.string(),
    /** From then on the link or code opens nothing: the letter is not sent any more. */
    until: z.int(),
  }),
  z.strictObject({ kind: z.literal('test'), to, lang }),
  /** A verified address is asked to prove itself again before `lapses`. */
  z.strictObject({ kind: z.literal('reverify'), to, lang, name, lapses: z.int(), until: z.int(), zone }),
  /** A term ends, or has ended (`days` 0): what happens when it is not renewed. */
  z.strictObject({
    kind: z.literal('renewal'),
    to,
    lang,
    name,
    host: z.string(),
    domain: z.string(),
    days: z.int().min(0),
    ends: z.int(),
    stops: z.int(),
    releases: z.int(),
    until: z.int(),
    zone,
  }),
  /** What a month came to, all agreements of a customer in one letter. */
  z.strictObject({
    kind: z.literal('month'),
    to,
    lang,
    name,
    month: z.string(),
    lines: z.array(
      z.strictObject({
        agreement: z.string(),
        /** Minor units. */
        amount: z.int(),
        currency: z.string(),
        /** From when on it is posted by itself; null: it is posted. */
        dueAt: z.int().nullable(),
      }),
    ),
    /** How many agreements there are beyond those. */
    more: z.int().min(0),
    until: z.int(),
    zone,
  }),
]);
export type Letter = z.output<typeof letterShape>;
export const letterKinds = [
  'invitation',
  'reset',
  'test',
  'code',
  'reverify',
  'renewal',
  'month',
] as const satisfies readonly Letter['kind'][];

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
  const opens = kind === 'invitation' || kind === 'reset';
  const link = opens ? linkOf(kind, sender.origin, secret) : `${sender.origin}${pages[kind]}`;
  const [subject, lines] = words(letter, { provider, name, link, secret: opens ? '' : secret });
  return {
    id: messageId(key, sender.address),
    from: { name: provider, address: sender.address },
    to: { name, address: to },
    subject,
    text: `${lines.join('\n')}\n\n-- \n${provider}\n${sender.origin}\n`,
  };
}

/** The console's page that a letter without a secret link names. */
const pages = {
  test: '',
  code: '',
  reverify: '/console/contacts',
  renewal: '/console',
  month: '/console/statements',
} as const;

/** What a person wrote, as one line of a header or a greeting: no line ends, no other control character. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function messageId(key: string, address: string): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `<${digest}@${address.slice(address.lastIndexOf('@') + 1)}>`;
}

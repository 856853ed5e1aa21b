import { z } from 'zod';

/**
 * The people at a customer's and how each is reached (clause 2-1.2). A contact is verified before anything is sent
 * to it, and loses that by a bounce, by another value and after half a year.
 */

const dayMs = 86_400_000;
/** How long a verification holds. */
export const holdsMs = 180 * dayMs;
/** So long before its end the contact is asked to prove itself again. */
export const askAgainMs = 14 * dayMs;

/** A code that was sent: how long it serves and how often it may be tried. */
export const codeMs = 30 * 60_000;
export const codeTries = 5;
/** Codes within an hour: to one contact, and for all contacts of a customer. */
export const codesHourly = { contact: 4, customer: 12 } as const;
/** People of a customer, and contacts of one of them. */
export const most = { persons: 30, contacts: 10 } as const;

export const personShape = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** What they are there: buyer, webmaster. */
  title: z.string().trim().max(100).default(''),
  lang: z.enum(['zh', 'en']).default('zh').describe('the language in which they are written to'),
});
export type NewPerson = z.output<typeof personShape>;

export const channels = ['email', 'phone', 'webhook'] as const;
export type Channel = (typeof channels)[number];

const email = z
  .email()
  .max(254)
  .transform((text) => text.toLowerCase());

/** E.164: a plus, the country code, at most 15 digits; spaces, hyphens and brackets are left out. */
const phone = z
  .string()
  .max(40)
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number with its country code, such as +86 551 5550101'));

/** An address of the customer's own on the web: HTTPS, by a name, without a login in it. */
const webhook = z
  .string()
  .max(500)
  .transform((text, ctx): string => {
    const url = URL.parse(text.trim());
    const named = url !== null && /^(?=.{1,253}$)(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]*$/.test(url.hostname);
    if (named && url.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '')
      return url.href;
    ctx.addIssue('an https:// address with a domain name, such as https://www.example.com/notices');
    return z.NEVER;
  });

export const contactShape = z.discriminatedUnion('channel', [
  z.strictObject({ channel: z.literal('email'), value: email }),
  z.strictObject({ channel: z.literal('phone'), value: phone }),
  z.strictObject({ channel: z.literal('webhook'), value: webhook }),
]);
export type NewContact = z.output<typeof contactShape>;

/** The instants from which a contact's standing follows; null: has not happened, or no longer counts. */
export interface Marks {
  readonly createdAt: number;
  readonly verifiedAt: number | null;
  readonly bouncedAt: number | null;
  readonly removedAt: number | null;
}

export const standings = ['unverified', 'verified', 'lapsed', 'bounced', 'removed'] as const;

export interface Standing {
  readonly state: (typeof standings)[number];
  readonly since: number;
  /** Until when a verification holds; null when there is none. */
  readonly until: number | null;
}

/** Only `verified` is sent to. */
export function standingOf({ createdAt, verifiedAt, bouncedAt, removedAt }: Marks, now: number): Standing {
  if (removedAt !== null) return { state: 'removed', since: removedAt, until: null };
  if (bouncedAt !== null) return { state: 'bounced', since: bouncedAt, until: null };
  if (verifiedAt === null) return { state: 'unverified', since: createdAt, until: null };
  const until = verifiedAt + holdsMs;
  return now < until
    ? { state: 'verified', since: verifiedAt, until }
    : { state: 'lapsed', since: until, until };
}

/** What happened to a customer's people and contacts. */
export const contactActs = [
  'person-added',
  'person-changed',
  'person-removed',
  'added',
  'changed',
  'removed',
  'code-sent',
  'verified',
  'reminded',
  'bounced',
] as const;
export type ContactAct = (typeof contactActs)[number];

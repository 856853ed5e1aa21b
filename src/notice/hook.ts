import { createHmac } from 'node:crypto';
import { z } from 'zod';

/** What waits in the outbox under the topic `hook`: something to be posted to a customer's webhook. */
export const hookShape = z.strictObject({
  contact: z.string(),
  url: z.string(),
  /** The contact's secret, sealed. */
  sealed: z.string(),
  /** What happened; of which kind is in it. */
  event: z.looseObject({ kind: z.enum(['renewal', 'month']) }),
  /** From then on it says nothing any more. */
  until: z.int(),
});
export type HookLetter = z.output<typeof hookShape>;

/** The text that is posted: what happened, to whom, and under which name, so that a repetition is known as one. */
export function hookText(key: string, { contact, event }: HookLetter, at: number): string {
  return JSON.stringify({ id: key, contact, at: new Date(at).toISOString(), event });
}

/** The text that a webhook has to answer with its `challenge`. */
export function challengeText(contact: string, challenge: string, at: number): string {
  return JSON.stringify({ contact, at: new Date(at).toISOString(), event: { kind: 'challenge', challenge } });
}

/** True when an answer gives the challenge back: as JSON (`{"challenge": …}`) or as nothing but its text. */
export function answersChallenge(body: string, challenge: string): boolean {
  if (body.trim() === challenge) return true;
  try {
    const read: unknown = JSON.parse(body);
    return typeof read === 'object' && read !== null && Reflect.get(read, 'challenge') === challenge;
  } catch {
    return false;
  }
}

/**
 * The headers by which the webhook's owner knows that it is ours and of now: HMAC-SHA-256 under the contact's secret
 * over the time (epoch seconds), a full stop and the body.
 */
export function signedHeaders(secret: string, text: string, at: number): Readonly<Record<string, string>> {
  const time = Math.floor(at / 1000);
  const mac = createHmac('sha256', secret).update(`${time}.${text}`).digest('hex');
  return { 'content-type': 'application/json', 'hostpledge-signature': `t=${time},v1=${mac}` };
}

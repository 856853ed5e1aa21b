import { z } from 'zod';
import { loginOutcomes } from '../hosting/login.ts';

/**
 * What senders tell the centre. Each message carries its sender's spool and sequence, so that telling it
 * again changes nothing; a prober's words are text that its key signed.
 */

const at = z.int().min(0);
const name = z.string().min(1).max(300);

const certificate = z.strictObject({
  subject: z.string().max(1000),
  issuer: z.string().max(1000),
  from: z.int(),
  to: z.int(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  trusted: z.boolean(),
});

export const readingShape = z.strictObject({
  check: name,
  target: name,
  at,
  result: z.enum(['pass', 'fail']),
  code: z.string().min(1).max(60),
  detail: z.string().max(2000),
  peer: z.string().max(200).nullable(),
  phases: z.record(z.string().max(40), z.number()),
  tookMs: z.number(),
  status: z.int().nullable(),
  certificate: certificate.nullable(),
  redirects: z.array(z.string().max(4096)).max(10),
});

const observation = z.strictObject({
  id: name,
  check: name,
  at,
  result: z.enum(['pass', 'fail']),
  reading: readingShape,
});

const onGrid = 'rounds begin at multiples of their interval on the epoch';

export const roundShape = z
  .strictObject({
    round: at,
    intervalMs: z.int().min(1000).max(3_600_000),
    version: z.int().min(0),
    targets: z.int().min(0),
    missed: z.array(name),
    turns: z.array(observation),
  })
  .refine((r) => r.round % r.intervalMs === 0, { path: ['round'], error: onGrid });

/** Rounds in which nothing turned and nothing was missed, told together: `[first, last]` every `intervalMs`. */
export const quietShape = z
  .strictObject({
    first: at,
    last: at,
    intervalMs: z.int().min(1000).max(3_600_000),
    version: z.int().min(0),
    targets: z.int().min(0),
  })
  .refine((q) => q.first % q.intervalMs === 0, { path: ['first'], error: onGrid })
  .refine((q) => q.last >= q.first && (q.last - q.first) % q.intervalMs === 0, {
    path: ['last'],
    error: 'whole intervals after first',
  });

export const turnsShape = z.strictObject({ turns: z.array(observation) });

/** `spool` names the sender's spool folder: a new one begins again at sequence 1. */
const letter = {
  spool: z.string().regex(/^[\w-]{1,64}$/),
  seq: z.int().min(1),
};

/** `text` is JSON of the shape that `kind` names; `signature` is Ed25519 over its bytes, base64. */
export const signedShape = z.strictObject({
  ...letter,
  kind: z.enum(['round', 'turns', 'quiet']),
  text: z.string().max(16_000_000),
  signature: z.string().max(200),
});

export const deathShape = z.strictObject({ ...letter, from: at, to: at });

export const minutesShape = z.strictObject({
  ...letter,
  minutes: z
    .array(z.strictObject({ minute: at.multipleOf(60_000), part: z.int().min(0), packed: z.base64() }))
    .max(2000),
});

export const loginsShape = z.strictObject({
  ...letter,
  file: z.string().max(100),
  logins: z
    .array(
      z.strictObject({
        offset: at,
        at,
        host: name,
        account: z.string().max(600),
        client: z.string().max(100),
        tls: z.boolean(),
        outcome: z.enum(loginOutcomes),
        tookMs: z.int().min(0),
        reply: z.string().max(2100),
      }),
    )
    .max(2000),
});

/** How far a sender's clock may run ahead before its word is refused. */
export const skewMs = 300_000;

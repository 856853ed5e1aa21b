import { z } from 'zod';
import { loginOutcomes } from '../hosting/login.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../refusal.ts';
import { foreign, keepable } from '../terms/value.ts';
import type { ToldRounds } from './receipt.ts';

/**
 * What senders tell the centre. Each message carries its sender's spool and sequence, so that telling it
 * again changes nothing; a prober's words are text that its key signed.
 */

const at = z.int().min(0);
/** Where the database keeps 32 bits. */
const small = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const text = (most: number) => keepable.max(most);
const name = text(300).min(1);

const certificate = z.strictObject({
  subject: foreign(1000),
  issuer: foreign(1000),
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
  code: text(60).min(1),
  detail: foreign(2000),
  peer: foreign(200).nullable(),
  phases: z.record(text(40), z.number()),
  tookMs: z.number(),
  status: z.int().nullable(),
  certificate: certificate.nullable(),
  redirects: z.array(foreign(4096)).max(10),
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
    version: small,
    targets: small,
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
    version: small,
    targets: small,
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
    .array(z.strictObject({ minute: at.multipleOf(60_000), part: small, packed: z.base64() }))
    .max(2000),
});

export const loginsShape = z.strictObject({
  ...letter,
  file: text(100),
  logins: z
    .array(
      z.strictObject({
        offset: at,
        at,
        host: name,
        account: foreign(600),
        client: foreign(100),
        tls: z.boolean(),
        outcome: z.enum(loginOutcomes),
        tookMs: small,
        reply: foreign(2100),
      }),
    )
    .max(2000),
});

/** How far a sender's clock may run ahead before its word is refused. */
export const skewMs = 300_000;

type Signed = z.output<typeof signedShape>;

/** A message as its shape says, or the refusal that names the first fault. */
export function read<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> | Refusal {
  const parsed = shape.safeParse(body);
  return parsed.success ? parsed.data : refuseShape('message-invalid', parsed.error);
}

/** What a prober said, whatever its kind: rounds with their receipt, what was missed in them, what turned. */
export interface Said {
  readonly rounds: ToldRounds | null;
  readonly missed: readonly string[];
  readonly turns: z.output<typeof turnsShape>['turns'];
}

/** Faults of the signed text are named from `text` on: `text.turns[0].at`. */
export function readSaid(kind: Signed['kind'], text: string): Said | Refusal {
  const json = parseJson(text);
  if (json === undefined) return refuse('message-invalid', 'text', 'JSON');
  const told = saidOf(kind, json);
  if (!isRefusal(told)) return told;
  return { ...told, path: told.path === '' ? 'text' : `text.${told.path}` };
}

function saidOf(kind: Signed['kind'], json: unknown): Said | Refusal {
  if (kind === 'quiet') {
    const quiet = read(quietShape, json);
    return isRefusal(quiet) ? quiet : { rounds: quiet, missed: [], turns: [] };
  }
  if (kind === 'turns') {
    const told = read(turnsShape, json);
    return isRefusal(told) ? told : { rounds: null, missed: [], turns: told.turns };
  }
  const told = read(roundShape, json);
  if (isRefusal(told)) return told;
  const { round, intervalMs, version, targets, missed, turns } = told;
  return { rounds: { first: round, last: round, intervalMs, version, targets }, missed, turns };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

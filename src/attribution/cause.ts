import { z } from 'zod';
import { type Refusal, refuse } from '../refusal.ts';

/**
 * The causes that excuse time, each with the proof of its own kind that must exist (SEMANTICS §10). Without
 * proof a stretch is the provider's. To add one: a row here, its words in terms/editions/wording/.
 */

const who = z.strictObject({ name: z.string().min(1), at: z.int() });

const proofs = {
  /** Two independent resolvers answer with something that is not ours (or nothing), the zone is not served by us, the host answers by address. */
  'customer-dns': z.strictObject({
    resolvers: z.array(z.strictObject({ address: z.string().min(1), answer: z.array(z.string()) })).min(2),
    ours: z.array(z.string()).min(1),
    nameServers: z.array(z.string()),
    byAddress: z.literal('pass'),
  }),
  'customer-settings': z.strictObject({
    byAddress: z.literal('fail'),
    neighbour: z.strictObject({ host: z.string(), result: z.literal('pass') }),
    /** The recorded change, or the error that only the host's own files can cause. */
    change: z.string().min(1),
    curedAt: z.int().nullable(),
  }),
  violation: z.strictObject({
    facts: z.array(z.int()).min(1),
    rule: z.string().min(1),
    actor: z.string().min(1),
  }),
  attack: z.strictObject({
    requestsPerMinute: z.number().positive(),
    baselinePerMinute: z.number().min(0),
    clients: z.int().min(1),
    busiestShare: z.number().min(0).max(1),
  }),
  'over-traffic': z.strictObject({
    allowanceBytes: z.int().min(0),
    countedBytes: z.int().min(0),
    passedAt: z.int(),
  }),
  'customer-code': z.strictObject({
    script: z.string().min(1),
    slowestMs: z.number().min(0),
    referenceMs: z.number().min(0),
    limitMs: z.number().positive(),
  }),
  agreed: z.strictObject({ provider: who, customer: who, reason: z.string().min(1) }),
} as const;

export type CauseKind = keyof typeof proofs;
type Proof<K extends CauseKind> = z.output<(typeof proofs)[K]>;
export const causeKinds = Object.keys(proofs) as readonly CauseKind[];

export interface NewCause {
  /** The same cause told twice (by id) stands once. */
  readonly id: string;
  readonly host: string;
  readonly cause: string;
  /** Empty: all checks. */
  readonly checks: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly proof: unknown;
  readonly actor: string;
}

/** Refuses a cause without proof of its kind, or whose proof does not say what it must. */
export function admitCause(next: NewCause): Refusal | null {
  const kind = causeKinds.find((name) => name === next.cause);
  if (kind === undefined) return refuse('cause-unknown', 'cause', `one of ${causeKinds.join(', ')}`);
  if (next.to <= next.from) return refuse('interval-empty', 'to', 'a stretch ends after it begins');
  const parsed = proofs[kind].safeParse(next.proof);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return refuse('proof-missing', `proof.${issue.path.join('.')}`, issue.message);
  }
  return contradiction(next, parsed.data);
}

/** What the figures of a proof must say beyond being there. */
function contradiction(next: NewCause, proof: object): Refusal | null {
  const no = (field: string, rule: string): Refusal => refuse('proof-contradicts', `proof.${field}`, rule);
  if (next.cause === 'customer-dns') {
    const { resolvers, ours } = proof as Proof<'customer-dns'>;
    const reaching = resolvers.find((r) => r.answer.some((address) => ours.includes(address)));
    if (reaching !== undefined) return no('resolvers', `${reaching.address} answers with our address`);
    const asked = new Set(resolvers.map((r) => r.address));
    if (asked.size < resolvers.length) return no('resolvers', 'one resolver asked twice is not two');
  }
  if (next.cause === 'over-traffic') {
    const { allowanceBytes, countedBytes, passedAt } = proof as Proof<'over-traffic'>;
    if (countedBytes <= allowanceBytes) return no('countedBytes', 'the allowance was not passed');
    if (passedAt > next.from) return no('passedAt', 'the allowance was passed only after the stretch began');
  }
  if (next.cause === 'customer-code') {
    const { slowestMs, referenceMs, limitMs } = proof as Proof<'customer-code'>;
    if (slowestMs <= limitMs) return no('slowestMs', 'the script was not slow');
    if (referenceMs >= limitMs)
      return no('referenceMs', 'the reference script was slow itself: the platform is');
  }
  if (next.cause === 'attack') {
    const { requestsPerMinute, baselinePerMinute } = proof as Proof<'attack'>;
    if (requestsPerMinute <= baselinePerMinute) return no('requestsPerMinute', 'not above the own baseline');
  }
  return null;
}

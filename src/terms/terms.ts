import { z } from 'zod';
import type { Working } from '../calendar/working.ts';
import type { Fraction } from '../money/fraction.ts';
import { decimal, duration, share, text, workingShape } from './value.ts';

/**
 * The agreement as data: `hostpledge/terms@1` (SEMANTICS §8). Parsing gives milliseconds and exact fractions,
 * so nothing below reads text again. Unknown keys are refused everywhere.
 */

const availability = z
  .strictObject({
    kind: z.literal('availability'),
    atLeast: share.optional(),
    above: share.optional(),
    counts: z.enum(['all', 'excess']).default('all'),
  })
  .transform((o, ctx): Availability => {
    const bound = o.atLeast ?? o.above;
    if (bound === undefined || (o.atLeast !== undefined && o.above !== undefined)) {
      ctx.addIssue('exactly one of atLeast and above');
      return z.NEVER;
    }
    return { kind: o.kind, bound, strictly: o.above !== undefined, counts: o.counts };
  });

const ceiling = z
  .strictObject({
    kind: z.literal('ceiling'),
    limit: duration,
    statistic: text,
    window: duration.refine((ms) => ms > 0, 'a window lasts longer than nothing'),
  })
  .transform(
    (o): Ceiling => ({ kind: o.kind, limitMs: o.limit, statistic: o.statistic, windowMs: o.window }),
  );

const workingHours = z
  .strictObject({ workingHours: decimal })
  .transform((w): Within => ({ kind: 'working', ms: milliseconds(w.workingHours) }));
const elapsed = duration.transform((ms): Within => ({ kind: 'elapsed', ms }));

/** Text is elapsed time, an object working time; not a union, which would only say that neither fits. */
const within = z.unknown().transform((value, ctx): Within => {
  const parsed = (typeof value === 'string' ? elapsed : workingHours).safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    ctx.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
  }
  return z.NEVER;
});

const deadline = z
  .strictObject({ kind: z.literal('deadline'), within })
  .transform((o): Deadline => ({ kind: o.kind, within: o.within }));

/** At most three decimals of an hour are always whole milliseconds. */
function milliseconds(hours: Fraction): number {
  return Number((hours.numerator * 3_600_000n) / hours.denominator);
}

const objective = z.discriminatedUnion('kind', [availability, ceiling, deadline]);

const quorum = z.union([z.enum(['majority', 'any', 'all']), z.int().min(1)]);

const guarantee = z
  .strictObject({
    id: text,
    clause: text,
    check: text.optional(),
    objective,
    hold: duration.optional(),
    quorum: quorum.default('majority'),
    floor: z.int().min(1).default(1),
    bridge: duration.default(3_600_000),
    coverage: share.default({ numerator: 95n, denominator: 100n }),
    exclusions: z.array(text).default([]),
  })
  .transform((g, ctx): Guarantee => {
    const isDeadline = g.objective.kind === 'deadline';
    if (isDeadline && g.check !== undefined) {
      ctx.addIssue({ code: 'custom', path: ['check'], message: 'a deadline has no check' });
    }
    if (!isDeadline && g.check === undefined) {
      ctx.addIssue({ code: 'custom', path: ['check'], message: 'required: what is observed' });
    }
    if (g.objective.kind === 'availability' && g.hold === undefined) {
      ctx.addIssue({
        code: 'custom',
        path: ['hold'],
        message: 'required: how long an observation says what is so',
      });
    }
    return {
      id: g.id,
      clause: g.clause,
      check: g.check ?? null,
      objective: g.objective,
      holdMs: g.hold ?? 0,
      quorum: g.quorum,
      floor: g.floor,
      bridgeMs: g.bridge,
      coverage: g.coverage,
      exclusions: g.exclusions,
    };
  });

export const termsShape = z
  .strictObject({
    format: z.literal('hostpledge/terms@1'),
    id: text,
    edition: text,
    remedy: z.strictObject({
      kind: z.literal('fee-multiple'),
      factor: decimal.default({ numerator: 2n, denominator: 1n }),
    }),
    working: workingShape,
    guarantees: z.array(guarantee),
  })
  .superRefine((terms, ctx) => {
    const seen = new Set<string>();
    terms.guarantees.forEach((g, i) => {
      if (seen.has(g.id)) {
        ctx.addIssue({ code: 'custom', path: ['guarantees', i, 'id'], message: `"${g.id}" is used twice` });
      }
      seen.add(g.id);
    });
  })
  .transform(
    (t): Terms => ({
      id: t.id,
      edition: t.edition,
      factor: t.remedy.factor,
      working: t.working,
      guarantees: t.guarantees,
    }),
  );

/** Terms that were read before, by their text: a provider's agreements share a few, and reading costs a millisecond. */
const known = new Map<string, Terms>();
const mostKnown = 100;

/** Terms read once are not read again; null: they are not what terms are. */
export function knownTerms(value: unknown): Terms | null {
  const text = textOf(value);
  if (text === null) return null;
  const before = known.get(text);
  if (before !== undefined) return before;
  const parsed = termsShape.safeParse(value);
  if (!parsed.success) return null;
  if (known.size >= mostKnown) known.clear();
  known.set(text, parsed.data);
  return parsed.data;
}

/** Null for what is nested deeper than it can be written again: the shape refuses it by its first level. */
function textOf(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export interface Terms {
  readonly id: string;
  readonly edition: string;
  /** Clause 3-1: how many times the fee of the deficient time is paid. */
  readonly factor: Fraction;
  readonly working: Working;
  readonly guarantees: readonly Guarantee[];
}

export interface Guarantee {
  readonly id: string;
  readonly clause: string;
  /** Null for deadlines. */
  readonly check: string | null;
  readonly objective: Objective;
  readonly holdMs: number;
  readonly quorum: Quorum;
  readonly floor: number;
  readonly bridgeMs: number;
  readonly coverage: Fraction;
  readonly exclusions: readonly string[];
}

export type Quorum = 'majority' | 'any' | 'all' | number;
export type Objective = Availability | Ceiling | Deadline;

/** `strictly`: the share must be above the bound (clause 2-3.1), not merely reach it (2-2.1). */
export interface Availability {
  readonly kind: 'availability';
  readonly bound: Fraction;
  readonly strictly: boolean;
  readonly counts: 'all' | 'excess';
}

export interface Ceiling {
  readonly kind: 'ceiling';
  readonly limitMs: number;
  readonly statistic: string;
  readonly windowMs: number;
}

export interface Deadline {
  readonly kind: 'deadline';
  readonly within: Within;
}

export type Within = { readonly kind: 'elapsed' | 'working'; readonly ms: number };

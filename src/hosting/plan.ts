import { z } from 'zod';
import { isTwoDecimalCurrency } from '../money/amount.ts';
import { type Refusal, refuse } from '../refusal.ts';

/** What a plan version promises to do (clause 2-1.1): the model that the customer gets is the one published. */
export const functionsShape = z.strictObject({
  spaceMb: z.int().min(1).max(1_000_000),
  trafficGb: z.int().min(1).max(1_000_000),
  domains: z.int().min(1).max(1000),
  /** Null: the plan has no FTP (clause 2-3.3.1). */
  ftp: z
    .strictObject({ accounts: z.int().min(1).max(100), tls: z.enum(['optional', 'required']) })
    .nullable(),
  /** Null: no scripts. */
  php: z
    .string()
    .regex(/^\d\.\d$/)
    .nullable(),
  tls: z.boolean(),
});
export type PlanFunctions = z.output<typeof functionsShape>;

const bilingual = z.strictObject({ zh: z.string().min(1).max(500), en: z.string().min(1).max(500) });

export const planShape = z.strictObject({
  plan: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/, 'lower-case letters, digits and hyphens'),
  name: bilingual,
  functions: functionsShape,
  /** Minor units for the whole term. */
  price: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  currency: z.string().refine(isTwoDecimalCurrency, 'an ISO 4217 currency with two decimals'),
  termMonths: z.int().min(1).max(120),
  stage: z.enum(['invited-test', 'public-test', 'released']),
  problems: z.array(bilingual).max(50).default([]),
});
export type NewPlan = z.input<typeof planShape>;

export const stageOrder = ['invited-test', 'public-test', 'released'] as const;
export type PlanStage = (typeof stageOrder)[number];

/** `problems` are the known problems that a public test announces (clause 2.2.1). */
export interface StageEntry {
  readonly from: number;
  readonly stage: PlanStage;
  readonly problems: readonly { readonly zh: string; readonly en: string }[];
}

/** The stage at an instant; null before the first. */
export function stageAt(stages: readonly StageEntry[], at: number): StageEntry | null {
  return stages.findLast((entry) => entry.from <= at) ?? null;
}

/** Stages only move towards release: a released product cannot be put back into test (SEMANTICS §2). */
export function admitStage(stages: readonly StageEntry[], next: StageEntry): Refusal | null {
  const last = stages.at(-1);
  if (last !== undefined && next.from <= last.from) {
    return refuse('stage-order', 'from', 'a stage begins after the one before it');
  }
  if (last !== undefined && stageOrder.indexOf(next.stage) <= stageOrder.indexOf(last.stage)) {
    return refuse('stage-backwards', 'stage', `${last.stage} can only move on towards release`);
  }
  if (next.stage === 'public-test' && next.problems.length === 0) {
    return refuse(
      'problems-missing',
      'problems',
      'a public test announces its known problems (clause 2.2.1)',
    );
  }
  return null;
}

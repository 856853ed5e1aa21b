import { z } from 'zod';
import type { Facts } from '../agreement/force.ts';
import { parseInstant } from '../calendar/instant.ts';
import { monthSpan } from '../calendar/zone.ts';
import type { Run, RunSeries } from '../measure/run.ts';
import { isTwoDecimalCurrency } from '../money/amount.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { WindowStretch } from '../terms/ceiling.ts';
import type { Item } from '../terms/deadline.ts';
import { knownTerms, type Terms, termsShape } from '../terms/terms.ts';
import { duration, glanced, instant, minor, text, zone } from '../terms/value.ts';

/**
 * The case file `hostpledge/case@1` (SEMANTICS §8): everything that one agreement's month is judged by.
 * Reading it either gives a `Case` in milliseconds and minor units, or refuses with the path of the fault.
 */

type Context = z.core.$RefinementCtx<unknown>;

function fault(ctx: Context, path: PropertyKey[], rule: string): void {
  ctx.issues.push({ code: 'custom', path, message: rule, input: undefined });
}

const acts = z.strictObject({ signed: instant.nullable(), sealed: instant.nullable() });

const stageOrder = ['invited-test', 'public-test', 'released'] as const;
const stages = z
  .array(z.strictObject({ from: instant, stage: z.enum(stageOrder) }))
  .superRefine((list, ctx) => {
    for (let i = 1; i < list.length; i += 1) {
      const [before, here] = [list[i - 1]!, list[i]!];
      if (here.from <= before.from) fault(ctx, [i, 'from'], 'stages stand in time order');
      if (stageOrder.indexOf(here.stage) < stageOrder.indexOf(before.stage)) {
        fault(ctx, [i, 'stage'], 'stages only move towards release');
      }
    }
  });

const sale = z
  .strictObject({
    number: text,
    from: instant,
    to: instant,
    paid: minor,
    currency: z.string().refine(isTwoDecimalCurrency, 'an ISO 4217 currency with two decimals'),
    paidAt: instant.nullable(),
  })
  .superRefine((s, ctx) => {
    if (s.to <= s.from) fault(ctx, ['to'], 'an interval is never empty: to comes after from');
  });

const sales = z
  .array(sale)
  .min(1, 'at least one sales agreement')
  .superRefine((list, ctx) => {
    for (let i = 1; i < list.length; i += 1) {
      if (list[i]!.from < list[i - 1]!.to) {
        fault(ctx, [i, 'from'], 'sales agreements stand in time order and do not overlap');
      }
      if (list[i]!.currency !== list[0]!.currency) fault(ctx, [i, 'currency'], 'one currency for all');
    }
  });

const run = z.strictObject({
  first: instant,
  last: instant,
  result: z.enum(['pass', 'fail']),
  count: z.int().min(1),
});

const runs = glanced(glanceRuns, z.array(run));

/** Runs as we write them ourselves. */
function glanceRuns(value: unknown): Run[] | null {
  if (!Array.isArray(value)) return null;
  const read: Run[] = [];
  for (const one of value as readonly unknown[]) {
    if (typeof one !== 'object' || one === null) return null;
    let keys = 0;
    for (const _ in one) keys += 1;
    const { first, last, result, count } = one as Readonly<Record<string, unknown>>;
    if (keys !== 4 || typeof first !== 'string' || typeof last !== 'string') return null;
    const [from, to] = [parseInstant(first), parseInstant(last)];
    if (from === null || to === null || (result !== 'pass' && result !== 'fail')) return null;
    if (!isWhole(count) || count < 1) return null;
    read.push({ first: from, last: to, result, count });
  }
  return read;
}

function areWhole(list: readonly unknown[]): boolean {
  for (let i = 0; i < list.length; i += 1) if (list[i] !== null && !isWhole(list[i])) return false;
  return true;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

const oneSeries = z.strictObject({ check: text, vantage: text, runs }).superRefine((s, ctx) => {
  for (let i = 0; i < s.runs.length; i += 1) {
    if (s.runs[i]!.last < s.runs[i]!.first) fault(ctx, ['runs', i, 'last'], 'last is not before first');
    if (i > 0 && s.runs[i]!.first <= s.runs[i - 1]!.last) {
      fault(ctx, ['runs', i, 'first'], 'runs stand in time order and do not overlap');
    }
  }
});

const series = z.array(oneSeries).superRefine((list, ctx) => {
  const seen = new Set<string>();
  list.forEach((s, i) => {
    const key = JSON.stringify([s.check, s.vantage]);
    if (seen.has(key)) fault(ctx, [i], 'one series per check and vantage point');
    seen.add(key);
  });
});

/** Values as text has them, or as they were gathered (terms/ceiling.ts). */
const listed: z.ZodType<readonly (number | null)[] | Int32Array> = z.array(z.int().min(0).nullable());
const values = glanced(
  (value) => (value instanceof Int32Array || (Array.isArray(value) && areWhole(value)) ? value : null),
  listed,
);

const windows = z.strictObject({
  check: text,
  from: instant,
  every: duration.refine((ms) => ms > 0, 'a window lasts longer than nothing'),
  values: values.optional(),
  idle: z.int().min(0).optional(),
});

const windowList = z
  .array(
    windows.transform((w, ctx): CheckWindows => {
      if ((w.values === undefined) === (w.idle === undefined))
        fault(ctx, [], 'exactly one of values and idle');
      return {
        check: w.check,
        from: w.from,
        everyMs: w.every,
        count: w.values?.length ?? w.idle ?? 0,
        values: w.values ?? null,
      };
    }),
  )
  .superRefine((list, ctx) => {
    const order = list.map((_, i) => i).sort((a, b) => list[a]!.from - list[b]!.from);
    const ends = new Map<string, number>();
    for (const i of order) {
      const w = list[i]!;
      // No windows overlap nothing.
      if (w.count === 0) continue;
      if (w.from < (ends.get(w.check) ?? Number.NEGATIVE_INFINITY)) {
        fault(ctx, [i, 'from'], 'windows of one check do not overlap');
      }
      ends.set(w.check, Math.max(w.from + w.count * w.everyMs, ends.get(w.check) ?? w.from));
    }
  });

const item = z
  .strictObject({ for: text, id: text, opened: instant, done: instant.nullable() })
  .superRefine((it, ctx) => {
    if (it.done !== null && it.done < it.opened) fault(ctx, ['done'], 'done is not before opened');
  });

const cause = z
  .strictObject({
    cause: text,
    checks: z.array(text).default([]),
    from: instant,
    to: instant,
    evidence: z.array(z.string()).default([]),
  })
  .superRefine((c, ctx) => {
    if (c.to <= c.from) fault(ctx, ['to'], 'an interval is never empty: to comes after from');
  });

export const caseShape = z
  .strictObject({
    format: z.literal('hostpledge/case@1'),
    zone,
    month: z.string(),
    asOf: instant.nullable().default(null),
    terms: glanced(knownTerms, termsShape),
    agreement: z.strictObject({
      number: text,
      signatures: z.strictObject({ provider: acts, customer: acts }),
      opened: instant.nullable(),
      ended: instant.nullable(),
      stages,
      sales,
    }),
    series: series.default([]),
    windows: windowList.default([]),
    items: z.array(item).default([]),
    causes: z.array(cause).default([]),
  })
  .transform((c, ctx): Case => {
    // zod goes on past unknown keys: what was refused for them was not read.
    if (ctx.issues.length > 0) return z.NEVER;
    const span = monthSpan(c.zone, c.month);
    if (span === null) fault(ctx, ['month'], 'a month of the calendar (2026-10)');
    refuseForeignWindows(c.terms, c.windows, ctx);
    const { format: _, ...rest } = c;
    return { ...rest, from: span?.[0] ?? 0, to: span?.[1] ?? 0 };
  });

/** The logged windows of a check are those that its guarantee promises about. */
function refuseForeignWindows(terms: Terms, list: readonly CheckWindows[], ctx: Context): void {
  for (const g of terms.guarantees) {
    const promised = g.objective.kind === 'ceiling' ? g.objective.windowMs : null;
    if (promised === null) continue;
    list.forEach((w, i) => {
      if (w.check === g.check && w.everyMs !== promised) {
        fault(ctx, ['windows', i, 'every'], `every equals the window of guarantee ${g.id}`);
      }
    });
  }
}

/** Reads one parsed JSON value. The first fault is the one that is named. */
export function readCase(json: unknown): Case | Refusal {
  const parsed = caseShape.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const rule = issue.code === 'unrecognized_keys' ? 'unknown key' : issue.message;
  return refuse('case-invalid', z.core.toDotPath(path), rule);
}

/** Reads the text of a case file. */
export function readCaseText(text: string): Case | Refusal {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse('case-not-json', '', error instanceof Error ? error.message : 'not JSON');
  }
  return readCase(json);
}

/** Everything in epoch milliseconds; `[from, to)` is the month, before `asOf` cuts it. */
export interface Case {
  readonly zone: string;
  readonly month: string;
  readonly from: number;
  readonly to: number;
  readonly asOf: number | null;
  readonly terms: Terms;
  readonly agreement: Numbered;
  readonly series: readonly Series[];
  readonly windows: readonly CheckWindows[];
  readonly items: readonly CaseItem[];
  readonly causes: readonly Cause[];
}

export type Numbered = Facts & { readonly number: string };
export type Series = RunSeries & { readonly check: string };
export type CheckWindows = WindowStretch & { readonly check: string };
export type CaseItem = Item & { readonly for: string; readonly id: string };

export interface Cause {
  readonly cause: string;
  /** The checks it is about; empty: all. */
  readonly checks: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly evidence: readonly string[];
}

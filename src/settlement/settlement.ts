import { printInstant } from '../calendar/instant.ts';
import { printMinor } from '../money/amount.ts';
import { lengthOf, type Timeline } from '../timeline/timeline.ts';
import type { Case } from './case.ts';
import { type GuaranteeJudgement, type Judgement, judge } from './evaluate.ts';

/** `hostpledge/settlement@1` (SEMANTICS §9): the judgement as it is printed, filed and recomputed. */
export interface Settlement {
  readonly format: 'hostpledge/settlement@1';
  readonly agreement: string;
  readonly month: string;
  readonly guarantees: readonly SettledGuarantee[];
  readonly deficient: readonly (readonly [string, string])[];
  readonly compensation: {
    readonly currency: string;
    readonly amount: string;
    readonly lines: readonly {
      readonly sales: string;
      readonly deficientMs: number;
      readonly termMs: number;
      readonly paid: string;
    }[];
  };
}

export interface SettledGuarantee {
  readonly id: string;
  readonly clause: string;
  readonly status: 'kept' | 'breached' | 'nothing-measured';
  /** By class, before the coverage rule. */
  readonly ms: {
    readonly outside: number;
    readonly excluded: Readonly<Record<string, number>>;
    readonly bad: number;
    readonly unobserved: number;
    readonly good: number;
  };
  /** Percent with six decimals, floored; null when nothing was measured. */
  readonly attained: string | null;
  readonly deficient: readonly (readonly [string, string])[];
}

/** `evaluate(case) → settlement`. */
export function evaluate(input: Case): Settlement {
  return settlementOf(judge(input));
}

export function settlementOf(judgement: Judgement): Settlement {
  return {
    format: 'hostpledge/settlement@1',
    agreement: judgement.agreement,
    month: judgement.month,
    guarantees: judgement.guarantees.map(settled),
    deficient: printed(judgement.deficient),
    compensation: {
      currency: judgement.currency,
      amount: printMinor(judgement.amount),
      lines: judgement.lines.map((line) => ({ ...line, paid: printMinor(line.paid) })),
    },
  };
}

/** The bytes that are filed and that `hostpledge evaluate` prints. */
export function settlementText(settlement: Settlement): string {
  return `${JSON.stringify(settlement, null, 1)}\n`;
}

function settled(judged: GuaranteeJudgement): SettledGuarantee {
  const { guarantee, time, finding } = judged;
  return {
    id: guarantee.id,
    clause: guarantee.clause,
    status: finding.status,
    ms: {
      outside: lengthOf(judged.outside),
      excluded: Object.fromEntries([...judged.excluded].map(([cause, line]) => [cause, lengthOf(line)])),
      bad: lengthOf(time.bad),
      unobserved: lengthOf(time.unobserved),
      good: lengthOf(time.good),
    },
    attained: finding.baseMs === 0 ? null : percent(finding.goodMs, finding.baseMs),
    deficient: printed(finding.deficient),
  };
}

/** Floored, so that 98.9999996 % never prints as 99 %. */
export function percent(part: number, base: number): string {
  const millionths = ((BigInt(part) * 100_000_000n) / BigInt(base)).toString().padStart(7, '0');
  return `${millionths.slice(0, -6)}.${millionths.slice(-6)}`;
}

function printed(timeline: Timeline): [string, string][] {
  const out: [string, string][] = [];
  for (let i = 0; i < timeline.length; i += 2) {
    out.push([printInstant(timeline[i]!), printInstant(timeline[i + 1]!)]);
  }
  return out;
}

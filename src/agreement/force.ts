import { dayStartOf } from '../calendar/zone.ts';
import { always, intersect, never, span, type Timeline, timelineOf } from '../timeline/timeline.ts';

/** The facts of an agreement from which alone the time in force is computed (clauses 1.1-2.2.2, 4-1, 4-3). Null: has not happened. */
export interface Facts {
  readonly signatures: { readonly provider: Acts; readonly customer: Acts };
  readonly opened: number | null;
  readonly ended: number | null;
  readonly stages: readonly { readonly from: number; readonly stage: Stage }[];
  readonly sales: readonly Sale[];
}

export interface Acts {
  readonly signed: number | null;
  readonly sealed: number | null;
}

export type Stage = 'invited-test' | 'public-test' | 'released';

/** One sales agreement, or the part of one that has one fee density. */
export interface Sale {
  readonly number: string;
  readonly from: number;
  readonly to: number;
  readonly paid: bigint;
  readonly currency: string;
  readonly paidAt: number | null;
}

/** The time in force (SEMANTICS §2). What is at or after `asOf` has not happened. */
export function force(facts: Facts, zone: string, asOf: number | null): Timeline {
  return forceParts(facts, zone, asOf)
    .map((part) => part.line)
    .reduce(intersect, always);
}

export interface ForcePart {
  readonly fact: 'signed' | 'paid' | 'opened' | 'released';
  readonly clause: string;
  readonly line: Timeline;
}

/** The four conditions, each as its own timeline, so that one can say which fact is missing at an instant. */
export function forceParts(facts: Facts, zone: string, asOf: number | null): readonly ForcePart[] {
  const known = (at: number | null): number | null =>
    at !== null && asOf !== null && at >= asOf ? null : at;
  return [
    { fact: 'signed', clause: '4-1', line: signedLine(facts, zone, known) },
    { fact: 'paid', clause: '2.1', line: paidLine(facts.sales, known) },
    { fact: 'opened', clause: '2.1', line: openedLine(known(facts.opened)) },
    { fact: 'released', clause: '2.2', line: releasedLine(facts.stages) },
  ];
}

type Known = (at: number | null) => number | null;

/** From the first instant of the local day of the last of the four acts. */
function signedLine(facts: Facts, zone: string, known: Known): Timeline {
  const { provider, customer } = facts.signatures;
  let last = Number.NEGATIVE_INFINITY;
  for (const act of [provider.signed, provider.sealed, customer.signed, customer.sealed]) {
    const at = known(act);
    if (at === null) return never;
    last = Math.max(last, at);
  }
  return span(dayStartOf(zone, last), known(facts.ended) ?? Number.POSITIVE_INFINITY);
}

function paidLine(sales: readonly Sale[], known: Known): Timeline {
  return timelineOf(
    sales.map((sale) => {
      const paidAt = known(sale.paidAt);
      return paidAt === null ? [0, 0] : [Math.max(sale.from, paidAt), sale.to];
    }),
  );
}

function openedLine(opened: number | null): Timeline {
  return opened === null ? never : span(opened, Number.POSITIVE_INFINITY);
}

/** Each stage lasts until the next one. */
function releasedLine(stages: Facts['stages']): Timeline {
  return timelineOf(
    stages.map(({ from, stage }, i) => {
      const to = stages[i + 1]?.from ?? Number.POSITIVE_INFINITY;
      return stage === 'released' ? [from, to] : [0, 0];
    }),
  );
}

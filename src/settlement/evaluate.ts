import { force } from '../agreement/force.ts';
import { observe } from '../measure/verdict.ts';
import { availability, type Classified, type Finding } from '../terms/availability.ts';
import { ceiling, windowLines } from '../terms/ceiling.ts';
import { deadline, lateLine } from '../terms/deadline.ts';
import { type RemedyLine, remedy } from '../terms/remedy.ts';
import type { Guarantee } from '../terms/terms.ts';
import type { Interval } from '../timeline/interval.ts';
import {
  divide,
  intersect,
  span,
  subtract,
  type Timeline,
  timelineOf,
  unionAll,
} from '../timeline/timeline.ts';
import type { Case } from './case.ts';

/**
 * The one judgement: a case in, what every promise was worth out (SEMANTICS §4-§7). Pure; the same case gives
 * the same judgement to the millisecond and the minor unit, on any machine. No other code decides a breach.
 */
export interface Judgement {
  readonly agreement: string;
  readonly month: string;
  readonly guarantees: readonly GuaranteeJudgement[];
  /** Union of the deficient time of all breached guarantees: a second is paid once. */
  readonly deficient: Timeline;
  readonly currency: string;
  readonly amount: bigint;
  readonly lines: readonly RemedyLine[];
}

/** Every millisecond of the month in exactly one class, before the coverage rule; the finding is after it. */
export interface GuaranteeJudgement {
  readonly guarantee: Guarantee;
  readonly outside: Timeline;
  /** By cause, in the guarantee's order; only causes with time in them. */
  readonly excluded: ReadonlyMap<string, Timeline>;
  readonly time: Classified;
  readonly finding: Finding;
}

export function judge(input: Case): Judgement {
  const until = Math.min(input.to, input.asOf ?? input.to);
  const month = span(input.from, until);
  const inForce = intersect(force(input.agreement, input.zone, input.asOf), month);
  const outside = subtract(month, inForce);
  const guarantees = input.terms.guarantees.map((guarantee): GuaranteeJudgement => {
    const { excluded, left } = exclude(input, guarantee, inForce);
    const time = classify(input, guarantee, left, until);
    return { guarantee, outside, excluded, time, finding: find(guarantee, time) };
  });
  const deficient = unionAll(guarantees.map((g) => g.finding.deficient));
  const { minor, lines } = remedy(input.terms.factor, input.agreement.sales, deficient);
  return {
    agreement: input.agreement.number,
    month: input.month,
    guarantees,
    deficient,
    currency: input.agreement.sales[0]!.currency,
    amount: minor,
    lines,
  };
}

/** Takes the excused time out of the time in force; where causes overlap, the guarantee's first one gets it. */
function exclude(input: Case, guarantee: Guarantee, inForce: Timeline) {
  const excluded = new Map<string, Timeline>();
  let left = inForce;
  for (const name of guarantee.exclusions) {
    const stretches: Interval[] = [];
    for (const { cause, checks, from, to } of input.causes) {
      if (cause === name && isAbout(checks, guarantee.check)) stretches.push([from, to]);
    }
    if (stretches.length === 0) continue;
    const { inside, outside } = divide(left, timelineOf(stretches));
    if (inside.length > 0) excluded.set(name, inside);
    left = outside;
  }
  return { excluded, left };
}

/** A cause that names checks counts only for guarantees on them; a deadline has none. */
function isAbout(checks: readonly string[], check: string | null): boolean {
  return checks.length === 0 || (check !== null && checks.includes(check));
}

/** Splits what is left into bad, unobserved and good, by the objective's own idea of them. */
function classify(input: Case, guarantee: Guarantee, left: Timeline, until: number): Classified {
  const { objective } = guarantee;
  switch (objective.kind) {
    case 'availability': {
      const series = input.series.filter((s) => s.check === guarantee.check);
      // The whole observed line, past the month's end: a gap over the turn of the month has two neighbours.
      const seen = observe(series, guarantee, input.asOf ?? Number.POSITIVE_INFINITY);
      return split(left, seen.bad, seen.good);
    }
    case 'ceiling': {
      const lines = windowLines(
        objective,
        input.windows.filter((w) => w.check === guarantee.check),
      );
      return split(left, lines.bad, lines.seen);
    }
    case 'deadline': {
      const items = input.items.filter((item) => item.for === guarantee.id);
      return split(left, lateLine(objective, input.terms.working, items, until), left);
    }
  }
}

/** What is bad is so before anything else; of the rest, what was `seen` is good. */
function split(left: Timeline, bad: Timeline, seen: Timeline): Classified {
  const byBad = divide(left, bad);
  const bySeen = divide(byBad.outside, seen);
  return { bad: byBad.inside, good: bySeen.inside, unobserved: bySeen.outside };
}

function find(guarantee: Guarantee, time: Classified): Finding {
  const { objective } = guarantee;
  switch (objective.kind) {
    case 'availability':
      return availability(guarantee, objective, time);
    case 'ceiling':
      return ceiling(guarantee, time);
    case 'deadline':
      return deadline(time);
  }
}

import type { Facts } from '../agreement/force.ts';
import { printDuration } from '../calendar/duration.ts';
import { printInstant } from '../calendar/instant.ts';
import type { Closing } from '../hosting/host.ts';
import type { Run } from '../measure/run.ts';
import { printMinor } from '../money/amount.ts';
import type { WindowStretch } from '../terms/ceiling.ts';
import type { TermsText } from '../terms/editions/hosting.ts';

/** What the stores know of one agreement's month, before it is written down. Epoch ms. */
export interface Gathered {
  readonly number: string;
  readonly zone: string;
  readonly month: string;
  readonly asOf: number | null;
  readonly terms: TermsText;
  readonly facts: Facts;
  readonly series: readonly {
    readonly check: string;
    readonly vantage: string;
    readonly runs: readonly Run[];
  }[];
  readonly windows: readonly (WindowStretch & { readonly check: string })[];
  readonly closings: readonly Closing[];
  readonly causes: readonly {
    readonly id: string;
    readonly cause: string;
    readonly checks: readonly string[];
    readonly from: number;
    readonly to: number;
  }[];
}

/** The checks that a closed host fails (clauses 2-2.2.5, 2-3.3.4). */
const closedChecks = ['web', 'ftp', 'function'] as const;

/** The case file `hostpledge/case@1` as plain data, its lists in a fixed order. */
export function caseFile(gathered: Gathered): object {
  const { facts } = gathered;
  const at = (instant: number | null): string | null => (instant === null ? null : printInstant(instant));
  const acts = (party: 'provider' | 'customer') => ({
    signed: at(facts.signatures[party].signed),
    sealed: at(facts.signatures[party].sealed),
  });
  return {
    format: 'hostpledge/case@1',
    zone: gathered.zone,
    month: gathered.month,
    asOf: at(gathered.asOf),
    terms: gathered.terms,
    agreement: {
      number: gathered.number,
      signatures: { provider: acts('provider'), customer: acts('customer') },
      opened: at(facts.opened),
      ended: at(facts.ended),
      stages: facts.stages.map(({ from, stage }) => ({ from: printInstant(from), stage })),
      sales: facts.sales.map((sale) => ({
        number: sale.number,
        from: printInstant(sale.from),
        to: printInstant(sale.to),
        paid: printMinor(sale.paid),
        currency: sale.currency,
        paidAt: at(sale.paidAt),
      })),
    },
    series: [...gathered.series].sort(bySeries).map(({ check, vantage, runs }) => ({
      check,
      vantage,
      runs: runs.map((run) => ({ ...run, first: printInstant(run.first), last: printInstant(run.last) })),
    })),
    windows: gathered.windows.map(windowText),
    items: [],
    causes: [...closingCauses(gathered.closings), ...gathered.causes.map(causeText)],
  };
}

function bySeries(a: Gathered['series'][number], b: Gathered['series'][number]): number {
  const key = (s: Gathered['series'][number]): string => `${s.check} ${s.vantage}`;
  return key(a) < key(b) ? -1 : 1;
}

function windowText(stretch: Gathered['windows'][number]) {
  const head = {
    check: stretch.check,
    from: printInstant(stretch.from),
    every: printDuration(stretch.everyMs),
  };
  return stretch.values === null ? { ...head, idle: stretch.count } : { ...head, values: stretch.values };
}

function causeText(cause: Gathered['causes'][number]) {
  const stretch = { from: printInstant(cause.from), to: printInstant(cause.to) };
  return { cause: cause.cause, checks: cause.checks, ...stretch, evidence: [`cause:${cause.id}`] };
}

/** A recorded closing is its own proof: the rule, the person and the times stand in the host's facts. */
function closingCauses(closings: readonly Closing[]) {
  return closings.map(({ stretch, facts }) => ({
    cause: 'violation',
    checks: [...closedChecks],
    from: printInstant(stretch[0]),
    to: printInstant(stretch[1]),
    evidence: facts.map((id) => `fact:${id}`),
  }));
}

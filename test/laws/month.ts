import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isRefusal } from '../../src/refusal.ts';
import { readCase } from '../../src/settlement/case.ts';
import { judge } from '../../src/settlement/evaluate.ts';

/** What one check saw of a stretch, as the ground truth of a law: `excused` by a cause besides. */
export interface Stretch {
  readonly minutes: number;
  readonly seen: 'good' | 'bad' | 'unseen';
  readonly excused: boolean;
}

/** One promise over a month in force throughout: what decides, and nothing else. */
export interface Promised {
  readonly objective: {
    readonly atLeast?: string;
    readonly above?: string;
    readonly counts: 'all' | 'excess';
  };
  readonly coverage: string;
}

const monthMinutes = 31 * 1440;
const begin = Date.parse('2026-10-01T00:00:00+08:00');
const acts = { signed: '2026-01-01T00:00:00Z', sealed: '2026-01-01T00:00:00Z' };

const iso = (minute: number): string => new Date(begin + minute * 60_000).toISOString();

/** Stretches that fill the month: their lengths are shares of it. Without `unseen` everything was observed. */
export function anyMonth(seen: readonly Stretch['seen'][]): fc.Arbitrary<readonly Stretch[]> {
  const one = fc.record({
    minutes: fc.integer({ min: 1, max: 100 }),
    // Small beside the month, as failures are: otherwise every month is hopelessly broken.
    scale: fc.constantFrom(1, 1, 10, 100),
    seen: fc.constantFrom(...seen),
    excused: fc.boolean(),
  });
  return fc.array(one, { minLength: 2, maxLength: 12 }).map((list) => {
    const month: Stretch[] = [];
    let left = monthMinutes;
    for (const { minutes, scale, ...rest } of list) {
      if (minutes * scale >= left) continue;
      month.push({ ...rest, minutes: minutes * scale });
      left -= minutes * scale;
    }
    return [...month, { minutes: left, seen: seen[0]!, excused: false }];
  });
}

export const anyPromise: fc.Arbitrary<Promised> = fc.record({
  objective: fc
    .tuple(
      fc.constantFrom('atLeast', 'above'),
      fc.constantFrom('0', '0.5', '0.9', '0.99', '0.999', '1'),
      fc.constantFrom('all' as const, 'excess' as const),
    )
    .map(([word, share, counts]) => ({ [word]: share, counts })),
  coverage: fc.constantFrom('0', '0.5', '0.95', '0.99', '1'),
});

export interface Paid {
  /** Fen. */
  readonly amount: bigint;
  /** Whether unobserved time counted as bad. */
  readonly isBelow: boolean;
}

/**
 * What the core pays for a month: 365.00 a year, twice. Each stretch is one run that holds a minute after its
 * last observation, no gap is bridged, and what is excused is excused by a cause.
 */
export function paidFor(month: readonly Stretch[], { objective, coverage }: Promised): Paid {
  const runs: object[] = [];
  const causes: object[] = [];
  let from = 0;
  for (const { minutes, seen, excused } of month) {
    const to = from + minutes;
    const result = seen === 'good' ? 'pass' : 'fail';
    if (seen !== 'unseen') runs.push({ first: iso(from), last: iso(to - 1), result, count: minutes });
    if (excused) causes.push({ cause: 'agreed', from: iso(from), to: iso(to), evidence: [] });
    from = to;
  }
  assert.equal(from, monthMinutes);
  const guarantee = {
    ...{ id: 'web', clause: '2-2.1', check: 'web', hold: 'PT60S', bridge: 'PT0S' },
    objective: { kind: 'availability', ...objective },
    coverage,
    exclusions: ['agreed'],
  };
  const read = readCase({
    format: 'hostpledge/case@1',
    zone: 'Asia/Shanghai',
    month: '2026-10',
    terms: {
      ...{ format: 'hostpledge/terms@1', id: 't', edition: '1', remedy: { kind: 'fee-multiple' } },
      working: { zone: 'Asia/Shanghai', periods: {} },
      guarantees: [guarantee],
    },
    agreement: {
      number: 'QA-1',
      signatures: { provider: acts, customer: acts },
      opened: acts.signed,
      ended: null,
      stages: [{ from: acts.signed, stage: 'released' }],
      sales: [
        {
          ...{ number: 'SA-1', from: acts.signed, to: '2027-01-01T00:00:00Z', paid: '365.00' },
          ...{ currency: 'CNY', paidAt: acts.signed },
        },
      ],
    },
    series: runs.length === 0 ? [] : [{ check: 'web', vantage: 'a', runs }],
    causes,
  });
  if (isRefusal(read)) assert.fail(`${read.path}: ${read.rule}`);
  const { amount } = judge(read);
  const left = month.filter((stretch) => !stretch.excused);
  const sum = (of: readonly Stretch[]): number => of.reduce((total, { minutes }) => total + minutes, 0);
  const observed = sum(left.filter((stretch) => stretch.seen !== 'unseen'));
  return { amount, isBelow: observed < Number(coverage) * sum(left) };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../refusal.ts';
import { assertTimeline, lengthOf, type Timeline, unionAll } from '../timeline/timeline.ts';
import { type Case, readCase } from './case.ts';
import { type GuaranteeJudgement, judge } from './evaluate.ts';

/** `05 10:00` in October 2026, Shanghai time; `+1 00:10` is in November. */
function at(text: string): string {
  const [day = '', time = ''] = text.split(' ');
  const month = day.startsWith('+') ? '11' : '10';
  return `2026-${month}-${day.replace('+', '').padStart(2, '0')}T${time}:00+08:00`;
}

const acts = { signed: '2026-01-01T00:00:00Z', sealed: '2026-01-01T00:00:00Z' };
const web = {
  id: 'web',
  clause: '2-2.1',
  check: 'web',
  objective: { kind: 'availability', atLeast: '0.99' },
  hold: 'PT150S',
  exclusions: ['violation', 'customer-dns'],
};

/** A case in force the whole month, `web` watched from one place by these runs: `fail 05 10:00 – 05 12:00`. */
function caseOf(runs: readonly string[], more: object = {}): Case {
  const read = readCase({
    format: 'hostpledge/case@1',
    zone: 'Asia/Shanghai',
    month: '2026-10',
    terms: {
      format: 'hostpledge/terms@1',
      id: 't',
      edition: '1',
      remedy: { kind: 'fee-multiple' },
      working: { zone: 'Asia/Shanghai', periods: {} },
      guarantees: [web],
    },
    agreement: {
      number: 'QA-1',
      signatures: { provider: acts, customer: acts },
      opened: '2026-01-01T00:00:00Z',
      ended: null,
      stages: [{ from: '2026-01-01T00:00:00Z', stage: 'released' }],
      sales: [
        {
          number: 'SA-1',
          from: '2026-01-01T00:00:00Z',
          to: '2027-01-01T00:00:00Z',
          paid: '600.00',
          currency: 'CNY',
          paidAt: '2026-01-01T00:00:00Z',
        },
      ],
    },
    series: [{ check: 'web', vantage: 'a', runs: runs.map(runOf) }],
    ...more,
  });
  return isRefusal(read) ? assert.fail(`${read.path}: ${read.rule}`) : read;
}

function runOf(line: string): object {
  const [result, from = '', to = ''] = /^(pass|fail) (.*) – (.*)$/.exec(line)?.slice(1) ?? assert.fail(line);
  return { first: at(from), last: at(to), result, count: 1 };
}

function webOf(input: Case): GuaranteeJudgement {
  return judge(input).guarantees[0] ?? assert.fail('no guarantee');
}

const minutes = (line: Timeline): number => lengthOf(line) / 60_000;

test('a gap over the turn of the month is bridged: both its neighbours are on the observed line', () => {
  const runs = ['pass 01 00:00 – 31 22:00', 'fail 31 22:01 – 31 23:40', 'fail +1 00:20 – +1 01:00'];
  const { time } = webOf(caseOf(runs));
  assert.equal(minutes(time.bad), 119);
  assert.equal(minutes(time.unobserved), 0);
});

test('a gap that began in the month before is bridged too, and cut at the first', () => {
  const before = {
    first: '2026-09-30T22:00:00+08:00',
    last: '2026-09-30T23:50:00+08:00',
    result: 'fail',
    count: 9,
  };
  const runs = [before, runOf('fail 01 00:30 – 01 01:00'), runOf('pass 01 01:01 – 31 23:59')];
  const { time } = webOf(caseOf([], { series: [{ check: 'web', vantage: 'a', runs }] }));
  assert.equal(minutes(time.bad), 61);
});

test('asOf cuts first: no bridge reaches over it', () => {
  const runs = ['fail 05 10:00 – 05 11:00', 'fail 05 11:30 – 05 12:00'];
  const until = (asOf: string) => webOf(caseOf(runs, { asOf: at(asOf) })).time;
  assert.equal(minutes(until('05 11:20').bad), 62.5);
  assert.equal(minutes(until('05 11:30').bad), 62.5);
  assert.equal(minutes(until('05 11:31').bad), 91);
});

test('a run that begins exactly at asOf does not exist', () => {
  const runs = ['pass 01 00:00 – 05 09:59', 'fail 05 10:00 – 05 12:00'];
  const { time } = webOf(caseOf(runs, { asOf: at('05 10:00') }));
  assert.deepEqual([minutes(time.bad), minutes(time.unobserved)], [0, 0]);
  assert.equal(minutes(time.good), 4 * 1440 + 600);
});

test('where causes overlap, the first of the guarantee gets the time; others get what is left', () => {
  const causes = [
    { cause: 'customer-dns', from: at('05 10:00'), to: at('05 12:00') },
    { cause: 'violation', from: at('05 11:00'), to: at('05 13:00') },
    { cause: 'attack', from: at('05 00:00'), to: at('06 00:00') },
    { cause: 'violation', checks: ['ftp'], from: at('07 00:00'), to: at('08 00:00') },
    { cause: 'violation', checks: ['web', 'ftp'], from: at('05 12:30'), to: at('05 14:00') },
  ];
  const { excluded } = webOf(caseOf(['pass 01 00:00 – 31 23:59'], { causes }));
  assert.deepEqual(
    [...excluded].map(([cause, line]) => [cause, minutes(line)]),
    [
      ['violation', 180],
      ['customer-dns', 60],
    ],
  );
});

const anyMinute = fc.integer({ min: -3000, max: 46_000 });
const start = Date.parse('2026-10-01T00:00:00+08:00');
const instantAt = (minute: number): string => new Date(start + minute * 60_000).toISOString();

const anyRuns = fc.uniqueArray(anyMinute, { maxLength: 16 }).map((marks) => {
  const sorted = marks.sort((a, b) => a - b);
  return sorted.slice(0, sorted.length & ~1).flatMap((first, i) => {
    if (i % 2 === 1) return [];
    const result = i % 4 === 0 ? 'fail' : 'pass';
    return [{ first: instantAt(first), last: instantAt(sorted[i + 1]!), result, count: 1 }];
  });
});
const anyCauses = fc.array(
  fc.record({
    cause: fc.constantFrom('violation', 'customer-dns', 'other'),
    at: anyMinute,
    length: fc.nat(3000),
  }),
  { maxLength: 5 },
);

test('every millisecond of the month is in exactly one class, whatever happened', () => {
  const anyAsOf = fc.option(anyMinute);
  fc.assert(
    fc.property(anyRuns, anyRuns, anyCauses, anyAsOf, (a, b, causes, asOf) => {
      const input = caseOf([], {
        asOf: asOf === null ? null : instantAt(asOf),
        series: [a, b].map((runs, i) => ({ check: 'web', vantage: String(i), runs })),
        causes: causes.map(({ cause, at: from, length }) => ({
          cause,
          from: instantAt(from),
          to: instantAt(from + length + 1),
        })),
      });
      const { outside, excluded, time, finding } = webOf(input);
      const classes = [outside, ...excluded.values(), time.bad, time.unobserved, time.good];
      for (const line of [...classes, finding.deficient]) assertTimeline(line);
      const month = Math.max(0, Math.min(input.to, input.asOf ?? input.to) - input.from);
      assert.equal(
        classes.reduce((sum, line) => sum + lengthOf(line), 0),
        month,
      );
      assert.equal(lengthOf(unionAll(classes)), month);
    }),
    { numRuns: 300 },
  );
});

test('an interim result does not depend on when it is computed', () => {
  fc.assert(
    fc.property(anyRuns, anyMinute, (runs, minute) => {
      const asOf = instantAt(minute);
      const known = runs
        .filter((run) => run.first < asOf)
        .map((run) => ({ ...run, last: run.last < asOf ? run.last : instantAt(minute - 1) }));
      const found = (list: readonly object[]) =>
        webOf(caseOf([], { asOf, series: [{ check: 'web', vantage: 'a', runs: list }] }));
      assert.deepEqual(found(known).time, found(runs).time);
    }),
    { numRuns: 200 },
  );
});

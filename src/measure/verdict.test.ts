import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertTimeline, contains, intersect, type Timeline } from '../timeline/timeline.ts';
import type { Run, RunSeries } from './run.ts';
import { observe, type Verdict, type VerdictRule, verdict } from './verdict.ts';

const never = Number.POSITIVE_INFINITY;
const plain: VerdictRule = { holdMs: 10, quorum: 'majority', floor: 1, bridgeMs: 0 };

/** `pass 0 40` from 0 to 40; several in a row for one vantage point. */
function series(...lines: readonly string[]): RunSeries[] {
  return lines.map((line, i) => ({
    vantage: String(i),
    runs: line.split(', ').map((one): Run => {
      const [result, first, last] = one.split(' ');
      return {
        result: result === 'fail' ? 'fail' : 'pass',
        first: Number(first),
        last: Number(last),
        count: 1,
      };
    }),
  }));
}

/** One row: rule, reporting, then the verdict for 0, 1, 2 … failing ones. */
test('the quorum decides among those who know a result', () => {
  const table: readonly (readonly [VerdictRule['quorum'], number, number, string])[] = [
    ['majority', 1, 1, 'good bad'],
    ['majority', 1, 2, 'good good bad'],
    ['majority', 1, 3, 'good good bad bad'],
    ['majority', 1, 4, 'good good good bad bad'],
    ['any', 1, 3, 'good bad bad bad'],
    ['all', 1, 3, 'good good good bad'],
    [2, 1, 1, 'good bad'],
    [2, 1, 3, 'good good bad bad'],
    [5, 1, 3, 'good good good bad'],
    ['majority', 1, 0, 'unobserved'],
    ['any', 2, 1, 'unobserved unobserved'],
    ['all', 3, 2, 'unobserved unobserved unobserved'],
    ['majority', 2, 2, 'good good bad'],
  ];
  for (const [quorum, floor, reporting, expected] of table) {
    const rule = { ...plain, quorum, floor };
    const row = expected.split(' ').map((_, failing) => verdict(rule, reporting, failing));
    assert.equal(row.join(' '), expected, `${quorum} of ${reporting}, floor ${floor}`);
  }
});

test('a run speaks until hold after its last observation, or until the next run', () => {
  const cases: readonly (readonly [string, Timeline, Timeline])[] = [
    ['pass 0 40', [], [0, 50]],
    ['fail 0 0', [0, 10], []],
    ['pass 0 40, fail 45 60', [45, 70], [0, 45]],
    ['pass 0 40, fail 50 60', [50, 70], [0, 50]],
    ['pass 0 40, fail 51 60', [51, 70], [0, 50]],
    ['pass 0 5, pass 12 20', [], [0, 30]],
    ['pass 0 5, pass 16 20', [], [0, 15, 16, 30]],
  ];
  for (const [line, bad, good] of cases) {
    assert.deepEqual(observe(series(line), plain, never), { bad, good }, line);
  }
});

test('without hold a run speaks from its first to its last observation', () => {
  const rule = { ...plain, holdMs: 0 };
  assert.deepEqual(observe(series('pass 0 40, fail 50 50, fail 60 70'), rule, never), {
    bad: [60, 70],
    good: [0, 40],
  });
});

test('a gap between two bad stretches is bad up to the bridge, and not a millisecond longer', () => {
  const line = 'fail 0 10, fail 50 60';
  const bridged = (bridgeMs: number): Timeline => observe(series(line), { ...plain, bridgeMs }, never).bad;
  assert.deepEqual(bridged(30), [0, 70]);
  assert.deepEqual(bridged(29), [0, 20, 50, 70]);
  assert.deepEqual(bridged(0), [0, 20, 50, 70]);
});

test('a gap beside good time, or at an end, is not bridged', () => {
  const rule = { ...plain, bridgeMs: 1000 };
  const cases: readonly (readonly [string, Timeline])[] = [
    ['fail 0 10, pass 50 60', [0, 20]],
    ['pass 0 10, fail 50 60', [50, 70]],
    ['fail 0 10, pass 30 30, fail 60 70', [0, 20, 60, 80]],
    ['fail 0 10, pass 15 20, fail 60 70', [0, 15, 60, 80]],
    ['fail 0 10, pass 40 50, fail 55 70', [0, 20, 55, 80]],
    ['fail 0 10, fail 40 50, fail 90 95', [0, 105]],
  ];
  for (const [line, bad] of cases) assert.deepEqual(observe(series(line), rule, never).bad, bad, line);
});

test('bad time under the floor is unobserved, and bridged like any other', () => {
  const rule = { ...plain, floor: 2, bridgeMs: 20 };
  const lines = series('fail 0 90', 'fail 0 10, fail 40 90');
  assert.deepEqual(observe(lines, rule, never).bad, [0, 100]);
  assert.deepEqual(observe(lines, { ...rule, bridgeMs: 19 }, never).bad, [0, 20, 40, 100]);
});

test('nothing at or after the cut exists: no run, no hold, no bridge over it', () => {
  const rule = { ...plain, bridgeMs: 100 };
  assert.deepEqual(observe(series('fail 0 10, fail 50 60'), rule, 50).bad, [0, 20]);
  assert.deepEqual(observe(series('fail 0 10, fail 50 60'), rule, 51).bad, [0, 51]);
  assert.deepEqual(observe(series('fail 0 10'), rule, 15).bad, [0, 15]);
  assert.deepEqual(observe(series('fail 0 10'), rule, 0), { bad: [], good: [] });
});

test('a run that begins exactly at the cut does not leave the one before it open', () => {
  assert.deepEqual(observe(series('pass 0 40, fail 50 60'), plain, 50), { bad: [], good: [0, 50] });
  assert.deepEqual(observe(series('fail 0 45, pass 50 60'), plain, 50), { bad: [0, 50], good: [] });
});

test('nobody looked: nothing is known', () => {
  assert.deepEqual(observe([], plain, never), { bad: [], good: [] });
  assert.deepEqual(observe([{ vantage: 'a', runs: [] }], plain, never), { bad: [], good: [] });
});

const anyRuns = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(15), fc.boolean()), { maxLength: 6 })
  .map((steps) => {
    let at = -1;
    return steps.map(([gap, length, isFail]): Run => {
      const first = at + gap;
      at = first + length;
      return { first, last: at, result: isFail ? 'fail' : 'pass', count: 1 };
    });
  });
const anyRule: fc.Arbitrary<VerdictRule> = fc.record({
  holdMs: fc.nat(8),
  quorum: fc.constantFrom<VerdictRule['quorum']>('majority', 'any', 'all', 1, 2, 3),
  floor: fc.integer({ min: 1, max: 3 }),
  bridgeMs: fc.nat(12),
});

/** SEMANTICS §3 read word by word, instant by instant. */
function naive(all: readonly RunSeries[], rule: VerdictRule, until: number): Verdict[] {
  const line = Array.from({ length: until }, (_, at) => {
    const says = all.map(({ runs }) => {
      const i = runs.findLastIndex((run) => run.first <= at);
      return i >= 0 && at < runs[i]!.last + rule.holdMs ? runs[i]!.result : null;
    });
    const known = says.filter((word) => word !== null);
    return verdict(rule, known.length, known.filter((word) => word === 'fail').length);
  });
  for (let from = 1; from < until; from += 1) {
    let to = from;
    while (line[to] === 'unobserved') to += 1;
    if (to === from || to >= until || to - from > rule.bridgeMs) continue;
    if (line[from - 1] === 'bad' && line[to] === 'bad') line.fill('bad', from, to);
  }
  return line;
}

test('any runs of any vantage points give what the law says at every instant', () => {
  fc.assert(
    fc.property(fc.array(anyRuns, { maxLength: 4 }), anyRule, fc.nat(120), (lists, rule, until) => {
      const all = lists.map((runs, i) => ({ vantage: String(i), runs }));
      const { bad, good } = observe(all, rule, until);
      assertTimeline(bad);
      assertTimeline(good);
      assert.deepEqual(intersect(bad, good), []);
      const said = Array.from({ length: until }, (_, at): Verdict => {
        if (contains(bad, at)) return 'bad';
        return contains(good, at) ? 'good' : 'unobserved';
      });
      assert.deepEqual(said, naive(all, rule, until));
    }),
    { numRuns: 1500 },
  );
});

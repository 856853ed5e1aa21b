import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Run } from './run.ts';
import { deathRuns, type RoundRange, runsOf, type Turn } from './series.ts';
import { offsetOf } from './slot.ts';

const minute = 60_000;
const hold = 150_000;
const life = { phase: 32_768, added: 1, removed: null };
const quiet: RoundRange = { firstRound: 0, lastRound: 100 * minute, everyMs: minute, version: 1 };
const half = 30_000;

test('a quiet range after one turn is one run to its last slot', () => {
  const stored = { ranges: [quiet], turns: [{ at: half, result: 'pass' } as Turn], misses: [] };
  assert.deepEqual(runsOf(life, stored, hold, 0, 1e9), [
    { first: half, last: 100 * minute + half, result: 'pass', count: 101 },
  ]);
});

test('a re-check between two slots turns the run at its own instant', () => {
  const turns: Turn[] = [
    { at: half, result: 'pass' },
    { at: 10 * minute + half, result: 'fail' },
    { at: 12 * minute + half + 5000, result: 'pass' },
  ];
  assert.deepEqual(runsOf(life, { ranges: [quiet], turns, misses: [] }, hold, 0, 1e9), [
    { first: half, last: 9 * minute + half, result: 'pass', count: 10 },
    { first: 10 * minute + half, last: 12 * minute + half, result: 'fail', count: 3 },
    { first: 12 * minute + half + 5000, last: 100 * minute + half, result: 'pass', count: 89 },
  ]);
});

test('one missed slot keeps the run together, three tear it apart', () => {
  const turns: Turn[] = [{ at: half, result: 'pass' }];
  const misses = [5, 20, 21, 22].map((n) => n * minute + half);
  const runs = runsOf(life, { ranges: [quiet], turns, misses }, hold, 0, 1e9);
  assert.deepEqual(runs, [
    { first: half, last: 19 * minute + half, result: 'pass', count: 19 },
    { first: 23 * minute + half, last: 100 * minute + half, result: 'pass', count: 78 },
  ]);
});

test('rounds before the target was added and after it was removed say nothing of it', () => {
  const ranges = [1, 2, 3].map((version, i) => ({
    firstRound: i * 10 * minute,
    lastRound: (i * 10 + 9) * minute,
    everyMs: minute,
    version,
  }));
  const turns: Turn[] = [{ at: 10 * minute + half, result: 'pass' }];
  assert.deepEqual(
    runsOf({ phase: 32_768, added: 2, removed: 3 }, { ranges, turns, misses: [] }, hold, 0, 1e9),
    [{ first: 10 * minute + half, last: 19 * minute + half, result: 'pass', count: 10 }],
  );
});

test('a window in the middle of a run begins at its first slot inside', () => {
  const stored = { ranges: [quiet], turns: [{ at: half, result: 'fail' } as Turn], misses: [] };
  assert.deepEqual(runsOf(life, stored, hold, 50 * minute, 60 * minute), [
    { first: 50 * minute + half, last: 59 * minute + half, result: 'fail', count: 10 },
  ]);
});

test('a dead plane failed from its last mark until it served again', () => {
  assert.deepEqual(deathRuns([{ from: 1000, to: 61_000 }], 1000), [
    { first: 1000, last: 60_999, result: 'fail', count: 60 },
    { first: 61_000, last: 61_000, result: 'pass', count: 1 },
  ]);
});

test('derived runs are what listing every observation gives', () => {
  const world = fc.record({
    phase: fc.nat(65_535),
    lengths: fc.array(
      fc.record({ rounds: fc.integer({ min: 1, max: 8 }), gap: fc.integer({ min: 0, max: 4 }) }),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
    turns: fc.array(fc.record({ slot: fc.nat(50), shift: fc.constantFrom(0, 7000), fails: fc.boolean() })),
    misses: fc.array(fc.nat(50)),
    from: fc.nat(20),
    span: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(world, ({ phase, lengths, turns, misses, from, span }) => {
      const offset = offsetOf(phase, minute);
      const ranges: RoundRange[] = [];
      let at = 0;
      for (const { rounds, gap } of lengths) {
        ranges.push({ firstRound: at, lastRound: at + (rounds - 1) * minute, everyMs: minute, version: 1 });
        at += (rounds + gap) * minute;
      }
      const stored = {
        ranges,
        turns: [...new Map(turns.map((t) => [t.slot * minute + offset + t.shift, t.fails])).entries()]
          .sort((a, b) => a[0] - b[0])
          .map(([when, fails]): Turn => ({ at: when, result: fails ? 'fail' : 'pass' })),
        misses: [...new Set(misses.map((n) => n * minute + offset))].sort((a, b) => a - b),
      };
      const window = [from * minute, (from + span) * minute] as const;
      assert.deepEqual(
        runsOf({ phase, added: 1, removed: null }, stored, hold, ...window),
        listed(stored, offset, ...window),
      );
    }),
    { numRuns: 500 },
  );
});

/** The same by listing observations one by one. */
function listed(
  stored: { ranges: readonly RoundRange[]; turns: readonly Turn[]; misses: readonly number[] },
  offset: number,
  from: number,
  to: number,
): Run[] {
  const instants = new Set<number>(stored.turns.map((t) => t.at));
  for (const range of stored.ranges) {
    for (let round = range.firstRound; round <= range.lastRound; round += range.everyMs) {
      const slot = round + offset;
      if (!stored.misses.includes(slot)) instants.add(slot);
    }
  }
  const runs: Run[] = [];
  for (const at of [...instants].sort((a, b) => a - b)) {
    const result = stored.turns.findLast((t) => t.at <= at)?.result;
    if (at < from || at >= to || result === undefined) continue;
    const open = runs.at(-1);
    if (open !== undefined && open.result === result && at - open.last <= hold) {
      runs[runs.length - 1] = { ...open, last: at, count: open.count + 1 };
    } else runs.push({ first: at, last: at, result, count: 1 });
  }
  return runs;
}

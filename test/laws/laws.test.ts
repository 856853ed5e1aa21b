import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { isRefusal } from '../../src/refusal.ts';
import { readCase } from '../../src/settlement/case.ts';
import { evaluate } from '../../src/settlement/settlement.ts';
import { seeded } from '../fuzz/random.ts';
import { monthOf } from '../naive/case.ts';
import type { CaseFile } from '../naive/file.ts';
import { anyMonth, anyPromise, type Paid, paidFor, type Stretch } from './month.ts';

/**
 * What must hold of every month, whatever was measured. Where the coverage rule (SEMANTICS §5) has its cliff a
 * law holds only on either side of it; each test says which. Docs: docs/proof.md, “Laws”.
 */

/** Some stretches of a month told otherwise: those at places where `pick` says so. */
function changed(
  month: readonly Stretch[],
  picks: readonly boolean[],
  fits: (stretch: Stretch) => boolean,
  to: Partial<Stretch>,
): readonly Stretch[] {
  return month.map((one, i) => (picks[i] === true && fits(one) ? { ...one, ...to } : one));
}

const anyPicks = fc.array(fc.boolean(), { minLength: 14, maxLength: 14 });
const observed = anyMonth(['good', 'bad']);
const gappy = anyMonth(['good', 'bad', 'unseen']);

type Change = (month: readonly Stretch[], picks: readonly boolean[]) => readonly Stretch[];
const worse: Change = (month, picks) => changed(month, picks, ({ seen }) => seen === 'good', { seen: 'bad' });
const excuse: Change = (month, picks) =>
  changed(month, picks, ({ seen }) => seen === 'bad', { excused: true });
const unsee: Change = (month, picks) =>
  changed(month, picks, ({ seen }) => seen !== 'unseen', { seen: 'unseen' });
const seeGood: Change = (month, picks) =>
  changed(month, picks, ({ seen }) => seen === 'unseen', { seen: 'good' });
const seeBad: Change = (month, picks) =>
  changed(month, picks, ({ seen }) => seen === 'unseen', { seen: 'bad' });

/** Runs a law on random months; `moved` counts how often the change changed the amount, so that none is empty. */
function law(
  months: fc.Arbitrary<readonly Stretch[]>,
  change: Change,
  holds: (before: Paid, after: Paid) => boolean,
): { readonly moved: number } {
  let moved = 0;
  fc.assert(
    fc.property(months, anyPicks, anyPromise, (month, picks, promise) => {
      const before = paidFor(month, promise);
      const after = paidFor(change(month, picks), promise);
      if (before.amount !== after.amount) moved += 1;
      assert(holds(before, after), `${before.amount} before, ${after.amount} after`);
    }),
    // Fixed, so that every run of the tests asks the same.
    { numRuns: 1000, seed: 2026 },
  );
  return { moved };
}

test('everything observed: turning good time bad never pays less', () => {
  const { moved } = law(observed, worse, (before, after) => after.amount >= before.amount);
  assert(moved > 50);
});

test('everything observed: excusing bad time never pays more', () => {
  const { moved } = law(observed, excuse, (before, after) => after.amount <= before.amount);
  assert(moved > 50);
});

test('with gaps too, turning good time bad never pays less: what is observed stays as much', () => {
  const { moved } = law(gappy, worse, (before, after) => after.amount >= before.amount);
  assert(moved > 50);
});

test('with gaps too, seeing that unobserved time was good never pays more', () => {
  const { moved } = law(gappy, seeGood, (before, after) => after.amount <= before.amount);
  assert(moved > 50);
});

test('with gaps, excusing bad time never pays more unless it takes the month below its coverage', () => {
  const fell = (before: Paid, after: Paid): boolean => !before.isBelow && after.isBelow;
  law(gappy, excuse, (before, after) => after.amount <= before.amount || fell(before, after));
});

test('with gaps, seeing that unobserved time was bad never pays less unless it lifts the month to its coverage', () => {
  const rose = (before: Paid, after: Paid): boolean => before.isBelow && !after.isBelow;
  law(gappy, seeBad, (before, after) => after.amount >= before.amount || rose(before, after));
});

/** One month on either side of the cliff, so that the two exceptions above are no empty words. */
test('the cliff is there: excusing bad time can pay more, and so can not having looked', () => {
  const promise = { objective: { atLeast: '0.99', counts: 'all' as const }, coverage: '0.95' };
  const stretch = (minutes: number, seen: Stretch['seen'], excused = false): Stretch => {
    return { minutes, seen, excused };
  };
  // 2,232 of 44,640 minutes may be unseen; 2,200 are, 1,000 were bad.
  const month = [stretch(41_440, 'good'), stretch(1000, 'bad'), stretch(2200, 'unseen')];
  const excused = [month[0]!, stretch(1000, 'bad', true), month[2]!];
  assert(paidFor(excused, promise).amount > paidFor(month, promise).amount);
  // 2,300 are not seen: all of them are bad; one stretch of them seen, the others are no longer.
  const unseen = [stretch(42_340, 'good'), stretch(100, 'unseen'), stretch(2200, 'unseen')];
  const looked = [unseen[0]!, stretch(100, 'bad'), unseen[2]!];
  assert(paidFor(looked, promise).amount < paidFor(unseen, promise).amount);
});

test('looking away from what was good never pays less', () => {
  const goodOnly: Change = (month, picks) =>
    unsee(
      month,
      picks.map((pick, i) => pick && month[i]?.seen === 'good'),
    );
  law(gappy, goodOnly, (before, after) => after.amount >= before.amount);
});

test('the order of series, windows, items and causes says nothing', () => {
  let reordered = 0;
  for (let seed = 1; seed <= 150; seed += 1) {
    const { file } = monthOf(seeded(seed));
    const turned: CaseFile = structuredClone(file);
    for (const list of ['series', 'windows', 'items', 'causes'] as const) turned[list]?.reverse();
    for (const cause of turned.causes ?? []) cause.checks?.reverse();
    if (!isDeepStrictEqual(file, turned)) reordered += 1;
    assert.deepEqual(settled(turned), settled(file), `seed ${seed}`);
  }
  assert(reordered > 50);
});

test('what is judged up to an instant does not depend on what comes later', () => {
  let later = 0;
  for (let seed = 1; later < 60; seed += 1) {
    const { file } = monthOf(seeded(seed));
    if (typeof file.asOf !== 'string') continue;
    const known = before(file, Date.parse(file.asOf));
    if (isDeepStrictEqual(known, file)) continue;
    later += 1;
    assert.deepEqual(settled(known), settled(file), `seed ${seed}`);
  }
});

/** The file without whatever begins at or after an instant; facts of that time have not happened. */
function before(file: CaseFile, asOf: number): CaseFile {
  const isKnown = (at: string | null): boolean => at !== null && Date.parse(at) < asOf;
  const known = (at: string | null): string | null => (isKnown(at) ? at : null);
  const { signatures, opened, ended, sales, ...rest } = file.agreement;
  const acts = (side: typeof signatures.provider) => ({
    signed: known(side.signed),
    sealed: known(side.sealed),
  });
  return {
    ...file,
    agreement: {
      ...rest,
      signatures: { provider: acts(signatures.provider), customer: acts(signatures.customer) },
      opened: known(opened),
      ended: known(ended),
      sales: sales.map((sale) => ({ ...sale, paidAt: known(sale.paidAt) })),
    },
    series: (file.series ?? []).map((one) => ({
      ...one,
      runs: one.runs.filter((run) => isKnown(run.first)),
    })),
    windows: (file.windows ?? []).filter((one) => isKnown(one.from)),
    items: (file.items ?? [])
      .filter((item) => isKnown(item.opened))
      .map((item) => ({ ...item, done: known(item.done) })),
    causes: (file.causes ?? []).filter((cause) => isKnown(cause.from)),
  };
}

function settled(file: CaseFile): object {
  const read = readCase(structuredClone(file));
  return isRefusal(read) ? assert.fail(`${read.path}: ${read.rule}`) : evaluate(read);
}

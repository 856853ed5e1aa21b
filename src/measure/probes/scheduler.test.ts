import { strict as assert } from 'node:assert';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reading } from '../reading.ts';
import type { Observation, RoundResult } from '../round.ts';
import { roundOf, slotAt } from '../slot.ts';
import { type Scheduler, type SchedulerOptions, startScheduler } from './scheduler.ts';
import type { Scheduled } from './subjects.ts';

const intervalMs = 1_000;

function reading(target: Scheduled, result: Reading['result']): Reading {
  const code = result === 'pass' ? 'ok' : 'refused';
  return {
    check: target.check,
    target: target.id,
    at: Date.now(),
    result,
    code,
    detail: code,
    peer: null,
    phases: {},
    tookMs: 0,
    status: null,
    certificate: null,
    redirects: [],
  };
}

function targets(count: number): Scheduled[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `t${i}`,
    check: 'web',
    phase: Math.floor((i * 65_536) / count),
  }));
}

interface Watched {
  readonly scheduler: Scheduler<Scheduled>;
  readonly rounds: RoundResult[];
  readonly turns: Observation[];
  readonly looks: { readonly id: string; readonly at: number }[];
}

/** A scheduler whose probe answers by `answer`, ended with the test. */
function watch(
  t: TestContext,
  answer: (target: Scheduled) => Promise<Reading['result']> | Reading['result'],
  options: Partial<SchedulerOptions<Scheduled>> = {},
): Watched {
  const rounds: RoundResult[] = [];
  const turns: Observation[] = [];
  const looks: { id: string; at: number }[] = [];
  const scheduler = startScheduler<Scheduled>({
    intervalMs,
    concurrency: 50,
    clockToleranceMs: 500,
    now: () => Date.now(),
    probe: async (target) => {
      looks.push({ id: target.id, at: Date.now() });
      return reading(target, await answer(target));
    },
    onRound: (round) => rounds.push(round),
    onTurn: (turn) => turns.push(turn),
    ...options,
  });
  t.after(() => scheduler.stop());
  return { scheduler, rounds, turns, looks };
}

async function until(what: () => boolean, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!what()) {
    assert.ok(performance.now() < end, 'it did not happen in time');
    await sleep(5);
  }
}

/** Waits for the beginning of a round, so that a test has a whole one before it. */
async function roundBegins(): Promise<void> {
  await sleep(roundOf(Date.now(), intervalMs) + intervalMs - Date.now() + 1);
}

const cases: Readonly<Record<string, (t: TestContext) => void | Promise<void>>> = {
  'every target is looked at once a round, in its slot, and the first readings are turns': async (t) => {
    const { scheduler, rounds, looks } = watch(t, () => 'pass');
    await roundBegins();
    scheduler.setTargets(targets(40), 7);
    await until(() => rounds.length >= 3);
    for (const round of rounds.slice(0, 3)) {
      assert.deepEqual(
        { ...round, turns: [] },
        { round: round.round, intervalMs, version: 7, targets: 40, missed: [], turns: [] },
      );
      assert.equal(round.round % intervalMs, 0);
    }
    const [first, second] = rounds;
    assert.equal(first?.turns.length, 40);
    assert.equal(second?.turns.length, 0);
    for (const { id, at } of first?.turns ?? []) {
      assert.equal(at, slotAt(first!.round, targets(40)[Number(id.slice(1))]!.phase, intervalMs));
    }
    const all = looks.filter(({ at }) => roundOf(at, intervalMs) === second!.round);
    assert.ok(all.length >= 35 && all.length <= 45, `${all.length} looks in one round of 40`);
  },

  'ten thousand targets are looked at in two seconds without a missed slot': async (t) => {
    const every = 2_000;
    const { scheduler, rounds } = watch(t, () => 'pass', { intervalMs: every, clockToleranceMs: 500 });
    await sleep(roundOf(Date.now(), every) + every - Date.now() + 1);
    scheduler.setTargets(targets(10_000), 1);
    await until(() => rounds.length >= 1);
    assert.equal(rounds[0]?.targets, 10_000);
    assert.equal(rounds[0]?.turns.length, 10_000);
    assert.deepEqual(rounds[0]?.missed, []);
  },

  'slots that no lane is free for are missed, and the next round is whole again': async (t) => {
    let slow = true;
    const { scheduler, rounds } = watch(
      t,
      async (): Promise<Reading['result']> => {
        if (slow) await sleep(400);
        return 'pass';
      },
      { concurrency: 1, clockToleranceMs: 50 },
    );
    await roundBegins();
    scheduler.setTargets(targets(10), 1);
    await until(() => rounds.length >= 1);
    assert.ok(
      rounds[0]!.missed.length >= 6 && rounds[0]!.missed.length < 10,
      `missed ${rounds[0]!.missed.length}`,
    );
    slow = false;
    const seen = rounds.length;
    await until(() => rounds.slice(seen + 1).some(({ missed }) => missed.length === 0));
  },

  'an attempt that lasts across its next slot answers for it': async (t) => {
    let running = 0;
    let most = 0;
    const { scheduler, rounds } = watch(t, async (): Promise<Reading['result']> => {
      most = Math.max(most, ++running);
      await sleep(intervalMs * 1.5);
      running--;
      return 'fail';
    });
    scheduler.setTargets(targets(1), 1);
    await until(() => rounds.length >= 5);
    assert.equal(most, 1);
    assert.deepEqual(
      rounds.slice(1).flatMap(({ missed }) => missed),
      [],
    );
  },

  'a new list is in force from the next round; results are remembered, and those gone are not looked at':
    async (t) => {
      const { scheduler, rounds, looks } = watch(t, () => 'pass');
      await roundBegins();
      scheduler.setTargets(targets(2), 1);
      scheduler.setTargets([...targets(2).slice(1), { id: 'new', check: 'ftp', phase: 100 }], 2);
      await until(() => rounds.length >= 2);
      assert.deepEqual([rounds[0]?.version, rounds[1]?.version], [1, 2]);
      assert.deepEqual(
        rounds[1]?.turns.map(({ id, check }) => `${id} ${check}`),
        ['new ftp'],
      );
      assert.equal(looks.filter(({ id, at }) => id === 't0' && at >= rounds[1]!.round + 700).length, 0);
    },

  'an id that stands twice is refused': (t) => {
    const { scheduler } = watch(t, () => 'pass');
    assert.throws(() => scheduler.setTargets([...targets(1), ...targets(1)], 1), /twice/);
  },

  'a turn is told at once, looked at again soon, and stands in its round': async (t) => {
    let result: Reading['result'] = 'pass';
    const { scheduler, rounds, turns, looks } = watch(t, () => result, {
      intervalMs: 3_600_000,
      rechecks: { afterTurnMs: [30, 60, 90], whileFailingMs: 100 },
    });
    scheduler.setTargets([{ id: 't0', check: 'web', phase: 65_535 }], 1);
    scheduler.poke(['t0', 'nobody']);
    await until(() => turns.length === 1);
    result = 'fail';
    scheduler.poke(['t0']);
    await until(() => turns.length === 2);
    const from = looks.length;
    await until(() => looks.length >= from + 4);
    const gaps = looks.slice(from - 1).map(({ at }, i, all) => at - (all[i - 1]?.at ?? at));
    assert.ok(gaps[1]! >= 25 && gaps[2]! >= 55 && gaps[3]! >= 85, `gaps ${gaps}`);
    result = 'pass';
    await until(() => turns.length === 3);
    const recovered = looks.length;
    await until(() => looks.length === recovered + 3);
    await sleep(250);
    assert.equal(looks.length, recovered + 3, 'three looks after the recovery, then back to the slots');
    scheduler.stop();
    assert.deepEqual(
      rounds[0]?.turns.map((turn) => turn.result),
      ['pass', 'fail', 'pass'],
    );
    assert.deepEqual(rounds[0]?.turns, turns);
    assert.equal(new Set(turns.map(({ at }) => at)).size, 3);
  },

  'a poke during an attempt looks again when that is back': async (t) => {
    const { scheduler, looks } = watch(t, () => sleep(100, 'pass' as const), { intervalMs: 3_600_000 });
    scheduler.setTargets([{ id: 't0', check: 'web', phase: 65_535 }], 1);
    scheduler.poke(['t0']);
    await sleep(30);
    scheduler.poke(['t0']);
    scheduler.poke(['t0']);
    await sleep(400);
    assert.equal(looks.length, 2);
  },

  'looks between slots leave half of the lanes to the slots': async (t) => {
    let running = 0;
    let most = 0;
    const { scheduler } = watch(
      t,
      async (): Promise<Reading['result']> => {
        most = Math.max(most, ++running);
        await sleep(50);
        running--;
        return 'pass';
      },
      { intervalMs: 3_600_000, concurrency: 8 },
    );
    const many = Array.from({ length: 40 }, (_, i) => ({ id: `t${i}`, check: 'web', phase: 65_535 }));
    scheduler.setTargets(many, 1);
    scheduler.poke(many.map(({ id }) => id));
    await sleep(200);
    assert.equal(most, 4);
  },

  'readings that are not trusted, and attempts that throw, are missed and turn nothing': async (t) => {
    let trusted = false;
    const mishaps: unknown[] = [];
    const { scheduler, rounds, turns } = watch(
      t,
      ({ id }) => (id === 't0' ? Promise.reject(new Error('no descriptors')) : 'fail'),
      { trusted: async () => trusted, onMishap: (error) => mishaps.push(error) },
    );
    await roundBegins();
    scheduler.setTargets(targets(3), 1);
    await until(() => rounds.length >= 1);
    assert.deepEqual([...rounds[0]!.missed].sort(), ['t0', 't1', 't2']);
    assert.equal(turns.length, 0);
    trusted = true;
    const seen = rounds.length;
    await until(() => rounds.length >= seen + 2);
    assert.deepEqual(rounds[seen + 1]?.missed, ['t0']);
    assert.equal(turns.length, 2);
    assert.ok(mishaps.length >= 2);
  },

  'stopping tells the round as it stands: what was not read is missed': async (t) => {
    const { scheduler, rounds } = watch(t, ({ id }) =>
      id === 't0' ? 'pass' : sleep(60_000, 'pass' as const, { ref: false }),
    );
    await roundBegins();
    scheduler.setTargets(targets(3), 1);
    await sleep(intervalMs * 0.8);
    scheduler.stop();
    scheduler.stop();
    assert.equal(rounds.length, 1);
    assert.deepEqual([...rounds[0]!.missed].sort(), ['t1', 't2']);
  },

  'a clock that jumps repeats no round, and looks go on in rounds not yet done': async (t) => {
    let shift = 0;
    const { scheduler, rounds } = watch(t, () => 'pass', { now: () => Date.now() + shift });
    scheduler.setTargets(targets(20), 1);
    await until(() => rounds.length >= 2);
    shift = 3_600_000;
    await until(() => rounds.some(({ round }) => round > Date.now() + 3_000_000));
    await until(() => rounds.length >= 5);
    shift = -intervalMs;
    await sleep(intervalMs * 4);
    assert.equal(new Set(rounds.map(({ round }) => round)).size, rounds.length);
    const last = rounds.at(-1)!;
    assert.ok(last.round < Date.now(), 'the rounds follow the clock that was set back');
    const jumped = rounds.filter(({ missed }) => missed.length > 0);
    assert.ok(jumped.length >= 2, 'what the clock jumped across is missed, not claimed');
  },

  'a small step back of the clock at the turn of a round costs no round': async (t) => {
    let shift = 0;
    const { scheduler, rounds } = watch(t, () => 'pass', { now: () => Date.now() + shift });
    await roundBegins();
    scheduler.setTargets(targets(20), 1);
    await until(() => rounds.length >= 1);
    shift = -100;
    await until(() => rounds.length >= 5);
    const starts = rounds.map(({ round }) => round);
    assert.deepEqual(
      starts,
      starts.map((_, i) => starts[0]! + i * intervalMs),
    );
    assert.deepEqual(
      rounds.slice(1).flatMap(({ missed }) => missed),
      [],
    );
  },
};

// Side by side: they wait more than they work.
suite('scheduler', { concurrency: true }, () => {
  for (const [name, run] of Object.entries(cases)) test(name, run);
});

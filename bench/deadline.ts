import assert from 'node:assert';
import days from 'chinese-days';
import { holidaysOf } from '../src/calendar/holidays.ts';
import { workingClock } from '../src/calendar/working.ts';
import { defaultPeriods } from '../src/terms/editions/hosting.ts';
import { workingShape } from '../src/terms/value.ts';
import type { Bench, Report } from './report.ts';
import { alternate, dice, median, quotient } from './rounds.ts';

/**
 * When an answer is due: working hours of two periods a day, the State Council's holidays and make-up days,
 * beside asking chinese-days day by day, as one would without a table.
 */
export const bench: Bench = {
  name: 'deadline',
  about: 'due instants of tickets in working hours with China’s holidays, beside chinese-days day by day',
  peers: { 'chinese-days': 'npm: chinese-days' },
  run,
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const zoneMs = 8 * hourMs;
const year = Date.UTC(2026, 0, 1) - zoneMs;
/** 09:00–12:00 and 13:30–18:00, from local midnight. */
const periods = [
  [9 * hourMs, 12 * hourMs],
  [13.5 * hourMs, 18 * hourMs],
] as const;
const needs = [hourMs, 4 * hourMs, 5 * hourMs, 40 * hourMs] as const;

async function run(report: Report): Promise<void> {
  const count = report.quick ? 2000 : 2_000_000;
  const few = Math.ceil(count / 100);
  const roll = dice(11);
  const opened = Float64Array.from({ length: count }, () => Math.floor(year + roll() * 360 * dayMs));
  const clock = workingClock(readWorking());
  const far = year + 800 * dayMs;
  const ours = (at: number, needMs: number): number => clock.due(at, needMs, far);
  for (let i = 0; i < 2000; i += 1) {
    const needMs = needs[i % needs.length]!;
    assert.equal(ours(opened[i]!, needMs), dayByDay(opened[i]!, needMs), new Date(opened[i]!).toISOString());
  }
  const spend = (due: (at: number, needMs: number) => number, times: number) => async () => {
    const begun = process.cpuUsage();
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += due(opened[i]!, needs[i % needs.length]!);
    const { user, system } = process.cpuUsage(begun);
    assert(sum > 0);
    return times / ((user + system) / 1e6);
  };
  await spend(ours, count)();
  const all = await alternate(report.rounds, { ours: spend(ours, count), peer: spend(dayByDay, few) });
  report.line({
    what: 'deadlines in working time (1 to 40 h, equal on 2,000)',
    unit: 'deadlines per CPU second',
    ours: median(all.ours),
    peer: { name: 'chinese-days 1.5.7, day by day', figure: median(all.peer) },
    ratio: quotient(all.ours, all.peer),
    goal: { of: 'ratio', atLeast: 50 },
  });
}

function readWorking() {
  const working = { zone: 'Asia/Shanghai', periods: defaultPeriods, ...holidaysOf([2025, 2026, 2027]) };
  return workingShape.parse({ ...working, makeupLike: '1' });
}

/** The plain way: is this a working day, how much of the need fits into it, else the next. */
function dayByDay(opened: number, needMs: number): number {
  let need = needMs;
  for (let day = Math.floor((opened + zoneMs) / dayMs); ; day += 1) {
    if (!days.isWorkday(new Date(day * dayMs).toISOString().slice(0, 10))) continue;
    for (const [from, to] of periods) {
      const begin = Math.max(opened, day * dayMs - zoneMs + from);
      const end = day * dayMs - zoneMs + to;
      if (end - begin >= need) return begin + need;
      if (end > begin) need -= end - begin;
    }
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monthSpan } from '../calendar/zone.ts';
import { cellsOf, dayClasses, daysOf, flooredPercent } from './cells.ts';
import { october, stretch, zone } from './sample.cases.ts';
import type { MonthView } from './view.ts';

const five = 300_000;
const fifteen = 900_000;

function monthIn(inZone: string, month: string): MonthView {
  const [from, to] = monthSpan(inZone, month)!;
  return { month, from, to, until: to, guarantees: [] };
}

const days = daysOf(monthIn(zone, '2026-10'), zone);
const third = days[2]!;
const end = october(31) + 86_400_000;

test('a month has its local days, each a full one where clocks stand still', () => {
  assert.equal(days.length, 31);
  assert.ok(days.every((day) => day.to - day.from === 86_400_000));
  assert.equal(days[0]!.from, october(1));
});

test('a minute fills its whole cell, at five minutes and at fifteen', () => {
  const bad = [stretch(october(3, '04:12:00'), october(3, '04:13:00'))];
  const [fine] = cellsOf(third, end, bad, zone, five).runs;
  assert.deepEqual(fine, { first: 50, after: 51, kind: 'bad', shown: 0, stretches: [0] });
  const [coarse] = cellsOf(third, end, bad, zone, fifteen).runs;
  assert.deepEqual([coarse!.first, coarse!.after], [16, 17]);
});

test('a stretch that ends on a cell line does not reach into the next cell', () => {
  const runs = cellsOf(
    third,
    end,
    [stretch(october(3, '04:10:00'), october(3, '04:15:00'))],
    zone,
    five,
  ).runs;
  assert.deepEqual([runs[0]!.first, runs[0]!.after], [50, 51]);
});

test('the worst class wins its cell, and the cell still leads to every stretch in it', () => {
  const at = (minute: number) => october(3) + minute * 60_000;
  const line = [
    stretch(at(0), at(1), { kind: 'outside' }),
    stretch(at(1), at(2), { kind: 'excluded' }),
    stretch(at(2), at(3), { kind: 'unobserved' }),
    stretch(at(3), at(4), { kind: 'bad' }),
  ];
  for (let count = 1; count <= 4; count += 1) {
    const runs = cellsOf(third, end, line.slice(0, count), zone, five).runs;
    assert.equal(runs.length, 1);
    assert.equal(runs[0]!.kind, line[count - 1]!.kind);
    assert.deepEqual(runs[0]!.stretches, [...Array(count).keys()]);
  }
});

test('a stretch over midnight stands in both days', () => {
  const bad = [stretch(october(3, '23:58:00'), october(4, '00:01:00'))];
  assert.deepEqual(
    cellsOf(third, end, bad, zone, five).runs.map((run) => [run.first, run.after]),
    [[287, 288]],
  );
  assert.deepEqual(
    cellsOf(days[3]!, end, bad, zone, five).runs.map((run) => [run.first, run.after]),
    [[0, 1]],
  );
});

test('what is to come is empty: no cell from the judged end on, nothing beyond it drawn', () => {
  const until = october(3, '10:17:00');
  const cells = cellsOf(third, until, [stretch(until, october(4))], zone, five);
  assert.deepEqual(cells.present, [[0, 124]]);
  assert.deepEqual(cells.runs, []);
  assert.deepEqual(cellsOf(days[3]!, until, [], zone, five).present, []);
});

test('a day of 23 hours lacks the skipped hour, and its columns stay on the clock', () => {
  const berlin = daysOf(monthIn('Europe/Berlin', '2026-03'), 'Europe/Berlin');
  const short = berlin[28]!;
  assert.equal(short.to - short.from, 23 * 3_600_000);
  const bad = [stretch(Date.parse('2026-03-29T03:00:00+02:00'), Date.parse('2026-03-29T03:01:00+02:00'))];
  const cells = cellsOf(short, short.to, bad, 'Europe/Berlin', five);
  assert.deepEqual(cells.present, [
    [0, 24],
    [36, 288],
  ]);
  assert.equal(cells.runs[0]!.first, 36);
});

test('a day of 25 hours shows both passes of the repeated hour in its cells, the worse one', () => {
  const berlin = daysOf(monthIn('Europe/Berlin', '2026-10'), 'Europe/Berlin');
  const long = berlin[24]!;
  assert.equal(long.to - long.from, 25 * 3_600_000);
  const line = [
    stretch(Date.parse('2026-10-25T02:30:00+02:00'), Date.parse('2026-10-25T02:31:00+02:00'), {
      kind: 'unobserved',
    }),
    stretch(Date.parse('2026-10-25T02:30:00+01:00'), Date.parse('2026-10-25T02:31:00+01:00'), {
      kind: 'bad',
    }),
  ];
  const cells = cellsOf(long, long.to, line, 'Europe/Berlin', five);
  assert.deepEqual(cells.present, [[0, 288]]);
  assert.deepEqual(cells.runs, [{ first: 30, after: 31, kind: 'bad', shown: 1, stretches: [0, 1] }]);
});

test("the day's classes add up to what was judged of it", () => {
  const until = october(3, '12:00:00');
  const line = [
    stretch(october(2, '23:00:00'), october(3, '01:00:00'), { kind: 'outside' }),
    stretch(october(3, '11:30:00'), october(3, '13:00:00')),
  ];
  const hour = 3_600_000;
  assert.deepEqual(dayClasses(third, until, line), {
    good: 10.5 * hour,
    bad: hour / 2,
    unobserved: 0,
    excluded: 0,
    outside: hour,
  });
  assert.equal(dayClasses(days[3]!, until, line).good, 0);
});

test('a percent is floored, and only a day without a bad millisecond is 100', () => {
  assert.equal(flooredPercent(86_399_999, 1), '99.999998');
  assert.equal(flooredPercent(2, 1), '66.666666');
  assert.equal(flooredPercent(5, 0), '100.000000');
  assert.equal(flooredPercent(0, 5), '0.000000');
  assert.equal(flooredPercent(0, 0), null);
});

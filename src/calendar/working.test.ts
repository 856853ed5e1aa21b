import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Interval } from '../timeline/interval.ts';
import { parseDate, parseInstant } from './instant.ts';
import { type Working, workingClock } from './working.ts';

const hourMs = 3_600_000;
const never = Number.POSITIVE_INFINITY;
const at = (text: string): number => parseInstant(text) ?? Number.NaN;
const day = (text: string): number => parseDate(text) ?? Number.NaN;
const time = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const period = (from: string, to: string): Interval => [time(from), time(to)];

const office = [period('09:00', '12:00'), period('13:30', '18:00')];
const week = (work: readonly Interval[]): Working['periods'] => [work, work, work, work, work, [], []];

function working(more: Partial<Working> = {}): Working {
  return {
    zone: 'Asia/Shanghai',
    periods: week(office),
    holidays: new Set(),
    makeup: new Set(),
    makeupLike: 0,
    ...more,
  };
}

const golden = working({
  holidays: new Set(
    ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07', '2026-10-10'].map(day),
  ),
  makeup: new Set(['2026-09-20', '2026-10-10'].map(day)),
});

/** Worked minutes of a stretch, one by one, each asked of Temporal alone. Good for zones whose changes are whole minutes. */
function naive(one: Working, from: number, to: number): number[] {
  const out: number[] = [];
  for (let minute = from; minute < to; minute += 60_000) {
    const local = Temporal.Instant.fromEpochMilliseconds(minute).toZonedDateTimeISO(one.zone);
    const date = day(local.toPlainDate().toString());
    const made = one.makeup.has(date);
    if (!made && one.holidays.has(date)) continue;
    const clock = local.hour * 60 + local.minute;
    const periods = one.periods[made ? one.makeupLike : local.dayOfWeek - 1] ?? [];
    if (periods.some(([begin, end]) => begin <= clock && clock < end)) out.push(minute);
  }
  return out;
}

const year: Interval = [at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z')];

test('the working minutes of a year, and of months with a clock change, are what a loop over minutes finds', () => {
  const night = week([period('22:15', '24:00'), period('00:00', '00:45')]);
  const clocks: readonly (readonly [Working, Interval])[] = [
    [golden, year],
    [
      working({ zone: 'Europe/Berlin', periods: week([period('00:00', '24:00')]) }),
      [at('2026-03-20T00:00:00Z'), at('2026-04-05T00:00:00Z')],
    ],
    [
      working({ zone: 'America/New_York', periods: night }),
      [at('2026-10-25T00:00:00Z'), at('2026-11-09T00:00:00Z')],
    ],
  ];
  for (const [one, [from, to]] of clocks) {
    const minutes = naive(one, from, to);
    const clock = workingClock(one);
    assert.equal(clock.between(from, to), minutes.length * 60_000);
    for (const count of [1, 2, 599, 1000, 4000, 70_000, minutes.length]) {
      if (count > minutes.length) continue;
      const due = clock.due(from, count * 60_000, never);
      assert.equal(due, minutes[count - 1]! + 60_000, `${one.zone} ${count}`);
    }
  }
});

const anyAt = fc.integer({ min: at('2025-06-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') });
const anyWorking = fc.constantFrom(
  golden,
  working({ zone: 'Europe/Berlin', periods: week([period('01:30', '03:30')]), makeupLike: 6 }),
  working({
    zone: 'Africa/Cairo',
    periods: [[], [], [], [], [period('23:00', '24:00')], [period('00:00', '01:00')], []],
  }),
);

test('working time is additive, never runs backwards and never faster than time', () => {
  fc.assert(
    fc.property(anyWorking, anyAt, anyAt, anyAt, (one, ...instants) => {
      const [a, b, c] = instants.sort((x, y) => x - y) as [number, number, number];
      const { between } = workingClock(one);
      assert.equal(between(a, b) + between(b, c), between(a, c));
      assert(between(a, b) >= 0 && between(a, b) <= b - a);
      assert.equal(between(b, a), 0);
    }),
  );
});

test('due is the earliest instant with that much working time before it', () => {
  fc.assert(
    fc.property(anyWorking, anyAt, fc.integer({ min: 1, max: 2000 * hourMs }), (one, opened, need) => {
      const clock = workingClock(one);
      const due = clock.due(opened, need, never);
      assert.equal(clock.between(opened, due), need);
      assert.equal(clock.between(opened, due - 1), need - 1);
    }),
  );
});

test('due grows with what is needed and with when it was opened', () => {
  const need = fc.integer({ min: 1, max: 100 * hourMs });
  fc.assert(
    fc.property(anyWorking, anyAt, need, need, (one, opened, a, b) => {
      const clock = workingClock(one);
      const due = clock.due(opened, a, never);
      assert(clock.due(opened, a + b, never) > due);
      assert.equal(clock.due(due, b, never), clock.due(opened, a + b, never));
      assert(clock.due(opened + b, a, never) >= due);
    }),
  );
});

test('a date in both lists is worked, a make-up day has the hours of the day it is like', () => {
  const clock = workingClock(golden);
  // A report at 17:30 on the Friday before a make-up Saturday: half an hour, then four and a half from 09:00.
  assert.equal(
    clock.due(at('2026-10-09T17:30:00+08:00'), 5 * hourMs, never),
    at('2026-10-10T15:00:00+08:00'),
  );
  assert.equal(clock.between(at('2026-10-01T00:00:00+08:00'), at('2026-10-08T00:00:00+08:00')), 0);
  const sunday = working({ makeup: new Set([day('2026-09-20')]), makeupLike: 6 });
  assert.equal(
    workingClock(sunday).between(at('2026-09-20T00:00:00+08:00'), at('2026-09-21T00:00:00+08:00')),
    0,
  );
});

test('24:00 is the end of the day, and a shift may go on after it', () => {
  const night = working({ periods: week([period('22:00', '24:00'), period('00:00', '02:00')]) });
  const clock = workingClock(night);
  const monday = at('2026-10-12T21:00:00+08:00');
  assert.equal(clock.due(monday, 3 * hourMs, never), at('2026-10-13T01:00:00+08:00'));
});

test('periods that overlap or touch count once, one that ends before it begins not at all', () => {
  const odd = working({
    periods: week([
      period('09:00', '11:00'),
      period('10:00', '12:00'),
      period('12:00', '13:00'),
      period('18:00', '17:00'),
    ]),
  });
  const [from, to] = [at('2026-10-12T00:00:00+08:00'), at('2026-10-13T00:00:00+08:00')];
  assert.equal(workingClock(odd).between(from, to), 4 * hourMs);
});

test('on the day of a clock change real time counts', () => {
  const round = working({
    zone: 'Europe/Berlin',
    periods: [[], [], [], [], [], [], [period('00:00', '24:00')]],
  });
  const clock = workingClock(round);
  assert.equal(clock.between(at('2026-03-28T00:00:00+01:00'), at('2026-03-31T00:00:00+02:00')), 23 * hourMs);
  assert.equal(clock.between(at('2026-10-24T00:00:00+02:00'), at('2026-10-27T00:00:00+01:00')), 25 * hourMs);
  // 02:00 to 03:00 does not exist on that Sunday.
  const gone = working({ ...round, periods: [[], [], [], [], [], [], [period('02:00', '03:00')]] });
  assert.equal(
    workingClock(gone).between(at('2026-03-29T00:00:00+01:00'), at('2026-03-30T00:00:00+02:00')),
    0,
  );
});

test('a due instant at the end of a period is not moved to the next one', () => {
  const clock = workingClock(golden);
  assert.equal(
    clock.due(at('2026-10-12T09:00:00+08:00'), 3 * hourMs, never),
    at('2026-10-12T12:00:00+08:00'),
  );
  assert.equal(
    clock.due(at('2026-10-12T09:00:00+08:00'), 3 * hourMs + 1, never),
    at('2026-10-12T13:30:00.001+08:00'),
  );
});

test('without working time nothing is ever due', () => {
  const empty = workingClock(working({ periods: week([]) }));
  assert.equal(empty.due(at('2026-10-12T09:00:00+08:00'), 1, never), never);
  // One make-up Saturday is all there ever is: four hours and a half of it can be needed, and no more.
  const saturday = new Set([day('2026-10-17')]);
  const mondays: Working['periods'] = [[period('09:00', '13:30')], [], [], [], [], [], []];
  const once = workingClock(working({ periods: mondays, makeup: saturday, holidays: mondaysUntil2030() }));
  const opened = at('2026-10-12T09:00:00+08:00');
  assert.equal(once.due(opened, 4.5 * hourMs, never), at('2026-10-17T13:30:00+08:00'));
  const until = at('2030-01-01T00:00:00+08:00');
  assert(once.due(opened, 4.5 * hourMs + 1, until) > until);
});

function mondaysUntil2030(): ReadonlySet<number> {
  const from = day('2026-10-12');
  return new Set(Array.from({ length: 170 }, (_, i) => from + 7 * i));
}

test('a due instant after the end of interest is not counted out', () => {
  const clock = workingClock(golden);
  const until = at('2026-11-01T00:00:00+08:00');
  assert.equal(clock.due(at('2026-10-12T09:00:00+08:00'), 1e15, until), never);
});

test('lists of any length are read', () => {
  const days = Array.from({ length: 300_000 }, (_, i) => i);
  const clock = workingClock(working({ holidays: new Set(days), makeup: new Set(days) }));
  assert(clock.between(...year) > 0);
});

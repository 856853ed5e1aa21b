import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDate } from './instant.ts';
import {
  dayStart,
  dayStartOf,
  instantOf,
  isZone,
  localDay,
  monthOf,
  monthSpan,
  nextMonth,
  offsetAt,
} from './zone.ts';

const dayMs = 86_400_000;

/** Zones with midnight gaps, skipped days, half hours, changes at odd minutes, and none at all. */
const zones = [
  'Asia/Shanghai',
  'UTC',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Asia/Gaza',
  'Africa/Cairo',
  'America/Toronto',
  'America/St_Johns',
  'America/Havana',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Monrovia',
  'Europe/Dublin',
  'America/Godthab',
  'Antarctica/Troll',
  'Pacific/Kwajalein',
  'Africa/Casablanca',
  'Asia/Tehran',
];

const plain = (local: number): Temporal.PlainDateTime =>
  Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime();
const startOf = (zone: string, day: number): number =>
  plain(day * dayMs)
    .toPlainDate()
    .toZonedDateTime(zone).epochMilliseconds;

const anyZone = fc.constantFrom(...zones);
const anyTime = fc.integer({ min: Date.UTC(1880, 0), max: Date.UTC(2040, 0) });

/** Local times within three hours of an offset change, where everything happens. */
const nearChange = fc
  .tuple(anyZone, anyTime, fc.integer({ min: -3 * 60, max: 3 * 60 }))
  .map(([zone, at, minutes]) => {
    const from = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    const change = from.getTimeZoneTransition('next') ?? from;
    const local = change.epochMilliseconds + change.offsetNanoseconds / 1e6;
    return { zone, local: Math.floor(local / 60_000) * 60_000 + minutes * 60_000 };
  });

test('the offset is the one that Temporal knows', () => {
  fc.assert(
    fc.property(anyZone, anyTime, (zone, at) => {
      const expected = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
      assert.equal(offsetAt(zone, at), expected.offsetNanoseconds / 1e6);
    }),
    { numRuns: 1000 },
  );
});

test('a local time becomes the instant that Temporal calls compatible', () => {
  const anywhere = fc.record({ zone: anyZone, local: anyTime });
  fc.assert(
    fc.property(fc.oneof(anywhere, nearChange), ({ zone, local }) => {
      const expected = plain(local).toZonedDateTime(zone, { disambiguation: 'compatible' });
      assert.equal(instantOf(zone, local), expected.epochMilliseconds);
    }),
    { numRuns: 3000 },
  );
});

test('a local day begins at its first instant, whatever the clock does at midnight', () => {
  const anywhere = fc.record({ zone: anyZone, local: anyTime });
  fc.assert(
    fc.property(fc.oneof(anywhere, nearChange), ({ zone, local }) => {
      const day = Math.floor(local / dayMs);
      assert.equal(dayStart(zone, day), startOf(zone, day), `${zone} ${plain(local)}`);
    }),
    { numRuns: 3000 },
  );
});

test('days that began late, or never were', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00Z'],
    ['America/Toronto', '1919-03-31', '1919-03-31T04:30:00Z'],
    ['Asia/Gaza', '2010-03-27', '2010-03-26T22:00:00Z'],
    ['Africa/Cairo', '2014-08-01', '2014-07-31T22:00:00Z'],
    ['Asia/Shanghai', '2026-10-01', '2026-09-30T16:00:00Z'],
  ];
  for (const [zone, date, expected] of cases) {
    const at = dayStart(zone, parseDate(date) ?? Number.NaN);
    assert.equal(at, startOf(zone, parseDate(date) ?? Number.NaN), `${zone} ${date}: Temporal`);
    assert.equal(new Date(at).toISOString().replace('.000', ''), expected, `${zone} ${date}`);
  }
});

test('every month follows the one before without a gap', () => {
  for (const zone of zones) {
    let month = '1910-01';
    let end = monthSpan(zone, month)?.[0];
    while (month < '2035-01') {
      const span = monthSpan(zone, month);
      assert(span !== null && span[0] === end && span[1] > span[0], `${zone} ${month}`);
      assert.equal(monthOf(zone, span[0]), month, `${zone} ${month}`);
      assert.equal(monthOf(zone, span[1] - 1), month, `${zone} ${month}`);
      end = span[1];
      month = nextMonth(month);
    }
  }
});

test('a month with a clock change has its real length', () => {
  const hours = (zone: string, month: string): number => {
    const [from, to] = monthSpan(zone, month) ?? [0, 0];
    return (to - from) / 3_600_000;
  };
  assert.equal(hours('Asia/Shanghai', '2026-10'), 744);
  assert.equal(hours('Europe/Berlin', '2026-03'), 743);
  assert.equal(hours('Europe/Berlin', '2026-10'), 745);
  assert.equal(hours('Pacific/Apia', '2011-12'), 30 * 24);
});

test('the day of an instant is the local one, and holds it', () => {
  fc.assert(
    fc.property(anyZone, anyTime, (zone, at) => {
      const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
      assert.equal(localDay(zone, at), parseDate(local.toPlainDate().toString()));
      assert.equal(dayStartOf(zone, at), local.startOfDay().epochMilliseconds);
    }),
    { numRuns: 1000 },
  );
});

test('what is no month or no zone is refused', () => {
  for (const month of ['2026-00', '2026-13', '2026-1', '26-10', '2026/10', '2026-10-01', '', '9999-12']) {
    assert.equal(monthSpan('UTC', month), null, month);
  }
  for (const zone of ['', 'Mars/Olympus', 'Asia/Shanghai ', 'UTC\n', '../etc', 'Z[UTC]', '+25:00', 'null']) {
    assert(!isZone(zone), zone);
  }
  for (const zone of zones) assert(isZone(zone), zone);
});

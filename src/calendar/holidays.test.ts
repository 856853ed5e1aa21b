import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holidaysOf, isProvisional } from './holidays.ts';

test('2026 has the six make-up days and 248 working days of the published list', () => {
  const { holidays, makeup } = holidaysOf([2026]);
  assert.deepEqual(makeup, [
    '2026-01-04',
    '2026-02-14',
    '2026-02-28',
    '2026-05-09',
    '2026-09-20',
    '2026-10-10',
  ]);
  let weekdays = 0;
  for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2027, 0, 1); day += 86_400_000) {
    if (![0, 6].includes(new Date(day).getUTCDay())) weekdays += 1;
  }
  assert.equal(weekdays - holidays.length + makeup.length, 248);
});

test('a year without a published list is provisional and has no holidays', () => {
  assert.equal(isProvisional(2026), false);
  assert.equal(isProvisional(2090), true);
  assert.deepEqual(holidaysOf([2090]), { holidays: [], makeup: [] });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datesOf, daysText } from '../console/src/provider/days.ts';
import { ago, bytes, duration, instant, money, month, percent } from '../console/src/speech/format.ts';

/** How the console writes money, shares, durations and moments for a person. */

test('money stands with its sign and thousands marks', () => {
  const sum = { minor: 123_456_789, currency: 'CNY' };
  assert.match(money('zh', sum), /^¥1,234,567\.89$/);
  assert.match(money('en', sum), /1,234,567\.89$/);
  assert.match(money('en', { minor: 1500, currency: 'JPY' }), /1,500$/, 'yen have no smaller unit');
});

test('a share is floored, never rounded up to the promise', () => {
  assert.equal(percent('en', 0.998_999_9), '99.899%');
  assert.equal(percent('en', 0.999), '99.900%');
  assert.equal(percent('en', 1), '100.000%');
});

test('durations are words of two units at most', () => {
  assert.equal(duration('en', (4 * 60 + 22) * 60_000), '4 h 22 min');
  assert.equal(duration('zh', (4 * 60 + 22) * 60_000), '4 小时 22 分');
  assert.equal(duration('en', 26 * 3_600_000 + 5000), '1 d 2 h');
  assert.equal(duration('en', 0), '0 min');
  assert.equal(duration('en', 320), '320 ms');
});

test('moments are written in the zone that is asked for, never as ISO', () => {
  const at = '2026-10-06T06:05:00.000Z';
  assert.equal(instant('zh', at, 'Asia/Shanghai'), '2026年10月6日 14:05');
  assert.match(instant('en', at, 'Europe/Berlin'), /6 Oct 2026.*08:05/);
  assert.equal(month('zh', '2026-10'), '2026年10月');
  assert.equal(month('en', '2026-10'), 'October 2026');
  assert.equal(ago('en', at, Date.parse(at) + 3 * 60_000), '3 minutes ago');
});

test('bytes go in steps of 1024', () => {
  assert.equal(bytes('en', 512), '512 B');
  assert.equal(bytes('en', 1536), '1.5 KiB');
  assert.equal(bytes('en', 3 * 1024 ** 3), '3 GiB');
});

test('days off are written as stretches, and read as they were written', () => {
  const dates = ['2026-10-01', '2026-10-02', '2026-10-05', '2026-12-31', '2027-01-01'];
  assert.equal(daysText(dates), '2026-10-01–2026-10-02\n2026-10-05\n2026-12-31–2027-01-01');
  assert.deepEqual(datesOf(daysText(dates)), dates);
  assert.deepEqual(datesOf('2026-10-05, 2026-10-01-2026-10-02；2026-10-01～2026-10-01'), dates.slice(0, 3));
  assert.deepEqual(datesOf(' \n'), []);
  const wrong = ['2026-02-29', '2026-2-3', '2026-10-02–2026-10-01', '2026-01-01–2029-01-01', '1–2', 'x', '–'];
  for (const text of wrong) assert.equal(datesOf(text), null, text);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDuration, printDuration } from './duration.ts';

test('a duration is days, hours, minutes and seconds with up to three decimals', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['P1D', 86_400_000],
    ['PT1H', 3_600_000],
    ['PT60S', 60_000],
    ['PT2M30.5S', 150_500],
    ['P1DT1H1M1.001S', 90_061_001],
    ['PT0S', 0],
    ['PT0.05S', 50],
    ['PT90M', 5_400_000],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
});

test('weeks, months, signs, fractions of other units and nothing at all are refused', () => {
  for (const text of [
    '',
    'P',
    'PT',
    'P1DT',
    'P1W',
    'P1M',
    'P1Y',
    '-PT1H',
    '+PT1H',
    'PT1.5H',
    'PT1,5S',
    'PT1.2345S',
    'PT.5S',
    'PT1S1M',
    'pt1h',
    'PT1H ',
    'PT1H\n',
    `PT${'9'.repeat(400)}S`,
    'P104249992D',
  ]) {
    assert.equal(parseDuration(text), null, JSON.stringify(text));
  }
});

test('every number of milliseconds is printed so that it reads back', () => {
  fc.assert(
    fc.property(fc.nat(10 ** 12), (ms) => {
      assert.equal(parseDuration(printDuration(ms)), ms);
      assert.equal(Temporal.Duration.from(printDuration(ms)).total('milliseconds'), ms);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochDay, parseDate, parseInstant, printInstant } from './instant.ts';

/** What Temporal makes of the text, when it is whole milliseconds; null when it refuses. */
function oracle(text: string): number | null {
  try {
    const at = Temporal.Instant.from(text);
    return at.epochNanoseconds % 1_000_000n === 0n ? at.epochMilliseconds : null;
  } catch {
    return null;
  }
}

const two = (max: number) => fc.nat(max).map((n) => String(n).padStart(2, '0'));
const zoneText = fc.oneof(
  fc.constant('Z'),
  fc.tuple(fc.constantFrom('+', '-'), two(24), two(61)).map(([sign, h, m]) => `${sign}${h}:${m}`),
);
const secondText = fc.oneof(
  fc.constant(''),
  two(61).map((s) => `:${s}`),
  fc.tuple(two(61), fc.stringMatching(/^\d{1,10}$/)).map(([s, f]) => `:${s}.${f}`),
  fc.tuple(two(59), fc.stringMatching(/^\d{1,3}0{0,6}$/)).map(([s, f]) => `:${s}.${f}`),
);
const instantText = fc
  .tuple(fc.nat(9999), two(13), two(32), two(24), two(60), secondText, zoneText)
  .map(([y, mo, d, h, mi, s, z]) => `${String(y).padStart(4, '0')}-${mo}-${d}T${h}:${mi}${s}${z}`);

test('an instant is what Temporal says, and what Temporal refuses is refused', () => {
  fc.assert(
    fc.property(instantText, (text) => {
      // Temporal reads a leap second as the one before it: here it is no instant.
      const expected = /T\d\d:\d\d:60/.test(text) ? null : oracle(text);
      assert.equal(parseInstant(text), expected, text);
    }),
    { numRuns: 3000 },
  );
});

test('hostile text is never read as something that Temporal does not read', () => {
  const near = fc
    .tuple(instantText, fc.nat(40), fc.constantFrom('', ' ', '-', 'Z', '٣', '１', '\n', '[UTC]', 'e', '+'))
    .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at));
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      const read = parseInstant(text);
      if (read !== null) assert.equal(read, oracle(text), text);
    }),
    { numRuns: 3000 },
  );
});

test('instants are refused without zone, with finer decimals, as dates, as leap seconds', () => {
  for (const text of [
    '2026-10-01T00:00:00',
    '2026-10-01',
    '2026-10-01 00:00:00Z',
    '2026-10-01t00:00:00z',
    '2026-10-01T00:00:00.0001Z',
    '2026-10-01T00:00:00,5Z',
    '2026-10-01T24:00:00Z',
    '2026-10-01T00:00:60Z',
    '2026-02-29T00:00:00Z',
    '2026-10-01T00:00:00+8:00',
    '2026-10-01T00:00:00+0800',
    '+012026-10-01T00:00:00Z',
    '2026-10-01T00:00:00Z\n',
    '2026-10-01T00:00:00[Asia/Shanghai]',
  ]) {
    assert.equal(parseInstant(text), null, JSON.stringify(text));
  }
});

test('an instant is printed in UTC to the millisecond and read back', () => {
  assert.equal(printInstant(0), '1970-01-01T00:00:00.000Z');
  assert.equal(parseInstant('1970-01-01T08:00+08:00'), 0);
  assert.equal(parseInstant('2026-10-01T00:00:00.120000000Z'), Date.UTC(2026, 9, 1) + 120);
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(0, 0), max: Date.UTC(9999, 0) }), (at) => {
      assert.equal(printInstant(at), new Date(at).toISOString());
      assert.equal(parseInstant(printInstant(at)), at);
    }),
  );
});

test('days are counted as the proleptic Gregorian calendar counts them', () => {
  for (let day = -719_528; day < 2_932_000; day += 97) {
    const date = new Date(day * 86_400_000);
    assert.equal(epochDay(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()), day);
  }
  assert.equal(parseDate('2000-02-29'), 11_016);
  for (const text of ['1900-02-29', '2026-04-31', '2026-00-01', '2026-01-00', '2026-1-1', '20260101', '']) {
    assert.equal(parseDate(text), null, text);
  }
});

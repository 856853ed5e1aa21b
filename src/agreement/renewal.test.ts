import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstant } from '../calendar/instant.ts';
import type { Working } from '../calendar/working.ts';
import { renewalShape } from '../people/party.ts';
import { defaultPeriods } from '../terms/editions/hosting.ts';
import { workingShape } from '../terms/value.ts';
import { type Due, keyOf, outlook, type Stand, termLine, timetable } from './renewal.ts';
import type { Payment, Sold } from './sale.ts';

/** `10-05 12:00` of 2026 in Shanghai. */
const at = (text: string): number =>
  parseInstant(`2026-${text.length > 5 ? text.replace(' ', 'T') : `${text}T00:00`}:00+08:00`) ?? Number.NaN;

const working: Working = workingShape.parse({
  zone: 'Asia/Shanghai',
  periods: defaultPeriods,
  holidays: ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
  makeup: ['2026-10-10'],
});
const plain = renewalShape.parse({});
const shifting = renewalShape.parse({ shift: true });

function sale(number: string, from: string, to: string, cut: string | null = null): Sold {
  return {
    ...{ number, host: 'h1', name: 'Hosting', document: '', edition: '', management: '', plan: 'basic' },
    ...{ version: 1, price: 100, currency: 'CNY' },
    from: at(from),
    to: at(to),
    cut: cut === null ? null : at(cut),
  };
}

function paid(number: string, when: string): Payment {
  const money = { amount: 100, currency: 'CNY', method: 'bank', actor: 'finance', reason: null };
  return { ...money, receipt: `${number} ${when}`, sale: number, at: at(when) };
}

const local = (instant: number): string => {
  const text = new Date(instant + 8 * 3_600_000).toISOString();
  return text.slice(5, 16).replace('T', ' ').replace(' 00:00', '');
};
const told = (dues: readonly Due[]): string[] =>
  dues.map(({ act, at: when, days }) => `${local(when)} ${act}${days === null ? '' : ` ${days}`}`);

/** A history: its sales and payments, and what is due of it. */
const histories: readonly (readonly [
  name: string,
  chain: readonly Sold[],
  payments: readonly Payment[],
  rules: typeof plain,
  expected: readonly string[],
])[] = [
  [
    'never renewed: four reminders, the stop at the end, thirty days of keeping',
    [sale('A', '03-01', '09-01')],
    [],
    plain,
    ['08-02 remind 30', '08-25 remind 7', '08-29 remind 3', '09-01 remind 0', '09-01 stop', '10-01 release'],
  ],
  [
    'renewed and paid in time: one long term',
    [sale('A', '03-01', '09-01'), sale('B', '09-01', '12-01')],
    [paid('B', '08-20')],
    plain,
    ['11-01 remind 30', '11-24 remind 7', '11-28 remind 3', '12-01 remind 0', '12-01 stop', '12-31 release'],
  ],
  [
    'renewed and not paid: the end stands',
    [sale('A', '03-01', '09-01'), sale('B', '09-01', '12-01')],
    [],
    renewalShape.parse({ reminders: [3] }),
    ['08-29 remind 3', '09-01 stop', '10-01 release'],
  ],
  [
    'paid within the keeping: stopped, then opened by the payment',
    [sale('A', '03-01', '09-01'), sale('B', '09-01', '12-01')],
    [paid('B', '09-10 15:30')],
    renewalShape.parse({ reminders: [3] }),
    ['08-29 remind 3', '09-01 stop', '09-10 15:30 reopen', '11-28 remind 3', '12-01 stop', '12-31 release'],
  ],
  [
    'paid after the release: nothing of it follows',
    [sale('A', '03-01', '09-01'), sale('B', '09-01', '12-01')],
    [paid('B', '10-02')],
    renewalShape.parse({ reminders: [] }),
    ['09-01 stop', '10-01 release'],
  ],
  [
    'a change of plan in mid-term is no renewal, paid or not',
    [sale('A', '03-01', '09-01', '05-01'), sale('B', '05-01', '09-01')],
    [],
    renewalShape.parse({ reminders: [] }),
    ['09-01 stop', '10-01 release'],
  ],
  [
    'a term shorter than a reminder’s lead has no such reminder',
    [sale('A', '08-20', '09-01')],
    [],
    plain,
    ['08-25 remind 7', '08-29 remind 3', '09-01 remind 0', '09-01 stop', '10-01 release'],
  ],
  [
    'off days off: reminders before the holidays, stop and release after them',
    // 1 October is a Thursday; the holidays end on the 8th. 31 October, 7 November: Saturdays.
    [sale('A', '03-01', '10-01')],
    [],
    shifting,
    ['09-01 remind 30', '09-24 remind 7', '09-28 remind 3', '09-30 remind 0', '10-08 stop', '11-09 release'],
  ],
  [
    'shifted: whoever pays before the shifted stop is not stopped',
    [sale('A', '03-01', '10-01'), sale('B', '10-03', '12-01')],
    [paid('B', '10-03')],
    renewalShape.parse({ shift: true, reminders: [] }),
    ['12-01 stop', '12-31 release'],
  ],
  [
    'nothing is kept: stopped and released at once',
    [sale('A', '03-01', '09-01')],
    [],
    renewalShape.parse({ reminders: [], keepDays: 0 }),
    ['09-01 stop', '09-01 release'],
  ],
  ['nothing sold', [], [], plain, []],
];

for (const [name, chain, payments, rules, expected] of histories) {
  test(`due: ${name}`, () => {
    assert.deepEqual(told(timetable(termLine(chain, payments), rules, working)), expected);
  });
}

test('the keeping is counted from the real stop, when that came late', () => {
  const line = termLine([sale('A', '03-01', '09-01')], []);
  const rules = renewalShape.parse({ reminders: [] });
  assert.deepEqual(
    told(timetable(line, rules, working, { stoppedAt: at('09-20 10:00'), recordedAt: null })),
    ['09-01 stop', '10-20 10:00 release'],
  );
});

test('a term that is recorded when it is over stops nothing for a day: old sales are entered one by one', () => {
  const line = termLine([sale('A', '03-01', '09-01')], []);
  const rules = renewalShape.parse({ reminders: [] });
  const recorded = (when: string) =>
    told(timetable(line, rules, working, { stoppedAt: null, recordedAt: at(when) }));
  assert.deepEqual(recorded('11-20 09:00'), ['11-21 09:00 stop', '12-21 09:00 release']);
  assert.deepEqual(recorded('03-01'), ['09-01 stop', '10-01 release']);
});

test('a calendar in which nobody ever works moves nothing', () => {
  const idle = workingShape.parse({ zone: 'Asia/Shanghai', periods: {} });
  const line = termLine([sale('A', '03-01', '09-01')], []);
  assert.deepEqual(told(timetable(line, renewalShape.parse({ shift: true, reminders: [] }), idle)), [
    '09-01 stop',
    '10-01 release',
  ]);
});

const serving: Stand = { state: 'serving', stopped: null };
const line = termLine([sale('A', '03-01', '09-01')], []);
const dues = timetable(line, plain, working);

test('whoever was away for weeks sends the last reminder alone, and stops what has ended', () => {
  const seen = outlook(line, dues, serving, new Set(), at('08-30'));
  assert.deepEqual(
    [told(seen.now), told(seen.passed)],
    [['08-29 remind 3'], ['08-02 remind 30', '08-25 remind 7']],
  );
  assert.equal(seen.next, at('09-01'));
  const after = outlook(line, dues, serving, new Set(), at('09-05'));
  assert.deepEqual(told(after.now), ['09-01 stop', '09-01 remind 0']);
});

test('what was done is not done again; a reminder after a later one says nothing new', () => {
  const reminded = new Set(dues.filter((due) => due.days === 3).map(keyOf));
  const seen = outlook(line, dues, serving, reminded, at('08-30'));
  assert.deepEqual([told(seen.now), told(seen.passed)], [[], ['08-02 remind 30', '08-25 remind 7']]);
});

test('a host is released when it was stopped and kept, not before; a released one has nothing due', () => {
  const stopped: Stand = { state: 'expired', stopped: { at: at('09-01'), actor: 'timetable' } };
  const done = new Set(dues.filter((due) => due.act === 'remind' || due.act === 'stop').map(keyOf));
  assert.deepEqual(told(outlook(line, dues, stopped, done, at('10-01') - 1).now), []);
  assert.deepEqual(told(outlook(line, dues, stopped, done, at('10-01')).now), ['10-01 release']);
  assert.equal(outlook(line, dues, { state: 'released', stopped: null }, done, at('10-02')).next, null);
});

test('staff who opened an ended host by hand meant it: the timetable does not stop it twice', () => {
  const done = new Set(dues.filter((due) => due.act !== 'release').map(keyOf));
  assert.deepEqual(outlook(line, dues, serving, done, at('12-01')).now, []);
});

test('a host that staff stopped within its term stays stopped', () => {
  const byStaff: Stand = { state: 'expired', stopped: { at: at('05-01'), actor: 'operator' } };
  assert.deepEqual(outlook(line, dues, byStaff, new Set(), at('06-01')).now, []);
  const byTimetable: Stand = { state: 'expired', stopped: { at: at('05-01'), actor: 'timetable' } };
  assert.deepEqual(told(outlook(line, dues, byTimetable, new Set(), at('06-01')).now), ['03-01 reopen']);
});

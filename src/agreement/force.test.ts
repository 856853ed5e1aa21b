import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstant } from '../calendar/instant.ts';
import { intersect, intervalsOf, span, type Timeline } from '../timeline/timeline.ts';
import { type Acts, type Facts, force, forceParts, type Sale } from './force.ts';

const zone = 'Asia/Shanghai';
/** `10-05 12:00` in 2026, Shanghai time. */
const at = (text: string): number => parseInstant(`2026-${text.replace(' ', 'T')}:00+08:00`) ?? Number.NaN;
const year = span(at('01-01 00:00'), at('12-31 00:00'));

const signed: Acts = { signed: at('02-10 10:00'), sealed: at('02-11 15:30') };

function sale(number: string, from: string, to: string, paidAt: string | null): Sale {
  return {
    number,
    from: at(from),
    to: at(to),
    paid: 60_000n,
    currency: 'CNY',
    paidAt: paidAt === null ? null : at(paidAt),
  };
}

const whole: Facts = {
  signatures: { provider: signed, customer: signed },
  opened: at('02-12 09:00'),
  ended: null,
  stages: [{ from: at('01-01 00:00'), stage: 'released' }],
  sales: [sale('SA-1', '02-01 00:00', '12-31 00:00', '02-01 08:00')],
};

/** A history and the stretches in which it is in force, within 2026 up to 31 December. */
const histories: readonly (readonly [name: string, facts: Partial<Facts>, expected: readonly string[]])[] = [
  ['everything is there: from the opening on', {}, ['02-12 09:00 – 12-31 00:00']],
  ['unpaid', { sales: [sale('SA-1', '02-01 00:00', '12-31 00:00', null)] }, []],
  [
    'paid late',
    { sales: [sale('SA-1', '02-01 00:00', '12-31 00:00', '03-01 10:00')] },
    ['03-01 10:00 – 12-31 00:00'],
  ],
  ['paid after the term', { sales: [sale('SA-1', '02-01 00:00', '03-01 00:00', '03-05 00:00')] }, []],
  ['not opened', { opened: null }, []],
  ['one act is missing', { signatures: { provider: signed, customer: { ...signed, sealed: null } } }, []],
  [
    'sealed last: from the start of that local day, although it was sealed at its end',
    { signatures: { provider: { ...signed, sealed: at('04-20 23:59') }, customer: signed } },
    ['04-20 00:00 – 12-31 00:00'],
  ],
  [
    'a natural person: the signature is recorded as both acts',
    { signatures: { provider: signed, customer: { signed: at('05-02 09:00'), sealed: at('05-02 09:00') } } },
    ['05-02 00:00 – 12-31 00:00'],
  ],
  [
    'a test stage, then released',
    {
      stages: [
        { from: at('01-01 00:00'), stage: 'invited-test' },
        { from: at('03-01 00:00'), stage: 'public-test' },
        { from: at('06-15 12:00'), stage: 'released' },
      ],
    },
    ['06-15 12:00 – 12-31 00:00'],
  ],
  ['no stage declared', { stages: [] }, []],
  [
    'renewed in time: no gap, nothing signed again',
    {
      sales: [
        sale('SA-1', '02-01 00:00', '08-01 00:00', '02-01 08:00'),
        sale('SA-2', '08-01 00:00', '12-31 00:00', '07-20 08:00'),
      ],
    },
    ['02-12 09:00 – 12-31 00:00'],
  ],
  [
    'renewed late: out of force until the payment',
    {
      sales: [
        sale('SA-1', '02-01 00:00', '08-01 00:00', '02-01 08:00'),
        sale('SA-2', '08-01 00:00', '12-31 00:00', '08-03 17:00'),
      ],
    },
    ['02-12 09:00 – 08-01 00:00', '08-03 17:00 – 12-31 00:00'],
  ],
  ['ended early', { ended: at('05-05 18:00') }, ['02-12 09:00 – 05-05 18:00']],
  ['ended before it began', { ended: at('02-01 00:00') }, []],
  [
    'the plan changed in mid-term: two rows of one number',
    {
      sales: [
        sale('SA-1', '02-01 00:00', '06-01 00:00', '02-01 08:00'),
        sale('SA-1', '06-01 00:00', '12-31 00:00', '02-01 08:00'),
      ],
    },
    ['02-12 09:00 – 12-31 00:00'],
  ],
  [
    'a pause between two terms',
    {
      sales: [
        sale('SA-1', '02-01 00:00', '06-01 00:00', '02-01 08:00'),
        sale('SA-2', '07-01 00:00', '12-31 00:00', '05-01 08:00'),
      ],
    },
    ['02-12 09:00 – 06-01 00:00', '07-01 00:00 – 12-31 00:00'],
  ],
];

const written = (line: Timeline): string[] =>
  intervalsOf(line).map(([from, to]) => `${local(from)} – ${local(to)}`);
const local = (instant: number): string =>
  new Date(instant + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');

for (const [name, facts, expected] of histories) {
  test(`in force: ${name}`, () => {
    assert.deepEqual(written(intersect(force({ ...whole, ...facts }, zone, null), year)), expected);
  });
}

test('what comes at or after asOf has not happened', () => {
  const later = at('02-11 15:30');
  const until = (asOf: number): string[] =>
    written(intersect(force(whole, zone, asOf), span(at('01-01 00:00'), asOf)));
  // The last seal of the day counts from that day's start, but only once it has been set.
  const opened = { ...whole, opened: at('02-01 00:00') };
  assert.deepEqual(force(opened, zone, later), []);
  assert.deepEqual(force(opened, zone, later + 1)[0], at('02-11 00:00'));
  assert.deepEqual(until(at('02-12 09:00')), []);
  assert.deepEqual(until(at('02-12 10:00')), ['02-12 09:00 – 02-12 10:00']);
  const ended = { ...whole, ended: at('05-05 18:00') };
  assert.deepEqual(force(ended, zone, at('05-05 18:00')).at(-1), at('12-31 00:00'));
  assert.deepEqual(force(ended, zone, at('05-05 18:01')).at(-1), at('05-05 18:00'));
});

test('the day of signing is the day of the agreement, not of the machine', () => {
  const late = { signed: at('04-20 01:00'), sealed: at('04-20 01:00') };
  const facts = { ...whole, signatures: { provider: late, customer: late } };
  assert.equal(force(facts, zone, null)[0], at('04-20 00:00'));
  // 01:00 in Shanghai is still the 19th in Berlin.
  assert.equal(force(facts, 'Europe/Berlin', null)[0], parseInstant('2026-04-19T00:00:00+02:00'));
});

test('each condition is told by itself, so that the missing one has a name', () => {
  const facts = { ...whole, opened: null };
  const missing = forceParts(facts, zone, null).filter((part) => part.line.length === 0);
  assert.deepEqual(
    missing.map(({ fact, clause }) => `${fact} ${clause}`),
    ['opened 2.1'],
  );
  const all = forceParts(whole, zone, null).map((part) => part.line);
  assert.deepEqual(
    all.reduce((line, part) => intersect(line, part)),
    force(whole, zone, null),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal, type Refusal } from '../refusal.ts';
import { type Case, readCase, readCaseText } from './case.ts';
import { evaluate } from './settlement.ts';

const day = (date: string): string => `2026-10-${date}T00:00:00+08:00`;
const signed = { signed: '2026-09-01T10:00:00+08:00', sealed: '2026-09-01T10:05:00+08:00' };

/** A case with everything in it that a case file may have; each row below changes one thing. */
const whole = {
  format: 'hostpledge/case@1',
  zone: 'Asia/Shanghai',
  month: '2026-10',
  asOf: day('20'),
  terms: {
    format: 'hostpledge/terms@1',
    id: 'virtual-hosting',
    edition: '2026-11',
    remedy: { kind: 'fee-multiple', factor: 2 },
    working: {
      zone: 'Asia/Shanghai',
      periods: { '1': [['09:00', '12:00']], '7': [['13:30', '24:00']] },
      holidays: ['2026-10-01'],
      makeup: ['2026-10-10'],
      makeupLike: '1',
    },
    guarantees: [
      {
        id: 'web',
        clause: '2-2.1',
        check: 'web',
        objective: { kind: 'availability', atLeast: '0.99', counts: 'all' },
        hold: 'PT150S',
        quorum: 'majority',
        floor: 1,
        bridge: 'PT1H',
        coverage: '0.95',
        exclusions: ['customer-dns'],
      },
      {
        id: 'response',
        clause: '2-4.2',
        check: 'response',
        objective: { kind: 'ceiling', limit: 'PT1.5S', statistic: 'max', window: 'PT1M' },
      },
      {
        id: 'reply',
        clause: '2-6.4',
        objective: { kind: 'deadline', within: { workingHours: 5 } },
      },
    ],
  },
  agreement: {
    number: 'QA-1',
    signatures: { provider: signed, customer: signed },
    opened: day('01'),
    ended: null,
    stages: [
      { from: '2026-01-01T00:00:00+08:00', stage: 'public-test' },
      { from: '2026-02-01T00:00:00+08:00', stage: 'released' },
    ],
    sales: [
      { number: 'SA-1', from: day('01'), to: day('10'), paid: '600.00', currency: 'CNY', paidAt: day('01') },
      { number: 'SA-2', from: day('10'), to: day('31'), paid: '0.00', currency: 'CNY', paidAt: null },
    ],
  },
  series: [
    {
      check: 'web',
      vantage: 'a',
      runs: [
        { first: day('01'), last: day('02'), result: 'pass', count: 7 },
        { first: day('03'), last: day('03'), result: 'fail', count: 1 },
      ],
    },
    { check: 'web', vantage: 'b', runs: [] },
  ],
  windows: [
    { check: 'response', from: day('02'), every: 'PT60S', idle: 480 },
    { check: 'response', from: day('01'), every: 'PT1M', values: [12, null, 1700] },
  ],
  items: [{ for: 'reply', id: 'T-1', opened: day('12'), done: null }],
  causes: [{ cause: 'customer-dns', checks: ['web'], from: day('03'), to: day('04'), evidence: ['obs:1'] }],
};

/** A copy with something else (with `undefined`: nothing) at a path such as `terms/guarantees/1/id`. */
function changed(path: string, value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(whole));
  const keys = path.split('/');
  const last = keys.pop()!;
  let place = copy as Record<string, unknown>;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

function refusalOf(json: unknown): Refusal {
  const read = readCase(json);
  return isRefusal(read) ? read : assert.fail('accepted');
}

function accepted(json: unknown): Case {
  const read = readCase(json);
  return isRefusal(read) ? assert.fail(`${read.path}: ${read.rule}`) : read;
}

/** `changed` path, value, the path that must be named. */
type Row = readonly [path: string, value: unknown, named: string];

/** The path as it is named: `terms/guarantees/1/id` → `terms.guarantees[1].id`; a weekday is a key, not a place in a list. */
function named(path: string): string {
  return path.replace(/(?<!periods)\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.');
}

function refusesAt(what: string, rows: readonly (readonly [path: string, ...values: unknown[]])[]): void {
  test(`refused with its path: ${what}`, () => {
    for (const [path, ...values] of rows) {
      for (const value of values) {
        const label = `${path} ${JSON.stringify(value)}`;
        assert.equal(refusalOf(changed(path, value)).path, named(path), label);
      }
    }
  });
}

function refusesElsewhere(what: string, rows: readonly Row[]): void {
  test(`refused with its path: ${what}`, () => {
    for (const [path, value, expected] of rows) {
      assert.equal(refusalOf(changed(path, value)).path, expected, `${path} ${JSON.stringify(value)}`);
    }
  });
}

test('the whole case is read, in milliseconds and minor units', () => {
  const read = accepted(whole);
  assert.equal(read.from, Date.parse(day('01')));
  assert.equal(read.to, Date.parse('2026-11-01T00:00:00+08:00'));
  assert.equal(read.agreement.sales[0]?.paid, 60_000n);
  assert.equal(read.windows[0]?.count, 480);
  assert.equal(read.terms.guarantees[2]?.check, null);
});

test('refused with its path: an unknown key, at every level', () => {
  const places = [
    '',
    'terms/',
    'terms/remedy/',
    'terms/working/',
    'terms/working/periods/',
    'terms/guarantees/0/',
    'terms/guarantees/0/objective/',
    'terms/guarantees/1/objective/',
    'terms/guarantees/2/objective/',
    'terms/guarantees/2/objective/within/',
    'agreement/',
    'agreement/signatures/',
    'agreement/signatures/customer/',
    'agreement/stages/0/',
    'agreement/sales/1/',
    'series/0/',
    'series/0/runs/1/',
    'windows/1/',
    'items/0/',
    'causes/0/',
  ];
  for (const place of places) {
    const refusal = refusalOf(changed(`${place}unknown`, 1));
    assert.deepEqual([refusal.path, refusal.rule], [named(`${place}unknown`), 'unknown key']);
    const text = JSON.stringify(changed(`${place}unknown`, 1)).replace('"unknown"', '"__proto__"');
    const proto = readCaseText(text);
    assert(isRefusal(proto) && proto.path === named(`${place}__proto__`), place);
  }
});

refusesAt('a missing required key', [
  ...['format', 'zone', 'month', 'terms', 'agreement'].map((key) => [key, undefined] as const),
  ...['format', 'id', 'edition', 'remedy', 'working', 'guarantees'].map(
    (key) => [`terms/${key}`, undefined] as const,
  ),
  ...['id', 'clause', 'check', 'objective', 'hold'].map(
    (key) => [`terms/guarantees/0/${key}`, undefined] as const,
  ),
  ...['limit', 'statistic', 'window'].map(
    (key) => [`terms/guarantees/1/objective/${key}`, undefined] as const,
  ),
  ['terms/guarantees/2/objective/within', undefined],
  ['terms/remedy/kind', undefined],
  ['terms/working/zone', undefined],
  ['terms/working/periods', undefined],
  ...['number', 'signatures', 'opened', 'ended', 'stages', 'sales'].map(
    (key) => [`agreement/${key}`, undefined] as const,
  ),
  ['agreement/signatures/provider/sealed', undefined],
  ...['number', 'from', 'to', 'paid', 'currency', 'paidAt'].map(
    (key) => [`agreement/sales/0/${key}`, undefined] as const,
  ),
  ...['check', 'vantage', 'runs'].map((key) => [`series/0/${key}`, undefined] as const),
  ...['first', 'last', 'result', 'count'].map((key) => [`series/0/runs/0/${key}`, undefined] as const),
  ...['check', 'from', 'every'].map((key) => [`windows/0/${key}`, undefined] as const),
  ...['for', 'id', 'opened', 'done'].map((key) => [`items/0/${key}`, undefined] as const),
  ...['cause', 'from', 'to'].map((key) => [`causes/0/${key}`, undefined] as const),
]);

refusesAt('another format, kind or word', [
  ['format', 'hostpledge/case@2', 1],
  ['terms/format', 'hostpledge/case@1'],
  ['terms/remedy/kind', 'fee'],
  ['terms/guarantees/0/objective/kind', 'uptime', undefined, 3],
  ['terms/guarantees/0/objective/counts', 'some'],
  ['agreement/stages/0/stage', 'beta', ''],
  ['series/0/runs/0/result', 'unknown', 'PASS', true],
]);

refusesAt('bad money', [
  ['agreement/sales/0/paid', '-1.00', '600', '600.0', '600.000', '1,000.00', '', ' 1.00', 600, null],
  ['agreement/sales/0/currency', 'JPY', 'KWD', 'cny', 'ZZZ', '', 5],
  ['agreement/sales/1/currency', 'USD'],
]);

refusesAt('bad durations, shares, factors, floors, quorums', [
  ['terms/guarantees/0/hold', 'P1W', 'P1M', '-PT1S', '150', 150, 'PT', null],
  ['terms/guarantees/0/bridge', 'PT0.1234S', 'P1Y'],
  ['terms/guarantees/0/coverage', '1.1', '-0.1', '95%', '.5', 0.95, '', '1e-1'],
  ['terms/guarantees/0/objective/atLeast', '1.0000001', '99', 0.99, null],
  ['terms/guarantees/0/floor', 0, -1, 1.5, '1', null],
  ['terms/guarantees/0/quorum', 0, -1, 1.5, 'most', '2', null],
  ['terms/remedy/factor', 0, -2, 2.0001, '2', 1e21, 1e-7, null],
  ['terms/guarantees/2/objective/within', 'P1W', 5, null, ['PT1H']],
  ['terms/guarantees/2/objective/within/workingHours', 0, -5, 0.0001, '5', null],
  ['terms/guarantees/1/objective/limit', '1.5', 1500],
  ['terms/guarantees/1/objective/window', 'PT0S', 'P1W'],
]);

refusesAt('bad times, dates, zones, months, instants', [
  ['zone', 'Mars/Olympus', '', 'Asia/Shanghai ', 8, null],
  ['month', '2026-13', '2026-00', '2026-1', '26-10', '2026-10-01', '', 202610, null],
  ['asOf', '2026-10-20', '2026-10-20T00:00:00', 'now', 0],
  ['terms/working/zone', 'Mars/Olympus'],
  ['terms/working/periods/1/0/1', '24:01', '9:00', '12:60', '25:00', '', 12],
  ['terms/working/periods/1/0', ['09:00'], ['09:00', '12:00', '13:00'], '09:00-12:00', null],
  ['terms/working/holidays/0', '2026-02-29', '2026-10-1', '', null, 20_261_001],
  ['terms/working/makeup/0', '2026-04-31'],
  ['terms/working/makeupLike', '0', '8', 1],
  ['agreement/opened', '2026-10-01', '2026-02-30T00:00:00Z', 5],
  ['agreement/sales/0/from', '2026-10-01T00:00:00.0001Z'],
  ['series/0/runs/0/first', '2026-10-01T24:00:00Z', null],
]);

refusesAt('empty names and lists of the wrong kind', [
  ['terms/id', ''],
  ['terms/guarantees/0/id', '', 5],
  ['terms/guarantees/0/check', ''],
  ['agreement/number', '', null],
  ['agreement/sales/0/number', ''],
  ['agreement/sales', [], null, {}],
  ['series', null, {}],
  ['series/0/vantage', ''],
  ['series/0/runs/0/count', 0, 1.5, -1, '7'],
  ['windows/1/values', 'x', null],
  ['windows/0/idle', -1, 1.5, '480'],
  ['items/0/for', ''],
  ['causes/0/cause', ''],
  ['causes/0/checks/0', '', 1],
  ['causes/0/evidence/0', 1],
  ['terms/guarantees/0/exclusions/0', '', 1],
]);

refusesAt('wrong orders and overlaps', [
  ['agreement/stages/1/from', '2026-01-01T00:00:00+08:00', '2025-12-01T00:00:00+08:00'],
  ['agreement/stages/1/stage', 'invited-test'],
  ['agreement/sales/0/to', day('01'), '2026-09-30T00:00:00+08:00'],
  ['agreement/sales/1/from', day('09'), '2026-09-01T00:00:00+08:00'],
  ['series/0/runs/0/last', '2026-09-30T23:59:59+08:00'],
  ['series/0/runs/1/first', day('02'), day('01')],
  ['items/0/done', '2026-10-11T23:59:59.999+08:00'],
  ['causes/0/to', day('03'), day('02')],
  ['terms/guarantees/2/id', 'web'],
  ['windows/0/every', 'PT59S', 'PT0S'],
]);

refusesElsewhere('what two keys say together', [
  ['terms/guarantees/1/id', 'web', 'terms.guarantees[1].id'],
  ['terms/guarantees/2/check', 'web', 'terms.guarantees[2].check'],
  ['terms/guarantees/0/objective/above', '0.99', 'terms.guarantees[0].objective'],
  ['terms/guarantees/0/objective/atLeast', undefined, 'terms.guarantees[0].objective'],
  ['terms/guarantees/1/objective/window', 'PT2M', 'windows[0].every'],
  ['series/1/vantage', 'a', 'series[1]'],
  ['windows/0/values', [1], 'windows[0]'],
  ['windows/0/idle', undefined, 'windows[0]'],
  ['windows/0/from', '2026-10-01T00:02:59+08:00', 'windows[0].from'],
  ['windows/0/from', day('01'), 'windows[1].from'],
  ['windows/1/values', [12, -1], 'windows[1].values[1]'],
  ['windows/1/values', [1.5], 'windows[1].values[0]'],
  ['agreement/sales/0/currency', 'USD', 'agreement.sales[1].currency'],
]);

/** What a reader may leave out, or write in another way. */
const variants: readonly (readonly [what: string, path: string, value: unknown])[] = [
  ['no asOf', 'asOf', undefined],
  ['asOf null', 'asOf', null],
  ['asOf before the month', 'asOf', '2026-01-01T00:00:00Z'],
  ['no series', 'series', undefined],
  ['no windows', 'windows', undefined],
  ['no items', 'items', undefined],
  ['no causes', 'causes', undefined],
  ['no evidence', 'causes/0/evidence', undefined],
  ['no checks', 'causes/0/checks', undefined],
  ['no factor', 'terms/remedy/factor', undefined],
  ['a factor with three decimals', 'terms/remedy/factor', 2.125],
  ['no holidays', 'terms/working/holidays', undefined],
  ['no makeup', 'terms/working/makeup', undefined],
  ['no makeupLike', 'terms/working/makeupLike', undefined],
  ['no working time at all', 'terms/working/periods', {}],
  ['a period that ends before it begins', 'terms/working/periods/1/0', ['18:00', '09:00']],
  ['no guarantee at all', 'terms/guarantees', []],
  ['defaults', 'terms/guarantees/0/quorum', undefined],
  ['a number as quorum', 'terms/guarantees/0/quorum', 2],
  ['no bridge', 'terms/guarantees/0/bridge', 'PT0S'],
  ['a share with many decimals', 'terms/guarantees/0/coverage', '0.99999999999999999999'],
  ['elapsed time', 'terms/guarantees/2/objective/within', 'P1DT2H'],
  ['the window said otherwise', 'windows/1/every', 'PT0M60S'],
  ['windows that touch', 'windows/0/from', '2026-10-01T00:03:00+08:00'],
  ['windows of a check without a guarantee', 'windows/0/check', 'other'],
  ['no idle windows', 'windows/0/idle', 0],
  ['an item that names no guarantee', 'items/0/for', 'nobody'],
  ['done at once', 'items/0/done', day('12')],
  ['nothing has happened yet', 'agreement/opened', null],
  ['nothing was declared', 'agreement/stages', []],
  ['a term split at a date keeps its number', 'agreement/sales/1/number', 'SA-1'],
  ['seconds left out', 'agreement/opened', '2026-10-01T00:00+08:00'],
  ['another zone', 'zone', 'America/Sao_Paulo'],
];
for (const [what, path, value] of variants) {
  test(`accepted: ${what}`, () => {
    evaluate(accepted(changed(path, value)));
  });
}

test('the same duration and the same instant in other words are the same case', () => {
  const other = structuredClone(whole);
  other.windows[0]!.every = 'PT1M0.000S';
  other.agreement.opened = '2026-09-30T16:00:00Z';
  assert.deepEqual(accepted(other), accepted(whole));
});

test('the first fault in the order of the file is named, with a stable code', () => {
  const json = changed('terms/guarantees/0/id', '') as Record<string, unknown>;
  const refusal = refusalOf({ ...json, zone: 'Mars/Olympus' });
  assert.deepEqual([refusal.path, refusal.code], ['zone', 'case-invalid']);
});

test('text that is no case is refused, however deep or large', () => {
  const deep = 100_000;
  const texts = [
    '',
    'null',
    '5',
    '"case"',
    '[]',
    '{',
    '\u0000',
    '[{}]',
    '['.repeat(deep) + ']'.repeat(deep),
    `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
    JSON.stringify(whole).replace('"idle":480', `"idle":${'9'.repeat(400)}`),
    JSON.stringify(whole).replace('"idle":480', '"idle":1e400'),
    JSON.stringify(whole).replace('"factor":2', `"factor":${'['.repeat(deep)}${']'.repeat(deep)}`),
    JSON.stringify(whole).replace('"asOf"', `"x":${'['.repeat(deep)}${']'.repeat(deep)},"asOf"`),
  ];
  for (const text of texts) assert(isRefusal(readCaseText(text)), text.slice(0, 60));
  const broken = readCaseText('{"zone":');
  assert(isRefusal(broken) && broken.code === 'case-not-json');
});

test('very large but lawful figures are judged', () => {
  const huge = changed('windows/0/idle', Number.MAX_SAFE_INTEGER);
  evaluate(accepted(huge));
  evaluate(accepted(changed('agreement/sales/0/paid', `${'9'.repeat(2000)}.99`)));
  evaluate(accepted(changed('terms/guarantees/0/hold', 'P100000000D')));
  evaluate(accepted(changed('terms/guarantees/2/objective/within/workingHours', 1e12)));
});

test('a name that is also a word of the language is just a name', () => {
  const json = changed('causes/0/cause', '__proto__') as typeof whole;
  json.terms.guarantees[0]!.exclusions = ['__proto__', 'constructor'];
  const settled = JSON.stringify(evaluate(accepted(json)));
  assert.match(settled, /"excluded":\{"__proto__":86400000\}/);
});

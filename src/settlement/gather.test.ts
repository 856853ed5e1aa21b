import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../refusal.ts';
import { edition, offerTerms } from '../terms/editions/hosting.ts';
import { canonical } from './canonical.ts';
import { readCase } from './case.ts';
import { caseFile, type Gathered } from './gather.ts';
import { evaluate } from './settlement.ts';

const day = 86_400_000;
const from = Date.UTC(2026, 9, 1);
const ids = edition.guarantees.map((guarantee) => guarantee.id);
const sources = new Set(edition.guarantees.map((guarantee) => guarantee.check ?? guarantee.id));
const working = { zone: 'UTC', periods: {}, holidays: [], makeup: [], makeupLike: '1' };
const terms = offerTerms(ids, sources, working);
const acts = { signed: from - day, sealed: from - day };

const gathered: Gathered = {
  number: 'QA-1',
  zone: 'UTC',
  month: '2026-10',
  asOf: null,
  terms: isRefusal(terms) ? assert.fail(terms.rule) : terms,
  facts: {
    signatures: { provider: acts, customer: acts },
    opened: from,
    ended: null,
    stages: [{ from: from - day, stage: 'released' }],
    sales: [{ number: 'SA-1', from, to: from + 365 * day, paid: 60_000n, currency: 'CNY', paidAt: from }],
  },
  series: [
    { check: 'web', vantage: 'b', runs: [] },
    {
      check: 'web',
      vantage: 'a',
      runs: [{ first: from, last: from + 30 * day, result: 'pass', count: 43_201 }],
    },
  ],
  windows: [
    { check: 'response', from, everyMs: 60_000, count: 2, values: [12, null] },
    { check: 'response', from: from + 120_000, everyMs: 60_000, count: 400, values: null },
  ],
  closings: [{ stretch: [from + day, from + 2 * day], rule: 'rule 7', actor: 'staff', facts: [3, 4] }],
  causes: [{ id: 'c9', cause: 'attack', checks: ['response'], from, to: from + day }],
};

test('what was gathered is a case file that is accepted and judged', () => {
  const read = readCase(JSON.parse(JSON.stringify(caseFile(gathered))));
  if (isRefusal(read)) assert.fail(`${read.path}: ${read.rule}`);
  assert.equal(read.agreement.sales[0]?.paid, 60_000n);
  assert.deepEqual(read.agreement.signatures.provider, acts);
  assert.deepEqual(
    read.series.map((series) => series.vantage),
    ['a', 'b'],
  );
  assert.deepEqual(
    read.windows.map(({ count, values }) => [count, values]),
    [
      [2, [12, null]],
      [400, null],
    ],
  );
  const web = evaluate(read).guarantees.find((guarantee) => guarantee.id === 'web');
  assert.equal(web?.ms.excluded['violation'], day);
});

test('the file as it is gathered is read as its canonical text is', () => {
  const told = caseFile(gathered);
  assert.deepEqual(readCase(told), readCase(JSON.parse(canonical(told))));
  assert.deepEqual(JSON.parse(canonical(told)), told);
});

test('values as they are gathered stand in the file as the list they are read as', () => {
  const row = [0, 9, 10, -1, 99, 100, 109, 190, 999, 1000, 1500, -1, 2 ** 31 - 1];
  const list = row.map((ms) => (ms < 0 ? null : ms));
  const windowed = (values: Int32Array | (number | null)[]) =>
    caseFile({
      ...gathered,
      windows: [{ check: 'response', from, everyMs: 60_000, count: row.length, values }],
    });
  const [numbers, plain] = [windowed(Int32Array.from(row)), windowed(list)];
  assert.equal(canonical(numbers), canonical(plain));
  assert.equal(canonical(new Int32Array()), '[]');
  const [one, other] = [readCase(numbers), readCase(plain)];
  assert(!isRefusal(one) && !isRefusal(other));
  assert.deepEqual(evaluate(one), evaluate(other));
});

test('a closing proves itself by its facts, a cause by its own record', () => {
  const read = readCase(JSON.parse(JSON.stringify(caseFile(gathered))));
  if (isRefusal(read)) assert.fail(read.rule);
  assert.deepEqual(
    read.causes.map(({ cause, checks, evidence }) => [cause, checks, evidence]),
    [
      ['violation', ['web', 'ftp', 'function'], ['fact:3', 'fact:4']],
      ['attack', ['response'], ['cause:c9']],
    ],
  );
});

test('the order in which series come from the store does not change the file', () => {
  const turned = { ...gathered, series: gathered.series.toReversed() };
  assert.deepEqual(caseFile(turned), caseFile(gathered));
});

test('what has not happened stands as null', () => {
  const facts = { ...gathered.facts, opened: null, ended: null };
  const file = caseFile({ ...gathered, facts }) as { agreement: { opened: null; ended: null } };
  assert.deepEqual([file.agreement.opened, file.agreement.ended], [null, null]);
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isRefusal } from '../../src/refusal.ts';
import { type Case, readCaseText } from '../../src/settlement/case.ts';
import { judge } from '../../src/settlement/evaluate.ts';
import { type Settlement, settlementOf, settlementText } from '../../src/settlement/settlement.ts';
import { type Edit, edits, leads, textOf } from './mutate.ts';
import { type FuzzTarget, tryInputs, withoutSome } from './target.ts';

interface Changed {
  readonly file: string;
  readonly changes: readonly Edit[];
}

const folder = new URL('../cases/', import.meta.url);
const documents = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.case.json'))
    .map((name) => [name, JSON.stringify(JSON.parse(readFileSync(new URL(name, folder), 'utf8')))]),
);

/** The case files of test/cases with something changed in them, terms included. */
export const cases: FuzzTarget = {
  name: 'cases',
  about:
    'a case file gives a settlement whose parts add up, or is refused at a place that it has; never more',
  run: (random, count) =>
    tryInputs<Changed>(random, count, {
      make: (own) => ({ file: own.pick([...documents.keys()]), changes: edits(own) }),
      check,
      *smaller({ file, changes }) {
        for (const fewer of withoutSome(changes)) yield { file, changes: fewer };
      },
      show: ({ file, changes }) => Buffer.from(textOf(documents.get(file)!, changes)),
      limitMs: 1000,
    }),
};

function check({ file, changes }: Changed): void {
  const text = textOf(documents.get(file)!, changes);
  const read = readCaseText(text);
  if (isRefusal(read)) {
    assert.equal(read.code, 'case-invalid', read.rule);
    assert.ok(read.rule !== '');
    assert.ok(leads(JSON.parse(text), read.path), `no such place: ${read.path} (${read.rule})`);
    return;
  }
  const settlement = settlementOf(judge(read));
  addsUp(read, settlement);
  if ((changes[0]?.at ?? 0) % 16 === 0) {
    const again = readCaseText(text);
    assert(!isRefusal(again));
    assert.equal(settlementText(settlementOf(judge(again))), settlementText(settlement));
  }
}

function addsUp(read: Case, settlement: Settlement): void {
  const month = Math.max(0, Math.min(read.to, read.asOf ?? read.to) - read.from);
  for (const { id, ms, attained, deficient, status } of settlement.guarantees) {
    const excluded = Object.values(ms.excluded).reduce((sum, one) => sum + one, 0);
    const classes = [ms.outside, excluded, ms.bad, ms.unobserved, ms.good];
    for (const one of classes) assert.ok(Number.isSafeInteger(one) && one >= 0, `${id}: ${classes}`);
    assert.equal(
      classes.reduce((sum, one) => sum + one),
      month,
      `${id}: ${classes}`,
    );
    if (attained !== null) assert.match(attained, /^(100\.0{6}|\d{1,2}\.\d{6})$/);
    assert.equal(status === 'nothing-measured', attained === null);
    if (status !== 'breached') assert.deepEqual(deficient, []);
  }
  const { lines, amount } = settlement.compensation;
  assert.match(amount, /^\d+\.\d\d$/);
  const paid = read.agreement.sales.reduce((sum, sale) => sum + sale.paid, 0n);
  const { numerator, denominator } = read.terms.factor;
  // Rounded up once, so by less than one minor unit more than the whole of what was paid times the factor.
  const most = (paid * numerator + denominator - 1n) / denominator;
  assert.ok(BigInt(amount.replace('.', '')) <= most, `${amount} of ${paid}`);
  for (const line of lines) assert.ok(line.deficientMs > 0 && line.deficientMs <= line.termMs);
}

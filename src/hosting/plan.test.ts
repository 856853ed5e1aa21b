import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitStage, type NewPlan, planShape, type StageEntry, stageAt } from './plan.ts';

const plan: NewPlan = {
  plan: 'basic',
  name: { zh: '基础型', en: 'Basic' },
  functions: { spaceMb: 500, trafficGb: 10, domains: 3, ftp: null, php: null, tls: true },
  price: 60_000,
  currency: 'CNY',
  termMonths: 12,
  stage: 'released',
};
const entry = (from: number, stage: StageEntry['stage'], problems = 0): StageEntry => ({
  from,
  stage,
  problems: Array.from({ length: problems }, () => ({ zh: '慢', en: 'slow' })),
});

test('a plan is read strictly', () => {
  assert(planShape.safeParse(plan).success);
  const wrong: readonly object[] = [
    { plan: 'Basic' },
    { plan: '../x' },
    { price: -1 },
    { price: 0.5 },
    { currency: 'JPY' },
    { currency: 'ZZZ' },
    { termMonths: 0 },
    { stage: 'beta' },
    { name: { zh: '', en: 'x' } },
    { functions: { ...plan.functions, spaceMb: 0 } },
    { functions: { ...plan.functions, php: '8' } },
    { functions: { ...plan.functions, extra: 1 } },
    { extra: 1 },
  ];
  for (const one of wrong) {
    assert(!planShape.safeParse({ ...plan, ...one }).success, JSON.stringify(one));
  }
});

test('stages only move towards release, later and later', () => {
  const tested = [entry(0, 'invited-test')];
  assert.equal(admitStage([], entry(0, 'invited-test')), null);
  assert.equal(admitStage(tested, entry(10, 'released')), null);
  assert.equal(admitStage(tested, entry(10, 'public-test', 1)), null);
  assert.equal(admitStage(tested, entry(0, 'released'))?.code, 'stage-order');
  assert.equal(admitStage(tested, entry(10, 'invited-test'))?.code, 'stage-backwards');
  assert.equal(admitStage([entry(0, 'released')], entry(10, 'public-test', 1))?.code, 'stage-backwards');
});

test('a public test names its known problems', () => {
  assert.equal(admitStage([], entry(0, 'public-test'))?.code, 'problems-missing');
});

test('a stage lasts until the next', () => {
  const stages = [entry(10, 'invited-test'), entry(20, 'released')];
  assert.deepEqual(
    [9, 10, 19, 20, 99].map((at) => stageAt(stages, at)?.stage ?? null),
    [null, 'invited-test', 'invited-test', 'released', 'released'],
  );
});

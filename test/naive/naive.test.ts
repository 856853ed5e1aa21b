import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { seeded } from '../fuzz/random.ts';
import { monthOf } from './case.ts';
import type { CaseFile } from './file.ts';
import { judgeNaively } from './judge.ts';
import { compare, type Quarrel, told } from './pair.ts';
import { missing, newTally } from './situation.ts';

/** Fixed, so that every run of the tests asks the same; `npm run laws` asks others. */
const firstSeed = 1;
const months = 1400;

test('a judge that goes minute by minute finds what the core finds, in months of every kind', () => {
  const tally = newTally();
  for (let seed = firstSeed; seed < firstSeed + months; seed += 1) {
    const quarrel = compare(seed, tally);
    assert.equal(quarrel, null, quarrel === null ? '' : told(quarrel));
  }
  assert.deepEqual(missing(tally), [], 'situations that no month had');
});

test('a core that is wrong by a millisecond or a fen is found, with the month made small', () => {
  const wrongs: ((text: string) => string)[] = [
    (text) => text.replace(/"bad":(\d+)/, (_, ms: string) => `"bad":${Number(ms) + 1}`),
    (text) => text.replace(/"amount":"(\d+)\.(\d)/, '"amount":"1$1.$2'),
    (text) => text.replaceAll('"breached"', '"kept"'),
  ];
  for (const wrong of wrongs) {
    const twist = (settlement: object): object => JSON.parse(wrong(JSON.stringify(settlement))) as object;
    let quarrel: Quarrel | null = null;
    for (let seed = 1; quarrel === null && seed <= 40; seed += 1) quarrel = compare(seed, newTally(), twist);
    assert(quarrel !== null, 'not found in forty months');
    const whole = monthOf(seeded(quarrel.seed)).file;
    assert(JSON.stringify(quarrel.file).length < JSON.stringify(whole).length);
    assert.match(told(quarrel), /seed \d+/);
  }
});

const root = join(import.meta.dirname, '..', 'cases');
/** The ticks tried on a worked case: the first that all its instants and durations are whole numbers of. */
const ticks = [60_000, 30_000, 1000];

test('the worked cases come out as they are written down', async () => {
  const judged: string[] = [];
  for await (const path of glob('*.case.json', { cwd: root })) {
    const file = JSON.parse(await readFile(join(root, path), 'utf8')) as CaseFile;
    const expected: unknown = JSON.parse(
      await readFile(join(root, path.replace('.case.', '.settlement.')), 'utf8'),
    );
    const settled = walked(file);
    if (settled === null) continue;
    judged.push(path);
    assert.deepEqual(settled, expected, path);
  }
  assert(judged.length >= 25, `${judged.length} cases lie on whole ticks`);
});

/** Null: something of the case lies within a tick. */
function walked(file: CaseFile): object | null {
  for (const tick of ticks) {
    try {
      return judgeNaively(file, tick, () => {});
    } catch (error) {
      if (!(error instanceof Error && /tick/.test(error.message))) throw error;
    }
  }
  return null;
}

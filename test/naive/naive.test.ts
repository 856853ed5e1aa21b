import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CaseFile } from './file.ts';
import { judgeNaively } from './judge.ts';
import { compare, told } from './pair.ts';
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
    const found = Array.from({ length: 40 }, (_, seed) => compare(seed + 1, newTally(), twist));
    const quarrels = found.filter((one) => one !== null);
    assert(quarrels.length > 0);
    assert.match(told(quarrels[0]!), /seed \d+/);
  }
});

const root = join(import.meta.dirname, '..', 'cases');
/** Cases whose every instant is a whole minute, which is what this judge can walk through. */
const tickMs = 60_000;

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
  for (const tick of [tickMs, 1000]) {
    try {
      return judgeNaively(file, tick, () => {});
    } catch (error) {
      if (!(error instanceof Error && /tick/.test(error.message))) throw error;
    }
  }
  return null;
}

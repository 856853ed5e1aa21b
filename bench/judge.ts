import assert from 'node:assert';
import { isRefusal } from '../src/refusal.ts';
import { type Case, readCase } from '../src/settlement/case.ts';
import { judge } from '../src/settlement/evaluate.ts';
import { offerTerms } from '../src/terms/editions/hosting.ts';
import { workingIn } from '../test/world.ts';
import { caseOf } from './evaluate.ts';
import type { Bench, Report } from './report.ts';
import { alternate, dice, median } from './rounds.ts';

/**
 * The judging core alone, on cases that were read: what closing a month spends on the judgement itself. Two hundred
 * months at a time, since closing reads a hundred and judges each right away.
 */
export const bench: Bench = {
  name: 'judge',
  about: 'judges months that were read before, beside structuredClone of the same cases',
  peers: {},
  run,
};

async function run(report: Report): Promise<void> {
  const turns = report.quick ? 2 : 250;
  const cases = readCases(200);
  const spend = (work: (one: Case) => unknown, times: number) => async () => {
    const begun = process.cpuUsage();
    let done = 0;
    for (let turn = 0; turn < times; turn += 1) for (const one of cases) done += work(one) === null ? 0 : 1;
    const { user, system } = process.cpuUsage(begun);
    assert.equal(done, times * cases.length);
    return done / ((user + system) / 1e6);
  };
  // Some turns before, as in a centre that runs for weeks.
  await spend(judge, turns)();
  const all = await alternate(report.rounds, {
    ours: spend(judge, turns),
    clone: spend(({ series }) => structuredClone(series), Math.ceil(turns / 25)),
  });
  report.line({
    what: 'months judged once read (50 runs × 3 vantage points, 10 causes)',
    unit: 'host-months per CPU second',
    ours: median(all.ours),
    peer: { name: 'structuredClone of what was seen', figure: median(all.clone) },
    goal: { of: 'ours', atLeast: 100_000 },
  });
}

function readCases(count: number): readonly Case[] {
  const roll = dice(7);
  const terms = offerTerms(['web'], new Set(['web']), workingIn('Asia/Shanghai'));
  if (isRefusal(terms)) throw new Error(terms.rule);
  return Array.from({ length: count }, (_, i) => {
    const read = readCase(caseOf(i, terms, roll));
    if (isRefusal(read)) throw new Error(`${read.path}: ${read.rule}`);
    return read;
  });
}

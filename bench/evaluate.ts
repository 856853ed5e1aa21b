import assert from 'node:assert';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isRefusal } from '../src/refusal.ts';
import { offerTerms } from '../src/terms/editions/hosting.ts';
import { workingIn } from '../test/world.ts';
import { timed } from './process.ts';
import type { Bench, Report } from './report.ts';
import { alternate, cost, dice, median } from './rounds.ts';

/**
 * The whole program `hostpledge evaluate --jsonl`, start included: what anybody runs who doubts statements. A
 * case is a month of web checks: 50 runs of each of three vantage points, 10 causes, a year paid.
 */
export const bench: Bench = {
  name: 'evaluate',
  about: 'recomputes months from case files, one a line, beside node reading the same lines and no more',
  peers: {},
  run: compare,
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const runsEach = 50;
const monthFrom = Date.UTC(2026, 9, 1);

async function compare(report: Report): Promise<void> {
  const cases = report.quick ? 100 : 20_000;
  const input = Buffer.from(caseLines(cases));
  const launcher = join(import.meta.dirname, '..', 'bin', 'hostpledge');
  const reader = `let n = 0; for await (const line of (await import('node:readline')).createInterface({ input: process.stdin })) { if (JSON.parse(line).format) n += 1 } console.log(n)`;
  const all = await alternate(report.rounds, {
    ours: () => timed('sh', [launcher, 'evaluate', '--jsonl'], { input }),
    parse: () => timed(process.execPath, ['--input-type=module', '-e', reader], { input }),
  });
  for (const { stdout, code } of all.ours) {
    const settled = stdout.trimEnd().split('\n');
    assert.equal(code, 0);
    assert.equal(settled.length, cases);
    assert(settled.every((line) => line.startsWith('{"format":"hostpledge/settlement@1"')));
  }
  const perCore = all.ours.map(({ cpuS }) => cases / cpuS);
  const parse = all.parse.map(({ cpuS }) => cases / cpuS);
  report.line({
    what: `months judged (${runsEach} runs × 3 vantage points, 10 causes; ${(input.length / cases / 1024).toFixed(1)} kB each)`,
    unit: 'cases per CPU second',
    ours: median(perCore),
    ...cost(all.ours),
    peer: { name: 'JSON.parse of the lines alone', figure: median(parse) },
    goal: { of: 'ours', atLeast: 2500 },
  });
  report.note(
    `a case does not share work with another: ${availableParallelism()} cores take as many times the lines`,
  );
}

/** Seeded: the same lines for every run. */
function caseLines(count: number): string {
  const roll = dice(7);
  const sources = new Set(['web']);
  const terms = offerTerms(['web'], sources, workingIn('Asia/Shanghai'));
  if (isRefusal(terms)) throw new Error(terms.rule);
  const lines: string[] = [];
  for (let i = 0; i < count; i += 1) lines.push(JSON.stringify(caseOf(i, terms, roll)));
  return `${lines.join('\n')}\n`;
}

export function caseOf(index: number, terms: object, roll: () => number): object {
  const at = (ms: number): string => new Date(ms).toISOString();
  const acts = { signed: at(monthFrom - 40 * 24 * hourMs), sealed: at(monthFrom - 40 * 24 * hourMs) };
  const series = ['inside', 'north', 'south'].map((vantage) => {
    let clock = monthFrom - hourMs;
    const runs = Array.from({ length: runsEach }, (_, i) => {
      const count = 1 + Math.floor(roll() * (i % 2 === 0 ? 1600 : 30));
      const first = clock;
      const last = first + (count - 1) * minuteMs;
      clock = last + minuteMs;
      return { first: at(first), last: at(last), result: i % 2 === 0 ? 'pass' : 'fail', count };
    });
    return { check: 'web', vantage, runs };
  });
  const causes = Array.from({ length: 10 }, (_, i) => {
    const from = monthFrom + Math.floor(roll() * 700) * hourMs;
    const cause = i % 2 === 0 ? 'customer-dns' : 'violation';
    return { cause, checks: ['web'], from: at(from), to: at(from + hourMs), evidence: [`cause:c${i}`] };
  });
  return {
    format: 'hostpledge/case@1',
    zone: 'Asia/Shanghai',
    month: '2026-10',
    terms,
    agreement: {
      number: `QA-2026-${String(index + 1).padStart(6, '0')}`,
      signatures: { provider: acts, customer: acts },
      opened: acts.signed,
      ended: null,
      stages: [{ from: at(monthFrom - 90 * 24 * hourMs), stage: 'released' }],
      sales: [
        {
          number: `SA-${index + 1}`,
          from: acts.signed,
          to: at(monthFrom + 325 * 24 * hourMs),
          paid: '600.00',
          currency: 'CNY',
          paidAt: acts.signed,
        },
      ],
    },
    series,
    windows: [],
    items: [],
    causes,
  };
}

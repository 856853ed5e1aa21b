import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isRefusal } from '../refusal.ts';
import type { Lang } from '../terms/words.ts';
import { type Case, readCase } from './case.ts';
import { judge } from './evaluate.ts';
import { explain } from './explain.ts';

/** A worked case as plain data, so that a test may change it before it is read. */
function worked(name: string): object {
  const file = new URL(`../../test/cases/${name}.case.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function read(json: unknown): Case {
  const input = readCase(json);
  return isRefusal(input) ? assert.fail(`${input.path}: ${input.rule}`) : input;
}

function told(json: unknown, lang: Lang): string {
  const input = read(json);
  return explain(input, judge(input), lang);
}

test('a breach, in Chinese: promise, figure, stretches and the arithmetic', () => {
  assert.equal(
    told(worked('24-excused-over-the-edge-of-a-bridged-gap'), 'zh'),
    `质量协议 QA-2026-000001，2026-10 月度结算（时间按 Asia/Shanghai）
协议全月生效。

站点访问 web（条款 2-2.1）：未达到
  承诺：当月不低于 99 %；实际 98.855 %
  不达标时间 8 小时 30 分
  当月可容许 7 小时 25 分，超出 1 小时 4 分
  不计入 1 小时 30 分：依规定关闭（条款 2-2.2.5）
  应赔时段：
    2026-10-10 00:01:00 – 2026-10-10 04:30:00  4 小时 29 分
    2026-10-10 06:00:00 – 2026-10-10 10:01:00  4 小时 1 分

赔偿（条款 3-1）
  应赔时间合计 8 小时 30 分（30,600,000 毫秒；几项承诺同时未达到，只计一次）
  已付费用 × 应赔毫秒 ÷ 购买毫秒 × 倍数：
  SA-1: ¥600.00 × 30,600,000 ÷ 31,536,000,000 × 2 = ¥1.164383…
  合计 ¥1.164383…，向上进到分：¥1.17
`,
  );
});

test('two sales agreements and a late payment, in English', () => {
  assert.equal(
    told(worked('10-renewed-at-another-price-and-paid-late'), 'en'),
    `Quality agreement QA-2026-000001, month 2026-10 (times in Asia/Shanghai)
In force for 30 d 18 h of the month.
  Missing: payment (clause 2.1)
    2026-10-16 00:00:00 – 2026-10-16 06:00:00  6 h

Website web (clause 2-2.1): breached
  Promised: at least 99 % of the month; attained 97.56 %
  Bad: 18 h
  Allowance: 7 h 22 min; exceeded by 10 h 37 min
  Deficient:
    2026-10-15 12:00:00 – 2026-10-16 00:00:00  12 h
    2026-10-16 06:00:00 – 2026-10-16 12:00:00  6 h

Compensation (clause 3-1)
  Deficient in all: 18 h (64,800,000 ms; counted once where several promises were broken)
  Fee paid × deficient ms ÷ bought ms × factor:
  SA-1: CNY 273.00 × 43,200,000 ÷ 23,587,200,000 × 2 = CNY 1.00
  SA-2: CNY 730.00 × 21,600,000 ÷ 31,536,000,000 × 2 = CNY 1.00
  Total: CNY 2.00
`,
  );
});

/** A worked case and what must be said about it, in both languages. */
const sayings: readonly (readonly [name: string, zh: RegExp, en: RegExp])[] = [
  [
    '01-quiet-month',
    /尚余 7 小时 26 分[\s\S]*没有应赔时间，赔偿 ¥0\.00/,
    /7 h 26 min left[\s\S]*No deficient time: CNY 0\.00/,
  ],
  ['03-exactly-99-percent', /须少于 7 小时 26 分，恰好用尽/, /less than 7 h 26 min; exactly used up/],
  [
    '04-half-of-it-was-the-customers-dns',
    /不计入 .*：域名解析（条款 2-2\.2\.3）/,
    /Not counted for .*: .*DNS \(clause 2-2\.2\.3\)/,
  ],
  ['06-the-prober-died', /没有观测，因观测不足按不达标计/, /unobserved, bad because too little was observed/],
  ['08-slow-minutes', /每 1 分 的 max 值不超过 1\.5 秒/, /max of every 1 min at most 1\.5 s/],
  ['09-make-up-saturday', /承诺：5 个工作小时内完成/, /done within 5 working hours/],
  [
    '11-still-in-test-that-day',
    /缺少产品正式发布（条款 2\.2）/,
    /Missing: release of the product \(clause 2\.2\)/,
  ],
  [
    '12-never-sealed',
    /没有生效的时间[\s\S]*缺少双方签字盖章（条款 4-1）/,
    /Not in force[\s\S]*Missing: signatures and seals/,
  ],
  ['15-half-way-through', /中期结果：只计到 2026-10-/, /Interim result as of 2026-10-/],
  ['18-never-observed-but-the-terms-do-not-mind', /没有可计量的时间/, /nothing measured/],
  ['21-a-gift-pays-nothing-but-is-listed', /¥0\.00 × [\d,]+ ÷ [\d,]+ × 2 = ¥0\.00/, /× 2 = CNY 0\.00/],
  ['23-ended-inside-a-bridged-gap', /协议已终止（条款 4-1）/, /The agreement had ended \(clause 4-1\)/],
];
for (const [name, zh, en] of sayings) {
  test(`told in both languages: ${name}`, () => {
    assert.match(told(worked(name), 'zh'), zh);
    assert.match(told(worked(name), 'en'), en);
  });
}

test('at most twenty stretches are listed, the rest is counted', () => {
  const json = worked('02-eight-hours-down') as { series: { runs: object[] }[]; terms: object };
  const at = (hour: number, minute: number): string =>
    new Date(Date.UTC(2026, 9, 2, hour, minute)).toISOString();
  const runs = Array.from({ length: 46 }, (_, hour) => {
    const result = hour % 2 === 0 ? 'fail' : 'pass';
    return { first: at(hour, 0), last: at(hour, 59), result, count: 60 };
  });
  json.series[0]!.runs = runs;
  const text = told(json, 'en');
  assert.equal(text.match(/ – /g)?.length, 20);
  assert.match(text, /and \d+ more\n/);
  assert.match(told(json, 'zh'), /另有 \d+ 段/);
});

test('in a month with a clock change every time says its offset', () => {
  const json = { ...worked('02-eight-hours-down'), zone: 'Europe/Berlin' };
  assert.match(told(json, 'en'), /2026-10-05 04:00:00 \+02:00 – 2026-10-05 12:00:00 \+02:00 {2}8 h/);
});

test('names from outside cannot steer a terminal or add a line', () => {
  const json: unknown = worked('02-eight-hours-down');
  const { agreement } = json as { agreement: { number: string } };
  agreement.number = 'QA\u001b[2J\nPaid \u202e\u2028in full';
  const text = told(json, 'en');
  assert.equal(text.split('\n')[0]?.includes('in full'), true);
  assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}|\u202e|\u2028/u);
});

test('an empty month says that there is nothing to count', () => {
  const json = { ...worked('02-eight-hours-down'), asOf: '2026-09-01T00:00:00+08:00' };
  assert.match(told(json, 'en'), /there is no time to count/);
  assert.match(told(json, 'zh'), /没有可计的时间/);
});

test('a share with very many decimals is cut, not refused', () => {
  const json: unknown = worked('02-eight-hours-down');
  const { terms } = json as { terms: { guarantees: { objective: { atLeast: string } }[] } };
  terms.guarantees[0]!.objective.atLeast = `0.${'9'.repeat(90)}`;
  assert.match(told(json, 'en'), /at least 99\.9{12}… %/);
});

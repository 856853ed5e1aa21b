import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guarantee, monthView, october, stretch, zone } from './sample.cases.ts';
import { standingOf, summaryWords } from './summary.ts';
import { tied } from './time.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const minuteMs = 60_000;

test('the summary says verdict, bad, excused with its clause, and what is left', () => {
  const month = monthView();
  const web = month.guarantees[0]!;
  assert.equal(
    plain(summaryWords(web, month, 'en', zone)),
    "October 2026, up to 21 Oct: kept, 99.386 %. 2 h 46 min bad. Excused besides: 1 h 5 min, the customer's own DNS (clause 2-2.2.3). 1 h 44 min of allowance left.",
  );
  assert.equal(
    plain(summaryWords(web, month, 'zh', zone)),
    '2026 年 10 月（截至 10 月 21 日）：守住了，达成 99.386 %。未达标 2 小时 46 分。另有不计入的：客户自己的域名解析 1 小时 5 分（第 2-2.2.3 条）。余量还剩 1 小时 44 分。',
  );
});

test('an attained percent just below the promise never reads as the promise', () => {
  const month = monthView(october(31) + 86_400_000);
  const web = { ...month.guarantees[0]!, attained: '98.999999', status: 'breached' as const, headroomMs: -1 };
  const words = plain(summaryWords(web, month, 'en', zone));
  assert.ok(words.includes('98.999 %') && words.includes('broken') && words.includes('over the allowance'));
});

/** Half an hour bad on the first day, seven hours allowed in the month. */
function early(until: number) {
  const month = monthView(until);
  const stretches = [stretch(october(1, '03:00:00'), october(1, '03:30:00'))];
  const allowanceMs = 7 * 60 * minuteMs;
  const room = { allowanceMs, headroomMs: allowanceMs - 30 * minuteMs };
  return { month, web: guarantee('web', month, { stretches, status: 'breached', ...room }) };
}

test('while the allowance still holds, a running month is below the promise, not broken', () => {
  const { month, web } = early(october(1, '10:00:00'));
  assert.equal(standingOf(web, month), 'behind');
  for (const [lang, word] of [
    ['en', 'broken'],
    ['zh', '没有守住'],
  ] as const) {
    assert.ok(!summaryWords(web, month, lang, zone).includes(word));
  }
});

test('an overdrawn allowance, an ended month and a promise without allowance are broken', () => {
  const { month, web } = early(october(1, '10:00:00'));
  assert.equal(standingOf({ ...web, headroomMs: -1 }, month), 'breached');
  assert.equal(standingOf({ ...web, headroomMs: null, allowanceMs: null }, month), 'breached');
  const ended = early(october(31) + 86_400_000);
  assert.equal(standingOf(ended.web, ended.month), 'breached');
  assert.equal(standingOf({ ...web, status: 'kept' }, month), 'kept');
});

test('unobserved time that counts as bad is told apart, and nothing else is', () => {
  const month = monthView();
  const stretches = [stretch(october(3), october(3, '02:00:00'), { kind: 'unobserved' })];
  const web = guarantee('web', month, { stretches });
  assert.ok(!summaryWords(web, month, 'en', zone).includes('unobserved'));
  const counted = { ...web, badMs: 120 * minuteMs };
  assert.match(
    plain(summaryWords(counted, month, 'en', zone)),
    /2 h bad, of which 2 h unobserved: .* ours\./,
  );
  assert.match(
    plain(summaryWords(counted, month, 'zh', zone)),
    /未达标 2 小时，其中 2 小时没有观测到：.*算我们的。/,
  );
});

test('a name keeps its capitals within a sentence when it is all capitals', () => {
  const month = monthView();
  const web = month.guarantees[0]!;
  const [cause] = web.classes.excluded;
  const named = (en: string) => ({
    ...web,
    classes: { ...web.classes, excluded: [{ ...cause!, name: { zh: en, en } }] },
  });
  assert.match(plain(summaryWords(named('FTP client'), month, 'en', zone)), /1 h 5 min, FTP client/);
  assert.match(plain(summaryWords(named('Attack'), month, 'en', zone)), /1 h 5 min, attack/);
});

test('a figure and its unit stay on one line', () => {
  assert.equal(tied('at least 99 % of 5 days'), 'at least 99\u00a0% of 5\u00a0days');
});

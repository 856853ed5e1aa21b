import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lang } from '../terms/words.ts';
import { homePage } from './home.ts';
import { summaryWords } from './month.ts';
import {
  guarantee,
  hostView,
  monthView,
  october,
  publicView,
  statement,
  stretch,
  zone,
} from './sample.cases.ts';
import type { PublicView, StretchView } from './view.ts';

const langs: readonly Lang[] = ['zh', 'en'];

/** Every string of the view made hostile, except those that the code itself chooses between. */
function hostile(value: unknown, key = ''): unknown {
  if (['kind', 'verdict', 'status', 'stage', 'lang', 'month', 'months', 'attained', 'factor'].includes(key))
    return value;
  if (typeof value === 'string') return `${value}"><img src=x onerror=alert(1)>'&<script>`;
  if (Array.isArray(value)) return value.map((each) => hostile(each, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hostile(each, name)]));
}

test('whatever stands in any field, no element comes of it', () => {
  for (const lang of langs) {
    const view = { ...(hostile(publicView(lang)) as PublicView), zone };
    const page = homePage(view, 'digest');
    assert.ok(!/<img/i.test(page));
    assert.equal(page.match(/<script/g)?.length, 1);
    assert.ok(!/<[^>]*\son[a-z]+=/i.test(page.replace(/"[^"]*"/g, '""')));
    assert.ok(page.includes('&lt;img src=x'));
  }
});

test('an address that would run as script leads nowhere', () => {
  const page = homePage(publicView('zh', { hosts: [hostView({ url: 'javascript:alert(1)' })] }), 'd');
  assert.ok(!page.includes('javascript:'));
});

test('no style attribute and no inline script: the policy would refuse them', () => {
  for (const lang of langs) {
    const page = homePage(publicView(lang), 'd');
    assert.ok(!/\sstyle=/.test(page));
    assert.ok(!/<script(?![^>]*src=)/.test(page));
  }
});

function many(count: number, everyMs: number): StretchView[] {
  return Array.from({ length: count }, (_, i) => {
    const from = october(1) + i * everyMs;
    return stretch(from, from + 120_000, {
      evidence: [`obs:${i}`],
      firstFail: from,
      lastFail: from + 60_000,
      code: 'http-status',
    });
  });
}

function pageWith(stretches: readonly StretchView[]): string {
  const month = monthView(october(31) + 86_400_000);
  const host = hostView({ month: { ...month, guarantees: [guarantee('web', month, { stretches })] } });
  return homePage(publicView('zh', { hosts: [host] }), 'd');
}

test('a month with a stretch on every day stays below 60 kB, and one with a thousand is still whole', () => {
  const usual = pageWith(many(62, 43_000_000));
  assert.ok(Buffer.byteLength(usual) < 60_000, `${Buffer.byteLength(usual)} bytes`);
  const heavy = pageWith(many(1000, 2_640_000));
  assert.ok(heavy.includes('id="s999"'));
  assert.ok(Buffer.byteLength(heavy) < 900_000, `${Buffer.byteLength(heavy)} bytes`);
});

test('every stretch has a row in the table and is reached from the calendar', () => {
  const page = homePage(publicView('en'), 'd');
  for (const [i] of publicView('en').hosts[0]!.month.guarantees[0]!.stretches.entries()) {
    assert.ok(page.includes(`<tr id="s${i}">`));
    assert.ok(new RegExp(`class="[bxuo]" href="#s${i}"`).test(page));
  }
});

test('the summary says verdict, bad, excused with its clause, and what is left', () => {
  const month = monthView();
  const web = month.guarantees[0]!;
  assert.equal(
    summaryWords(web, month, 'en', zone),
    "October 2026, up to 21 Oct: kept, 99.386 %. 2 h 46 min bad. Excused besides: 1 h 5 min the customer's own DNS (clause 2-2.2.3). 1 h 44 min of allowance left.",
  );
  assert.match(
    summaryWords(web, month, 'zh', zone),
    /^2026 年 10 月（截至 10 月 21 日）：守住了，达成 99\.386 %。/,
  );
});

test('an attained percent just below the promise never reads as the promise', () => {
  const month = monthView();
  const web = { ...month.guarantees[0]!, attained: '98.999999', status: 'breached' as const, headroomMs: -1 };
  const words = summaryWords(web, month, 'en', zone);
  assert.ok(words.includes('98.999 %') && words.includes('broken') && words.includes('over the allowance'));
});

test('sample is marked where it shows: the month, its days, its stretches, its statement, and nothing without sample', () => {
  const page = homePage(publicView('en'), 'd');
  assert.ok(page.includes('What lies before 19 Oct 00:00 is sample'));
  assert.equal(page.match(/class="row sample"/g)?.length, 18);
  assert.equal(page.match(/<th scope="row">[^<]+ <span class="tag sample-tag">/g)?.length, 6);
  assert.ok(page.includes('<h3>September 2026 <span class="tag sample-tag">'));
  const real = homePage(publicView('en', { sampledUntil: null }), 'd');
  assert.ok(!real.includes('sample-tag') && !real.includes('row sample'));
});

test('the statement shows each number, the exact sum and the one rounding', () => {
  const page = homePage(publicView('en'), 'd');
  for (const part of [
    'CNY 600.00',
    '4 h 22 min',
    '15,720 s',
    '31,536,000 s',
    'CNY 0.598173…',
    'CNY 0.60',
    statement.digest,
  ]) {
    assert.ok(page.includes(part), part);
  }
  assert.ok(page.includes('hostpledge case QA-2026-000001 2026-09 &gt; QA-2026-000001.2026-09.json'));
});

test('with nothing to show yet, each place says what it is for', () => {
  const page = homePage(publicView('en', { hosts: [], plans: [] }), 'd');
  assert.ok(page.includes('No host is shown yet'));
  assert.ok(page.includes('at the moment there are none'));
  const bare = { ...monthView(), guarantees: [] };
  const young = homePage(publicView('zh', { hosts: [hostView({ statement: null, month: bare })] }), 'd');
  assert.ok(young.includes('第一个月还没有结束') && young.includes('这个月还没有生效的承诺'));
});

test('a product in public test carries its badge and its known problems', () => {
  const page = homePage(publicView('zh'), 'd');
  assert.ok(page.includes('公开测试</span>') && page.includes('证书签发偶尔需要十分钟'));
});

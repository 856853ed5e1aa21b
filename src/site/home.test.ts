import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StretchView } from '../settlement/view.ts';
import type { Lang } from '../terms/words.ts';
import { homePage } from './home.ts';
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
import type { PublicView } from './view.ts';

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
    assert.ok(page.includes(`<tr id="s${i}" `));
    assert.ok(new RegExp(`class="[bxuo]" href="#s${i}"`).test(page));
  }
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

test('a statement that is not posted says so: a draft from when on it is, a held one that it is looked at again', () => {
  const shown = (change: object, lang: 'zh' | 'en') =>
    String(
      homePage(
        publicView(lang, { hosts: [hostView({ statement: { ...statement, postedAt: null, ...change } })] }),
        'd',
      ),
    );
  assert.match(shown({}, 'zh'), /草稿，10 月 2 日[^<]*起自动入账/);
  assert.match(shown({}, 'en'), /draft, posted by itself from /);
  assert.match(shown({ isHeld: true }, 'zh'), /暂缓入账，正在复核/);
  assert.doesNotMatch(shown({ postedAt: statement.postedAt }, 'zh'), /草稿|暂缓入账/);
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
  const unmeasured = homePage(publicView('en', { hosts: [hostView({ checks: [] })] }), 'd');
  assert.ok(unmeasured.includes('<p class="faint">not measured yet</p>'));
  const bare = { ...monthView(), guarantees: [] };
  const young = homePage(publicView('zh', { hosts: [hostView({ statement: null, month: bare })] }), 'd');
  assert.ok(young.includes('第一个月还没有结束') && young.includes('这个月还没有生效的承诺'));
});

test('a product in public test carries its badge and its known problems', () => {
  const page = homePage(publicView('zh'), 'd');
  assert.ok(page.includes('公开测试</span>') && page.includes('证书签发偶尔需要十分钟'));
});

test('a day without bad time says what was not observed or excused, and a broken one how long', () => {
  const page = homePage(publicView('en'), 'd');
  assert.match(
    page,
    />100 %<\/span><small><svg class="swatch u"[^>]*><rect\/><\/svg><span class="unseen">unobserved <\/span>3 h 20 min</,
  );
  assert.match(
    page,
    />100 %<\/span><small><svg class="swatch x"[^>]*><rect\/><\/svg><span class="unseen">excused <\/span>1 h 5 min</,
  );
  assert.match(page, /class="figure broken"><span>99\.4 %<\/span><small>8 min</);
});

test('a verdict seen once has no age yet', () => {
  const [web] = hostView().checks;
  const checks = [{ ...web!, since: web!.lastAt }];
  const page = homePage(publicView('zh', { hosts: [hostView({ checks })] }), 'd');
  assert.ok(page.includes('刚刚测到 · 最近一次 10:16:40') && !page.includes('已持续 0'));
});

test('a failure is told in words, and an unknown code as it was recorded', () => {
  assert.ok(homePage(publicView('zh'), 'd').includes('<small>FTP 无法登录</small>'));
  const [web] = hostView().checks;
  const checks = [{ ...web!, verdict: 'bad' as const, code: 'constructor' }];
  assert.ok(
    homePage(publicView('en', { hosts: [hostView({ checks })] }), 'd').includes('<small>constructor</small>'),
  );
});

test('a row carries its minutes by the clock on the wall, for the hours that are drawn on a tap', () => {
  const page = homePage(publicView('en'), 'd');
  // 3 October 04:12–04:20:30, two days and 252 minutes after the month's first midnight.
  assert.ok(page.includes('<tr id="s1" data-m="3132 3141">'));
  assert.ok(page.includes('data-until="29417"'));
});

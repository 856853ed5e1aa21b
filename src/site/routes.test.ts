import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createServer } from '../api/server.ts';
import { refuse } from '../refusal.ts';
import { preferredLang } from './query.ts';
import { type SiteSource, siteRoutes } from './routes.ts';
import { october, publicView } from './sample.cases.ts';

const page = { accept: 'text/html,*/*' };

async function serve(t: TestContext, view: SiteSource['view'] = async ({ lang }) => publicView(lang)) {
  const mishaps: string[] = [];
  const server = createServer(100_000, (error, where) => mishaps.push(`${where}: ${error.message}`));
  siteRoutes(server, { source: { view }, now: () => october(21) });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => server.close());
  const get = (path: string, headers: Record<string, string> = page, method = 'GET') =>
    fetch(url + path, { headers, method, redirect: 'manual' });
  return { get, mishaps };
}

test('the page is served with its policy, and to HEAD without a body', async (t) => {
  const { get } = await serve(t);
  const answer = await get('/');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
  assert.ok(!policy.includes('unsafe'));
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.ok(answer.headers.has('referrer-policy'));
  assert.match(await answer.text(), /^<!doctype html>\n<html lang="zh-CN">/);
  const head = await get('/', page, 'HEAD');
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('a page that has not changed is not sent again', async (t) => {
  const { get } = await serve(t);
  const etag = (await get('/')).headers.get('etag') ?? '';
  assert.equal((await get('/', { ...page, 'if-none-match': etag })).status, 304);
  assert.equal((await get('/?lang=en', { ...page, 'if-none-match': etag })).status, 200);
});

test('the language is the address’s, else the cookie’s, else the browser’s, else Chinese', async (t) => {
  const { get } = await serve(t);
  const langOf = async (path: string, headers: Record<string, string>) =>
    /<html lang="(\w+)/.exec(await (await get(path, { ...page, ...headers })).text())?.[1];
  assert.equal(await langOf('/?lang=en', { cookie: 'lang=zh' }), 'en');
  assert.equal(await langOf('/', { cookie: 'a=b; lang=en' }), 'en');
  assert.equal(await langOf('/', { 'accept-language': 'fr, en;q=0.8, zh;q=0.5' }), 'en');
  assert.equal(await langOf('/', { 'accept-language': 'fr' }), 'zh');
  assert.match((await get('/?lang=en')).headers.get('set-cookie') ?? '', /^lang=en; .*HttpOnly/);
  assert.equal((await get('/')).headers.get('set-cookie'), null);
  assert.equal(preferredLang('lang=fr', 'en-GB,zh;q=0.1'), 'en');
  assert.equal(preferredLang(undefined, 'en;q=0'), 'zh');
});

test('month, guarantee and host reach the source', async (t) => {
  const asked: unknown[] = [];
  const { get } = await serve(t, async (query) => {
    asked.push(query);
    return publicView(query.lang);
  });
  await get('/?lang=en&month=2026-10&g=ftp&host=h-demo&utm_source=mail');
  assert.deepEqual(asked, [{ lang: 'en', month: '2026-10', guarantee: 'ftp', host: 'h-demo' }]);
});

test('a bad part of the address is refused by name and rule, in both languages, and not repeated as markup', async (t) => {
  const { get } = await serve(t);
  const cases: readonly (readonly [string, string])[] = [
    ['month=2026-13', 'month'],
    ['month=', 'month'],
    ['lang=fr', 'lang'],
    ['g=%3Cscript%3E', 'g'],
    ['host=..%2F', 'host'],
    ['g=web&g=ftp', 'g'],
  ];
  for (const [query, field] of cases) {
    const answer = await get(`/?${query}`);
    assert.equal(answer.status, 400, query);
    const body = await answer.text();
    assert.ok(body.includes(`<code>${field}</code>`), query);
    assert.ok(!body.includes('<script>'));
  }
  assert.ok((await (await get('/?month=x&lang=en')).text()).includes('a month as 2026-10'));
  assert.ok((await (await get('/?month=x&lang=zh')).text()).includes('年和月'));
});

test('a refusal of the source is a page: unknown is 404, else 400', async (t) => {
  const { get } = await serve(t, async ({ month }) =>
    month === null
      ? refuse('host-unknown', 'host', 'a host shown here')
      : refuse('month-closed', 'month', 'a month'),
  );
  assert.equal((await get('/')).status, 404);
  const answer = await get('/?month=2020-01');
  assert.equal(answer.status, 400);
  assert.ok((await answer.text()).includes('<code>month</code>'));
});

test('a refusal of the source speaks the reader’s language', async (t) => {
  const { get } = await serve(t, async () => refuse('guarantee-unknown', 'g', 'one of web, ftp'));
  assert.ok((await (await get('/?g=power&lang=zh')).text()).includes('这台主机的协议里有的一项承诺'));
  assert.ok((await (await get('/?g=power&lang=en')).text()).includes('one of web, ftp'));
});

test('before the provider has set up the site, it says so and names no part of the address', async (t) => {
  const { get } = await serve(t, async () => refuse('provider-missing', '', 'no provider yet'));
  const answer = await get('/?lang=en');
  assert.equal(answer.status, 503);
  const body = await answer.text();
  assert.ok(body.includes('This site is not set up yet') && !body.includes('<code>'));
});

test('nothing there is a page for browsers and problem+json for programs', async (t) => {
  const { get } = await serve(t);
  const shown = await get('/nowhere', { ...page, 'accept-language': 'en' });
  assert.equal(shown.status, 404);
  assert.ok((await shown.text()).includes('There is no such page'));
  assert.match(shown.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  for (const [path, headers] of [
    ['/agents/none', page],
    ['/nowhere', { accept: 'application/json' }],
  ] as const) {
    const answer = await get(path, headers);
    assert.equal(answer.status, 404);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  }
});

test('a mishap is noted once and answered by a page that tells nothing of it', async (t) => {
  const { get, mishaps } = await serve(t, async () => {
    throw new Error('the database at 10.0.0.1 is away');
  });
  const answer = await get('/', { ...page, cookie: 'lang=en' });
  assert.equal(answer.status, 500);
  assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  const body = await answer.text();
  assert.ok(body.includes('Something failed on our side') && !body.includes('10.0.0.1'));
  assert.deepEqual(mishaps, ['GET /: the database at 10.0.0.1 is away']);
  assert.match(
    (await get('/', { accept: 'application/json' })).headers.get('content-type') ?? '',
    /problem\+json/,
  );
});

test('assets that the page names may be kept for ever, without their digest they are asked for again', async (t) => {
  const { get } = await serve(t);
  const body = await (await get('/')).text();
  const links = [...body.matchAll(/(?:href|src)="(\/site\/[^"]+)"/g)].map((match) => match[1]!);
  assert.equal(links.length, 3);
  for (const link of links) {
    const answer = await get(link);
    assert.equal(answer.status, 200, link);
    assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    const etag = answer.headers.get('etag') ?? '';
    assert.equal((await get(link, { ...page, 'if-none-match': `W/${etag}` })).status, 304);
    assert.equal((await get(link.replace(/\?.*/, ''))).headers.get('cache-control'), 'no-cache');
  }
});

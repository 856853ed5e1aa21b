import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from '../../console/src/entrance/place.ts';
import { withDatabase } from '../database.ts';
import { enter, passwordOf } from '../entrance.ts';
import { needs } from '../needs.ts';
import { makeWorld } from '../world.ts';
import { openBrowser, openPlace, Tab } from './console.ts';

/** After signing in one goes on to the page that was asked for, and nowhere else, whatever a link says. */

const origin = 'http://localhost:8080';

const elsewhere = [
  ...[
    '//evil.example/hosts',
    '\\\\evil.example',
    '/\\evil.example',
    'https://evil.example',
    'https:evil.example//x',
  ],
  ...[
    'http:\\\\evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '////evil.example',
    '/\t/evil.example',
  ],
  ...[
    'javascript:window.pwned=1',
    'data:text/html,<script>pwned=1</script>',
    'blob:x',
    'https://[',
    '//',
    '///',
    '',
  ],
  ...[
    'http://localhost:8080@evil.example/',
    '/%2f%2fevil.example',
    '%2f%2fevil.example',
    '?to=//evil.example',
    '#//evil.example',
  ],
];

test('an address of our own leads to its page, any other home, and none to another site', () => {
  assert.deepEqual(placeOf('/hosts?state=closed', origin), { path: '/hosts', search: { state: 'closed' } });
  assert.deepEqual(placeOf(`${origin}/users`, origin), { path: '/users', search: {} });
  for (const to of elsewhere) {
    const { path } = placeOf(to, origin);
    assert.match(path, /^\/(?!\/)/, to);
    assert.equal(new URL(path, origin).origin, origin, to);
  }
});

test('whoever signs in by a link that leads elsewhere stays in the console', async (t) => {
  if (!needs(t, 'chromium')) return;
  const database = await withDatabase(t);
  await database.transaction((tx) => makeWorld(tx));
  const email = 'anna@customer.example';
  await enter(database, Date.now(), 'customer', 'c000001', email);
  const place = await openPlace(t, database);
  const browser = await openBrowser(t);
  const tab = await Tab.open(browser, place.origin);
  const { page } = tab;
  const arrive = async (at: string): Promise<void> => {
    await tab.context.clearCookies();
    await page.goto(`${place.origin}${at}`);
    await page.locator('#email, input[type="email"]').first().fill(email);
    await page.locator('input[type="password"]').first().fill(passwordOf(email));
    await page.locator('form button[type="submit"]').first().click();
    await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
    await tab.settle();
    assert.equal(new URL(page.url()).origin, place.origin, at);
    assert.match(new URL(page.url()).pathname, /^\/console(?:\/|$)/, at);
    assert.equal(await page.evaluate('window.pwned ?? null'), null, at);
  };
  for (const to of [
    '//evil.example',
    '\\\\evil.example',
    'https:evil.example',
    'javascript:window.pwned=1',
    'https://[',
    '/..//evil.example',
  ])
    await arrive(`/console/sign-in?to=${encodeURIComponent(to)}`);
  await page.goto(`${place.origin}/console//evil.example/hosts`);
  await page.locator('h1').first().waitFor();
  assert.equal(new URL(page.url()).origin, place.origin);
  await arrive('/console/hosts');
  assert.match(page.url(), /\/console\/hosts$/, 'what was asked for');
  assert.deepEqual(
    tab.complaints.filter((one) => /Content Security|pwned|evil/.test(one)),
    [],
  );
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { needs } from '../needs.ts';
import { closedMonth, hostpledge, install, newFolder, until } from './installation.ts';

/** The public page in a real browser, in both languages and widths, while a promise fails before its eyes. */

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function open(t: TestContext): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  t.after(() => browser.close());
  return browser;
}

/** A page that notes every complaint of the browser's console. */
async function visit(
  browser: Browser,
  url: string,
  width: number,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}

test('a person sees a promise fail and recover on the open page', { timeout: 900_000 }, async (t) => {
  if (!needs(t, 'chromium')) return;
  const one = await install(t, await newFolder(t));
  const browser = await open(t);
  const { site } = one.ready;

  await t.test('the page fits 1280 and 360 px in both languages, without a complaint', async () => {
    for (const width of [1280, 360]) {
      for (const lang of ['zh', 'en']) {
        const { page, complaints } = await visit(browser, `${site}/?lang=${lang}`, width);
        const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        assert.equal(over, 0, `${lang} at ${width} px`);
        assert.match((await page.getAttribute('html', 'lang')) ?? '', new RegExp(`^${lang}`));
        assert.deepEqual(complaints, []);
        await page.close();
      }
    }
  });

  await t.test('stretches are reached by keyboard, and each says what it was', async () => {
    const { page } = await visit(browser, `${site}/?lang=en&month=${closedMonth()}`, 1280);
    const stretch = page.locator('.line a').first();
    await stretch.focus();
    const note = page.locator('#note');
    await note.waitFor({ state: 'visible' });
    const first = await note.innerText();
    assert.match(first, /\d\d:\d\d/);
    await page.keyboard.press('ArrowRight');
    await until(5_000, 'the next stretch', async () => (await note.innerText()) !== first);
    await page.close();
  });

  await t.test('a drill turns the verdict bad and good again without a reload', async () => {
    const { page, complaints } = await visit(browser, `${site}/?lang=en`, 1280);
    const bad = page.locator('td.verdict.bad');
    const good = page.locator('td.verdict.good');
    await good.nth(1).waitFor({ timeout: 60_000 });
    const drill = await hostpledge(['drill', 'web-down', '--for', '15s', '--no-watch', '--data', one.data]);
    assert.equal(drill.code, 0, drill.err);
    await bad.first().waitFor({ timeout: 15_000 });
    await good.nth(1).waitFor({ timeout: 60_000 });
    assert.deepEqual(complaints, []);
  });
  assert.equal(await one.end(), 0);
});

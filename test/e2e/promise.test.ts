import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { needs } from '../needs.ts';
import { hostpledge, install, newFolder, until } from '../system/installation.ts';
import { openBrowser, signInSample, Tab } from './console.ts';

/** What a customer reads of the promises, on a whole installation with its samples. */

test('a customer reads every promise, sees a drill live, and works a statement out again', {
  timeout: 900_000,
}, async (t) => {
  if (!needs(t, 'chromium')) return;
  const data = await newFolder(t);
  const one = await install(t, data);
  const browser = await openBrowser(t);
  const { port } = new URL(one.ready.site);
  const tab = await Tab.open(browser, `http://localhost:${port}`);
  await signInSample(tab, 'customer');
  await tab.go('/overview');
  await tab.examine('overview');
  const { page } = tab;
  await page.locator('.rows th a').first().click();
  await tab.settle();
  await page.locator('.calendar .line a:visible').first().click();
  await page.locator('section.stretch').waitFor();
  await tab.examine('promise');
  const address = page.url().replace(/\?.*/, '');
  await page.goto(address);
  await tab.settle();
  const before = await page.locator('p.sentence').innerText();
  const drill = await hostpledge(['drill', 'web-down', '--for', '20s', '--data', data]);
  assert.equal(drill.code, 0, drill.err);
  // It is told live: nobody loads the page again.
  await until(30_000, 'the drill on the page', async () => {
    return (await page.locator('p.sentence').innerText()) !== before;
  });
  await page.goto(address.replace(/promise$/, 'statements'));
  await tab.settle();
  await tab.examine('statements');
  await page.locator('.rows th a').first().click();
  await tab.settle();
  await tab.examine('statement');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('How it was worked out').waitFor();
  await tab.examine('statement');
  await page.getByRole('button', { name: '中文' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载案卷' }).click(),
  ]);
  const path = join(data, 'case.json');
  await file.saveAs(path);
  // What was downloaded is what the statement was made of, to the byte.
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  await page.locator('dl.facts code').getByText(digest).waitFor();
  const again = await hostpledge(['evaluate', path, '--explain']);
  assert.equal(again.code, 0, again.err);
  const total = await page.locator('.total').innerText();
  assert.match(again.out, new RegExp(total.replace(/[¥.]/g, '.')));
});

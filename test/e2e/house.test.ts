import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { addUser } from '../../src/entrance/flow.ts';
import { withDatabase } from '../database.ts';
import { enter, passwordOf } from '../entrance.ts';
import { needs } from '../needs.ts';
import { makeWorld, must } from '../world.ts';
import { type Lang, openBrowser, openPlace, Tab } from './console.ts';

/** What an owner keeps in order: who may sign in, the mail relay, their own account and keys; in both languages. */

const boss = 'owner@example.cn';

async function open(t: TestContext, lang: Lang): Promise<Tab> {
  const database = await withDatabase(t);
  await database.transaction((tx) => makeWorld(tx));
  await enter(database, Date.now(), 'owner', null, boss);
  await database.transaction(async (tx) => {
    for (let at = 0; at < 120; at += 1) {
      const name =
        at === 0 ? `${'很长的名字'.repeat(8)} von der Langenbruecken-Hohenstein` : `客户用户 ${at}`;
      const email = `user-${at}.with-a-rather-long-name@mail.customer-with-a-long-name.example`;
      const rest = {
        role: 'customer',
        customer: 'c000001',
        lang: 'zh',
        password: 'long enough for all',
      } as const;
      must(await addUser(tx, Date.now() + at, { email, name, ...rest }));
    }
  });
  const { origin } = await openPlace(t, database);
  const tab = await Tab.open(await openBrowser(t), origin, lang);
  await tab.enrol(boss, passwordOf(boss));
  return tab;
}

test('users, a page of fifty at a time, by filters that stand in the address', {
  timeout: 300_000,
}, async (t) => {
  if (!needs(t, 'chromium')) return;
  const tab = await open(t, 'en');
  const { page } = tab;
  const rows = page.getByRole('table', { name: 'Users' }).locator('tbody tr');
  await tab.go('/users');
  assert.equal(await rows.count(), 50);
  await tab.examine('users-many');
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.waitForURL(/cursor=/);
  await tab.settle();
  await page.goBack();
  await page.getByLabel('Name or mail address').fill('user-77.');
  await page.waitForURL(/text=user-77/);
  await page.getByText('客户用户 77', { exact: true }).waitFor();
  await tab.settle();
  assert.equal(await rows.count(), 1);
  await page.reload();
  await tab.settle();
  assert.equal(await rows.count(), 1, 'the address says it all');
  await page.getByLabel('Name or mail address').fill('nobody of this name');
  await page.getByText('Nothing matches').waitFor();
  await tab.examine('users-none');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page.getByLabel('Role').selectOption('customer');
  await page.waitForURL(/role=customer/);
  await tab.settle();
  await rows.first().getByRole('link').click();
  await page.getByRole('button', { name: 'Disable' }).waitFor();
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('dialog').waitFor();
  await tab.settle();
  await tab.examine('user-asked');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await page.locator('.mark').filter({ hasText: 'Disabled' }).waitFor();
  await page.getByRole('button', { name: 'Let in again' }).waitFor();
  await tab.settle();
  await tab.examine('user');
  await routeChanges(t, page);
  assert.deepEqual(tab.complaints, []);
});

/** From the click to the frame that shows the page with what it reads, as the browser's own clock says. */
const changeOf = (name: string): string => `new Promise((done) => {
  const link = [...document.querySelectorAll('nav a')].find((one) => one.textContent.trim() === '${name}');
  const start = performance.now();
  link.click();
  const look = () => {
    const isThere = document.querySelector('h1')?.textContent === '${name}';
    if (!isThere || document.querySelector('.waiting, [aria-busy="true"]') !== null) requestAnimationFrame(look);
    else setTimeout(() => done(performance.now() - start));
  };
  requestAnimationFrame(look);
})`;

/** How long a change of page takes once its part is there; printed, not judged: the machine does other things too. */
async function routeChanges(t: TestContext, page: Page): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    for (const name of ['Mail', 'Users', 'Today', 'Plans']) {
      const ms = await page.evaluate<number>(changeOf(name));
      if (round > 0) took.push(ms);
    }
  }
  const middle = took.sort((a, b) => a - b)[Math.floor(took.length / 2)] ?? 0;
  t.diagnostic(
    `a change of page: ${middle.toFixed(0)} ms in the middle, ${took.at(-1)?.toFixed(0)} ms at most`,
  );
}

test('the relay, a test mail, an API key and the account', { timeout: 300_000 }, async (t) => {
  if (!needs(t, 'chromium')) return;
  const tab = await open(t, 'zh');
  const { page } = tab;
  await tab.go('/mail');
  await tab.examine('mail-none');
  await page.getByRole('button', { name: '设置中继' }).click();
  await page.getByLabel('中继服务器').fill('smtp.provider.example');
  await page.getByLabel('用户名').fill('mailer');
  await page.getByLabel('发件地址').fill('post@provider.example');
  await page.getByRole('button', { name: '保存' }).click();
  // A user without a password: the server says so, at the field.
  await page.getByText('用户名与密码须同时填写或同时留空。').waitFor();
  tab.complaints.length = 0;
  await page.getByLabel('密码', { exact: true }).fill('the relay’s own password');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('smtp.provider.example:587').waitFor();
  await page.getByLabel('收件地址').first().fill('me@provider.example');
  await page.getByRole('button', { name: '寄出测试邮件' }).click();
  await page.getByText('1 封').waitFor();
  await tab.settle();
  await tab.examine('mail');

  await tab.go('/account');
  await page.getByRole('button', { name: '新建密钥' }).click();
  await page.getByLabel('名称', { exact: true }).fill('备份脚本');
  await page.getByLabel('查看主机', { exact: true }).check();
  await page.getByRole('button', { name: '新建密钥' }).click();
  await page.locator('.once code').waitFor();
  assert.match(await page.locator('.once code').innerText(), /^hp_[\w-]{43}$/);
  await tab.settle();
  await tab.examine('account-key');
  await page.getByLabel('姓名').fill('没有保存的名字');
  page.once('dialog', (dialog) => void dialog.dismiss());
  await page.getByRole('link', { name: '邮件' }).click();
  // Asked, and stayed.
  assert.equal(new URL(page.url()).pathname, '/console/account');
  assert.equal(await page.getByLabel('姓名').inputValue(), '没有保存的名字');
  assert.deepEqual(tab.complaints, []);
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { listOpen } from '../../src/db/outbox.ts';
import { post } from '../../src/ledger/flow.ts';
import { accounts, paymentEntry } from '../../src/ledger/journal.ts';
import { readBalance } from '../../src/ledger/store.ts';
import { withDatabase } from '../database.ts';
import { at, enter, type Front, passwordOf } from '../entrance.ts';
import { needs } from '../needs.ts';
import { makeWorld } from '../world.ts';
import { openBrowser, openPlace, Tab } from './console.ts';

/** Who is told, and what stands on the account: a customer keeps both by themselves. */

const anna = 'anna@customer.example';
const customer = 'c000001';

interface Place {
  readonly front: Front;
  readonly tab: Tab;
  readonly browser: Browser;
}

async function open(t: TestContext): Promise<Place> {
  const database = await withDatabase(t);
  await database.transaction((tx) => makeWorld(tx));
  await enter(database, Date.now(), 'customer', customer, anna);
  const front = await openPlace(t, database);
  const browser = await openBrowser(t);
  const tab = await Tab.open(browser, front.origin);
  await tab.signIn(anna, passwordOf(anna));
  return { front, tab, browser };
}

/** The digits of the letter that waits to be mailed to an address. */
async function codeTo({ house }: Front, address: string): Promise<string> {
  for (let tries = 0; tries < 600; tries += 1) {
    const letters = await listOpen(house.database.db, 'letter');
    const letter = letters.find((one) => at(one.body, 'kind') === 'code' && at(one.body, 'to') === address);
    if (letter !== undefined) return house.vault.open(String(at(letter.body, 'sealed')));
    await delay(100);
  }
  throw new Error(`no code was written to ${address}`);
}

test('a customer names who is told, and takes what is owed', { timeout: 600_000 }, async (t) => {
  if (!needs(t, 'chromium')) return;
  const place = await open(t);
  await t.test('a person is named, their address verified by the mailed code', () => named(place));
  await t.test('a telephone waits for a call, a webhook shows its secret once', () => others(place));
  await t.test('compensation is taken as a balance, no more than is there', () => taken(place));
  await t.test('or goes back the way it came; finance records that it did', () => back(place));
});

async function named({ front, tab }: Place): Promise<void> {
  const { page } = tab;
  await tab.go('/contacts');
  await tab.examine('contacts-empty');
  await page
    .getByRole('link', { name: '添加联系人' })
    .or(page.getByRole('button', { name: '添加联系人' }))
    .click();
  await tab.settle();
  await tab.examine('person');
  await page.getByLabel('姓名').fill('欧阳安娜');
  await page.getByLabel('职务或职责').fill('网站管理员');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByLabel('联系方式').waitFor();
  await tab.examine('contact');
  await page.getByLabel('联系方式').fill('not an address');
  await page.getByRole('button', { name: '添加', exact: true }).click();
  await page.getByText('联系方式有误', { exact: false }).waitFor();
  forgive(tab, /422/);
  await page.getByLabel('联系方式').fill('anna@tea.example');
  await page.getByRole('button', { name: '添加', exact: true }).click();
  await page.getByRole('button', { name: '发送验证码' }).click();
  const code = await codeTo(front, 'anna@tea.example');
  await tab.examine('verify');
  const wrong = code.startsWith('1') ? '22222222' : '11111111';
  await page.getByLabel('验证码').fill(wrong);
  await page.getByRole('button', { name: '验证', exact: true }).click();
  await page.getByText('还可以试', { exact: false }).waitFor();
  await page.getByLabel('验证码').fill(code);
  await page.getByRole('button', { name: '验证', exact: true }).click();
  await page.waitForURL(/\/contacts$/);
  await tab.settle();
  await page.locator('.mark', { hasText: '已验证' }).waitFor();
  forgive(tab, /4(?:22|09|03)/);
  await tab.examine('contacts');
}

/** What was refused on purpose stands in the browser's own console, too. */
function forgive(tab: Tab, pattern: RegExp): void {
  const left = tab.complaints.filter((one) => !pattern.test(one));
  tab.complaints.splice(0, tab.complaints.length, ...left);
}

async function add(tab: Tab, kind: string, value: string): Promise<void> {
  const { page } = tab;
  await tab.go('/contacts');
  await page
    .getByRole('link', { name: '添加联系方式' })
    .or(page.getByRole('button', { name: '添加联系方式' }))
    .click();
  await tab.settle();
  await page.getByLabel('种类').click();
  await page.locator('.ant-select-item-option', { hasText: kind }).click();
  await page.getByLabel('联系方式').fill(value);
  await page.getByRole('button', { name: '添加', exact: true }).click();
}

async function others({ tab }: Place): Promise<void> {
  const { page } = tab;
  await add(tab, '电话', '+86 551 5550101');
  await page.getByText('由服务商的工作人员致电核实').waitFor();
  await tab.examine('verify-phone');
  await add(tab, '网络回调', 'https://www.tea.example/notices');
  await page.getByText('只显示这一次').waitFor();
  assert.ok((await page.locator('article code').innerText()).length > 20);
  await page
    .getByRole('link', { name: '去验证' })
    .or(page.getByRole('button', { name: '去验证' }))
    .click();
  await page.getByRole('button', { name: '发送质询' }).waitFor();
  await tab.examine('verify-webhook');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Post the challenge' }).waitFor();
  await tab.go('/contacts');
  await page.getByRole('heading', { name: 'History' }).waitFor();
  await tab.examine('contacts');
  await page.getByRole('button', { name: '中文' }).click();
}

async function taken({ front, tab }: Place): Promise<void> {
  const { page } = tab;
  await tab.go('/balance');
  await tab.examine('balance-empty');
  const { database } = front.house;
  const owed = 123_456_789;
  const refused = await database.transaction((tx) =>
    post(tx, {
      key: 'statement:QA-2026-000001/2026-10/1',
      kind: 'compensation',
      at: Date.now(),
      detail: { agreement: 'QA-2026-000001', month: '2026-10', revision: 1 },
      postings: [
        { account: accounts.compensationCost, amount: owed, currency: 'CNY' },
        { account: accounts.compensationOwed(customer), amount: -owed, currency: 'CNY' },
      ],
    }),
  );
  assert.equal(refused, null);
  const paid = { receipt: 'R-2026-7', sale: 'SA-1', customer, amount: 60_000, currency: 'CNY' };
  const fee = paymentEntry({ ...paid, method: '微信支付', at: Date.now() - 1000 });
  assert.equal(await database.transaction((tx) => post(tx, fee)), null);
  await tab.go('/balance');
  await page.locator('dl.facts').getByText('¥1,234,567.89').waitFor();
  await tab.examine('balance');
  await page.getByLabel('金额（CNY）').fill('1,234,568');
  await page.getByRole('button', { name: '领取', exact: true }).click();
  await page.getByText('支取超过余额', { exact: false }).waitFor();
  forgive(tab, /422/);
  await page.getByLabel('金额（CNY）').fill('1,000,000.5');
  await page.getByRole('button', { name: '领取', exact: true }).click();
  await page.locator('dl.facts').getByText('¥1,000,000.50').waitFor();
  await page.locator('dl.facts').getByText('¥234,567.39').waitFor();
  await page.getByRole('link', { name: '2026年10月结算单' }).waitFor();
  await tab.examine('balance-taken');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '下载对账单' }).click(),
  ]);
  assert.match(await readFile(await file.path(), 'utf8'), /234567\.39/);
}

/** By choice back the way the fee came, and the balance out: asked by the customer, recorded by finance. */
async function back({ front, tab, browser }: Place): Promise<void> {
  const { page } = tab;
  await page.getByText('微信支付（收据 R-2026-7），至多 ¥600.00').waitFor();
  await page.getByLabel('退回原付款渠道').check();
  await page.getByLabel('金额（CNY）').first().fill('600.01');
  await page.getByRole('button', { name: '领取', exact: true }).click();
  await page.getByText('原付款渠道退不了这么多', { exact: false }).waitFor();
  forgive(tab, /422/);
  await page.getByLabel('金额（CNY）').first().fill('600');
  await page.getByRole('button', { name: '领取', exact: true }).click();
  const own = page.getByRole('table', { name: '汇款申请' });
  await own.getByText('经 微信支付，收据 R-2026-7').waitFor();
  await page.locator('dl.facts').getByText('¥233,967.39').waitFor();
  await page.getByLabel('金额（CNY）').last().fill('25.00');
  await page.getByLabel('收款账户').fill('李青，工商银行，6222 0000 0000 0000');
  await page.getByRole('button', { name: '申请提现' }).click();
  await page.locator('dl.facts').getByText('¥999,975.50').waitFor();
  await tab.examine('balance-asked');
  const { database } = front.house;
  await enter(database, Date.now(), 'finance', null, 'fei@example.cn');
  const staff = await Tab.open(browser, front.origin);
  await staff.enrol('fei@example.cn', passwordOf('fei@example.cn'));
  await staff.go('/today');
  await staff.page.getByRole('link', { name: '全部: 等待汇出的款项' }).click();
  await staff.page.waitForURL(/\/transfers\?state=asked/);
  const row = staff.page.getByRole('row').filter({ hasText: '微信支付' });
  await row.getByRole('button', { name: '登记汇出' }).click();
  await staff.examine('transfer-send');
  await staff.page.getByLabel('流水号').fill('WX-77');
  await staff.page.getByRole('dialog').getByRole('button', { name: '登记汇出' }).click();
  await row.waitFor({ state: 'detached' });
  await staff.examine('transfers');
  const { db } = database;
  assert.equal(await readBalance(db, accounts.received, 'CNY', Number.MAX_SAFE_INTEGER), 0);
  await staff.go('/audit?action=transfers.send');
  await staff.page.getByRole('row').filter({ hasText: 'transfers.send' }).waitFor();
  await staff.close();
  await tab.go('/balance');
  await own.getByText('流水号 WX-77').waitFor();
  await own.getByRole('button', { name: '撤销' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '撤销' }).click();
  await page.locator('dl.facts').getByText('¥1,000,000.50').waitFor();
}

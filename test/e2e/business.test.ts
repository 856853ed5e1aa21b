import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Database } from '../../src/db/connection.ts';
import { confirmSpec } from '../../src/hosting/flow.ts';
import { withDatabase } from '../database.ts';
import { enter, passwordOf } from '../entrance.ts';
import { needs } from '../needs.ts';
import { until } from '../system/installation.ts';
import { makeWorld } from '../world.ts';
import { openBrowser, openPlace, Tab } from './console.ts';

/** The business as its staff do it: a customer, a plan, a host, its sale and payment, what comes due, an invoice. */

const boss = 'owner@example.cn';
const longName = '合肥市很长很长的名字网络科技股份有限责任公司经济技术开发区第一分公司业务拓展与客户服务中心';

/** Fills fields by their labels, as they stand on the page. */
async function fill(tab: Tab, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields))
    await tab.page.getByLabel(label, { exact: true }).fill(value);
}

/** Opens a list of choices and takes one by its text. */
async function choose(tab: Tab, label: string, option: string | RegExp): Promise<void> {
  await tab.page.getByLabel(label, { exact: true }).click();
  await tab.page.locator('.ant-select-item-option', { hasText: option }).first().click();
}

/** Sends the form, and waits for the page that it leads to. */
async function send(tab: Tab, button: string, address: RegExp): Promise<void> {
  await tab.page.getByRole('button', { name: button, exact: true }).click();
  await tab.page.waitForURL(address);
  await tab.settle();
}

async function agree(tab: Tab, name: string): Promise<void> {
  await tab.page.getByRole('button', { name, exact: true }).click();
  const dialog = tab.page.getByRole('dialog');
  await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await tab.settle();
}

/** A customer with a name as long as names get; gives the customer's place. */
async function addCustomer(tab: Tab): Promise<string> {
  await tab.go('/customers');
  await tab.examine('customers');
  await tab.go('/customers/new');
  await tab.page.getByRole('button', { name: '保存' }).click();
  await tab.page.getByText('请填写此项。').first().waitFor();
  await tab.examine('customer-refused');
  await fill(tab, { 名称: longName, 邮箱: 'buero@langenbruecken-hohenstein.example' });
  await send(tab, '保存', /\/customers\/c\d+$/);
  await tab.page.getByRole('heading', { level: 1, name: longName }).waitFor();
  await tab.examine('customer');
  const place = new URL(tab.page.url()).pathname.replace('/console', '');
  await tab.go(`${place}/identity`);
  await fill(tab, { 证件号码: '91350100M000100Y43' });
  await tab.page.getByRole('button', { name: '登记', exact: true }).click();
  // Its ends alone are shown again.
  await tab.page.getByRole('rowheader', { name: /^9135\*+43$/ }).waitFor();
  await tab.settle();
  await tab.examine('identity');
  return place;
}

/** The next version of the plan that there is, published, and set beside the first. */
async function publishPlan(tab: Tab): Promise<void> {
  await tab.go('/plans');
  await tab.examine('plans');
  await tab.go('/plans/draft?plan=standard&version=1');
  await tab.examine('plan-draft');
  await fill(tab, { '空间（MB）': '2048', 整个期限的价格: '1234567.89' });
  await send(tab, '保存草稿', /\/plans\/standard\/2$/);
  await agree(tab, '发布');
  await tab.page.locator('.mark', { hasText: '正式' }).waitFor();
  await tab.go('/plans/standard/2?beside=standard+1');
  await tab.page.getByRole('table', { name: '功能表' }).locator('strong').first().waitFor();
  await tab.examine('plan');
}

async function orderHost(tab: Tab, database: Database, customer: string): Promise<string> {
  await tab.go(`/hosts/order?customer=${customer}`);
  await choose(tab, '套餐', '第 2 版');
  await fill(tab, { 域名: 'www.langenbruecken-hohenstein.example' });
  await send(tab, '开通', /\/hosts\/h\d+$/);
  const host = /h\d+$/.exec(tab.page.url())?.[0] ?? '';
  const opened = { host, revision: 1, quarantine: null };
  await database.transaction((tx) => confirmSpec(tx, Date.now(), 'p1', opened));
  return host;
}

async function sell(tab: Tab, host: string): Promise<void> {
  await tab.go(`/hosts/${host}/sales`);
  await tab.examine('sales-none');
  await tab.go(`/hosts/${host}/sales/new`);
  await tab.examine('sale-new');
  const days = [0, 10].map((away) => new Date(Date.now() + away * 86_400_000).toISOString().slice(0, 10));
  // Price, currency and last day follow from the plan; they can be written otherwise.
  await choose(tab, '套餐', '第 2 版');
  assert.equal(await tab.page.getByLabel('价款').inputValue(), '1234567.89');
  assert.equal(await tab.page.getByLabel('币种').inputValue(), 'CNY');
  assert.notEqual(await tab.page.getByLabel('截止日（含）').inputValue(), '');
  await fill(tab, { 编号: 'SA-2026-0001', 起始日: days[0]!, '截止日（含）': days[1]! });
  await fill(tab, { 名称: '虚拟主机服务协议', 文件号: 'D-7', 版本: '2026-11', 管理号: 'M-7' });
  await send(tab, '保存', /\/sales$/);
  await tab.page.getByText('尚未付款：').waitFor();
  await tab.go(`/hosts/${host}/sales/SA-2026-0001/pay`);
  await tab.examine('pay');
  await fill(tab, { 凭证号: 'R-2026-0001', 方式: '银行转账' });
  await send(tab, '保存', /\/sales$/);
  await tab.page.getByRole('rowheader', { name: 'R-2026-0001' }).waitFor();
  await tab.examine('sales');
  await renew(tab, host, days[1]!);
  await tab.go(`/hosts/${host}/sales/SA-2026-0001/refund`);
  await tab.examine('refund');
  await fill(tab, { 凭证号: 'R-2026-0002', '金额（CNY）': '100', 方式: '银行转账', 原因: '提前退租一部分' });
  await send(tab, '保存', /\/sales$/);
  await tab.page.getByText('提前退租一部分').waitFor();
}

/** A renewal begins on the day after the last one; what overlaps is told at its field. */
async function renew(tab: Tab, host: string, last: string): Promise<void> {
  const { page } = tab;
  await tab.go(`/hosts/${host}/sales/new`);
  const next = new Date(Date.parse(last) + 86_400_000).toISOString().slice(0, 10);
  assert.equal(await page.getByLabel('起始日').inputValue(), next);
  assert.equal(await page.getByLabel('名称').inputValue(), '虚拟主机服务协议');
  await fill(tab, { 编号: 'SA-2026-0002', 起始日: last });
  await page.getByRole('button', { name: '保存' }).click();
  await page
    .locator('.ant-form-item', { hasText: '起始日' })
    .locator('.ant-form-item-explain-error')
    .waitFor();
  tab.complaints.length = 0;
  await tab.examine('sale-refused');
  await fill(tab, { 起始日: next });
  await send(tab, '保存', /\/sales$/);
  await page.getByRole('heading', { name: 'SA-2026-0002' }).waitFor();
  await tab.examine('sales-renewed');
}

/** What was paid is invoiced less what was paid back; issued by finance, with the tax office's number. */
async function invoice(tab: Tab, customer: string): Promise<void> {
  const { page } = tab;
  await tab.go('/invoices');
  await tab.examine('invoices-none');
  await tab.go(`/customers/${customer}/invoices/new`);
  await page.getByText('最多 ¥1,234,467.89', { exact: false }).waitFor();
  await tab.examine('invoice-new');
  await fill(tab, { 统一社会信用代码: '91350100M000100Y4X' });
  await page.getByRole('button', { name: '提交申请' }).click();
  // A check digit that does not fit is told at the field.
  await page.locator('.ant-form-item-explain-error').waitFor();
  tab.complaints.length = 0;
  // More than was kept is told at its payment; a part of it is asked for.
  const line = page.getByLabel('R-2026-0001', { exact: false });
  await line.fill('1234567.89');
  await fill(tab, { 统一社会信用代码: '91350100M000100Y43' });
  await page.getByRole('button', { name: '提交申请' }).click();
  // The browser notes the refusal; the field's own may still be that of the number.
  await until(60_000, 'the refusal', async () => tab.complaints.length > 0);
  tab.complaints.length = 0;
  await line.fill('234467.89');
  await send(tab, '提交申请', /\/invoices$/);
  await page.getByText('¥234,467.89').waitFor();
  await page.getByRole('button', { name: '登记开具' }).click();
  await fill(tab, { 发票号码: '26112000000012345678' });
  await tab.examine('invoice-issue');
  await page.getByRole('dialog').getByRole('button', { name: '登记开具' }).click();
  await page.locator('.mark', { hasText: '已开具' }).waitFor();
  await tab.settle();
  await tab.examine('invoices');
}

/** The provider's hours are written as people write them; what is no time is told at its field. */
async function keepProfile(tab: Tab): Promise<void> {
  const { page } = tab;
  await tab.go('/provider');
  await fill(tab, { 星期六: '十点到十二点' });
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('请写成').waitFor();
  await tab.examine('provider');
  await fill(tab, { 星期六: '9:00-12:00', 到期前几天提醒: '14 7 1', 放假的工作日: '2027-02-30' });
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('请写成 2026-10-01').waitFor();
  await fill(tab, { 放假的工作日: '2026-10-01–2026-10-07 2027-01-01' });
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存。').waitFor();
  await tab.go('/provider');
  assert.equal(await page.getByLabel('星期六').inputValue(), '09:00-12:00');
  assert.equal(await page.getByLabel('到期前几天提醒').inputValue(), '14 7 1');
  const days = '2026-10-01–2026-10-07\n2027-01-01';
  assert.equal(await page.getByLabel('放假的工作日').inputValue(), days);
}

async function open(t: TestContext): Promise<{ readonly tab: Tab; readonly database: Database }> {
  const database = await withDatabase(t);
  await database.transaction((tx) => makeWorld(tx));
  await enter(database, Date.now(), 'owner', null, boss);
  const { origin } = await openPlace(t, database);
  const tab = await Tab.open(await openBrowser(t), origin, 'zh');
  await tab.enrol(boss, passwordOf(boss));
  return { tab, database };
}

test('a customer, a plan, a host, its sale, payment and refund, what comes due, and an invoice', {
  timeout: 600_000,
}, async (t) => {
  if (!needs(t, 'chromium')) return;
  const { tab, database } = await open(t);
  const { page } = tab;
  const place = await addCustomer(tab);
  const customer = place.slice('/customers/'.length);
  await publishPlan(tab);
  const host = await orderHost(tab, database, customer);
  await sell(tab, host);
  await tab.go('/renewals');
  await page.getByRole('link', { name: 'www.langenbruecken-hohenstein.example' }).waitFor();
  await page.getByText('没有已验证的联系方式').waitFor();
  await tab.examine('renewals');
  await invoice(tab, customer);
  await keepProfile(tab);
  await tab.go(`/hosts/${host}/offer`);
  await tab.examine('offer');
  await tab.go(`${place}/balance`);
  await tab.examine('balance');
  await page.evaluate("localStorage['hostpledge.lang'] = 'en'");
  const pages = {
    customers: '/customers',
    'customer-edit': `${place}/edit`,
    identity: `${place}/identity`,
    customer: place,
    plans: '/plans',
    plan: '/plans/standard/2?beside=standard+1',
    sales: `/hosts/${host}/sales`,
    replace: `/hosts/${host}/sales/replace`,
    renewals: '/renewals',
    invoices: '/invoices',
    provider: '/provider',
  };
  for (const [name, path] of Object.entries(pages)) {
    await tab.go(path);
    assert.equal(await page.getAttribute('html', 'lang'), 'en', path);
    await tab.examine(name);
  }
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { needs } from '../needs.ts';
import { hostpledge, install, newFolder, until } from '../system/installation.ts';
import { openBrowser, signInSample, Tab } from './console.ts';

/** From nothing to in force in the browser: staff sell and offer, the customer signs, both originals hold. The pages as such: gallery. */

const passphrase = 'a passphrase of hers';
const password = 'a password of hers';

/** What a form asks for, by its labels; then it is sent. */
async function fill(page: Page, values: Readonly<Record<string, string>>, button: string): Promise<void> {
  for (const [label, value] of Object.entries(values))
    await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('button', { name: button, exact: true }).click();
}

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.locator('.ant-select-item-option').filter({ hasText: option }).first().click();
}

async function linked(tab: Tab, name: string): Promise<void> {
  const { page } = tab;
  await page
    .getByRole('link', { name, exact: true })
    .or(page.getByRole('button', { name, exact: true }))
    .first()
    .click();
  await tab.settle();
}

test('customer, plan, sale, payment, offer, both signatures and seals: in force, and both originals verify', {
  timeout: 900_000,
}, async (t) => {
  if (!needs(t, 'chromium', 'pdfsig')) return;
  const data = await newFolder(t);
  const one = await install(t, data);
  const browser = await openBrowser(t);
  const origin = `http://localhost:${new URL(one.ready.site).port}`;
  const staff = await Tab.open(browser, origin);
  await signInSample(staff, 'owner');
  const customer = await addCustomer(staff);
  await publishPlan(staff);
  const host = await orderHost(staff, customer);
  await sell(staff, host);
  const number = await offerAgreement(staff, host);
  const tab = await Tab.open(browser, origin);
  await comeIn(tab, customer, data);
  await signAgreement(tab, number);
  await setLimits(staff);
  await verifyCopies(tab, data);
});

async function addCustomer(staff: Tab): Promise<string> {
  const { page } = staff;
  await staff.go('/customers/new');
  await fill(
    page,
    { 名称: '临水茶业有限公司', 邮箱: 'anna@tea.example', 联系人: '安娜', 电话: '0571-1' },
    '保存',
  );
  await page.waitForURL(/\/customers\/c\d+$/);
  const customer = page.url().split('/').at(-1)!;
  await staff.settle();

  return customer;
}

async function publishPlan(staff: Tab): Promise<void> {
  const { page } = staff;
  await staff.go('/plans/draft');
  await fill(
    page,
    { 代号: 'tea', 中文名称: '茶园型', 英文名称: 'Tea garden', 'PHP 版本': '', 整个期限的价格: '365' },
    '保存草稿',
  );
  await page.waitForURL(/\/plans\/tea\/1$/);
  await staff.settle();
  await page.getByRole('button', { name: '发布' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '发布' }).click();
  await page.getByText('正式', { exact: true }).first().waitFor();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

async function orderHost(staff: Tab, customer: string): Promise<string> {
  const { page } = staff;
  await staff.go(`/hosts/order?customer=${customer}`);
  await choose(page, '套餐', '茶园型');
  await fill(page, { 域名: 'tea.localhost' }, '开通');
  await page.waitForURL(/\/hosts\/h\d+$/);
  const host = page.url().split('/').at(-1)!;
  await page.getByText('服务中', { exact: true }).first().waitFor();

  return host;
}

async function sell(staff: Tab, host: string): Promise<void> {
  const { page } = staff;
  await staff.go(`/hosts/${host}/sales/new`);
  await choose(page, '套餐', '茶园型');
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const last = new Date(Date.now() + 364 * 86_400_000).toISOString().slice(0, 10);
  const sale = {
    编号: 'SA-TEA-1',
    起始日: today,
    '截止日（含）': last,
    价款: '365',
    名称: '虚拟主机',
    文件号: 'D-1',
    版本: '1',
    管理号: 'M-1',
  };
  await fill(page, sale, '保存');
  await page.getByText('尚未付款', { exact: true }).waitFor();
  await linked(staff, '记录付款');
  await fill(page, { 凭证号: 'R-1', 方式: '银行转账' }, '保存');
  await page.getByRole('rowheader', { name: 'R-1' }).waitFor();
}

/** Offered, printed, signed and sealed by the provider. */
async function offerAgreement(staff: Tab, host: string): Promise<string> {
  const { page } = staff;
  await until(60_000, 'something that is observed', async () => {
    await staff.go(`/hosts/${host}/offer`);
    const seen = await page.locator('.offered input:not([disabled])').count();
    return seen >= 3;
  });
  await page.getByRole('button', { name: '提供协议' }).click();
  await page.waitForURL(/\/agreements\/QA-/);
  const number = page.url().split('/').at(-1)!;
  await staff.settle();
  await page.getByRole('button', { name: '印制两份正本' }).click();
  await page.getByText('甲方签字').first().waitFor();
  await linked(staff, '签字并盖章');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: '签字并盖章' }).click();
  await page.waitForURL(new RegExp(`/agreements/${number}$`));
  await page.getByRole('table', { name: '签署记录' }).waitFor();

  return number;
}

/** The customer's user comes in by an invitation that was printed on the machine, and sets up a second factor. */
async function comeIn(tab: Tab, customer: string, data: string): Promise<void> {
  const invited = await hostpledge([
    ...['invite', 'anna@tea.example', '--role', 'customer', '--customer', customer, '--data', data],
  ]);
  const secret = /console\/invitation#(\S+)/.exec(invited.out)?.[1];
  assert.ok(secret !== undefined, invited.err);
  await tab.go(`/invitation#${secret}`);
  for (const field of await tab.page.locator('input[type=password]').all()) await field.fill(password);
  await tab.page.locator('button[type=submit]').click();
  await tab.page.waitForURL(/\/console\/(?!invitation)/);
  await tab.enrol('anna@tea.example', password);
}

async function signAgreement(tab: Tab, number: string): Promise<void> {
  await tab.go('/signer');
  await tab.page.getByLabel('口令', { exact: true }).first().fill(passphrase);
  await tab.page.getByRole('button', { name: '生成密钥', exact: true }).click();
  await tab.page.getByText('在本站生成').waitFor();
  await tab.page.locator('input[accept="image/png"]').setInputFiles(await sealOf(tab.page));
  await tab.page.getByRole('button', { name: '使用此图样' }).click();
  await tab.page.getByAltText('目前的印章图样').waitFor();
  await tab.examine('signer-seal');
  await tab.go(`/agreements/${number}`);
  await tab.examine('agreement-unsigned');
  await linked(tab, '签字并盖章');
  await tab.examine('sign');
  await tab.page.getByLabel('密钥口令').fill('not this one');
  await tab.page.getByRole('checkbox').check();
  await tab.page.getByRole('button', { name: '签字并盖章' }).click();
  await tab.page.locator('.ant-form-item-explain-error, .trouble').first().waitFor();
  await tab.page.getByLabel('密钥口令').fill(passphrase);
  await tab.page.getByRole('button', { name: '签字并盖章' }).click();
  await tab.page.getByText('双方都已签字盖章').waitFor();
  await tab.page.getByText('生效中', { exact: true }).first().waitFor();
  // The refusal of the wrong passphrase is an answer, and the browser notes it.
  tab.complaints.length = 0;
  await tab.examine('agreement');
}

/** A red square, drawn by the browser itself. */
async function sealOf(page: Page) {
  const text = await page.evaluate(`(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 120, height: 120 });
    const brush = canvas.getContext('2d');
    brush.fillStyle = '#b3261e';
    brush.fillRect(10, 10, 100, 100);
    return canvas.toDataURL('image/png').split(',')[1];
  })()`);
  return { name: 'seal.png', mimeType: 'image/png', buffer: Buffer.from(String(text), 'base64') };
}

async function setLimits(staff: Tab): Promise<void> {
  const { page } = staff;
  await staff.go('/limits');
  await page.getByText('账簿平衡').waitFor();
  await page.getByLabel('复核期（工作日）').fill('2');
  await page.getByLabel(/^大额/).fill('1000');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存，适用于今后的结算。').waitFor();
  await page.reload();
  await staff.settle();
  assert.equal(await page.getByLabel('复核期（工作日）').inputValue(), '2');
}

async function verifyCopies(tab: Tab, data: string): Promise<void> {
  for (const name of ['甲方执正本', '乙方执正本']) {
    const [file] = await Promise.all([
      tab.page.waitForEvent('download'),
      tab.page.getByRole('button', { name: `下载${name}` }).click(),
    ]);
    const path = join(data, `${name}.pdf`);
    await file.saveAs(path);
    const said = execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8' });
    assert.equal(said.match(/Signature is Valid/g)?.length, 4, said);
    const verified = await hostpledge(['verify', path, '--data', data]);
    assert.equal(verified.code, 0, verified.err + verified.out);
  }
}

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { needs } from '../needs.ts';
import { hostpledge, install, newFolder, run, until } from '../system/installation.ts';
import { openBrowser, Tab } from './console.ts';

/** A host as its customer keeps it, on a whole installation with its samples. */

const password = 'a password of hers';

async function press(tab: Tab, name: string): Promise<void> {
  const { page } = tab;
  await page.getByRole('link', { name }).or(page.getByRole('button', { name })).click();
  await tab.settle();
}

test('an invited customer binds a domain, makes an FTP account, uploads, sees the page and the usage', {
  timeout: 900_000,
}, async (t) => {
  if (!needs(t, 'chromium', 'curl')) return;
  const data = await newFolder(t);
  const one = await install(t, data);
  const invited = await hostpledge([
    'invite',
    'anna@customer.example',
    '--role',
    'customer',
    '--customer',
    'c000001',
    '--data',
    data,
  ]);
  const secret = /console\/invitation#(\S+)/.exec(invited.out)?.[1];
  assert.ok(secret !== undefined, invited.err);
  const { port } = new URL(one.ready.site);
  const tab = await Tab.open(await openBrowser(t), `http://localhost:${port}`);
  const { page } = tab;
  await tab.go(`/invitation#${secret}`);
  await page.getByLabel('姓名').or(page.getByLabel('您的姓名')).first().fill('安娜');
  for (const field of await page.locator('input[type=password]').all()) await field.fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('nav').first().waitFor();
  await tab.go('/hosts');
  await tab.examine('hosts');
  await page.locator('.rows th a').first().click();
  await tab.settle();
  await press(tab, '绑定域名');
  await tab.examine('bind');
  await page.getByLabel('域名').fill('anna.localhost');
  await page.locator('button[type=submit]').click();
  await page.getByRole('rowheader', { name: 'anna.localhost' }).waitFor();
  await press(tab, '新建账号');
  await tab.examine('account');
  await page.getByLabel('用户名').fill('anna');
  await page.getByLabel('密码').fill('uploads with it 1');
  await page.locator('button[type=submit]').click();
  await page.getByRole('rowheader', { name: 'anna', exact: true }).waitFor();
  const file = join(data, 'hello.html');
  await writeFile(file, '<h1>hello from anna</h1>');
  const ftp = new URL(one.ready.hosts.ftp);
  const upload = ['-sS', '-T', file, '-u', 'anna:uploads with it 1', `ftp://${ftp.host}/hello.html`];
  await until(30_000, 'the upload', async () => (await run('curl', upload)).code === 0);
  const web = new URL(one.ready.hosts.http);
  const asked = ['-sS', '-H', 'Host: anna.localhost', `http://${web.host}/hello.html`];
  await until(30_000, 'the page', async () => (await run('curl', asked)).out.includes('hello from anna'));
  await page.reload();
  await tab.settle();
  await page.locator('.usage svg').waitFor();
  await tab.examine('host');
  await page.getByText('逐日数字').click();
  await page.getByRole('table', { name: '用量' }).waitFor();
  await press(tab, '修改设置');
  await tab.examine('settings');
  await page.getByRole('checkbox').check();
  await page.locator('button[type=submit]').click();
  await page.locator('dl.facts').getByText('是', { exact: true }).first().waitFor();
  await removed(tab);
  await until(60_000, 'the account to be gone', async () => (await run('curl', upload)).code !== 0);
  await until(60_000, 'the domain to be gone', async () => {
    return !(await run('curl', asked)).out.includes('hello from anna');
  });
});

/** What was made is taken away again, after a question each. */
async function removed({ page }: Tab): Promise<void> {
  const account = page.getByRole('row', { name: 'anna', exact: false }).filter({ hasText: '删除' });
  await account.getByRole('button', { name: '删除' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await page.getByText('账号已删除').waitFor();
  await page.getByRole('button', { name: '解除绑定' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '解除绑定' }).click();
  await page.getByText('已解除绑定').waitFor();
  await page.getByRole('rowheader', { name: 'anna.localhost' }).waitFor({ state: 'detached' });
}

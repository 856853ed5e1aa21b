import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { needs } from '../needs.ts';
import { hostpledge, type Installation, install, newFolder, run, until } from '../system/installation.ts';
import { type Lang, openBrowser, Tab } from './console.ts';

/**
 * What a customer does and reads, in either language, on a whole installation with its samples: invited, they keep their
 * host, upload with a real client, see a drill live, and work a statement out again.
 */

const words = {
  zh: {
    name: '姓名',
    bind: '绑定域名',
    domain: '域名',
    add: '新建账号',
    user: '用户名',
    password: '密码',
    figures: '逐日数字',
    usage: '用量',
    change: '修改设置',
    yes: '是',
    no: '否',
    remove: '删除',
    removed: '账号已删除',
    unbind: '解除绑定',
    unbound: '已解除绑定',
    good: '正常',
    bad: '不达标',
    sum: '怎样算出来的',
    file: '下载案卷',
  },
  en: {
    name: 'Name',
    bind: 'Bind a domain',
    domain: 'Domain',
    add: 'New account',
    user: 'User name',
    password: 'Password',
    figures: 'Day by day in figures',
    usage: 'Usage',
    change: 'Change the settings',
    yes: 'yes',
    no: 'no',
    remove: 'Remove',
    removed: 'The account is removed',
    unbind: 'Unbind',
    unbound: 'The domain is unbound',
    good: 'kept',
    bad: 'failing',
    sum: 'How it was worked out',
    file: 'Download the case file',
  },
} as const;

/** One person, and what they make: each has names of their own. */
interface Walk {
  readonly tab: Tab;
  readonly w: (typeof words)[Lang];
  readonly one: Installation;
  readonly lang: Lang;
  readonly domain: string;
  readonly account: string;
}

const password = 'a password of hers';
const ftpPassword = 'uploads with it 1';

async function press({ page }: Tab, name: string): Promise<void> {
  await page
    .getByRole('link', { name, exact: true })
    .or(page.getByRole('button', { name, exact: true }))
    .click();
}

/** The invitation is printed on the machine, as `hostpledge invite` does for whoever has no relay yet. */
async function comeIn({ tab, w, one, lang }: Walk): Promise<void> {
  const { page } = tab;
  const invited = await hostpledge([
    ...['invite', `${lang}@customer.example`, '--role', 'customer', '--customer', 'c000001'],
    ...['--data', one.data],
  ]);
  const secret = /console\/invitation#(\S+)/.exec(invited.out)?.[1];
  assert.ok(secret !== undefined, invited.err);
  await tab.go(`/invitation#${secret}`);
  await page.getByLabel(w.name, { exact: true }).fill('安娜 Anna');
  for (const field of await page.locator('input[type=password]').all()) await field.fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('nav').first().waitFor();
}

/** Domain and account made, uploaded to by a real client, served, and drawn as usage. */
async function keepHost(walk: Walk): Promise<void> {
  const { tab, w, one, domain, account } = walk;
  const { page } = tab;
  await tab.go('/hosts');
  await page.locator('.rows th a').first().click();
  await tab.settle();
  await press(tab, w.bind);
  await page.getByLabel(w.domain, { exact: true }).fill(domain);
  await page.locator('button[type=submit]').click();
  await page.getByRole('rowheader', { name: domain }).waitFor();
  await press(tab, w.add);
  await page.getByLabel(w.user, { exact: true }).fill(account);
  await page.getByLabel(w.password, { exact: true }).fill(ftpPassword);
  await page.locator('button[type=submit]').click();
  await page.getByRole('rowheader', { name: account, exact: true }).waitFor();
  const file = join(one.data, `${account}.html`);
  const hello = `<h1>hello from ${account}</h1>`;
  await writeFile(file, hello);
  const ftp = new URL(one.ready.hosts.ftp);
  const upload = ['-sS', '-T', file, '-u', `${account}:${ftpPassword}`, `ftp://${ftp.host}/${account}.html`];
  await until(30_000, 'the upload', async () => (await run('curl', upload)).code === 0);
  const web = new URL(one.ready.hosts.http);
  const asked = ['-sS', '-H', `Host: ${domain}`, `http://${web.host}/${account}.html`];
  await until(30_000, 'the page', async () => (await run('curl', asked)).out === hello);
  await page.reload();
  await page.locator('.usage svg').waitFor();
  await page.getByText(w.figures).click();
  await page.getByRole('table', { name: w.usage }).waitFor();
  await tab.settle();
  await tab.examine('host-used');
  await settings(walk);
  await removed(walk);
  await until(60_000, 'the account to be gone', async () => (await run('curl', upload)).code !== 0);
  await until(60_000, 'the domain to be gone', async () => (await run('curl', asked)).out !== hello);
}

/** Folders without an index page are listed, or no longer: whichever was not so before. */
async function settings({ tab, w }: Walk): Promise<void> {
  const { page } = tab;
  await press(tab, w.change);
  const box = page.getByRole('checkbox');
  await box.waitFor();
  const after = (await box.isChecked()) ? w.no : w.yes;
  await box.click();
  await page.locator('button[type=submit]').click();
  await page.locator('dl.facts').getByText(after, { exact: true }).first().waitFor();
}

/** What was made is taken away again, after a question each. */
async function removed({ tab, w, account, domain }: Walk): Promise<void> {
  const { page } = tab;
  const row = page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: account, exact: true }) });
  await row.getByRole('button', { name: w.remove }).click();
  await page.getByRole('dialog').getByRole('button', { name: w.remove }).click();
  await page.getByText(w.removed).waitFor();
  const bound = page.getByRole('row').filter({ hasText: domain });
  await bound.getByRole('button', { name: w.unbind }).click();
  await page.getByRole('dialog').getByRole('button', { name: w.unbind }).click();
  await page.getByText(w.unbound).waitFor();
  await page.getByRole('rowheader', { name: domain }).waitFor({ state: 'detached' });
}

/** The promise minute by minute, and a drill on it while the page is open. */
async function watch({ tab, w, one }: Walk): Promise<void> {
  const { page } = tab;
  await tab.go('/overview');
  await page.locator('.rows th a').first().click();
  await tab.settle();
  await page.locator('.calendar .line a:visible').first().click();
  await page.locator('section.stretch').waitFor();
  await tab.examine('promise-stretch');
  await page.goto(page.url().replace(/\?.*/, ''));
  await tab.settle();
  const now = page.locator('p.now');
  await now.getByText(w.good, { exact: true }).waitFor();
  const drill = hostpledge(['drill', 'web-down', '--for', '10s', '--no-watch', '--data', one.data]);
  // It is told live, there and back: nobody loads the page again.
  await now.getByText(w.bad, { exact: true }).waitFor();
  await now.getByText(w.good, { exact: true }).waitFor();
  const { code, err } = await drill;
  assert.equal(code, 0, err);
}

/** What was downloaded is what the statement was made of, to the byte, and gives the same sum on any machine. */
async function workOut({ tab, w, one, lang }: Walk): Promise<void> {
  const { page } = tab;
  await page.goto(page.url().replace(/promise$/, 'statements'));
  await tab.settle();
  await page.locator('.rows th a').first().click();
  await page.getByText(w.sum).waitFor();
  await tab.settle();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: w.file }).click(),
  ]);
  const path = join(one.data, `case-${lang}.json`);
  await file.saveAs(path);
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  await page.locator('dl.facts code').getByText(digest).waitFor();
  const again = await hostpledge(['evaluate', path, '--explain', '--lang', lang]);
  assert.equal(again.code, 0, again.err);
  const total = await page.locator('.total').innerText();
  assert.match(again.out, new RegExp(total.replace(/[¥.]/g, '.')));
}

test('an invited customer keeps a host, sees a drill live and works a statement out again, in either language', {
  timeout: 900_000,
}, async (t) => {
  if (!needs(t, 'chromium', 'curl')) return;
  const one = await install(t, await newFolder(t));
  const browser = await openBrowser(t);
  const origin = `http://localhost:${new URL(one.ready.site).port}`;
  for (const lang of ['zh', 'en'] as const) {
    const tab = await Tab.open(browser, origin, lang);
    const own = { domain: `anna-${lang}.localhost`, account: `anna-${lang}` };
    const walk = { tab, one, lang, w: words[lang], ...own };
    await comeIn(walk);
    await t.test(`${lang}: keeps a host`, () => keepHost(walk));
    await t.test(`${lang}: sees a drill live`, () => watch(walk));
    await t.test(`${lang}: works a statement out again`, () => workOut(walk));
    await tab.close();
  }
});

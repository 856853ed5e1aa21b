import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Browser } from 'playwright-core';
import { relayServer } from '../mail.ts';
import { needs } from '../needs.ts';
import { install, newFolder } from '../system/installation.ts';
import { type Lang, openBrowser, Tab } from './console.ts';

/** The first run as a person does it: an empty folder, the printed link, four steps, a real mail, a second factor. */

const words = {
  zh: {
    zh: '中文名称',
    en: '英文名称',
    legal: '单位全称',
    email: '邮箱',
    sales: '销售热线',
    service: '服务热线',
    next: '下一步',
    host: '中继服务器',
    security: '加密',
    port: '端口',
    user: '用户名',
    password: '密码',
    from: '发件地址',
    authority: '证书颁发机构（PEM）',
    trial: '试寄到',
    send: '寄出测试邮件',
    name: '姓名',
    address: '登录邮箱',
    again: '再次输入密码',
    finish: '完成设置',
    second: '设置第二验证因素',
    own: '当前密码',
    begin: '开始设置',
    code: '应用显示的六位数字',
    verify: '确认',
    keep: '我已把恢复码保存在安全的地方',
    done: '完成',
    short: /至少 12 个字符/,
  },
  en: {
    zh: 'Name in Chinese',
    en: 'Name in English',
    legal: 'Full legal name',
    email: 'Mail address',
    sales: 'Sales hotline',
    service: 'Service hotline',
    next: 'Next',
    host: 'Relay',
    security: 'Encryption',
    port: 'Port',
    user: 'User name',
    password: 'Password',
    from: 'Sender’s address',
    authority: 'Certificate authority (PEM)',
    trial: 'Test address',
    send: 'Send a test mail',
    name: 'Name',
    address: 'Mail address, to sign in with',
    again: 'The password again',
    finish: 'Finish the set-up',
    second: 'Set up a second factor',
    own: 'Your password',
    begin: 'Begin',
    code: 'The six digits that the app shows',
    verify: 'Confirm',
    keep: 'I have put the recovery codes in a safe place',
    done: 'Done',
    short: /At least 12 characters/,
  },
} as const;

const password = 'nine unrelated words of my own';

/** One walk through the wizard. */
interface Walk {
  readonly tab: Tab;
  readonly w: (typeof words)[Lang];
  readonly fill: (label: string, text: string) => Promise<void>;
  readonly press: (name: string) => Promise<void>;
}

async function walk(t: TestContext, browser: Browser, lang: Lang): Promise<void> {
  const w = words[lang];
  const one = await install(t, await newFolder(t), 'serve');
  const link = /http:\/\/localhost:\d+\/console\/setup#\S+/.exec(one.said())?.[0];
  assert.ok(link !== undefined, one.said());
  const tab = await Tab.open(browser, new URL(link).origin, lang);
  const { page } = tab;
  const fill = (label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const given = { tab, w, fill, press };
  await page.goto(link);
  await tab.settle();
  assert.equal(new URL(page.url()).hash, '', 'the token does not stay in the address');
  await enterProvider(given);
  await page.getByRole('heading', { level: 2, name: / 2/ }).waitFor();
  await tab.examine('setup-hours');
  await press(w.next);
  await enterRelay(t, given);
  await enterOwner(given);
  await enrol(given);

  const later = await Tab.open(browser, tab.origin, lang);
  await later.page.goto(link);
  await later.settle();
  assert.equal(await later.page.locator('form').count(), 0, 'the link is dead');
  await later.close();
  assert.equal(await one.end(), 0);
}

async function enterProvider({ tab, w, fill, press }: Walk): Promise<void> {
  await tab.examine('setup-provider');
  await press(w.next);
  // The first field that is missing has the focus.
  await tab.page.locator('[id$="provider_name_zh"]:focus').waitFor();
  await fill(w.zh, '诺言主机有限公司');
  await fill(w.en, 'Pledge Hosting Ltd');
  await fill(w.legal, '诺言（上海）网络科技有限公司');
  await fill(w.email, 'office@provider.example');
  await fill(w.sales, '400-000-0001');
  await fill(w.service, '400-000-0002');
  await press(w.next);
}

async function enterRelay(t: TestContext, { tab, w, fill, press }: Walk): Promise<void> {
  const { page } = tab;
  const { relay, taken } = await relayServer(t);
  await page.getByRole('heading', { level: 2, name: / 3/ }).waitFor();
  await fill(w.host, relay.host);
  await fill(w.port, String(relay.port));
  await fill(w.user, relay.user ?? '');
  await fill(w.password, relay.password ?? '');
  await fill(w.from, relay.from);
  await fill(w.authority, relay.authority ?? '');
  await fill(w.trial, 'first@provider.example');
  await press(w.send);
  await page.locator('.trial code').waitFor();
  assert.equal(taken.length, 1, await page.locator('.trial').innerText());
  assert.deepEqual(taken[0]?.to, ['first@provider.example']);
  await tab.settle();
  await tab.examine('setup-mail');
  await press(w.next);
}

async function enterOwner({ tab, w, fill, press }: Walk): Promise<void> {
  const { page } = tab;
  await page.getByRole('heading', { level: 2, name: / 4/ }).waitFor();
  await fill(w.name, '王敏');
  await fill(w.address, 'owner@provider.example');
  await fill(w.password, 'short');
  await fill(w.again, 'short');
  await press(w.finish);
  await page.locator('.ant-form-item-explain-error').first().waitFor();
  assert.match(await page.locator('.ant-form-item-explain-error').first().innerText(), w.short);
  await fill(w.password, password);
  await fill(w.again, password);
  await tab.examine('setup-owner');
  await press(w.finish);
}

async function enrol({ tab, w, fill, press }: Walk): Promise<void> {
  const { page } = tab;
  await page.getByRole('heading', { level: 1, name: w.second }).waitFor();
  await fill(w.own, password);
  await press(w.begin);
  const secret = (await page.locator('.secret > code').innerText()).replace(/\s/g, '');
  await tab.settle();
  await tab.examine('second-factor');
  await fill(w.code, new TOTP({ secret: Secret.fromBase32(secret) }).generate());
  await press(w.verify);
  await page.getByLabel(w.keep).check();
  await tab.examine('recovery-codes');
  await press(w.done);
  await page.locator('.navigation a').first().waitFor();
}

for (const lang of ['zh', 'en'] as const) {
  test(`the wizard sets up an empty folder, in ${lang}`, { timeout: 300_000 }, async (t) => {
    if (!needs(t, 'chromium')) return;
    await walk(t, await openBrowser(t), lang);
  });
}

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Secret, TOTP } from 'otpauth';
import type { Browser } from 'playwright-core';
import { listOpen } from '../../src/db/outbox.ts';
import { withDatabase } from '../database.ts';
import { at, enter, type Front, passwordOf } from '../entrance.ts';
import { needs } from '../needs.ts';
import { makeWorld } from '../world.ts';
import { openBrowser, openPlace, Tab } from './console.ts';

/** Coming in by every door that there is, as a person does it: keys, codes, passkeys, mailed links. */

const anna = 'anna@customer.example';
const boss = 'owner@example.cn';

interface House {
  readonly front: Front;
  readonly browser: Browser;
}

async function open(t: TestContext): Promise<House> {
  const database = await withDatabase(t);
  await database.transaction((tx) => makeWorld(tx));
  await enter(database, Date.now(), 'customer', 'c000001', anna);
  await enter(database, Date.now(), 'owner', null, boss);
  return { front: await openPlace(t, database), browser: await openBrowser(t) };
}

/** What stands after the # of the one letter of a kind that waits to be mailed. */
async function mailed({ house }: Front, kind: string): Promise<string> {
  for (let tries = 0; tries < 600; tries += 1) {
    const letters = await listOpen(house.database.db, 'letter');
    const letter = letters.find((one) => at(one.body, 'kind') === kind);
    if (letter !== undefined) return house.vault.open(String(at(letter.body, 'sealed')));
    await delay(100);
  }
  throw new Error(`no letter of the kind ${kind} came`);
}

test('a person comes in, whatever they bring', { timeout: 600_000 }, async (t) => {
  if (!needs(t, 'chromium')) return;
  const house = await open(t);
  await t.test('by keyboard alone, and is told what was wrong', () => byKeyboard(house));
  await t.test('staff with a one-time code, then with a recovery code', () => byCode(house));
  await t.test('with a passkey', () => byPasskey(house));
  await t.test('by an invitation', () => byInvitation(house));
  await t.test('with a new password, by the mailed link', () => byReset(house));
  await t.test('and is held up after six wrong guesses', () => heldUp(house));
});

async function byKeyboard({ front, browser }: House): Promise<void> {
  const tab = await Tab.open(browser, front.origin, 'en');
  const { page } = tab;
  const { keyboard } = page;
  await tab.go('/users?role=customer');
  await page.waitForURL(/\/sign-in\?/);
  await tab.settle();
  await tab.examine('sign-in');
  // The first field has the focus by itself.
  await keyboard.type(anna);
  await keyboard.press('Tab');
  await keyboard.type('not the password');
  await keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'password' }).waitFor();
  await keyboard.press('Shift+Tab');
  await page.getByLabel('Password', { exact: true }).focus();
  await keyboard.press('Control+a');
  await keyboard.type(passwordOf(anna));
  await keyboard.press('Enter');
  // Where one wanted to go, with its filter.
  await page.waitForURL(/\/console\/users\?role=customer/);
  await tab.settle();
  await page.getByRole('link', { name: 'Skip to the content' }).focus();
  await keyboard.press('Enter');
  await page.locator('main:focus').waitFor();
  await page.getByRole('navigation', { name: 'Navigation' }).getByRole('link', { name: 'Account' }).focus();
  await keyboard.press('Enter');
  await page.locator('h1:focus').filter({ hasText: 'Account' }).waitFor();
  assert.equal(await page.title(), 'Account · Hostpledge');
  await page.getByRole('button', { name: '中文' }).click();
  await page.locator('h1').filter({ hasText: '账户' }).waitFor();
  await tab.settle();
  // The refused password is an answer of 401, which the browser writes into its console by itself.
  tab.complaints.splice(0, 1);
  await tab.examine('account');
  await tab.close();
}

async function byCode({ front, browser }: House): Promise<void> {
  const first = await Tab.open(browser, front.origin);
  await first.signIn(boss, passwordOf(boss));
  await first.go('/');
  await first.page.getByLabel('当前密码').fill(passwordOf(boss));
  await first.page.getByRole('button', { name: '开始设置' }).click();
  const secret = (await first.page.locator('.secret > code').innerText()).replace(/\s/g, '');
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  // The code of the half minute before is good too, and leaves the present one for what follows.
  await first.page.getByLabel('应用显示的六位数字').fill(totp.generate({ timestamp: Date.now() - 30_000 }));
  await first.page.getByRole('button', { name: '确认' }).click();
  const recovery = await first.page.locator('.codes code').first().innerText();
  await first.page.getByLabel('我已把恢复码保存在安全的地方').check();
  await first.page.getByRole('button', { name: '完成' }).click();
  await first.page.locator('.navigation a').first().waitFor();
  await first.close();

  for (const [code, isLost] of [
    [totp.generate(), false],
    [recovery, true],
  ] as const) {
    const tab = await Tab.open(browser, front.origin);
    const { page } = tab;
    await tab.go('/sign-in');
    await page.getByLabel('邮箱').fill(boss);
    await page.getByLabel('密码', { exact: true }).fill(passwordOf(boss));
    await page.getByRole('button', { name: '登录', exact: true }).click();
    if (isLost) await page.getByRole('button', { name: /使用恢复码/ }).click();
    else {
      await page.getByRole('heading', { name: '第二步验证' }).waitFor();
      await tab.settle();
      await tab.examine('second-step');
    }
    await page.getByLabel(isLost ? '恢复码' : '一次性验证码').fill(code);
    await page.getByRole('button', { name: '继续' }).click();
    await page.locator('.navigation a').first().waitFor();
    assert.deepEqual(tab.complaints, []);
    await tab.close();
  }
}

async function byPasskey({ front, browser }: House): Promise<void> {
  const tab = await Tab.open(browser, front.origin);
  const { page } = tab;
  const devices = await tab.context.newCDPSession(page);
  await devices.send('WebAuthn.enable');
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await tab.signIn(anna, passwordOf(anna));
  await tab.go('/account');
  await page.getByRole('button', { name: '添加通行密钥' }).click();
  await page.getByRole('table', { name: '通行密钥' }).getByRole('row').nth(1).waitFor();
  await page.getByRole('button', { name: '退出登录' }).first().click();
  await page.waitForURL(/\/sign-in/);
  await page.getByRole('button', { name: '用通行密钥登录' }).click();
  await page.locator('.navigation a').first().waitFor();
  assert.deepEqual(tab.complaints, []);
  await tab.close();
}

async function byInvitation({ front, browser }: House): Promise<void> {
  const host = await Tab.open(browser, front.origin, 'en');
  await host.signIn(anna, passwordOf(anna));
  await host.go('/users/invite');
  await host.examine('users-invite');
  const { page: desk } = host;
  await desk.getByLabel('Name').fill('李雷 Li Lei');
  await desk.getByLabel('Mail address').fill('not an address');
  await desk.getByRole('button', { name: 'Send the invitation' }).click();
  // The server's refusal stands at its field.
  await desk.locator('[id$="email_help"]').waitFor();
  host.complaints.length = 0;
  await desk.getByLabel('Mail address').fill('li@customer.example');
  await desk.getByRole('button', { name: 'Send the invitation' }).click();
  await desk.getByRole('table', { name: 'Open invitations' }).waitFor();
  await host.settle();
  await host.examine('users');
  await host.close();

  const guest = await Tab.open(browser, front.origin, 'zh');
  const { page } = guest;
  const secret = await mailed(front, 'invitation');
  await guest.go(`/invitation#${secret}`);
  await page.getByText('li@customer.example').waitFor();
  await guest.examine('invitation');
  await page.getByLabel('密码', { exact: true }).fill('four words of our own');
  await page.getByLabel('再次输入密码').fill('four words of our own');
  await page.getByRole('button', { name: '接受并登录' }).click();
  await page.locator('.navigation a').first().waitFor();
  assert.deepEqual(guest.complaints, []);
  await guest.page.goto('about:blank');
  await guest.go(`/invitation#${secret}`);
  await page.getByRole('alert').waitFor();
  await guest.close();
}

async function byReset({ front, browser }: House): Promise<void> {
  const tab = await Tab.open(browser, front.origin);
  const { page } = tab;
  await tab.go('/sign-in');
  await page.getByRole('link', { name: '忘记密码' }).click();
  await page.getByRole('heading', { name: '忘记密码' }).waitFor();
  await tab.examine('reset');
  await page.getByLabel('邮箱').fill(anna);
  await page.getByRole('button', { name: '寄出链接' }).click();
  await page.getByText('邮件已在路上').waitFor();
  const secret = await mailed(front, 'reset');
  await page.goto('about:blank');
  await tab.go(`/reset#${secret}`);
  await tab.examine('reset-chosen');
  const fresh = 'another four words of mine';
  await page.getByLabel('密码', { exact: true }).fill(fresh);
  await page.getByLabel('再次输入密码').fill(fresh);
  await page.getByRole('button', { name: '设置新密码' }).click();
  await page.waitForURL(/\/sign-in/);
  await page.getByLabel('邮箱').fill(anna);
  await page.getByLabel('密码', { exact: true }).fill(fresh);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.locator('.navigation a').first().waitFor();
  assert.deepEqual(tab.complaints, []);
  await tab.close();
}

async function heldUp({ front, browser }: House): Promise<void> {
  const tab = await Tab.open(browser, front.origin);
  const { page } = tab;
  await tab.go('/sign-in');
  for (let tries = 0; tries < 6; tries += 1) {
    const answer = await tab.context.request.post(`${front.origin}/api/auth/sign-in/email`, {
      headers: { origin: front.origin },
      data: { email: 'somebody@example.cn', password: 'a wrong guess at it' },
    });
    assert.equal(answer.status(), 401);
  }
  await page.getByLabel('邮箱').fill('somebody@example.cn');
  await page.getByLabel('密码', { exact: true }).fill('a wrong guess at it');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByText('尝试次数过多').waitFor();
  await tab.close();
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { at, passwordOf } from '../entrance.ts';
import { needs } from '../needs.ts';
import {
  closedMonth,
  hostpledge,
  type Installation,
  install,
  newFolder,
  runningMonth,
  until,
} from '../system/installation.ts';
import { openBrowser, patienceMs, signInSample, Tab } from './console.ts';

/** What staff do about quality, on a whole installation with its samples: drill, outage, cause, settlement, audit. */

test('staff see a drill live, record a cause with its proof, settle the month again, hold the draft, and agree to it by two', {
  timeout: 900_000,
}, async (t) => {
  if (!needs(t, 'chromium')) return;
  const one = await install(t, await newFolder(t));
  const browser = await openBrowser(t);
  const origin = `http://localhost:${new URL(one.ready.site).port}`;
  const owner = await Tab.open(browser, origin);
  await signInSample(owner, 'owner');
  await t.test('an owner sets from which sum on two must agree', () => limit(owner));
  const operator = await Tab.open(browser, origin);
  await signInSample(operator, 'operator');
  await t.test('a drill is an outage at once, on its page and among what waits', () => drill(operator));
  const outage = await pastOutage(operator);
  await t.test('an operator records a cause, with the proof that its kind needs', () =>
    record(operator, outage),
  );
  await operator.close();
  await t.test('the month is settled again; the draft is held with a reason', () =>
    hold(owner, outage.month),
  );
  await t.test(
    'above the limit one agrees once, another one does, it is posted, and the customer sees who',
    async () => {
      const colleague = await Tab.open(browser, origin);
      await comeIn(colleague, one);
      const customer = await Tab.open(browser, origin);
      await signInSample(customer, 'customer');
      await agree([owner, colleague, customer], outage.month);
    },
  );
  await t.test('all of it stands in the audit, as a difference', () => audit(owner));
});

/** No working day of review, and two people from one fen on: what is judged from here on waits for them alone. */
async function limit(tab: Tab): Promise<void> {
  const { page } = tab;
  await tab.go('/limits');
  await page.getByLabel('复核期（工作日）').fill('0');
  await page.getByLabel('大额（CNY）').fill('0');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存，适用于今后的结算。').waitFor();
}

/** Somebody of finance, invited at the command line, with a second factor. */
async function comeIn(tab: Tab, { data }: Installation): Promise<void> {
  const email = 'fei@house.example';
  const invited = await hostpledge(['invite', email, '--role', 'finance', '--data', data]);
  const secret = /console\/invitation#(\S+)/.exec(invited.out)?.[1];
  assert.ok(secret !== undefined, invited.err);
  const accepted = await tab.context.request.post(`${tab.origin}/api/invitations/accept`, {
    headers: { origin: tab.origin },
    data: { secret, name: '费明', password: passwordOf(email) },
  });
  assert.equal(accepted.status(), 201, await accepted.text());
  await tab.enrol(email, passwordOf(email));
}

async function approve({ page }: Tab): Promise<void> {
  await page.getByRole('button', { name: '同意入账' }).first().click();
  await page.getByRole('dialog').locator('button[type=submit]').click();
}

/** Who held it may be the first to agree, and nobody is both the first and the second. */
async function agree([owner, colleague, customer]: readonly [Tab, Tab, Tab], month: string): Promise<void> {
  const { page } = owner;
  await owner.go(`/settlement?month=${month}`);
  const number = await page.locator('.rows th a').first().innerText();
  await page.getByRole('button', { name: '解除暂缓' }).click();
  await page.getByRole('dialog').getByLabel('理由').fill('客户已书面确认');
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await page.getByText('等待两人同意').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await approve(owner);
  await page.getByText('等待第二人同意').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await approve(owner);
  await page.getByText('需要另一个人。', { exact: false }).waitFor();
  owner.complaints.splice(0, Number.POSITIVE_INFINITY, ...owner.complaints.filter((one) => !/422/.test(one)));
  await owner.go(`/settlement?month=${month}`);
  await page.getByText('等待第二人同意').waitFor();
  await owner.examine('approval-second');
  await colleague.go(`/settlement?month=${month}`);
  await approve(colleague);
  await colleague.page.getByRole('dialog').waitFor({ state: 'hidden' });
  await colleague.page.getByRole('button', { name: '同意入账' }).waitFor({ state: 'detached' });
  await until(patienceMs, 'the posting', async () => {
    await customer.go(`/agreements/${number}/statements/${month}`);
    return (await customer.page.locator('.mark', { hasText: '已入账' }).count()) > 0;
  });
  for (const who of ['王敏', '费明']) await customer.page.getByText(who, { exact: true }).first().waitFor();
  await customer.examine('statement-approved');
  await Promise.all([colleague.close(), customer.close()]);
  // The running month says which agreements have no statement yet, and why.
  await owner.go(`/settlement?month=${runningMonth()}`);
  await page.getByRole('table', { name: '尚未结算' }).getByText('月份未结束').first().waitFor();
  await owner.examine('settlement-running');
}

async function drill(tab: Tab): Promise<void> {
  const { page } = tab;
  await tab.go('/probers');
  await tab.examine('probers');
  await page.getByLabel('持续（分钟）').fill('2');
  await page.getByRole('button', { name: '开始演练' }).click();
  // It is told live: nobody loads the page again.
  const now = page.getByRole('table', { name: '此刻的中断' });
  await now.waitFor();
  await tab.go('/today');
  await page.getByRole('table', { name: '进行中的中断' }).waitFor();
  await tab.examine('today');
  await page.getByRole('table', { name: '进行中的中断' }).getByRole('link').first().click();
  await page.locator('h1', { hasText: '站点访问' }).waitFor();
  await tab.settle();
  await page.getByText('没有登记其他原因：这段时间由我们承担。').waitFor();
  await page.getByRole('table', { name: '观测点' }).waitFor();
  await tab.examine('outage-open');
}

interface Past {
  readonly host: string;
  readonly from: number;
  /** Of the settlement that it is in, in the zone of the browser and of the samples. */
  readonly month: string;
}

/** In the zone of the browser and of the samples. */
function monthOf(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 'yyyy-mm'.length);
}

/** The longest outage of the website in the latest closed month that nothing excuses yet. */
async function pastOutage(tab: Tab): Promise<Past> {
  const read = async (path: string): Promise<readonly unknown[]> => {
    const answer = await tab.context.request.get(`${tab.origin}/api${path}`);
    assert.equal(answer.status(), 200, path);
    return at(await answer.json(), 'items') as readonly unknown[];
  };
  const month = closedMonth();
  const spans = (await read('/outages?check=web&open=false&limit=200')).map((item) => ({
    host: String(at(item, 'host')),
    from: Date.parse(String(at(item, 'from'))),
    to: Date.parse(String(at(item, 'to'))),
  }));
  const within = spans
    .filter(({ from, to }) => monthOf(from) === month && monthOf(to) === month)
    .sort((a, b) => b.to - b.from - (a.to - a.from));
  for (const { host, from, to } of within) {
    const span = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    if ((await read(`/hosts/${host}/causes?${span}`)).length === 0) return { host, from, month };
  }
  throw new Error(`no outage without a cause in ${month}`);
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.locator('.ant-select-item-option', { hasText: option }).click();
}

async function record(tab: Tab, { host, from }: Past): Promise<void> {
  const { page } = tab;
  await tab.go('/outages?open=false');
  await tab.examine('outages');
  await tab.go(`/outages/${host}/web/${from}`);
  await page
    .getByRole('link', { name: '登记原因' })
    .or(page.getByRole('button', { name: '登记原因' }))
    .click();
  await page.locator('h1', { hasText: '登记原因' }).waitFor();
  await tab.settle();
  await tab.examine('cause');
  await choose(page, '原因', '双方约定');
  // The plane was down: its FTP failed with the website, and excusing the one alone would change nothing.
  await choose(page, '涉及的检查', 'FTP 连通');
  await page.keyboard.press('Escape');
  await page.getByLabel('我方认可人').fill('赵工');
  await page.getByLabel('客户认可人').fill('李青');
  await page.getByLabel('我方认可时间').fill('2026-11-01T10:00:00');
  await page.getByLabel('客户认可时间').fill('2026-11-01T11:00:00');
  // What is missing is said at its field, and nothing is sent.
  await page.locator('button[type=submit]').click();
  await page.getByText('请填写此项。').waitFor();
  await page.getByLabel('理由').fill('客户要求停机迁移数据');
  await page.locator('button[type=submit]').click();
  const cause = page.getByRole('region', { name: '双方约定' });
  await cause.getByText('客户要求停机迁移数据').waitFor();
  await tab.settle();
  await tab.examine('outage');
}

async function hold(tab: Tab, month: string): Promise<void> {
  const { page } = tab;
  await tab.go('/settlement');
  const number = await page.locator('.rows th a').first().innerText();
  await page.getByRole('button', { name: '重新结算' }).click();
  await page.getByLabel('质量协议编号').fill(number);
  assert.equal(await page.getByLabel('月份').inputValue(), month);
  await page.getByLabel('理由').fill('双方约定不计入停机迁移');
  await tab.examine('judge');
  await page.locator('button[type=submit]').click();
  // The timetable may have been first: then the month says what already stands.
  const done = page.locator('h1', { hasText: /月结算$/ });
  await done
    .or(page.getByRole('alert').filter({ hasText: 'statement-unchanged' }))
    .first()
    .waitFor();
  await tab.go(`/settlement?month=${month}`);
  await page.getByRole('button', { name: '暂缓入账' }).click();
  await page.getByRole('dialog').getByLabel('理由').fill('等客户书面确认');
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await page.getByText('等客户书面确认').waitFor();
  // The dialog's own button says the same until it is gone.
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: '解除暂缓' }).waitFor();
  await tab.settle();
  await tab.examine('settlement');
}

async function audit(tab: Tab): Promise<void> {
  const { page } = tab;
  await tab.go('/audit?action=causes.record');
  const row = page.getByRole('row').filter({ hasText: 'causes.record' });
  await row.locator('summary').click();
  await row.getByText('proof.reason').waitFor();
  await tab.examine('audit');
  await page.getByRole('button', { name: 'English' }).click();
  for (const path of ['/audit', '/settlement', '/today', '/outages', '/probers']) {
    await tab.go(path);
    await tab.examine(path.slice(1));
  }
}

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { needs } from '../needs.ts';
import { hostpledge, install, newFolder } from '../system/installation.ts';
import { openBrowser, signInSample, Tab } from './console.ts';
import { type Found, furnish } from './furnish.ts';

/**
 * Every page of the console, in both languages: nothing that axe-core finds, nothing wider than 360 px, nothing that the
 * browser complains of, and no word of the other language on what can be pressed. With HOSTPLEDGE_PICTURES each
 * is a picture at 1280 and 360 px, light and dark.
 */

const isPictured = (process.env['HOSTPLEDGE_PICTURES'] ?? '') !== '';

type Who = 'staff' | 'customer' | 'nobody';

type Visits = Readonly<Record<string, readonly [at: string, ...who: Who[]]>>;

/** Who looks at a page of pages.ts in this world, and where it is: service and its quality. */
function daily(found: Found): Visits {
  const { host, customer, agreement, offered, month } = found;
  const own = `/hosts/${host}`;
  const outage = `/outages/${found.outage.host}/${found.outage.check}/${found.outage.from}`;
  return {
    '/today': ['/today', 'staff'],
    '/overview': ['/overview', 'customer'],
    '/agreements/$number/promise': [`/agreements/${agreement}/promise`, 'customer', 'staff'],
    '/agreements/$number/statements': [`/agreements/${agreement}/statements`, 'customer'],
    '/agreements/$number/statements/$month': [
      `/agreements/${agreement}/statements/${month}`,
      'customer',
      'staff',
    ],
    '/hosts': ['/hosts', 'customer', 'staff'],
    '/hosts/order': [`/hosts/order?customer=${customer}`, 'staff'],
    '/hosts/$id': [`/hosts/${found.old}`, 'customer', 'staff'],
    '/hosts/$id/bind': [`${own}/bind`, 'customer'],
    '/hosts/$id/account': [`${own}/account`, 'customer'],
    '/hosts/$id/settings': [`${own}/settings`, 'customer'],
    '/agreements': ['/agreements', 'customer', 'staff'],
    '/agreements/$number': [`/agreements/${agreement}`, 'customer', 'staff'],
    '/agreements/$number/sign': [`/agreements/${offered}/sign`, 'customer', 'staff'],
    '/agreements/$number/end': [`/agreements/${agreement}/end`, 'staff'],
    '/agreements/$number/annexes/$annex': [`/agreements/${offered}/annexes/A1`, 'customer'],
    '/hosts/$id/offer': [`/hosts/${found.bare}/offer`, 'staff'],
    '/outages': ['/outages?open=false', 'customer', 'staff'],
    '/outages/$host/$check/$from': [outage, 'customer', 'staff'],
    '/outages/$host/$check/$from/cause': [`${outage}/cause`, 'staff'],
    '/settlement': [`/settlement?month=${month}`, 'staff'],
    '/settlement/judge': [`/settlement/judge?month=${month}`, 'staff'],
    '/probers': ['/probers', 'staff'],
  };
}

/** People, plans and money. */
function business(found: Found): Visits {
  const { host, customer, sale, person, contact, plan } = found;
  const own = `/hosts/${host}`;
  const people = `/customers/${customer}/contacts`;
  return {
    '/contacts': ['/contacts', 'customer'],
    '/customers/$id/contacts': [people, 'staff'],
    '/customers/$id/contacts/new': [`${people}/new`, 'customer'],
    '/customers/$id/contacts/$person': [`${people}/${person}`, 'customer'],
    '/customers/$id/contacts/$person/new': [`${people}/${person}/new`, 'customer'],
    '/customers/$id/contacts/$person/$contact': [`${people}/${person}/${contact}`, 'customer'],
    '/signer': ['/signer', 'customer', 'staff'],
    '/customers': ['/customers', 'staff'],
    '/customers/new': ['/customers/new', 'staff'],
    '/customers/$id': [`/customers/${customer}`, 'staff'],
    '/customers/$id/edit': [`/customers/${customer}/edit`, 'staff'],
    '/customers/$id/identity': [`/customers/${customer}/identity`, 'staff'],
    '/customers/$id/balance': [`/customers/${customer}/balance`, 'staff'],
    '/balance': ['/balance', 'customer'],
    '/plans': ['/plans', 'staff'],
    '/plans/draft': [`/plans/draft?plan=${plan.plan}`, 'staff'],
    '/plans/$plan/$version': [`/plans/${plan.plan}/${plan.version}`, 'customer', 'staff'],
    '/hosts/$id/sales': [`${own}/sales`, 'customer', 'staff'],
    '/hosts/$id/sales/new': [`${own}/sales/new`, 'staff'],
    '/hosts/$id/sales/replace': [`${own}/sales/replace`, 'staff'],
    '/hosts/$id/sales/$number/pay': [`${own}/sales/${sale}/pay`, 'staff'],
    '/hosts/$id/sales/$number/refund': [`${own}/sales/${sale}/refund`, 'staff'],
    '/transfers': ['/transfers', 'staff'],
    '/renewals': ['/renewals', 'customer', 'staff'],
    '/invoices': ['/invoices', 'customer', 'staff'],
    '/customers/$id/invoices/new': [`/customers/${customer}/invoices/new`, 'customer'],
  };
}

/** The house's own, and the open pages. */
function house(user: string, invitation: string): Visits {
  return {
    '/limits': ['/limits', 'staff'],
    '/provider': ['/provider', 'staff'],
    '/users': ['/users', 'customer', 'staff'],
    '/users/invite': ['/users/invite', 'customer', 'staff'],
    '/users/$id': [`/users/${user}`, 'staff'],
    '/mail': ['/mail', 'staff'],
    '/audit': ['/audit', 'customer', 'staff'],
    '/account': ['/account', 'customer', 'staff'],
    '/sign-in': ['/sign-in', 'nobody'],
    '/reset': ['/reset', 'nobody'],
    '/invitation': [`/invitation#${invitation}`, 'nobody'],
    '/setup': ['/setup', 'nobody'],
    '/second-factor': ['/second-factor', 'nobody'],
  };
}

async function listed(): Promise<readonly string[]> {
  const text = await readFile(new URL('../../console/src/pages.ts', import.meta.url), 'utf8');
  return [...text.matchAll(/(?:path: |(?:open|inner|within)\(\s*)'(\/[^']*)'/g)].map(([, path = '']) => path);
}

/** What is pressed, filled in or headed by: on English pages in no other language, but for people’s and companies’ names. */
const persons = /青禾书店有限公司|李青|王敏|赵工|陈一|中文/g;
const pressed = 'main button, main label, main th[scope="col"], main legend, nav a, main h2';

async function foreign(tab: Tab): Promise<readonly string[]> {
  const words = await tab.page.locator(pressed).allInnerTexts();
  return words.filter((word) => /\p{Script=Han}/u.test(word.replace(persons, '')));
}

/** What is wrong with one page, in words; the next page begins anew. */
async function look(tab: Tab, at: string, name: string, lang: 'zh' | 'en'): Promise<readonly string[]> {
  tab.complaints.length = 0;
  try {
    await tab.go(at);
    if (lang === 'en') assert.deepEqual(await foreign(tab), [], `${name}: Chinese in English`);
    // Words have no colours: the other language is dark only in pictures.
    await tab.examine(name, lang === 'zh' || isPictured ? undefined : ['light']);
    return [];
  } catch (error) {
    return [`${name} ${lang}: ${String(error)}`];
  }
}

test('every page, in Chinese and in English, is whole, fits and is read out', {
  timeout: 1_800_000,
}, async (t) => {
  if (!needs(t, 'chromium')) return;
  const data = await newFolder(t);
  const one = await install(t, data);
  const browser = await openBrowser(t);
  const origin = `http://localhost:${new URL(one.ready.site).port}`;
  const tabs: Record<Who, Tab> = {
    staff: await Tab.open(browser, origin),
    customer: await Tab.open(browser, origin),
    nobody: await Tab.open(browser, origin),
  };
  await signInSample(tabs.staff, 'owner');
  await signInSample(tabs.customer, 'customer');
  const found = await furnish(tabs.staff, tabs.customer);
  const invited = await hostpledge(['invite', 'new@house.example', '--role', 'support', '--data', data]);
  const secret = /console\/invitation#(\S+)/.exec(invited.out)?.[1];
  assert.ok(secret !== undefined, invited.err);
  const places = { ...daily(found), ...business(found), ...house(found.user, secret) };
  assert.deepEqual(Object.keys(places).sort(), [...(await listed())].sort(), 'every page has its visit');
  await t.test('a page of another role says that it is one', async () => {
    for (const [tab, path] of [
      [tabs.staff, '/balance'],
      [tabs.staff, '/overview'],
      [tabs.customer, '/today'],
    ] as const) {
      await tab.go(path);
      await tab.page.locator('h1', { hasText: '这个页面不是给您的角色用的' }).waitFor();
      assert.deepEqual(tab.complaints, [], path);
    }
  });
  for (const lang of ['zh', 'en'] as const) {
    for (const tab of Object.values(tabs)) await tab.speak(lang);
    await t.test(lang, async () => {
      const faults: string[] = [];
      for (const [path, [at, ...people]] of Object.entries(places)) {
        const name = path.slice(1).replaceAll('/', '.');
        for (const who of people) faults.push(...(await look(tabs[who], at, `${name}-${who}`, lang)));
      }
      assert.deepEqual(faults, []);
    });
  }
});

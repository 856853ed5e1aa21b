import assert from 'node:assert/strict';
import { at } from '../entrance.ts';
import { until } from '../system/installation.ts';
import type { Tab } from './console.ts';

/** What is looked for in the samples, and what is added so that every page has something to show. */
export interface Found {
  readonly customer: string;
  /** The sample's own, with two months of history; one that is sold and offered; one that is only sold. */
  readonly old: string;
  readonly host: string;
  readonly bare: string;
  readonly agreement: string;
  readonly offered: string;
  /** The last one with a statement. */
  readonly month: string;
  readonly sale: string;
  readonly person: string;
  readonly contact: string;
  readonly user: string;
  readonly plan: { readonly plan: string; readonly version: number };
  readonly outage: { readonly host: string; readonly check: string; readonly from: number };
}

async function read(tab: Tab, path: string): Promise<unknown> {
  const answer = await tab.context.request.get(`${tab.origin}/api${path}`);
  assert.equal(answer.status(), 200, `${path}: ${await answer.text()}`);
  return answer.json();
}

async function make(tab: Tab, path: string, data: object): Promise<unknown> {
  const headers = { origin: tab.origin };
  const answer = await tab.context.request.post(`${tab.origin}/api${path}`, { headers, data });
  const text = await answer.text();
  assert.ok([200, 201].includes(answer.status()), `${path}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}

const word = (value: unknown, ...path: (string | number)[]): string => {
  const text = at(value, ...path);
  assert.ok(typeof text === 'string', path.join('.'));
  return text;
};

/** `staff` is an owner, `customer` the samples’ customer; both are signed in. */
export async function furnish(staff: Tab, customer: Tab): Promise<Found> {
  const agreements = await read(customer, '/agreements');
  const agreement = word(agreements, 'items', 0, 'number');
  const owner = word(agreements, 'items', 0, 'customer');
  const old = word(agreements, 'items', 0, 'host');
  const statements = await read(customer, `/agreements/${agreement}/statements`);
  const outages = (at(await read(customer, '/outages?check=web&open=false&limit=200'), 'items') ??
    []) as unknown[];
  const outage = outages.at(-1);
  const plans = at(await read(staff, '/plans'), 'items') as readonly unknown[];
  const plan = plans.find(
    (one) => at(one, 'stages', 0, 'stage') === 'released' && at(one, 'publishedAt') !== null,
  );
  const chosen = { plan: word(plan, 'plan'), version: Number(at(plan, 'version')) };
  const [host, sale] = await sold(staff, owner, chosen, 'second.localhost');
  const [bare] = await sold(staff, owner, chosen, 'third.localhost');
  const offered = await until(60_000, 'something that is observed', async () => {
    const guarantees = at(await read(staff, `/hosts/${host}/guarantees`), 'items') as readonly unknown[];
    if (guarantees.filter((one) => at(one, 'live') === true).length < 3) return null;
    return word(await make(staff, `/hosts/${host}/agreements`, {}), 'number');
  });
  const document = await make(staff, `/agreements/${offered}/document`, { lang: 'zh' });
  await make(staff, `/agreements/${offered}/signatures`, { digest: word(document, 'digest') });
  await make(staff, `/agreements/${offered}/annexes`, {
    title: '备份约定',
    text: '每日备份一次，保留七天。\n\n恢复在提出后四小时内开始。',
  });
  const person = word(
    await make(customer, `/customers/${owner}/persons`, { name: '李青', title: '网站管理' }),
    'id',
  );
  const contact = await make(customer, `/persons/${person}/contacts`, {
    channel: 'email',
    value: 'qing@tea.example',
  });
  await make(customer, `/customers/${owner}/invoices`, {
    ...{
      kind: 'normal',
      title: '青竹网络工作室',
      taxNumber: '91350100M000100Y43',
      email: 'qing@tea.example',
    },
    lines: [{ receipt: 'R-second.localhost', amount: 20_000 }],
  });
  return {
    customer: owner,
    old,
    host,
    bare,
    agreement,
    offered,
    month: word(statements, 'items', 0, 'month'),
    sale,
    person,
    contact: word(contact, 'id'),
    user: word(await read(staff, '/users'), 'items', 0, 'id'),
    plan: chosen,
    outage: {
      host: word(outage, 'host'),
      check: word(outage, 'check'),
      from: Date.parse(word(outage, 'from')),
    },
  };
}

/** A host of the customer's, ordered, sold for a year from today and half paid. */
async function sold(
  staff: Tab,
  customer: string,
  plan: Found['plan'],
  domain: string,
): Promise<readonly [host: string, sale: string]> {
  const host = word(await make(staff, '/hosts', { ...plan, customer, domain }), 'id');
  const from = new Date();
  const to = new Date(from.getTime() + 365 * 86_400_000);
  const sale = `SA-${domain}`;
  const terms = {
    name: '虚拟主机',
    document: 'D-1',
    edition: '1',
    management: 'M-1',
    price: 36_500,
    currency: 'CNY',
  };
  await make(staff, `/hosts/${host}/sales`, {
    ...{ ...terms, ...plan, number: sale },
    from: from.toISOString(),
    to: to.toISOString(),
  });
  await make(staff, `/sales/${sale}/payments`, {
    ...{ receipt: `R-${domain}`, amount: 20_000, currency: 'CNY', method: '银行转账' },
    at: from.toISOString(),
  });
  return [host, sale];
}

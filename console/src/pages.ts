import type { ComponentType } from 'react';
import { type Both, both } from './speech/lang.ts';

/**
 * Every page of the console. A new page is a file that exports `Screen` and a row here (docs/how-to/add-a-page.md).
 * Order is the order of the navigation.
 */
export interface PageRow {
  /** Below `/console`; `$id` is a parameter. */
  readonly path: string;
  /** In the navigation and in the document's title until the page says a better one. */
  readonly name: Both<{ readonly name: string }>;
  /** What the session must have to see it (src/entrance/right.ts); null: signed in is enough. */
  readonly right: string | null;
  /** Whose page it is; `open`: nobody need be signed in, and there is no frame around it. */
  readonly who: 'everybody' | 'staff' | 'customer' | 'open';
  /** Where in the navigation; null: reached from another page. */
  readonly section: Section | null;
  readonly load: () => Promise<{ readonly Screen: ComponentType }>;
}

export type Section = 'daily' | 'business' | 'quality' | 'house' | 'own';

export const sections: Readonly<Record<Section, Both<{ readonly name: string }>>> = {
  daily: both({ zh: { name: '日常' }, en: { name: 'Daily' } }),
  business: both({ zh: { name: '业务' }, en: { name: 'Business' } }),
  quality: both({ zh: { name: '服务质量' }, en: { name: 'Service quality' } }),
  house: both({ zh: { name: '内部' }, en: { name: 'House' } }),
  own: both({ zh: { name: '我的' }, en: { name: 'Mine' } }),
};

const name = (zh: string, en: string) => both({ zh: { name: zh }, en: { name: en } });

const open = (path: string, title: PageRow['name'], load: PageRow['load']): PageRow => ({
  path,
  name: title,
  right: null,
  who: 'open',
  section: null,
  load,
});

/** Reached from another page, by everybody who has the right. */
const inner = (path: string, title: PageRow['name'], right: string, load: PageRow['load']): PageRow => ({
  path,
  name: title,
  right,
  who: 'everybody',
  section: null,
  load,
});

/** As `inner`, for staff alone. */
const within = (...given: Parameters<typeof inner>): PageRow => ({ ...inner(...given), who: 'staff' });

export const pages: readonly PageRow[] = [
  {
    path: '/today',
    name: name('今天', 'Today'),
    right: 'hosts:read',
    who: 'staff',
    section: 'daily',
    load: () => import('./today/today.tsx'),
  },
  {
    path: '/overview',
    name: name('总览', 'Overview'),
    right: 'measures:read',
    who: 'customer',
    section: 'daily',
    load: () => import('./overview/overview.tsx'),
  },
  inner(
    '/agreements/$number/promise',
    name('逐分钟的承诺', 'Promise'),
    'measures:read',
    () => import('./promise/promise.tsx'),
  ),
  inner(
    '/agreements/$number/statements',
    name('结算单', 'Statements'),
    'statements:read',
    () => import('./statements/list.tsx'),
  ),
  inner(
    '/agreements/$number/statements/$month',
    name('结算单', 'Statement'),
    'statements:read',
    () => import('./statements/statement.tsx'),
  ),
  {
    path: '/hosts',
    name: name('主机', 'Hosts'),
    right: 'hosts:read',
    who: 'everybody',
    section: 'daily',
    load: () => import('./hosts/list.tsx'),
  },
  inner('/hosts/order', name('开通主机', 'Order a host'), 'hosts:order', () => import('./hosts/order.tsx')),
  inner('/hosts/$id', name('主机', 'Host'), 'hosts:read', () => import('./hosts/host.tsx')),
  inner('/hosts/$id/bind', name('绑定域名', 'Bind a domain'), 'hosts:edit', () => import('./hosts/bind.tsx')),
  inner(
    '/hosts/$id/account',
    name('新建 FTP 账号', 'New FTP account'),
    'hosts:edit',
    () => import('./hosts/account.tsx'),
  ),
  inner(
    '/hosts/$id/settings',
    name('修改设置', 'Settings'),
    'hosts:edit',
    () => import('./hosts/settings.tsx'),
  ),
  {
    path: '/agreements',
    name: name('质量协议', 'Agreements'),
    right: 'agreements:read',
    who: 'everybody',
    section: 'quality',
    load: () => import('./agreements/list.tsx'),
  },
  inner(
    '/agreements/$number',
    name('质量协议', 'Agreement'),
    'agreements:read',
    () => import('./agreements/agreement.tsx'),
  ),
  inner(
    '/agreements/$number/sign',
    name('签字并盖章', 'Sign and seal'),
    'agreements:sign',
    () => import('./agreements/sign.tsx'),
  ),
  inner(
    '/agreements/$number/end',
    name('提前终止', 'End it early'),
    'agreements:edit',
    () => import('./agreements/end.tsx'),
  ),
  inner(
    '/agreements/$number/annexes/$annex',
    name('补充条款', 'Supplementary terms'),
    'agreements:read',
    () => import('./agreements/annex.tsx'),
  ),
  inner(
    '/hosts/$id/offer',
    name('提供质量协议', 'Offer an agreement'),
    'agreements:edit',
    () => import('./agreements/offer.tsx'),
  ),
  {
    path: '/contacts',
    name: name('联系人', 'Contacts'),
    right: 'contacts:read',
    who: 'customer',
    section: 'own',
    load: () => import('./contacts/list.tsx'),
  },
  within(
    '/customers/$id/contacts',
    name('联系人', 'Contacts'),
    'contacts:read',
    () => import('./contacts/list.tsx'),
  ),
  inner(
    '/customers/$id/contacts/new',
    name('添加联系人', 'Add a person'),
    'contacts:edit',
    () => import('./contacts/person.tsx'),
  ),
  inner(
    '/customers/$id/contacts/$person',
    name('修改联系人', 'Change a person'),
    'contacts:edit',
    () => import('./contacts/person.tsx'),
  ),
  inner(
    '/customers/$id/contacts/$person/new',
    name('添加联系方式', 'Add a contact'),
    'contacts:edit',
    () => import('./contacts/contact.tsx'),
  ),
  inner(
    '/customers/$id/contacts/$person/$contact',
    name('验证联系方式', 'Verify a contact'),
    'contacts:edit',
    () => import('./contacts/verify.tsx'),
  ),
  {
    path: '/signer',
    name: name('签署密钥', 'Signing key'),
    right: 'signers:edit',
    who: 'everybody',
    section: 'own',
    load: () => import('./agreements/signer.tsx'),
  },
  {
    path: '/outages',
    name: name('中断', 'Outages'),
    right: 'measures:read',
    who: 'everybody',
    section: 'quality',
    load: () => import('./outages/list.tsx'),
  },
  inner(
    '/outages/$host/$check/$from',
    name('中断', 'Outage'),
    'measures:read',
    () => import('./outages/outage.tsx'),
  ),
  within(
    '/outages/$host/$check/$from/cause',
    name('登记原因', 'Record a cause'),
    'causes:edit',
    () => import('./outages/cause.tsx'),
  ),
  {
    path: '/customers',
    name: name('客户', 'Customers'),
    right: 'customers:read',
    who: 'staff',
    section: 'business',
    load: () => import('./customers/list.tsx'),
  },
  within(
    '/customers/new',
    name('新增客户', 'Add a customer'),
    'customers:edit',
    () => import('./customers/edit.tsx'),
  ),
  within(
    '/customers/$id',
    name('客户', 'Customer'),
    'customers:read',
    () => import('./customers/customer.tsx'),
  ),
  within(
    '/customers/$id/edit',
    name('修改资料', 'Particulars'),
    'customers:edit',
    () => import('./customers/edit.tsx'),
  ),
  within(
    '/customers/$id/balance',
    name('账户', 'Account'),
    'ledger:read',
    () => import('./balance/balance.tsx'),
  ),
  {
    path: '/balance',
    name: name('账户余额', 'Balance'),
    right: 'ledger:read',
    who: 'customer',
    section: 'business',
    load: () => import('./balance/balance.tsx'),
  },
  {
    path: '/plans',
    name: name('套餐', 'Plans'),
    right: 'plans:read',
    who: 'staff',
    section: 'business',
    load: () => import('./plans/list.tsx'),
  },
  within('/plans/draft', name('起草套餐', 'Draft a plan'), 'plans:edit', () => import('./plans/draft.tsx')),
  inner('/plans/$plan/$version', name('套餐', 'Plan'), 'plans:read', () => import('./plans/plan.tsx')),
  inner(
    '/hosts/$id/sales',
    name('销售协议', 'Sales agreements'),
    'sales:read',
    () => import('./sales/list.tsx'),
  ),
  within(
    '/hosts/$id/sales/new',
    name('新的销售协议', 'New sales agreement'),
    'sales:edit',
    () => import('./sales/sell.tsx'),
  ),
  within(
    '/hosts/$id/sales/replace',
    name('更换套餐', 'Change of plan'),
    'sales:edit',
    () => import('./sales/sell.tsx'),
  ),
  within(
    '/hosts/$id/sales/$number/pay',
    name('记录付款', 'Payment'),
    'sales:edit',
    () => import('./sales/pay.tsx'),
  ),
  within(
    '/hosts/$id/sales/$number/refund',
    name('记录退款', 'Refund'),
    'sales:edit',
    () => import('./sales/pay.tsx'),
  ),
  {
    path: '/renewals',
    name: name('续费', 'Renewals'),
    right: 'sales:read',
    who: 'everybody',
    section: 'business',
    load: () => import('./renewals/list.tsx'),
  },
  {
    path: '/invoices',
    name: name('发票', 'Invoices'),
    right: 'invoices:read',
    who: 'everybody',
    section: 'business',
    load: () => import('./invoices/list.tsx'),
  },
  inner(
    '/customers/$id/invoices/new',
    name('申请发票', 'Ask for an invoice'),
    'invoices:ask',
    () => import('./invoices/request.tsx'),
  ),
  {
    path: '/settlement',
    name: name('结算', 'Settlement'),
    right: 'statements:read',
    who: 'staff',
    section: 'quality',
    load: () => import('./settlement/month.tsx'),
  },
  within(
    '/settlement/judge',
    name('重新结算', 'Settle again'),
    'statements:edit',
    () => import('./settlement/judge.tsx'),
  ),
  {
    path: '/probers',
    name: name('观测与服务器', 'Probers and planes'),
    right: 'probers:read',
    who: 'staff',
    section: 'quality',
    load: () => import('./probers/list.tsx'),
  },
  {
    path: '/users',
    name: name('用户', 'Users'),
    right: 'users:read',
    who: 'everybody',
    section: 'house',
    load: () => import('./users/list.tsx'),
  },
  inner('/users/invite', name('邀请用户', 'Invite a user'), 'users:edit', () => import('./users/invite.tsx')),
  inner('/users/$id', name('用户', 'User'), 'users:read', () => import('./users/user.tsx')),
  {
    path: '/mail',
    name: name('邮件', 'Mail'),
    right: 'relay:read',
    who: 'staff',
    section: 'house',
    load: () => import('./relay/relay.tsx'),
  },
  {
    path: '/audit',
    name: name('操作记录', 'Audit'),
    right: 'audit:read',
    who: 'everybody',
    section: 'house',
    load: () => import('./audit/list.tsx'),
  },
  {
    path: '/account',
    name: name('账户', 'Account'),
    right: null,
    who: 'everybody',
    section: 'own',
    load: () => import('./account/account.tsx'),
  },
  open('/sign-in', name('登录', 'Sign in'), () => import('./entrance/signin.tsx')),
  open('/reset', name('忘记密码', 'Forgotten password'), () => import('./entrance/reset.tsx')),
  open('/invitation', name('接受邀请', 'Accept the invitation'), () => import('./entrance/invitation.tsx')),
  open('/setup', name('首次设置', 'First set-up'), () => import('./setup/setup.tsx')),
  open('/second-factor', name('第二验证因素', 'Second factor'), () => import('./entrance/second.tsx')),
];

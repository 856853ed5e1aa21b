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

export const pages: readonly PageRow[] = [
  {
    path: '/overview',
    name: name('总览', 'Overview'),
    right: 'measures:read',
    who: 'customer',
    section: 'daily',
    load: () => import('./overview/overview.tsx'),
  },
  {
    path: '/agreements/$number/promise',
    name: name('逐分钟的承诺', 'Promise'),
    right: 'measures:read',
    who: 'everybody',
    section: null,
    load: () => import('./promise/promise.tsx'),
  },
  {
    path: '/agreements/$number/statements',
    name: name('结算单', 'Statements'),
    right: 'statements:read',
    who: 'everybody',
    section: null,
    load: () => import('./statements/list.tsx'),
  },
  {
    path: '/agreements/$number/statements/$month',
    name: name('结算单', 'Statement'),
    right: 'statements:read',
    who: 'everybody',
    section: null,
    load: () => import('./statements/statement.tsx'),
  },
  {
    path: '/hosts',
    name: name('主机', 'Hosts'),
    right: 'hosts:read',
    who: 'everybody',
    section: 'daily',
    load: () => import('./hosts/list.tsx'),
  },
  {
    path: '/hosts/order',
    name: name('开通主机', 'Order a host'),
    right: 'hosts:order',
    who: 'everybody',
    section: null,
    load: () => import('./hosts/order.tsx'),
  },
  {
    path: '/hosts/$id',
    name: name('主机', 'Host'),
    right: 'hosts:read',
    who: 'everybody',
    section: null,
    load: () => import('./hosts/host.tsx'),
  },
  {
    path: '/hosts/$id/bind',
    name: name('绑定域名', 'Bind a domain'),
    right: 'hosts:edit',
    who: 'everybody',
    section: null,
    load: () => import('./hosts/bind.tsx'),
  },
  {
    path: '/hosts/$id/account',
    name: name('新建 FTP 账号', 'New FTP account'),
    right: 'hosts:edit',
    who: 'everybody',
    section: null,
    load: () => import('./hosts/account.tsx'),
  },
  {
    path: '/hosts/$id/settings',
    name: name('修改设置', 'Settings'),
    right: 'hosts:edit',
    who: 'everybody',
    section: null,
    load: () => import('./hosts/settings.tsx'),
  },
  {
    path: '/agreements',
    name: name('质量协议', 'Agreements'),
    right: 'agreements:read',
    who: 'everybody',
    section: 'quality',
    load: () => import('./agreements/list.tsx'),
  },
  {
    path: '/agreements/$number',
    name: name('质量协议', 'Agreement'),
    right: 'agreements:read',
    who: 'everybody',
    section: null,
    load: () => import('./agreements/agreement.tsx'),
  },
  {
    path: '/agreements/$number/sign',
    name: name('签字并盖章', 'Sign and seal'),
    right: 'agreements:sign',
    who: 'everybody',
    section: null,
    load: () => import('./agreements/sign.tsx'),
  },
  {
    path: '/agreements/$number/end',
    name: name('提前终止', 'End it early'),
    right: 'agreements:edit',
    who: 'everybody',
    section: null,
    load: () => import('./agreements/end.tsx'),
  },
  {
    path: '/agreements/$number/annexes/$annex',
    name: name('补充条款', 'Supplementary terms'),
    right: 'agreements:read',
    who: 'everybody',
    section: null,
    load: () => import('./agreements/annex.tsx'),
  },
  {
    path: '/hosts/$id/offer',
    name: name('提供质量协议', 'Offer an agreement'),
    right: 'agreements:edit',
    who: 'everybody',
    section: null,
    load: () => import('./agreements/offer.tsx'),
  },
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
  {
    path: '/outages/$host/$check/$from',
    name: name('中断', 'Outage'),
    right: 'measures:read',
    who: 'everybody',
    section: null,
    load: () => import('./outages/outage.tsx'),
  },
  {
    path: '/outages/$host/$check/$from/cause',
    name: name('登记原因', 'Record a cause'),
    right: 'causes:edit',
    who: 'staff',
    section: null,
    load: () => import('./outages/cause.tsx'),
  },
  {
    path: '/customers',
    name: name('客户', 'Customers'),
    right: 'customers:read',
    who: 'staff',
    section: 'business',
    load: () => import('./customers/list.tsx'),
  },
  {
    path: '/customers/new',
    name: name('新增客户', 'Add a customer'),
    right: 'customers:edit',
    who: 'staff',
    section: null,
    load: () => import('./customers/edit.tsx'),
  },
  {
    path: '/customers/$id',
    name: name('客户', 'Customer'),
    right: 'customers:read',
    who: 'staff',
    section: null,
    load: () => import('./customers/customer.tsx'),
  },
  {
    path: '/customers/$id/edit',
    name: name('修改资料', 'Particulars'),
    right: 'customers:edit',
    who: 'staff',
    section: null,
    load: () => import('./customers/edit.tsx'),
  },
  {
    path: '/customers/$id/balance',
    name: name('账户', 'Account'),
    right: 'ledger:read',
    who: 'staff',
    section: null,
    load: () => import('./balance/balance.tsx'),
  },
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
  {
    path: '/plans/draft',
    name: name('起草套餐', 'Draft a plan'),
    right: 'plans:edit',
    who: 'staff',
    section: null,
    load: () => import('./plans/draft.tsx'),
  },
  {
    path: '/plans/$plan/$version',
    name: name('套餐', 'Plan'),
    right: 'plans:read',
    who: 'everybody',
    section: null,
    load: () => import('./plans/plan.tsx'),
  },
  {
    path: '/hosts/$id/sales',
    name: name('销售协议', 'Sales agreements'),
    right: 'sales:read',
    who: 'everybody',
    section: null,
    load: () => import('./sales/list.tsx'),
  },
  {
    path: '/hosts/$id/sales/new',
    name: name('新的销售协议', 'New sales agreement'),
    right: 'sales:edit',
    who: 'staff',
    section: null,
    load: () => import('./sales/sell.tsx'),
  },
  {
    path: '/hosts/$id/sales/replace',
    name: name('更换套餐', 'Change of plan'),
    right: 'sales:edit',
    who: 'staff',
    section: null,
    load: () => import('./sales/sell.tsx'),
  },
  {
    path: '/hosts/$id/sales/$number/pay',
    name: name('记录付款', 'Payment'),
    right: 'sales:edit',
    who: 'staff',
    section: null,
    load: () => import('./sales/pay.tsx'),
  },
  {
    path: '/hosts/$id/sales/$number/refund',
    name: name('记录退款', 'Refund'),
    right: 'sales:edit',
    who: 'staff',
    section: null,
    load: () => import('./sales/pay.tsx'),
  },
  {
    path: '/users',
    name: name('用户', 'Users'),
    right: 'users:read',
    who: 'everybody',
    section: 'house',
    load: () => import('./users/list.tsx'),
  },
  {
    path: '/users/invite',
    name: name('邀请用户', 'Invite a user'),
    right: 'users:edit',
    who: 'everybody',
    section: null,
    load: () => import('./users/invite.tsx'),
  },
  {
    path: '/users/$id',
    name: name('用户', 'User'),
    right: 'users:read',
    who: 'everybody',
    section: null,
    load: () => import('./users/user.tsx'),
  },
  {
    path: '/mail',
    name: name('邮件', 'Mail'),
    right: 'relay:read',
    who: 'staff',
    section: 'house',
    load: () => import('./relay/relay.tsx'),
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

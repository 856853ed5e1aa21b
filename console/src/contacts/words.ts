import { both } from '../speech/lang.ts';

export const channelWords = both({
  zh: { email: '邮箱', phone: '电话', webhook: '网络回调' },
  en: { email: 'Mail address', phone: 'Telephone', webhook: 'Webhook' },
});

export const standingWords = both({
  zh: {
    unverified: '待验证',
    verified: '已验证',
    lapsed: '验证已过期',
    bounced: '曾被退回',
    removed: '已删除',
  },
  en: {
    unverified: 'to be verified',
    verified: 'verified',
    lapsed: 'verification ran out',
    bounced: 'came back',
    removed: 'removed',
  },
});

export const standingTones = {
  unverified: 'unseen',
  verified: 'good',
  lapsed: 'excused',
  bounced: 'bad',
  removed: 'plain',
} as const;

export const actWords = both({
  zh: {
    'person-added': '添加联系人',
    'person-changed': '修改联系人',
    'person-removed': '删除联系人',
    added: '添加联系方式',
    changed: '修改联系方式',
    removed: '删除联系方式',
    'code-sent': '发送验证码',
    verified: '验证通过',
    reminded: '提醒重新验证',
    bounced: '被退回',
  },
  en: {
    'person-added': 'person added',
    'person-changed': 'person changed',
    'person-removed': 'person removed',
    added: 'contact added',
    changed: 'contact changed',
    removed: 'contact removed',
    'code-sent': 'code sent',
    verified: 'verified',
    reminded: 'asked to verify again',
    bounced: 'came back',
  },
});

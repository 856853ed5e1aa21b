import { both } from '../speech/lang.ts';

/** A host's state and the facts that made it, as people say them. */
export const stateWords = both({
  zh: {
    none: '未下单',
    ordered: '正在开通',
    serving: '服务中',
    closed: '已关停',
    'over-traffic': '流量超额',
    expired: '已到期',
    released: '已释放',
  },
  en: {
    none: 'not ordered',
    ordered: 'being opened',
    serving: 'serving',
    closed: 'closed',
    'over-traffic': 'over its traffic',
    expired: 'expired',
    released: 'released',
  },
});

export const factWords: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  ordered: { zh: '下单', en: 'Ordered' },
  opened: { zh: '开通', en: 'Opened' },
  closed: { zh: '关停', en: 'Closed' },
  reopened: { zh: '恢复', en: 'Reopened' },
  'over-traffic': { zh: '流量超额', en: 'Over its traffic' },
  'traffic-cleared': { zh: '流量恢复', en: 'Traffic cleared' },
  expired: { zh: '到期停止', en: 'Expired' },
  renewed: { zh: '续费', en: 'Renewed' },
  released: { zh: '释放', en: 'Released' },
  'settings-changed': { zh: '修改设置', en: 'Settings changed' },
  'domain-bound': { zh: '绑定域名', en: 'Domain bound' },
  'account-added': { zh: '新建 FTP 账号', en: 'FTP account added' },
};

/** Reasons that the centre itself gives; what a person wrote stands as it is. */
export const reasonWords: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  served: { zh: '已开始服务', en: 'It began to serve' },
  settings: { zh: '按要求修改', en: 'As asked' },
};

export const checkWords = both({
  zh: { web: '站点访问', ftp: 'FTP 连通' },
  en: { web: 'Website', ftp: 'FTP' },
});

export type State = keyof typeof stateWords.zh;

export function toneOf(state: State): 'good' | 'bad' | 'plain' | 'unseen' {
  if (state === 'serving') return 'good';
  if (state === 'ordered' || state === 'none') return 'plain';
  return state === 'released' ? 'unseen' : 'bad';
}

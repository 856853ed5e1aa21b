import type { Lang } from '../speech/lang.ts';

type Twin = Readonly<Record<Lang, string>>;

const resources: Readonly<Record<string, Twin>> = {
  plans: { zh: '套餐', en: 'plans' },
  customers: { zh: '客户', en: 'customers' },
  contacts: { zh: '联系人', en: 'contacts' },
  identities: { zh: '身份核验', en: 'identity checks' },
  users: { zh: '用户', en: 'users' },
  relay: { zh: '邮件中继', en: 'the mail relay' },
  sales: { zh: '销售合同', en: 'sales agreements' },
  invoices: { zh: '发票', en: 'invoices' },
  ledger: { zh: '账目', en: 'accounts' },
  hosts: { zh: '主机', en: 'hosts' },
  agreements: { zh: '服务质量协议', en: 'quality agreements' },
  signers: { zh: '签名密钥', en: 'signing keys' },
  measures: { zh: '测量记录', en: 'measurements' },
  probers: { zh: '探测点', en: 'probers' },
  planes: { zh: '主机节点', en: 'planes' },
  causes: { zh: '故障原因', en: 'causes' },
  statements: { zh: '月度结算单', en: 'statements' },
  limits: { zh: '审批限额', en: 'approval limits' },
  cases: { zh: '案卷', en: 'case files' },
  drills: { zh: '演练', en: 'drills' },
  provider: { zh: '服务商资料', en: 'the provider' },
  audit: { zh: '审计记录', en: 'the audit' },
  metrics: { zh: '运行指标', en: 'metrics' },
};

const actions: Readonly<Record<string, Twin>> = {
  read: { zh: '查看', en: 'See' },
  edit: { zh: '修改', en: 'Change' },
  ask: { zh: '申请', en: 'Ask for' },
  take: { zh: '支取', en: 'Take from' },
  order: { zh: '开通', en: 'Order' },
  close: { zh: '关闭与恢复', en: 'Close and reopen' },
  sign: { zh: '签署', en: 'Sign' },
  check: { zh: '核验', en: 'Check' },
  vouch: { zh: '担保', en: 'Vouch for' },
};

/** `hosts:read` as a person reads it: 查看主机, "See hosts". A right that is newer than these words keeps its name. */
export function scopeName(lang: Lang, right: string): string {
  const [resource = '', action = ''] = right.split(':');
  const [thing, deed] = [resources[resource]?.[lang], actions[action]?.[lang]];
  if (thing === undefined || deed === undefined) return right;
  return lang === 'zh' ? `${deed}${thing}` : `${deed} ${thing}`;
}

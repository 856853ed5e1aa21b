import type { Lang } from '../terms/words.ts';

/** What the pages of an agreement say besides its clauses (docs/look.md, Words). */
export interface Sayings {
  readonly provider: string;
  readonly customer: string;
  readonly contact: string;
  readonly phone: string;
  readonly salesPhone: string;
  readonly servicePhone: string;
  readonly fax: string;
  readonly email: string;
  readonly address: string;
  readonly postcode: string;
  readonly member: string;
  readonly saleName: string;
  readonly saleDocument: string;
  readonly saleEdition: string;
  readonly saleManagement: string;
  readonly saleNumber: string;
  readonly functions: string;
  readonly prices: string;
  readonly hours: string;
  readonly hoursWeekly: string;
  readonly hoursZone: string;
  readonly plan: string;
  readonly version: string;
  readonly host: string;
  readonly domains: string;
  readonly list: string;
  readonly term: string;
  readonly price: string;
  readonly signature: string;
  readonly seal: string;
  readonly closing: string;
  inZone(zone: string): string;
  currency(code: string): string;
}

export const sayings: Readonly<Record<Lang, Sayings>> = {
  zh: {
    provider: '甲方',
    customer: '乙方',
    contact: '联系人',
    phone: '电话',
    salesPhone: '销售电话',
    servicePhone: '客户服务电话',
    fax: '传真',
    email: '电子邮箱',
    address: '地址',
    postcode: '邮编',
    member: '会员号',
    saleName: '销售协议名称',
    saleDocument: '文件编号',
    saleEdition: '版次',
    saleManagement: '管理编号',
    saleNumber: '销售协议编号',
    functions: '附件一　型号功能表',
    prices: '附件二　价格与期限',
    hours: '附件三　工作时间',
    hoursWeekly: '每周工作时间',
    hoursZone: '时区',
    plan: '型号',
    version: '版本',
    host: '虚拟主机',
    domains: '已绑定的域名',
    list: '、',
    term: '租用期限',
    price: '全期服务费',
    signature: '代表签字',
    seal: '盖章',
    closing:
      '双方以数字签名签署本协议的两份原件。印章图样只是签名在页面上的样子，是否有效以数字签名为准；两份原件页脚所印的内容摘要相同，即内容相同。',
    inZone: (zone) => `（${zone}）`,
    currency: (code) => `（${code}）`,
  },
  en: {
    provider: 'Provider',
    customer: 'Customer',
    contact: 'Contact',
    phone: 'Telephone',
    salesPhone: 'Sales',
    servicePhone: 'Customer service',
    fax: 'Fax',
    email: 'Email',
    address: 'Address',
    postcode: 'Postcode',
    member: 'Member number',
    saleName: 'Sales agreement',
    saleDocument: 'Document number',
    saleEdition: 'Version',
    saleManagement: 'Management number',
    saleNumber: 'Sales agreement number',
    functions: 'Annex 1. Functions of the plan',
    prices: 'Annex 2. Price and term',
    hours: 'Annex 3. Working hours',
    hoursWeekly: 'Working hours of a week',
    hoursZone: 'Time zone',
    plan: 'Plan',
    version: 'version',
    host: 'Virtual host',
    domains: 'Domains bound',
    list: ', ',
    term: 'Term',
    price: 'Fee for the whole term',
    signature: 'Signed by the representative',
    seal: 'Seal',
    closing:
      'Both parties sign the two originals of this agreement with digital signatures. The picture of a seal is only how a signature looks on the page; whether it is valid is decided by the digital signature. Two originals with the same content digest in their footers say the same.',
    inZone: (zone) => ` (${zone})`,
    currency: () => '',
  },
};

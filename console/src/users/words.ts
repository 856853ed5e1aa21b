import { both } from '../speech/lang.ts';

export const roleWords = both({
  zh: {
    owner: '负责人',
    sales: '销售',
    support: '客服',
    operator: '运维',
    finance: '财务',
    customer: '客户',
  },
  en: {
    owner: 'Owner',
    sales: 'Sales',
    support: 'Support',
    operator: 'Operator',
    finance: 'Finance',
    customer: 'Customer',
  },
});

export const staffRoles = ['owner', 'sales', 'support', 'operator', 'finance'] as const;
export const roles = [...staffRoles, 'customer'] as const;

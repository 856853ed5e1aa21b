import { type Bilingual, both } from '../speech/lang.ts';

/** A customer's accounts (src/ledger/journal.ts), in the order in which they are shown. */
export const accountWords = both({
  zh: { fees: '已付费用', refunds: '已退费用', compensation: '待领取的赔偿', balance: '余额' },
  en: {
    fees: 'Fees paid',
    refunds: 'Fees paid back',
    compensation: 'Compensation to be taken',
    balance: 'Balance',
  },
});

export const kindWords: Readonly<Record<string, Bilingual>> = {
  payment: { zh: '付款', en: 'Payment' },
  refund: { zh: '退款', en: 'Refund' },
  compensation: { zh: '赔偿', en: 'Compensation' },
  'payout-balance': { zh: '赔偿转为余额', en: 'Compensation taken as balance' },
  'payout-original': { zh: '赔偿原路退回', en: 'Compensation paid back the way the fee came' },
  'payout-withdrawal': { zh: '余额提现', en: 'Balance withdrawn' },
};

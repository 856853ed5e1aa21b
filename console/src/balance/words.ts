import { type Bilingual, both } from '../speech/lang.ts';

/** A customer's accounts (src/ledger/journal.ts), in the order in which they are shown. */
export const accountWords = both({
  zh: {
    fees: '已付费用',
    refunds: '已退费用',
    compensation: '待领取的赔偿',
    balance: '余额',
    transfer: '待汇出',
  },
  en: {
    fees: 'Fees paid',
    refunds: 'Fees paid back',
    compensation: 'Compensation to be taken',
    balance: 'Balance',
    transfer: 'To be transferred',
  },
});

export const kindWords: Readonly<Record<string, Bilingual>> = {
  payment: { zh: '付款', en: 'Payment' },
  refund: { zh: '退款', en: 'Refund' },
  compensation: { zh: '赔偿', en: 'Compensation' },
  'payout-balance': { zh: '赔偿转为余额', en: 'Compensation taken as balance' },
  'payout-original': { zh: '赔偿原路退回', en: 'Compensation paid back the way the fee came' },
  'transfer-original': { zh: '申请原路退回', en: 'Asked back the way the fee came' },
  'transfer-withdrawal': { zh: '申请提现', en: 'Withdrawal asked for' },
  'transfer-sent': { zh: '已汇出', en: 'Transferred' },
  'transfer-cancelled': { zh: '撤销汇款申请', en: 'Transfer cancelled' },
  'payout-withdrawal': { zh: '余额提现', en: 'Balance withdrawn' },
};

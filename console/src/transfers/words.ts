import { both } from '../speech/lang.ts';

/** How it is paid out (src/ledger/transfer.ts). */
export const wayWords = both({
  zh: { original: '退回原付款渠道', withdrawal: '余额提现' },
  en: { original: 'Back the way the fee came', withdrawal: 'Out of the balance' },
});

export const states = ['asked', 'sent', 'cancelled'] as const;

export const stateWords = both({
  zh: { asked: '待汇出', sent: '已汇出', cancelled: '已撤销' },
  en: { asked: 'To be transferred', sent: 'Transferred', cancelled: 'Cancelled' },
});

export const tones = { asked: 'excused', sent: 'good', cancelled: 'plain' } as const;

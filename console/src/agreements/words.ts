import { both } from '../speech/lang.ts';

export const partyWords = both({
  zh: { provider: '甲方', customer: '乙方', providerCopy: '甲方执正本', customerCopy: '乙方执正本' },
  en: {
    provider: 'provider',
    customer: 'customer',
    providerCopy: 'provider’s original',
    customerCopy: 'customer’s original',
  },
});

export const actWords = both({
  zh: { signed: '签字', sealed: '盖章' },
  en: { signed: 'signed', sealed: 'sealed' },
});

/** What is still to be done (GET /agreements/{number}/document, `left`). */
export const leftWords = both({
  zh: {
    'provider-signed': '甲方签字',
    'provider-sealed': '甲方盖章',
    'customer-signed': '乙方签字',
    'customer-sealed': '乙方盖章',
  },
  en: {
    'provider-signed': 'the provider’s signature',
    'provider-sealed': 'the provider’s seal',
    'customer-signed': 'the customer’s signature',
    'customer-sealed': 'the customer’s seal',
  },
});

import { both } from '../speech/lang.ts';

export const stateWords = both({
  zh: { requested: '待开具', issued: '已开具', refused: '未予开具', flushed: '已冲红' },
  en: { requested: 'to be issued', issued: 'issued', refused: 'refused', flushed: 'taken back' },
});

export const kindWords = both({
  zh: { normal: '普通发票', special: '增值税专用发票' },
  en: { normal: 'ordinary invoice', special: 'special VAT invoice' },
});

export const states = ['requested', 'issued', 'refused', 'flushed'] as const;

export function toneOf(state: (typeof states)[number]): 'good' | 'bad' | 'plain' | 'unseen' {
  if (state === 'issued') return 'good';
  if (state === 'refused') return 'bad';
  return state === 'requested' ? 'plain' : 'unseen';
}

import type { Clause } from '../wording.ts';

/** Part 5: copies, annexes, and what is left to the parties. */
export const other: readonly Clause[] = [
  {
    clause: '5-1',
    title: { zh: '两份原件', en: 'Two originals' },
    text: {
      zh: '本协议共有两份原件，甲乙双方各持一份，效力相同。',
      en: 'There are two originals of this agreement, one for each party, of equal force.',
    },
  },
  {
    clause: '5-2',
    title: { zh: '附件', en: 'Annexes' },
    text: {
      zh: '型号功能表、联系方式、价格以及双方的补充约定作为附件，与正文合为一体，效力相同。',
      en: 'The plan’s table of functions, the contacts, the prices and anything that the parties agree in addition are annexes. They form one whole with this text and have equal force.',
    },
  },
  {
    clause: '5-3',
    title: { zh: '未尽事宜与异议', en: 'What is not covered, and objections' },
    text: {
      zh: '本协议未作规定的事项，由双方商定。乙方可以对原因认定或结算提出异议，双方的意见一并留存；双方均认可不计入的时间，从其约定。',
      en: 'What this agreement does not cover is settled between the parties. The Customer may contest a finding of cause or a settlement, and what either party says is kept. Time that both parties agree to leave out of the count is left out.',
    },
  },
];

import type { Clause } from '../wording.ts';

/** Part 4: from when until when. */
export const duration: readonly Clause[] = [
  {
    clause: '4-1',
    title: { zh: '有效期', en: 'Period of validity' },
    text: {
      zh: '本协议自双方均已签字、盖章之日起生效，到配套的销售协议期满时为止。乙方是自然人的，只须签字。',
      en: 'This agreement is in force from the day on which both parties have signed and sealed it until the sales agreement that it belongs to ends. A customer who is a natural person only signs.',
    },
  },
  {
    clause: '4-2',
    title: { zh: '配套的销售协议', en: 'The sales agreement' },
    text: {
      zh: '配套销售协议的名称、文件编号、版次和管理编号，载于本协议首页。',
      en: 'The name, document number, version and management number of the sales agreement are given on the first page of this agreement.',
    },
  },
  {
    clause: '4-3',
    title: { zh: '续签', en: 'Renewal' },
    text: {
      zh: '期满时双方续签配套的销售协议的，本协议随之自动延长，无须另行签署。',
      en: 'When the parties renew the sales agreement at its end, this agreement extends with it by itself; nothing is signed again.',
    },
  },
];

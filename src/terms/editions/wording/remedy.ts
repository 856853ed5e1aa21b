import type { Clause } from '../wording.ts';
import { worded } from './hole.ts';

/** Part 3: what a broken promise costs. */
export const remedy: readonly Clause[] = [
  {
    clause: '3-1',
    title: { zh: '赔偿', en: 'Compensation' },
    text: worded({
      zh: '任何时段的服务质量达不到第二部分的承诺，甲方按服务不足或中断的时间所对应的、乙方已付服务费的 {factor} 倍赔偿乙方。按月计算的承诺当月未达到的，该月全部未达标的时间均予计算；同一时间违反几项承诺的，只赔一次。甲方按月结算，主动赔付，无须乙方申请。',
      en: 'For any period in which the service falls short of what part 2 promises, the Provider pays the Customer {factor} times the fee paid for the time of deficient or interrupted service. Where a promise that is reckoned by the month is not kept in a month, all the bad time of that month counts; time in which several promises are broken is paid once. The Provider settles month by month and pays without being asked.',
    }),
  },
];

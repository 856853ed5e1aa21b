import type { GuaranteeView, StatementView, StretchView } from '../settlement/view.ts';
import type { Lang, Text } from '../terms/words.ts';
import type { HostView, MonthView, PublicView } from './view.ts';

/** A world for the site's tests: one host in October 2026, judged up to the 21st, sample until the 19th. */

export const zone = 'Asia/Shanghai';
const minuteMs = 60_000;

/** An instant of October 2026 in Shanghai. */
export function october(day: number, clock = '00:00:00'): number {
  return Date.parse(`2026-10-${String(day).padStart(2, '0')}T${clock}+08:00`);
}

export function text(zh: string, en = zh): Text {
  return { zh, en };
}

export function stretch(from: number, to: number, more: Partial<StretchView> = {}): StretchView {
  const nothing = { cause: null, clause: null, evidence: [], firstFail: null, lastFail: null, code: null };
  return { from, to, kind: 'bad', ...nothing, ...more };
}

const dns = text('客户自己的域名解析', "the customer's own DNS");

const webStretches: readonly StretchView[] = [
  stretch(october(1), october(2, '09:30:00'), { kind: 'outside' }),
  stretch(october(3, '04:12:00'), october(3, '04:20:30'), {
    evidence: ['obs:4711', 'outage:12'],
    firstFail: october(3, '04:12:00'),
    lastFail: october(3, '04:19:30'),
    code: 'http-status',
  }),
  stretch(october(6, '13:00:00'), october(6, '14:05:00'), {
    kind: 'excluded',
    cause: dns,
    clause: '2-2.2.3',
    evidence: ['cause:3', 'obs:5120'],
    firstFail: october(6, '13:00:00'),
    lastFail: october(6, '14:04:00'),
    code: 'not-ours',
  }),
  stretch(october(9, '23:10:00'), october(10, '01:40:00'), {
    cause: text('机房交换机故障', 'a switch in our room'),
    clause: '2-2.1',
    evidence: ['outage:13'],
    firstFail: october(9, '23:10:00'),
    lastFail: october(10, '01:39:00'),
    code: 'timeout',
  }),
  stretch(october(12, '10:00:00'), october(12, '10:01:00'), {
    evidence: ['obs:6001'],
    firstFail: october(12, '10:00:00'),
    lastFail: october(12, '10:00:00'),
    code: 'timeout',
  }),
  stretch(october(15, '02:00:00'), october(15, '05:20:00'), { kind: 'unobserved' }),
  stretch(october(20, '16:31:00'), october(20, '16:38:00'), {
    evidence: ['obs:7204', 'outage:14'],
    firstFail: october(20, '16:31:00'),
    lastFail: october(20, '16:37:00'),
    code: 'http-status',
  }),
];

function sumOf(stretches: readonly StretchView[], kind: StretchView['kind']): number {
  return stretches.reduce((sum, each) => sum + (each.kind === kind ? each.to - each.from : 0), 0);
}

/** A guarantee whose figures follow from its stretches. */
export function guarantee(id: string, month: MonthView, more: Partial<GuaranteeView> = {}): GuaranteeView {
  const stretches = more.stretches ?? [];
  const [bad, outside, unobserved, excluded] = (['bad', 'outside', 'unobserved', 'excluded'] as const).map(
    (kind) => sumOf(stretches, kind),
  ) as [number, number, number, number];
  const good = month.until - month.from - bad - outside - unobserved - excluded;
  const allowanceMs = Math.floor((good + bad) / 100);
  return {
    id,
    clause: '2-2.1',
    name: text('网站访问', 'Web access'),
    promise: text(
      '每月网站可以访问的时间不少于 99 %',
      'The site can be reached at least 99 % of every month',
    ),
    status: bad > allowanceMs ? 'breached' : 'kept',
    attained: ((Math.floor((good / (good + bad)) * 1e8) / 1e8) * 100).toFixed(6),
    badMs: bad,
    allowanceMs,
    headroomMs: allowanceMs - bad,
    classes: {
      outside,
      bad,
      unobserved,
      good,
      excluded: excluded === 0 ? [] : [{ cause: 'customer-dns', name: dns, clause: '2-2.2.3', ms: excluded }],
    },
    stretches,
    ...more,
  };
}

export function monthView(until = october(21, '10:17:00')): MonthView {
  const bare: MonthView = {
    month: '2026-10',
    from: october(1),
    to: october(32 - 1) + 86_400_000,
    until,
    guarantees: [],
  };
  const late = [stretch(october(13, '15:00:00'), october(13, '16:20:00'), { cause: null, clause: '2-6.4' })];
  return {
    ...bare,
    guarantees: [
      guarantee('web', bare, { stretches: webStretches }),
      guarantee('ftp', bare, {
        clause: '2-3.1',
        name: text('FTP 登录', 'FTP login'),
        promise: text('每月 FTP 可以登录的时间高于 99 %', 'FTP accepts logins above 99 % of every month'),
      }),
      guarantee('response', bare, {
        clause: '2-4.2',
        name: text('响应时间', 'Response time'),
        promise: text('每个请求在 1.5 秒内开始响应', 'Every request is answered within 1.5 s'),
        allowanceMs: null,
        headroomMs: null,
      }),
      guarantee('fault-reply', bare, {
        clause: '2-6.4',
        name: text('故障答复', 'Answers to faults'),
        promise: text('技术故障 5 个工作小时内给出结果', 'A fault is resolved within 5 working hours'),
        status: 'breached',
        allowanceMs: null,
        headroomMs: null,
        stretches: late,
      }),
      guarantee('power', bare, {
        clause: '2-5.2',
        name: text('机房供电', 'Power'),
        promise: text('每月机房供电时间不少于 99.9 %', 'The room has power at least 99.9 % of every month'),
        status: 'nothing-measured',
        attained: null,
      }),
    ],
  };
}

export const statement: StatementView = {
  agreement: 'QA-2026-000001',
  month: '2026-09',
  revision: 1,
  madeAt: october(2, '00:05:00'),
  postedAt: october(2, '10:12:00'),
  dueAt: october(2, '10:12:00'),
  isHeld: false,
  currency: 'CNY',
  amountMinor: 60,
  differenceMinor: 60,
  digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  factor: '2',
  lines: [
    { sales: 'SA-2026-0042', deficientMs: 262 * minuteMs, termMs: 365 * 86_400_000, paidMinor: 60_000 },
  ],
  guarantees: [
    {
      id: 'web',
      name: text('网站访问', 'Web access'),
      clause: '2-2.1',
      status: 'breached',
      attained: '98.999999',
    },
    {
      id: 'ftp',
      name: text('FTP 登录', 'FTP login'),
      clause: '2-3.1',
      status: 'kept',
      attained: '100.000000',
    },
    {
      id: 'power',
      name: text('机房供电', 'Power'),
      clause: '2-5.2',
      status: 'nothing-measured',
      attained: null,
    },
  ],
  deficient: [
    [Date.parse('2026-09-04T02:00:00+08:00'), Date.parse('2026-09-04T05:00:00+08:00')],
    [Date.parse('2026-09-18T23:00:00+08:00'), Date.parse('2026-09-19T00:22:00+08:00')],
  ],
};

export function hostView(more: Partial<HostView> = {}): HostView {
  const lastAt = october(21, '10:16:40');
  return {
    id: 'h-demo',
    domain: 'demo.localhost',
    url: 'http://demo.localhost:8080/',
    ftp: '127.0.0.1:2121',
    checks: [
      {
        check: 'web',
        name: text('网站', 'Web'),
        verdict: 'good',
        since: october(20, '16:38:00'),
        lastAt,
        code: null,
      },
      {
        check: 'ftp',
        name: text('FTP'),
        verdict: 'bad',
        since: october(21, '10:14:00'),
        lastAt,
        code: 'login',
      },
      {
        check: 'power',
        name: text('供电', 'Power'),
        verdict: 'unobserved',
        since: null,
        lastAt: null,
        code: null,
      },
    ],
    month: monthView(),
    months: ['2026-08', '2026-09', '2026-10'],
    owed: { minor: 12_345, currency: 'CNY' },
    statement,
    ...more,
  };
}

const plans: PublicView['plans'] = [
  {
    plan: 'web-standard',
    version: 3,
    name: text('标准型虚拟主机', 'Standard web host'),
    stage: 'released',
    problems: [],
    functions: [
      { name: text('网页空间', 'Web space'), value: text('10 GB') },
      { name: text('每月流量', 'Traffic a month'), value: text('200 GB') },
      { name: text('FTP 用户', 'FTP users'), value: text('5 个', '5') },
      { name: text('PHP'), value: text('8.2') },
    ],
    priceMinor: 60_000,
    currency: 'CNY',
    termMonths: 12,
  },
  {
    plan: 'web-trial',
    version: 1,
    name: text('静态站点（新）', 'Static site (new)'),
    stage: 'public-test',
    problems: [text('证书签发偶尔需要十分钟', 'Issuing a certificate sometimes takes ten minutes')],
    functions: [{ name: text('网页空间', 'Web space'), value: text('2 GB') }],
    priceMinor: 123_456_789,
    currency: 'CNY',
    termMonths: 1,
  },
];

export function publicView(lang: Lang, more: Partial<PublicView> = {}): PublicView {
  return {
    lang,
    provider: {
      name: text('守诺主机', 'Shounuo Hosting'),
      salesPhone: '400-800-0001',
      servicePhone: '400-800-0002',
      email: 'service@shounuo.example',
      address: '上海市浦东新区示例路 1 号',
      working: text(
        '工作日 09:00–12:00、13:30–18:00；热线全天候',
        'Working days 09:00–12:00, 13:30–18:00; hotline at all hours',
      ),
    },
    sampledUntil: october(19),
    now: october(21, '10:17:00'),
    zone,
    plans,
    hosts: [hostView()],
    query: { month: '2026-10', guarantee: 'web' },
    ...more,
  };
}

import type { Text } from '../../words.ts';

export interface CauseWords {
  readonly name: Text;
  /** One sentence: what happened. */
  readonly explanation: Text;
  /** The clause that says whose it is. */
  readonly clause: string;
  /** Where another clause says it about FTP. */
  readonly ftpClause?: string;
  /** How to mend it. */
  readonly advice: Text;
}

/** The causes that excuse time (SEMANTICS §10), and `provider`: what remains without proof of another. */
export const excuseWords = {
  provider: {
    name: { zh: '由我们承担', en: 'Ours' },
    explanation: {
      zh: '没有证据表明是别人的原因，这段时间由我们承担。',
      en: 'Nothing proves another cause, so this time is ours to answer for.',
    },
    clause: '3-1',
    advice: {
      zh: '您不用做什么。该赔的会在月度结算时入账；有话要说，请提交反馈或致电服务热线。',
      en: 'There is nothing you need to do. What is owed is credited with the month’s settlement; if you have something to add, send feedback or call the hotline.',
    },
  },
  'customer-dns': {
    name: { zh: '域名解析', en: 'The domain’s DNS' },
    explanation: {
      zh: '域名没有解析到我们的地址，而直接按地址访问，主机正常。',
      en: 'The domain did not resolve to our address, while the host answered when asked by address.',
    },
    clause: '2-2.2.3',
    advice: {
      zh: '请到域名注册商或解析服务商处，把 A、AAAA 或 CNAME 记录改为控制台给出的值，并确认域名没有过期。改动生效需要时间，以原记录的 TTL 为限。',
      en: 'At your registrar or DNS host, set the A, AAAA or CNAME record to the value shown in the console, and see that the domain has not expired. The change is felt everywhere once the old record’s TTL has run out.',
    },
  },
  'customer-settings': {
    name: { zh: '主机设置或文件', en: 'Settings or files' },
    explanation: {
      zh: '主机的设置或文件改动之后不能访问，而同一服务器上的其他主机正常。',
      en: 'The host stopped answering after its settings or files were changed, while others on the same server answered.',
    },
    clause: '2-2.2.4',
    advice: {
      zh: '请撤销证据中所列的改动：恢复原来的设置，或者重新上传改动前的文件。不清楚改了什么，请联系客户服务，我们帮您查。',
      en: 'Undo the change that the evidence names: restore the former setting, or upload the file as it was. If you are not sure what changed, ask customer service and we will look with you.',
    },
  },
  violation: {
    name: { zh: '依规定关闭', en: 'Closed under a rule' },
    explanation: {
      zh: '因违反法律或事先公布的规定，站点被关闭；依据的规定、时间和经办人都有记录。',
      en: 'The site was closed for breaking the law or a rule announced beforehand; the rule, the time and the person are on record.',
    },
    clause: '2-2.2.5',
    ftpClause: '2-3.3.4',
    advice: {
      zh: '请按关闭通知所引的规定整改，然后告知客户服务，核实后即恢复。认为关闭有误的，可以提出异议。',
      en: 'Put right what the cited rule asks for and tell customer service; once that is checked, the site is opened again. If you think the closing was wrong, contest it.',
    },
  },
  attack: {
    name: { zh: '恶意攻击', en: 'Attack' },
    explanation: {
      zh: '请求量远高于该主机平时的水平，来源和集中程度符合攻击的特征。',
      en: 'Requests ran far above the host’s own normal rate, and where they came from shows an attack.',
    },
    clause: '2-4.4.1',
    advice: {
      zh: '请联系客户服务，一起限制攻击来源；登录、搜索等耗时的页面，建议加上缓存或验证码。',
      en: 'Call customer service so that we can hold off the sources together, and put a cache or a challenge before costly pages such as login and search.',
    },
  },
  'over-traffic': {
    name: { zh: '流量超额', en: 'Over the traffic allowance' },
    explanation: {
      zh: '当月流量已经超出型号约定的额度。',
      en: 'The month’s traffic had passed the plan’s allowance.',
    },
    clause: '2-4.4.2',
    advice: {
      zh: '请压缩图片和下载文件、设置浏览器缓存，或改用流量更多的型号；额度在下月初重新起算。',
      en: 'Compress images and downloads, let browsers cache them, or move to a plan with more traffic. The allowance starts afresh with the next month.',
    },
  },
  'customer-code': {
    name: { zh: '网站程序', en: 'The site’s own code' },
    explanation: {
      zh: '时间花在网站自己的程序里，而同一服务器上的对照程序当时没有超限。',
      en: 'The time was spent in the site’s own script, while the reference script on the same server stayed within the limit.',
    },
    clause: '2-4.3',
    advice: {
      zh: '请从证据所列的脚本查起：数据库查询、对外部网站的调用和等待最常见。',
      en: 'Begin with the script that the evidence names. Database queries, calls to other sites and waits are the usual reasons.',
    },
  },
  agreed: {
    name: { zh: '双方约定', en: 'Agreed by both' },
    explanation: {
      zh: '双方都已认可这段时间不计入，认可人、时间和理由都有记录。',
      en: 'Both parties have agreed to leave this time out of the count; who, when and why are on record.',
    },
    clause: '5-3',
    advice: {
      zh: '您不用做什么。如果记录与您的认可不符，请提出异议。',
      en: 'There is nothing you need to do. If the record is not what you agreed to, contest it.',
    },
  },
} as const satisfies Readonly<Record<string, CauseWords>>;

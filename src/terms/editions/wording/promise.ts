import type { Clause } from '../wording.ts';
import { worded } from './hole.ts';

/** Part 2, sections 1 to 3: functions, the site, FTP. */

export const functions: readonly Clause[] = [
  {
    clause: '2-1.1',
    title: { zh: '与公布的型号一致', en: 'The model as published' },
    text: {
      zh: '甲方为乙方开通的虚拟主机，型号及各项功能与甲方网站上公布的相符。型号以开通时的版本为准；已公布的版本不再改动，功能有变的，另行公布新版本。',
      en: 'The virtual host that the Provider opens for the Customer has the model and every function published on the Provider’s website. The version at the time of opening decides: a published version is not altered, and a change of functions is published as a new version.',
    },
  },
  {
    clause: '2-1.2',
    title: { zh: '功能暂停时的告知', en: 'Telling of interruptions' },
    text: worded({
      zh: '因网络故障、功能调试等原因暂停功能的，甲方在网站上公告；暂停超过 5 分钟的，自暂停开始起 {notice.within}内公告。对乙方影响重大的，甲方除公告外，还须自暂停开始起 {notice-major.within}内，以电子邮件、电话或者乙方提供的其他方式通知乙方。乙方应当保证所留联系方式有效；经证实已经失效的，视为甲方已经通知。',
      en: 'When functions pause because of a network failure, debugging or a similar reason, the Provider announces it on its website; a pause longer than 5 minutes is announced within {notice.within} of its start. Where the effect on the Customer is major, the Provider also notifies the Customer within {notice-major.within} of the start of the pause, by email, by telephone or in another way that the Customer has given. The Customer keeps these contacts valid; when a contact is proved dead, the Provider is held to have notified.',
    }),
  },
  {
    clause: '2-1.3',
    title: { zh: '功能咨询', en: 'Questions about functions' },
    text: {
      zh: '对功能有疑问的，乙方可以查阅甲方网站上的说明，也可以致电甲方的销售部门或客户服务部门。',
      en: 'For questions about functions the Customer may consult the Provider’s website, or call its sales or customer service.',
    },
  },
];

export const site: readonly Clause[] = [
  {
    clause: '2-2.1',
    title: { zh: '正常访问率', en: 'Normal access rate' },
    text: worded({
      zh: '甲方保证，乙方租用的虚拟主机空间可以通过互联网正常访问，每个自然月的正常访问率不低于 {web.atLeast}。',
      en: 'The Provider guarantees that the Customer’s web space can be reached normally over the internet, with a normal access rate of at least {web.atLeast} in every calendar month.',
    }),
  },
  {
    clause: '2-2.2',
    title: { zh: '不计入的情形', en: 'What does not count' },
    text: {
      zh: '下列及其他类似情形，不属于甲方保证的访问率问题，但甲方仍会帮助乙方查明原因、解决问题。把某段时间归于这些情形，须有证据；没有证据的，由甲方承担。',
      en: 'The following and similar cases are not failures of the guaranteed access rate; the Provider nevertheless helps the Customer to find the reason and to mend it. Time is put down to such a case only on proof. Without proof it is the Provider’s.',
    },
  },
  {
    clause: '2-2.2.1',
    title: { zh: '乙方网络不通', en: 'The Customer’s connection' },
    text: {
      zh: '乙方自己的互联网连接中断。',
      en: 'The Customer’s own internet connection is down.',
    },
  },
  {
    clause: '2-2.2.2',
    title: { zh: '浏览器故障', en: 'The browser' },
    text: {
      zh: '乙方使用的浏览器不能正常工作，不论何种浏览器。',
      en: 'The Customer’s browser, whichever it is, does not work properly.',
    },
  },
  {
    clause: '2-2.2.3',
    title: { zh: '域名解析或指向有误', en: 'Name or pointing of the domain' },
    text: {
      zh: '绑定在该空间上的域名，由于乙方或其他客观原因，不能解析或者没有指向该空间。',
      en: 'Through the Customer’s doing or another objective cause, a domain bound to the web space does not resolve or does not point to it.',
    },
  },
  {
    clause: '2-2.2.4',
    title: { zh: '设置有误', en: 'Wrong settings' },
    text: {
      zh: '乙方改错虚拟主机的设置或文件，以致不能访问。',
      en: 'The Customer changed settings or files of the virtual host wrongly, so that it cannot be reached.',
    },
  },
  {
    clause: '2-2.2.5',
    title: { zh: '因违法违约关闭', en: 'Closed for a violation' },
    text: {
      zh: '乙方违反国家法律，或者违反甲方事先公布、乙方应当遵守的规定，站点因此被甲方关闭。',
      en: 'The Customer broke the law, or a rule that the Provider announced beforehand and the Customer has to keep, and the Provider closed the site for it.',
    },
  },
];

export const ftp: readonly Clause[] = [
  {
    clause: '2-3.1',
    title: { zh: 'FTP 连通率', en: 'FTP connect rate' },
    text: worded({
      zh: '甲方保证，乙方用常见的 FTP 客户端软件可以正常登录与该虚拟主机配套的 FTP 站点，每个自然月的连通率高于 {ftp.above}。',
      en: 'The Provider guarantees that the Customer can log in normally, with common FTP client software, to the FTP site that belongs to the virtual host, with a connect rate above {ftp.above} in every calendar month.',
    }),
  },
  {
    clause: '2-3.2',
    title: { zh: '不计入的情形', en: 'What does not count' },
    text: {
      zh: '下列及其他类似情形，不属于甲方的 FTP 服务问题。举证与协助，同 2-2.2。',
      en: 'The following and similar cases are not failures of the Provider’s FTP service. Proof and help are as in 2-2.2.',
    },
  },
  {
    clause: '2-3.3.1',
    title: { zh: '型号不含 FTP，或用户名、密码有误', en: 'No FTP in the plan, wrong user or password' },
    text: {
      zh: '乙方的虚拟主机型号不含 FTP 功能，或者乙方输入的 FTP 用户名或密码不正确。',
      en: 'The Customer’s plan has no FTP, or the Customer entered a wrong FTP user name or password.',
    },
  },
  {
    clause: '2-3.3.2',
    title: { zh: '客户端设置有误', en: 'Client set up wrongly' },
    text: {
      zh: '乙方的 FTP 客户端软件设置不正确。',
      en: 'The Customer’s FTP client software is set up wrongly.',
    },
  },
  {
    clause: '2-3.3.3',
    title: { zh: '租用期满', en: 'The term is over' },
    text: {
      zh: '乙方租用该虚拟主机的期限已满。',
      en: 'The term for which the Customer rents the virtual host is over.',
    },
  },
  {
    clause: '2-3.3.4',
    title: { zh: '因违法违约关闭', en: 'Closed for a violation' },
    text: {
      zh: '乙方的站点违反国家法律，或者违反甲方事先公布、乙方应当遵守的规定，FTP 站点因此被关闭。',
      en: 'The Customer’s site broke the law, or a rule that the Provider announced beforehand and the Customer has to keep, and the FTP site was closed for it.',
    },
  },
];

import type { Clause } from '../wording.ts';
import { worded } from './hole.ts';

/** Part 2, sections 4 to 6: speed, power, service. */

export const speed: readonly Clause[] = [
  {
    clause: '2-4.1',
    title: { zh: '响应时间的含义', en: 'What response time means' },
    text: {
      zh: '响应时间，是指从虚拟主机服务器收全一次访问请求时起，到运算完毕、开始发出应答时止。请求和应答在网络上传输的时间不包括在内。',
      en: 'Response time runs from the moment at which the server has received the whole of a request until, its computing done, it starts to send the answer. The time that request and answer spend on the network is not part of it.',
    },
  },
  {
    clause: '2-4.2',
    title: { zh: '响应时间', en: 'Response time' },
    text: worded({
      zh: '甲方保证，该虚拟主机的响应时间不超过 {response.limit}。',
      en: 'The Provider guarantees that the response time of the virtual host does not exceed {response.limit}.',
    }),
  },
  {
    clause: '2-4.3',
    title: { zh: '不计入的情形', en: 'What does not count' },
    text: {
      zh: '下列及其他类似情形，不属于甲方虚拟主机的速度问题；乙方自己的程序运行缓慢，而同一服务器上甲方的对照程序当时并未超限的，也在此列。举证与协助，同 2-2.2。',
      en: 'The following and similar cases are not failures of the Provider’s virtual host to be fast; nor is it one when the Customer’s own script is slow while the Provider’s reference script on the same server stays within the limit. Proof and help are as in 2-2.2.',
    },
  },
  {
    clause: '2-4.4.1',
    title: { zh: '恶意攻击', en: 'Attacks' },
    text: {
      zh: '乙方的网站正遭受恶意攻击。',
      en: 'The Customer’s website is under a malicious attack.',
    },
  },
  {
    clause: '2-4.4.2',
    title: { zh: '流量超额', en: 'Traffic beyond the allowance' },
    text: {
      zh: '乙方的流量已经超出约定的额度。',
      en: 'The Customer’s traffic has passed the agreed allowance.',
    },
  },
];

export const power: readonly Clause[] = [
  {
    clause: '2-5.1',
    title: { zh: '供电的含义', en: 'What power means' },
    text: {
      zh: '放置该虚拟主机服务器的机房，只要由市电、UPS 设备、柴油发电机组中的任何一种供电，即为有电。',
      en: 'The room in which the server of the virtual host stands has power while any one of mains, UPS or diesel generator feeds it.',
    },
  },
  {
    clause: '2-5.2',
    title: { zh: '持续供电', en: 'Continuous power' },
    text: worded({
      zh: '甲方保证虚拟主机服务器全天 24 小时不间断供电，每个自然月的供电时间不低于 {power.atLeast}。',
      en: 'The Provider guarantees uninterrupted power to the servers of virtual hosts, 24 hours a day, for at least {power.atLeast} of every calendar month.',
    }),
  },
];

export const service: readonly Clause[] = [
  {
    clause: '2-6.1',
    title: { zh: '服务热线', en: 'Hotline' },
    text: {
      zh: '甲方在网站上公布服务热线，每周 7 天、每天 24 小时提供电话技术支持，节假日照常。',
      en: 'The Provider publishes a service hotline on its website and gives technical support on it by telephone 24 hours a day, 7 days a week, holidays included.',
    },
  },
  {
    clause: '2-6.2',
    title: { zh: '意见反馈页面', en: 'Feedback page' },
    text: worded({
      zh: '甲方开设在线反馈页面，接受客户的意见和投诉。每个自然月，该页面可用的时间不低于 {feedback.atLeast}。',
      en: 'The Provider keeps an online feedback page for the opinions and complaints of its customers. It can be used for at least {feedback.atLeast} of every calendar month.',
    }),
  },
  {
    clause: '2-6.3',
    title: { zh: '节假日热线', en: 'Holiday hotline' },
    text: {
      zh: '甲方一年 365 天提供服务，并在每个法定节假日开始前至少 3 天公布节假日服务热线。',
      en: 'The Provider serves its customers 365 days a year, and publishes its holiday hotline at least 3 days before each public holiday begins.',
    },
  },
  {
    clause: '2-6.4',
    title: { zh: '反馈处理结果的期限', en: 'Time to give a result' },
    text: worded({
      zh: '对乙方报告的技术故障，甲方在 {fault-reply.within}内反馈处理结果；对其他问题，在 {other-reply.within}内反馈处理结果。工作小时按甲方公布的工作时间计算，法定节假日不计，调休上班日照计。仅告知已经收到，不算反馈处理结果。',
      en: 'The Provider gives the Customer the result of a reported technical fault within {fault-reply.within}, and of any other matter within {other-reply.within}. Working hours are those that the Provider has published, without public holidays and with make-up working days. To acknowledge a report is not to give its result.',
    }),
  },
];

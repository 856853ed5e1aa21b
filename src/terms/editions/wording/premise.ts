import type { Clause } from '../wording.ts';

/** The head and part 1: between whom, and what must be so before anything is promised. */

export const head: readonly Clause[] = [
  {
    clause: 'head',
    title: { zh: '协议双方', en: 'The parties' },
    text: {
      zh: '本协议由提供虚拟主机的一方（甲方）与购买虚拟主机的一方（乙方）订立，一份协议对应一台虚拟主机，编号见首页。首页载明双方的名称、联系人、电话、传真、电子邮箱、地址和邮编，甲方的销售电话和客户服务电话，以及乙方的会员号。',
      en: 'This agreement is made between the party that provides a virtual host (the Provider) and the party that buys it (the Customer). It covers one virtual host and bears the number on its first page. The first page gives the name, contact person, telephone, fax, email, address and postcode of both parties, the Provider’s sales and customer service telephones, and the Customer’s member number.',
    },
  },
];

export const premise: readonly Clause[] = [
  {
    clause: '1.1',
    title: { zh: '与销售协议并用', en: 'Together with a sales agreement' },
    text: {
      zh: '本协议须与双方就该虚拟主机签订的销售协议一并使用。没有有效的销售协议，本协议不生效。',
      en: 'This agreement has effect only together with a sales agreement for the same virtual host. While no sales agreement is valid, neither is this one.',
    },
  },
  {
    clause: '1.2',
    title: { zh: '正式用户', en: 'A formal customer' },
    text: {
      zh: '乙方须为甲方产品的正式用户，即 2.1 和 2.2 所述条件均已具备。',
      en: 'The Customer is a formal customer of the Provider’s product: the conditions of both 2.1 and 2.2 are met.',
    },
  },
  {
    clause: '2.1',
    title: { zh: '已付款，已开通', en: 'Paid and opened' },
    text: {
      zh: '乙方已付清该虚拟主机的服务费，甲方已收到款项并为乙方开通。两者齐备之前的时间不在保证之内。',
      en: 'The Provider has received the Customer’s fee for the virtual host and has opened it. Time before both have happened is not covered.',
    },
  },
  {
    clause: '2.2',
    title: { zh: '不是测试产品', en: 'Not a product in test' },
    text: {
      zh: '乙方使用的是正式发布的产品。甲方事先说明仍在测试或尚未正式发布的产品，不在本协议保证之内。',
      en: 'The Customer uses a released product. A product that the Provider declared beforehand to be in test or not yet released is not covered by this agreement.',
    },
  },
  {
    clause: '2.2.1',
    title: { zh: '公开测试', en: 'Public tests' },
    text: {
      zh: '甲方可以把尚需检验的产品交给公众测试。公开测试的产品须标明处于测试期，并事先列出可能遇到的问题；测试期间，本协议不适用。',
      en: 'The Provider may let the public test a product that still has to prove itself. Such a product is marked as being in test and the problems to be expected are listed beforehand. This agreement does not apply to it while the test lasts.',
    },
  },
  {
    clause: '2.2.2',
    title: { zh: '邀请测试', en: 'Invited tests' },
    text: {
      zh: '甲方可以邀请部分客户免费试用尚未正式发布的产品。受邀试用的产品，本协议不适用。',
      en: 'The Provider may invite some customers to try an unreleased product free of charge. This agreement does not apply to it.',
    },
  },
];

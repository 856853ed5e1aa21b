import { Input } from 'antd';
import type { ReactNode } from 'react';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { both, useWords } from '../speech/lang.ts';
import type { Entered, StepGiven } from './entered.ts';

const words = both({
  zh: {
    brand: '对外名称',
    zh: '中文名称',
    en: '英文名称',
    brandHelp: '显示在公开页面和邮件上。',
    party: '协议甲方',
    legal: '单位全称',
    legalHelp: '写入每份协议。',
    contact: '联系人',
    phone: '电话',
    fax: '传真',
    email: '邮箱',
    address: '地址',
    postcode: '邮编',
    lines: '热线',
    sales: '销售热线',
    service: '服务热线',
    next: '下一步',
  },
  en: {
    brand: 'Name in public',
    zh: 'Name in Chinese',
    en: 'Name in English',
    brandHelp: 'On the public page and in mails.',
    party: 'Party to the agreements',
    legal: 'Full legal name',
    legalHelp: 'Stands in every agreement.',
    contact: 'Contact',
    phone: 'Telephone',
    fax: 'Fax',
    email: 'Mail address',
    address: 'Address',
    postcode: 'Postcode',
    lines: 'Hotlines',
    sales: 'Sales hotline',
    service: 'Service hotline',
    next: 'Next',
  },
});

/** What the provider says of itself: names, particulars, hotlines. */
export function ProviderStep({ entered, refused, send }: StepGiven): ReactNode {
  const w = useWords(words);
  type Values = Pick<Entered, 'provider'>;
  const go = ({ provider }: Values): Promise<void> => {
    const { zone } = entered.provider;
    return send({ provider: { ...provider, ...(zone === undefined ? {} : { zone }) } });
  };
  return (
    <Form<Values> initial={{ provider: entered.provider }} refused={refused} send={go} submit={w.next}>
      <fieldset>
        <legend>{w.brand}</legend>
        <Field path="provider.name.zh" label={w.zh} isNeeded>
          <Input maxLength={200} />
        </Field>
        <Field path="provider.name.en" label={w.en} help={w.brandHelp} isNeeded>
          <Input maxLength={200} />
        </Field>
      </fieldset>
      <fieldset>
        <legend>{w.party}</legend>
        <Field path="provider.particulars.name" label={w.legal} help={w.legalHelp} isNeeded>
          <Input maxLength={200} autoComplete="organization" />
        </Field>
        <Field path="provider.particulars.email" label={w.email} isNeeded>
          <Input type="email" maxLength={254} autoComplete="off" />
        </Field>
        <Field path="provider.particulars.contact" label={w.contact}>
          <Input maxLength={100} />
        </Field>
        <Field path="provider.particulars.phone" label={w.phone}>
          <Input type="tel" maxLength={40} />
        </Field>
        <Field path="provider.particulars.fax" label={w.fax}>
          <Input type="tel" maxLength={40} />
        </Field>
        <Field path="provider.particulars.address" label={w.address}>
          <Input maxLength={300} autoComplete="street-address" />
        </Field>
        <Field path="provider.particulars.postcode" label={w.postcode}>
          <Input maxLength={20} autoComplete="postal-code" />
        </Field>
      </fieldset>
      <fieldset>
        <legend>{w.lines}</legend>
        <Field path="provider.salesPhone" label={w.sales} isNeeded>
          <Input type="tel" maxLength={40} />
        </Field>
        <Field path="provider.servicePhone" label={w.service} isNeeded>
          <Input type="tel" maxLength={40} />
        </Field>
      </fieldset>
    </Form>
  );
}

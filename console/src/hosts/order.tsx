import { useNavigate, useSearch } from '@tanstack/react-router';
import { Input, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useText, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '开通主机',
    lead: '按已发布的套餐开通；几秒之后就能访问。',
    back: '全部主机',
    customer: '客户',
    customerHelp: '可输入名称查找。',
    plan: '套餐',
    planHelp: '只有已发布的版本可以开通，主机始终固定在这一版。',
    domain: '域名',
    filing: '备案号',
    filingHelp: '中国大陆的主机需要；没有可留空。',
    version: (version: number) => `第 ${version} 版`,
    order: '开通',
    ordered: '主机正在开通。',
  },
  en: {
    title: 'Order a host',
    lead: 'On a published plan; it answers within seconds.',
    back: 'All hosts',
    customer: 'Customer',
    customerHelp: 'Type a name to find one.',
    plan: 'Plan',
    planHelp: 'Published versions alone; the host stays on this one.',
    domain: 'Domain',
    filing: 'Filing number',
    filingHelp: 'Needed in mainland China; else leave it empty.',
    version: (version: number) => `version ${version}`,
    order: 'Order it',
    ordered: 'The host is being opened.',
  },
});

interface Entered {
  readonly customer: string;
  /** Plan and version in one: `standard 3`. */
  readonly plan: string;
  readonly domain: string;
  readonly filing?: string;
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const { customer }: { customer?: string } = useSearch({ strict: false });
  const [sought, setSought] = useState('');
  const send = useSend('post', '/hosts');
  const plans = useRead('/plans', {});
  const customers = useRead('/customers', {
    query: { limit: 20, ...(sought === '' ? {} : { name: sought }) },
  });
  const order = async ({ plan: chosen, filing = '', ...rest }: Entered): Promise<void> => {
    const [plan = '', version = '1'] = chosen.split(' ');
    const number = filing.trim() === '' ? null : filing.trim();
    const made = await send.mutateAsync({
      body: { ...rest, plan, version: Number(version), filing: number },
    });
    say(w.ordered);
    await navigate({ to: `/hosts/${made.id}` });
  };
  const offered = plans.data?.items.filter(({ publishedAt }) => publishedAt !== null) ?? [];
  return (
    <Page title={w.title} lead={w.lead} back={{ to: '/hosts', label: w.back }}>
      <Form<Entered>
        initial={customer === undefined ? {} : { customer }}
        send={order}
        submit={w.order}
        onCancel={() => void navigate({ to: '/hosts' })}
      >
        <Field path="customer" label={w.customer} help={w.customerHelp} isNeeded>
          <Select
            showSearch={{ filterOption: false, onSearch: setSought }}
            loading={customers.isFetching}
            options={
              customers.data?.items.map(({ id, particulars }) => ({
                value: id,
                label: `${particulars.name} · ${id}`,
              })) ?? []
            }
          />
        </Field>
        <Field path="plan" label={w.plan} help={w.planHelp} isNeeded>
          <Select
            loading={plans.isFetching}
            options={offered.map(({ plan, version, name }) => ({
              value: `${plan} ${version}`,
              label: `${text(name)} · ${w.version(version)}`,
            }))}
          />
        </Field>
        <Field path="domain" label={w.domain} isNeeded>
          <Input autoComplete="off" maxLength={253} placeholder="www.example.com" />
        </Field>
        <Field path="filing" label={w.filing} help={w.filingHelp}>
          <Input autoComplete="off" maxLength={60} />
        </Field>
      </Form>
    </Page>
  );
}

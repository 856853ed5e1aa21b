import { useNavigate, useParams } from '@tanstack/react-router';
import { Form as AntForm, Input, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Given, Reply } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';
import { useCustomer } from './customer.ts';
import { channelWords } from './words.ts';

const words = both({
  zh: {
    title: '添加联系方式',
    lead: '添加之后须先验证，才会收到通知。',
    back: '全部联系人',
    channel: '种类',
    value: '联系方式',
    email: '例如 name@example.cn。',
    phone: '含国家代码，例如 +86 551 5550101。由工作人员致电核实。',
    webhook: '您自己网站上的 HTTPS 地址。通知以 JSON 发往此处，并附签名。',
    add: '添加',
    added: (value: string) => `${value} 已添加。`,
    secret: '签名密钥',
    secretLead: '只显示这一次，请立即保存。发往该地址的每个请求都用它签名（HMAC-SHA-256）。',
    on: '去验证',
  },
  en: {
    title: 'Add a contact',
    lead: 'It is verified first; only then is anything sent there.',
    back: 'All contacts',
    channel: 'Kind',
    value: 'Contact',
    email: 'Such as name@example.com.',
    phone: 'With its country code, such as +86 551 5550101. Our staff verify it by a call.',
    webhook: 'An HTTPS address of your own. Notices are posted there as JSON, signed.',
    add: 'Add it',
    added: (value: string) => `${value} is added.`,
    secret: 'Signing secret',
    secretLead:
      'Shown this once: keep it now. Every request to that address is signed with it (HMAC-SHA-256).',
    on: 'Verify it',
  },
});

type Body = Given<'post', '/persons/{id}/contacts'>['body'];
type Made = Reply<'post', '/persons/{id}/contacts'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const channels = useWords(channelWords);
  const navigate = useNavigate();
  const { customer, isOwn } = useCustomer();
  const { person = '' }: { person?: string } = useParams({ strict: false });
  const back = isOwn ? '/contacts' : `/customers/${customer}/contacts`;
  const verify = (id: string): string => `/customers/${customer}/contacts/${person}/${id}`;
  const [made, setMade] = useState<Made | null>(null);
  const send = useSend('post', '/persons/{id}/contacts', ['/customers/{id}/persons']);
  const add = async (body: Body): Promise<void> => {
    const one = await send.mutateAsync({ path: { id: person }, body });
    say(w.added(one.value));
    if (one.secret !== null) setMade(one);
    else await navigate({ to: verify(one.id) });
  };
  return (
    <Page title={w.title} lead={w.lead} back={{ to: back, label: w.back }}>
      {made === null ? (
        <Form<Body>
          initial={{ channel: 'email' }}
          send={add}
          submit={w.add}
          onCancel={() => void navigate({ to: back })}
        >
          <Field path="channel" label={w.channel}>
            <Select
              options={(['email', 'phone', 'webhook'] as const).map((value) => ({
                value,
                label: channels[value],
              }))}
            />
          </Field>
          <Value />
        </Form>
      ) : (
        <>
          <p>{w.secretLead}</p>
          <p>
            {w.secret} <code>{made.secret}</code>
          </p>
          <p>
            <LinkButton to={verify(made.id)}>{w.on}</LinkButton>
          </p>
        </>
      )}
    </Page>
  );
}

function Value(): ReactNode {
  const w = useWords(words);
  const form = AntForm.useFormInstance<Body>();
  const channel = AntForm.useWatch('channel', form) ?? 'email';
  const mode = ({ email: 'email', phone: 'tel', webhook: 'url' } as const)[channel];
  return (
    <Field path="value" label={w.value} help={w[channel]} isNeeded>
      <Input autoComplete="off" inputMode={mode} maxLength={500} />
    </Field>
  );
}

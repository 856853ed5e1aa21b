import { useNavigate, useParams } from '@tanstack/react-router';
import { Input } from 'antd';
import type { ReactNode } from 'react';
import type { Given } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { useHostName } from '../pattern/named.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '绑定域名',
    lead: '绑定后，请在域名服务商处把解析指向本主机的地址；通常几分钟到几小时内在各地生效。',
    domain: '域名',
    filing: '备案号',
    filingHelp: '中国大陆的主机需要，例如 京ICP备12345678号-1；没有可留空。',
    bind: '绑定',
    bound: (domain: string) => `${domain} 已绑定。`,
  },
  en: {
    title: 'Bind a domain',
    lead: 'Then point the name to this host’s address at your registrar; it is felt everywhere within minutes to hours.',
    domain: 'Domain',
    filing: 'Filing number',
    filingHelp: 'Needed for hosts in mainland China, such as 京ICP备12345678号-1; else leave it empty.',
    bind: 'Bind it',
    bound: (domain: string) => `${domain} is bound.`,
  },
});

type Bound = Given<'post', '/hosts/{id}/domains'>['body'];

export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const navigate = useNavigate();
  const send = useSend('post', '/hosts/{id}/domains');
  const back = `/hosts/${id}`;
  const bind = async ({ domain, filing }: Bound): Promise<void> => {
    const number = filing?.trim() ?? '';
    await send.mutateAsync({ path: { id }, body: { domain, filing: number === '' ? null : number } });
    say(w.bound(domain));
    await navigate({ to: back });
  };
  return (
    <Page title={w.title} lead={w.lead} back={{ to: back, label: useHostName(id) }}>
      <Form<Bound> initial={{}} send={bind} submit={w.bind} onCancel={() => void navigate({ to: back })}>
        <Field path="domain" label={w.domain} isNeeded>
          <Input autoComplete="off" inputMode="url" maxLength={253} placeholder="www.example.com" />
        </Field>
        <Field path="filing" label={w.filing} help={w.filingHelp}>
          <Input autoComplete="off" maxLength={60} />
        </Field>
      </Form>
    </Page>
  );
}

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
    title: '新建 FTP 账号',
    lead: '密码只保存摘要，之后无法再查看；忘记时新建一个账号。',
    name: '用户名',
    nameHelp: '全站唯一的小写字母、数字和连字符。',
    password: '密码',
    passwordHelp: '10 至 128 个字符。',
    add: '新建',
    added: (name: string) => `FTP 账号 ${name} 已可使用。`,
  },
  en: {
    title: 'New FTP account',
    lead: 'Only a hash of the password is kept, so it cannot be shown again; when it is forgotten, make another account.',
    name: 'User name',
    nameHelp: 'Lower-case letters, digits and hyphens; unique on this service.',
    password: 'Password',
    passwordHelp: '10 to 128 characters.',
    add: 'Make it',
    added: (name: string) => `The FTP account ${name} is ready.`,
  },
});

type Made = Given<'post', '/hosts/{id}/ftp-accounts'>['body'];

export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const navigate = useNavigate();
  const send = useSend('post', '/hosts/{id}/ftp-accounts');
  const back = `/hosts/${id}`;
  const add = async (body: Made): Promise<void> => {
    await send.mutateAsync({ path: { id }, body });
    say(w.added(body.name));
    await navigate({ to: back });
  };
  return (
    <Page title={w.title} lead={w.lead} back={{ to: back, label: useHostName(id) }}>
      <Form<Made> initial={{}} send={add} submit={w.add} onCancel={() => void navigate({ to: back })}>
        <Field path="name" label={w.name} help={w.nameHelp} isNeeded>
          <Input autoComplete="off" maxLength={32} />
        </Field>
        <Field path="password" label={w.password} help={w.passwordHelp} isNeeded>
          <Input.Password autoComplete="new-password" maxLength={128} />
        </Field>
      </Form>
    </Page>
  );
}

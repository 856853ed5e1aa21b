import { useNavigate } from '@tanstack/react-router';
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Given } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { useAccount } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { roleWords, staffRoles } from './words.ts';

const words = both({
  zh: {
    title: '邀请用户',
    lead: '对方会收到一封邮件，七天内可凭其中的链接设置密码。',
    back: '全部用户',
    name: '姓名',
    email: '邮箱',
    role: '角色',
    roleHelp: '角色决定此人能看到和修改什么。',
    lang: '邮件语言',
    send: '发送邀请',
    sent: (email: string) => `邀请已发往 ${email}。`,
  },
  en: {
    title: 'Invite a user',
    lead: 'They get a mail with a link that is good for seven days, and choose a password.',
    back: 'All users',
    name: 'Name',
    email: 'Mail address',
    role: 'Role',
    roleHelp: 'The role decides what they see and what they may change.',
    lang: 'Language of the mail',
    send: 'Send the invitation',
    sent: (email: string) => `The invitation is on its way to ${email}.`,
  },
});

type Invitation = Given<'post', '/invitations'>['body'];

export function Screen(): ReactNode {
  const w = useWords(words);
  const names = useWords(roleWords);
  const lang = useLang();
  const navigate = useNavigate();
  const account = useAccount();
  const send = useSend('post', '/invitations');
  const isStaff = account.data?.role !== 'customer';
  const invite = async (values: Invitation): Promise<void> => {
    const role = isStaff ? values.role : 'customer';
    await send.mutateAsync({ body: { ...values, role, customer: account.data?.customer ?? null } });
    say(w.sent(values.email));
    await navigate({ to: '/users' });
  };
  return (
    <Page title={w.title} lead={w.lead} back={{ to: '/users', label: w.back }}>
      <Form<Invitation>
        initial={{ lang, role: isStaff ? 'support' : 'customer' }}
        send={invite}
        submit={w.send}
        onCancel={() => void navigate({ to: '/users' })}
      >
        <Field path="name" label={w.name} isNeeded>
          <Input autoComplete="off" maxLength={100} />
        </Field>
        <Field path="email" label={w.email} isNeeded>
          <Input type="email" autoComplete="off" maxLength={254} />
        </Field>
        {isStaff ? (
          <Field path="role" label={w.role} help={w.roleHelp}>
            <Select options={staffRoles.map((value) => ({ value, label: names[value] }))} />
          </Field>
        ) : null}
        <Field path="lang" label={w.lang}>
          <Select
            options={[
              { value: 'zh', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        </Field>
      </Form>
    </Page>
  );
}

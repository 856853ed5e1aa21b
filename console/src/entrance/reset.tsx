import { Link, useNavigate } from '@tanstack/react-router';
import { Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { door } from '../client/door.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';
import { Chosen, type Password } from './chosen.tsx';
import { useSecret } from './secret.ts';

const words = both({
  zh: {
    title: '忘记密码',
    lead: '填写您的邮箱，我们会寄出一个一小时内有效的链接。',
    email: '邮箱',
    ask: '寄出链接',
    asked: '若该邮箱在此有账户，邮件已在路上。请查看收件箱和垃圾邮件。',
    back: '返回登录',
    anew: '设置新密码',
    anewLead: '设置后，其他设备上的会话全部结束。第二验证因素保持不变。',
    set: '设置新密码',
    done: '新密码已生效，请登录。',
  },
  en: {
    title: 'Forgotten password',
    lead: 'Enter your mail address; we send a link that is good for one hour.',
    email: 'Mail address',
    ask: 'Send the link',
    asked:
      'If that address has an account here, a mail is on its way. Look in your inbox, and among the junk.',
    back: 'Back to sign-in',
    anew: 'Choose a new password',
    anewLead: 'Every session on other devices ends. Your second factor stays as it is.',
    set: 'Set the new password',
    done: 'The new password is set. Please sign in.',
  },
});

/** Asks for the mail; with the mailed link's secret: chooses the new password. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const secret = useSecret();
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  const back = { to: '/sign-in', label: w.back };
  if (secret !== '') {
    const set = async ({ password }: Password): Promise<void> => {
      await door('/reset-password', { token: secret, newPassword: password });
      say(w.done);
      await navigate({ to: '/sign-in', hash: '' });
    };
    return (
      <Page title={w.anew} lead={w.anewLead} back={back}>
        <Form<Password> initial={{}} send={set} submit={w.set} guard={false}>
          <Chosen />
        </Form>
      </Page>
    );
  }
  if (isAsked) {
    return (
      <Page title={w.title} key="asked">
        <p role="status">{w.asked}</p>
        <p>
          <Link to="/sign-in">{w.back}</Link>
        </p>
      </Page>
    );
  }
  const ask = async ({ email }: { email: string }): Promise<void> => {
    await door('/request-password-reset', { email });
    setAsked(true);
  };
  return (
    <Page title={w.title} lead={w.lead} back={back}>
      <Form<{ email: string }> initial={{}} send={ask} submit={w.ask} guard={false}>
        <Field path="email" label={w.email} isNeeded>
          <Input type="email" autoComplete="username" />
        </Field>
      </Form>
    </Page>
  );
}

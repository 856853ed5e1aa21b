import { useNavigate, useSearch } from '@tanstack/react-router';
import { Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { door } from '../client/door.ts';
import { forgetEverything } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '登录',
    email: '邮箱',
    password: '密码',
    enter: '登录',
    code: '一次性验证码',
    codeHelp: '验证器应用中显示的六位数字。',
    go: '继续',
  },
  en: {
    title: 'Sign in',
    email: 'Mail address',
    password: 'Password',
    enter: 'Sign in',
    code: 'One-time code',
    codeHelp: 'The six digits that your authenticator shows.',
    go: 'Continue',
  },
});

export function Screen(): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const { to = '/' }: { to?: string } = useSearch({ strict: false });
  const [needsCode, setNeedsCode] = useState(false);
  const arrive = async (): Promise<void> => {
    forgetEverything();
    // Only a path of this console: anything else would lead away.
    await navigate({ href: /^\/(?!\/)/.test(to) ? to : '/', replace: true });
  };
  const enter = async (values: { email: string; password: string }): Promise<void> => {
    const answer = await door<{ twoFactorRedirect?: boolean }>('/sign-in/email', values);
    if (answer.twoFactorRedirect === true) setNeedsCode(true);
    else await arrive();
  };
  const prove = async (values: { code: string }): Promise<void> => {
    await door('/two-factor/verify-totp', values);
    await arrive();
  };
  return (
    <Page title={w.title}>
      {needsCode ? (
        <Form<{ code: string }> key="code" initial={{}} send={prove} submit={w.go} guard={false}>
          <Field path="code" label={w.code} help={w.codeHelp} isNeeded>
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} autoFocus />
          </Field>
        </Form>
      ) : (
        <Form<{ email: string; password: string }> initial={{}} send={enter} submit={w.enter} guard={false}>
          <Field path="email" label={w.email} isNeeded>
            <Input type="email" autoComplete="username" autoFocus />
          </Field>
          <Field path="password" label={w.password} isNeeded>
            <Input.Password autoComplete="current-password" />
          </Field>
        </Form>
      )}
    </Page>
  );
}

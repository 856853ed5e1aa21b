import './signin.css';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { door } from '../client/door.ts';
import { forgetEverything } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Page } from '../pattern/page.tsx';
import { Trouble } from '../pattern/trouble.tsx';
import { both, useWords } from '../speech/lang.ts';
import { enterWithPasskey, knowsPasskeys } from './passkey.ts';
import { placeOf } from './place.ts';
import { Proof } from './proof.tsx';
import { type Login, Samples } from './samples.tsx';

const words = both({
  zh: {
    title: '登录',
    email: '邮箱',
    password: '密码',
    enter: '登录',
    forgot: '忘记密码',
    passkey: '用通行密钥登录',
    or: '或',
    step: '第二步验证',
  },
  en: {
    title: 'Sign in',
    email: 'Mail address',
    password: 'Password',
    enter: 'Sign in',
    forgot: 'Forgotten password',
    passkey: 'Sign in with a passkey',
    or: 'or',
    step: 'Second step',
  },
});

interface Entered {
  readonly email: string;
  readonly password: string;
}

/** Whether the password was enough. */
async function enterWith({ email, password }: Entered): Promise<boolean> {
  const answer = await door<{ twoFactorRedirect?: boolean }>('/sign-in/email', { email, password });
  return answer.twoFactorRedirect !== true;
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const { to = '/' }: { to?: string } = useSearch({ strict: false });
  const [isHalf, setHalf] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const arrive = async (): Promise<void> => {
    forgetEverything();
    const { path, search } = placeOf(to, window.location.origin);
    await navigate({ to: path, search: search as never, replace: true });
  };
  const enter = async (values: Entered): Promise<void> => {
    if (await enterWith(values)) await arrive();
    else setHalf(true);
  };
  const attempt = (way: () => Promise<void>) => async (): Promise<void> => {
    setError(null);
    await way().catch(setError);
  };
  const pick = async (login: Login): Promise<void> => {
    if (!(await enterWith(login))) await door('/two-factor/verify-totp', { code: login.code });
    await arrive();
  };
  if (isHalf) {
    return (
      <Page title={w.step} key="half">
        <Proof onDone={arrive} onAnew={() => setHalf(false)} />
      </Page>
    );
  }
  return (
    <Page title={w.title} key="whole">
      <Form<Entered>
        initial={{}}
        send={enter}
        submit={w.enter}
        guard={false}
        aside={<Link to="/reset">{w.forgot}</Link>}
      >
        <Field path="email" label={w.email} isNeeded>
          <Input type="email" autoComplete="username webauthn" autoFocus />
        </Field>
        <Field path="password" label={w.password} isNeeded>
          <Input.Password autoComplete="current-password" />
        </Field>
      </Form>
      {knowsPasskeys() ? (
        <div className="otherwise">
          <Button block onClick={() => void attempt(() => enterWithPasskey().then(arrive))()}>
            {w.passkey}
          </Button>
        </div>
      ) : null}
      {error === null ? null : <Trouble error={error} />}
      <Samples onPick={(login) => attempt(() => pick(login))()} />
    </Page>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Input } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { type Answer, ask, type Reply } from '../client/ask.ts';
import { door } from '../client/door.ts';
import type { Problem } from '../client/problem.ts';
import { forgetEverything } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, speak, useText, useWords, wasChosen } from '../speech/lang.ts';
import { roleWords } from '../users/words.ts';
import { Chosen } from './chosen.tsx';
import { useSecret } from './secret.ts';

const words = both({
  zh: {
    title: '接受邀请',
    by: (provider: string, role: string) => `${provider}邀请您成为其控制台用户，角色：${role}。`,
    until: '邀请有效期至',
    email: '登录邮箱',
    name: '姓名',
    accept: '接受并登录',
    done: '欢迎。',
    none: '邀请链接不完整。请从邮件中完整打开链接。',
  },
  en: {
    title: 'Accept the invitation',
    by: (provider: string, role: string) => `${provider} invites you to its console as: ${role}.`,
    until: 'The invitation stands until',
    email: 'You sign in with',
    name: 'Name',
    accept: 'Accept and sign in',
    done: 'Welcome.',
    none: 'The link is not complete. Open it from the mail as a whole.',
  },
});

type Invitation = Reply<'post', '/invitations/open'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const secret = useSecret();
  const read = useQuery<Answer<Invitation>, Problem, Invitation>({
    queryKey: ['/invitations/open', secret],
    queryFn: () => ask('post', '/invitations/open', { body: { secret } }),
    select: ({ value }) => value,
    enabled: secret !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Page title={w.title}>
      {secret === '' ? (
        <p>{w.none}</p>
      ) : (
        <Loaded read={read}>{(found) => <Accept invitation={found} secret={secret} />}</Loaded>
      )}
    </Page>
  );
}

interface Accepted {
  readonly name: string;
  readonly password: string;
}

function Accept({
  invitation,
  secret,
}: {
  readonly invitation: Invitation;
  readonly secret: string;
}): ReactNode {
  const w = useWords(words);
  const roles = useWords(roleWords);
  const text = useText();
  const navigate = useNavigate();
  const { email, name, role, lang, expiresAt, provider } = invitation;
  useEffect(() => {
    if (!wasChosen()) speak(lang, false);
  }, [lang]);
  const accept = async ({ name: chosen, password }: Accepted): Promise<void> => {
    await ask('post', '/invitations/accept', { body: { secret, name: chosen, password } });
    await door('/sign-in/email', { email, password });
    forgetEverything();
    say(w.done);
    await navigate({ to: '/' });
  };
  return (
    <>
      <p>{w.by(provider === null ? 'Hostpledge' : text(provider), roles[role])}</p>
      <p className="faint">
        {w.email} <strong>{email}</strong> · {w.until} <Instant at={expiresAt} />
      </p>
      <Form<Accepted> initial={{ name }} send={accept} submit={w.accept} guard={false}>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field path="name" label={w.name} isNeeded>
          <Input autoComplete="name" maxLength={100} />
        </Field>
        <Chosen />
      </Form>
    </>
  );
}

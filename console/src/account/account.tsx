import './account.css';
import type { ReactNode } from 'react';
import { type Account, useAccount } from '../client/session.ts';
import { Part } from '../pattern/facts.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';
import { roleWords } from '../users/words.ts';
import { Factor } from './factor.tsx';
import { Keys } from './keys.tsx';
import { Passkeys } from './passkeys.tsx';
import { PasswordChange } from './password.tsx';
import { Profile } from './profile.tsx';
import { Sessions } from './sessions.tsx';

const words = both({
  zh: {
    title: '账户',
    lead: (email: string, role: string) => `以 ${email} 登录，角色：${role}。`,
    profile: '个人资料',
    password: '密码',
    passwordLead: '更改密码会结束其他设备上的全部会话。',
    factor: '验证器应用',
    factorLead: '登录时除密码外还要一个六位数字。',
    passkeys: '通行密钥',
    passkeysLead: '用指纹、面容或安全钥匙登录，不需要密码。',
    sessions: '会话',
    sessionsLead: '您在哪些设备上登录着。看到陌生的，请结束它并更改密码。',
    keys: 'API 密钥',
    keysLead: '供程序和命令行使用，以您的名义行事，权限不超过所选范围。',
  },
  en: {
    title: 'Account',
    lead: (email: string, role: string) => `Signed in with ${email} as ${role}.`,
    profile: 'Particulars',
    password: 'Password',
    passwordLead: 'Another password ends every session on other devices.',
    factor: 'Authenticator app',
    factorLead: 'Six digits besides the password at every sign-in.',
    passkeys: 'Passkeys',
    passkeysLead: 'Fingerprint, face or a security key instead of the password.',
    sessions: 'Sessions',
    sessionsLead: 'Where you are signed in. End what you do not know, and change your password.',
    keys: 'API keys',
    keysLead:
      'For programs and the command line. A key acts in your name, within the scopes that you give it.',
  },
});

export function Screen(): ReactNode {
  const w = useWords(words);
  const roles = useWords(roleWords);
  const account = useAccount();
  const { data } = account;
  const lead = data === undefined ? undefined : w.lead(data.email, roles[data.role]);
  return (
    <Page title={w.title} lead={lead}>
      <Loaded read={account}>{(known) => <Parts account={known} />}</Loaded>
    </Page>
  );
}

function Parts({ account }: { readonly account: Account }): ReactNode {
  const w = useWords(words);
  return (
    <>
      <Part title={w.profile}>
        <Profile account={account} />
      </Part>
      <Part title={w.password} lead={w.passwordLead}>
        <PasswordChange email={account.email} />
      </Part>
      <Part title={w.factor} lead={w.factorLead}>
        <Factor account={account} />
      </Part>
      <Part title={w.passkeys} lead={w.passkeysLead}>
        <Passkeys name={account.name} />
      </Part>
      <Part title={w.sessions} lead={w.sessionsLead}>
        <Sessions />
      </Part>
      <Part title={w.keys} lead={w.keysLead}>
        <Keys account={account} />
      </Part>
    </>
  );
}

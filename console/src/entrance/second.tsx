import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { Enrol } from '../account/enrol.tsx';
import { forgetDoors } from '../client/door.ts';
import { useAccount } from '../client/session.ts';
import { useLeave } from '../frame/header.tsx';
import { Onward } from '../frame/onward.tsx';
import { Part } from '../pattern/facts.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { Trouble } from '../pattern/trouble.tsx';
import { both, useWords } from '../speech/lang.ts';
import { addPasskey, enterWithPasskey, knowsPasskeys } from './passkey.ts';

const words = both({
  zh: {
    title: '设置第二验证因素',
    lead: '内部人员登录需要密码之外的另一项证明。设置一次，之后每次登录使用。',
    totp: '验证器应用',
    passkey: '通行密钥',
    passkeyLead: '用本设备的指纹、面容或安全钥匙登录。添加后请随即出示一次。',
    add: '添加通行密钥',
    leave: '退出登录',
  },
  en: {
    title: 'Set up a second factor',
    lead: 'Staff sign in with a second proof beside the password. It is set up once and shown at every sign-in.',
    totp: 'An authenticator app',
    passkey: 'A passkey',
    passkeyLead: 'This device’s fingerprint, face or a security key. Once added you are asked to show it.',
    add: 'Add a passkey',
    leave: 'Sign out',
  },
});

/** Staff see nothing before this is done. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const account = useAccount();
  const leave = useLeave();
  const [error, setError] = useState<unknown>(null);
  const arrive = async (): Promise<void> => {
    await forgetDoors();
    await navigate({ to: '/' });
  };
  const add = async (): Promise<void> => {
    setError(null);
    try {
      await addPasskey(account.data?.name ?? 'passkey');
      // Adding one is not showing it: the session is opened anew with it.
      await enterWithPasskey();
      await arrive();
    } catch (thrown) {
      setError(thrown);
    }
  };
  if (account.error?.status === 401) return <Onward to="/sign-in" />;
  return (
    <Page
      title={w.title}
      lead={w.lead}
      actions={
        <Button type="link" onClick={() => void leave()}>
          {w.leave}
        </Button>
      }
    >
      <Loaded read={account}>
        {() => (
          <>
            <Part title={w.totp}>
              <Enrol onDone={arrive} />
            </Part>
            {knowsPasskeys() ? (
              <Part title={w.passkey} lead={w.passkeyLead}>
                <div className="row">
                  <Button onClick={() => void add()}>{w.add}</Button>
                </div>
              </Part>
            ) : null}
            {error === null ? null : <Trouble error={error} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

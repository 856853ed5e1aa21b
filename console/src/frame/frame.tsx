import './frame.css';
import { Outlet, useLocation, useMatches } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useLine, useLive } from '../client/live.ts';
import { type Account, useAccount } from '../client/session.ts';
import { pages } from '../pages.ts';
import { Waiting } from '../pattern/loaded.tsx';
import { Trouble } from '../pattern/trouble.tsx';
import { both, speak, useWords, wasChosen } from '../speech/lang.ts';
import { Header } from './header.tsx';
import { Foreign } from './missing.tsx';
import { isFor, Navigation } from './navigation.tsx';
import { Onward } from './onward.tsx';

const words = both({
  zh: {
    skip: '跳到正文',
    broken: '与服务器的连接已断开，正在重连；页面内容可能不是最新的。',
  },
  en: {
    skip: 'Skip to the content',
    broken: 'The line to the server is broken and is being mended; what you see may be old.',
  },
});

/** Around every page of somebody who is signed in; who is not goes to the sign-in page and comes back. */
export function Frame(): ReactNode {
  const account = useAccount();
  const { pathname, searchStr } = useLocation();
  if (account.data !== undefined && account.error === null) return <Signed account={account.data} />;
  if (account.error === null) return <Waiting />;
  const { status, code } = account.error;
  if (code === 'set-up-needed') return <Onward to="/setup" />;
  if (status === 401) return <Onward to="/sign-in" from={`${pathname}${searchStr}`} />;
  return <Trouble error={account.error} again={() => void account.refetch()} />;
}

function Signed({ account }: { readonly account: Account }): ReactNode {
  const w = useWords(words);
  const line = useLine();
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  const path = useMatches().at(-1)?.fullPath;
  const row = pages.find((one) => one.path === path);
  const needsFactor = account.role !== 'customer' && !account.secondFactor;
  useLive(!needsFactor);
  useEffect(() => {
    if (!wasChosen()) speak(account.lang, false);
  }, [account.lang]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the drawer
  useEffect(() => setOpen(false), [pathname]);
  if (needsFactor) return <Onward to="/second-factor" />;
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {w.skip}
      </a>
      <Header account={account} isOpen={isOpen} onMenu={() => setOpen(!isOpen)} />
      <Navigation account={account} isOpen={isOpen} onClose={() => setOpen(false)} />
      <main id="content" tabIndex={-1}>
        {line === 'broken' ? (
          <p className="broken" role="status">
            {w.broken}
          </p>
        ) : null}
        {row === undefined || isFor(row, account) ? <Outlet /> : <Foreign />}
      </main>
    </div>
  );
}

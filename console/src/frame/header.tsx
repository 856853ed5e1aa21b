import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { door } from '../client/door.ts';
import { type Account, forgetEverything } from '../client/session.ts';
import { both, useWords } from '../speech/lang.ts';
import { Switches } from './switches.tsx';

const words = both({
  zh: { menu: '菜单', account: '账户', leave: '退出登录', home: 'Hostpledge 首页' },
  en: { menu: 'Menu', account: 'Account', leave: 'Sign out', home: 'Hostpledge, home' },
});

interface HeaderGiven {
  readonly account: Account;
  readonly isOpen: boolean;
  readonly onMenu: () => void;
}

export function Header({ account, isOpen, onMenu }: HeaderGiven): ReactNode {
  const w = useWords(words);
  const leave = useLeave();
  return (
    <header className="header">
      <button
        type="button"
        className="plain menu"
        aria-expanded={isOpen}
        aria-controls="navigation"
        aria-label={w.menu}
        onClick={onMenu}
      >
        <span aria-hidden="true" />
      </button>
      <Link to="/" className="brand" aria-label={w.home}>
        <Mark /> <span>Hostpledge</span>
      </Link>
      <div className="tools">
        <Switches />
        <Link to="/account" className="who" title={w.account}>
          {account.name}
        </Link>
        <button type="button" className="plain leave" onClick={() => void leave()}>
          {w.leave}
        </button>
      </div>
    </header>
  );
}

/** The seal, as on the public page. */
export function Mark(): ReactNode {
  return <img src="/site/mark.svg" alt="" width="24" height="24" />;
}

/** Ends the session, forgets everything that was read, and goes to the sign-in page. */
export function useLeave(): () => Promise<void> {
  const navigate = useNavigate();
  return async () => {
    await door('/sign-out', {}).catch(() => {});
    await navigate({ to: '/sign-in' });
    forgetEverything();
  };
}

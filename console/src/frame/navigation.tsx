import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { type Account, may } from '../client/session.ts';
import { pages } from '../pages.ts';
import { type PageRow, type Section, sections } from '../row.ts';
import { both, useText, useWords } from '../speech/lang.ts';
import { useLeave } from './header.tsx';

const words = both({
  zh: { navigation: '导航', close: '关闭菜单', leave: '退出登录' },
  en: { navigation: 'Navigation', close: 'Close the menu', leave: 'Sign out' },
});

interface NavigationGiven {
  readonly account: Account;
  /** Below 768 px: whether the drawer is out. */
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What this session may see, by the rights that it has; below 768 px a drawer. */
export function Navigation({ account, isOpen, onClose }: NavigationGiven): ReactNode {
  const w = useWords(words);
  const list = useRef<HTMLElement>(null);
  const leave = useLeave();
  useEffect(() => {
    if (isOpen) list.current?.querySelector('a')?.focus();
  }, [isOpen]);
  const shut = ({ key }: KeyboardEvent): void => {
    if (key !== 'Escape' || !isOpen) return;
    onClose();
    document.querySelector<HTMLElement>('.header .menu')?.focus();
  };
  const mine = pages.filter((row) => isFor(row, account));
  const order = Object.keys(sections) as Section[];
  return (
    <>
      {isOpen ? <button type="button" className="curtain" aria-label={w.close} onClick={onClose} /> : null}
      <nav
        id="navigation"
        ref={list}
        className={isOpen ? 'navigation open' : 'navigation'}
        aria-label={w.navigation}
        onKeyDown={shut}
      >
        <p className="name faint">{account.name}</p>
        {order.map((section) => (
          <Group key={section} section={section} rows={mine.filter((row) => row.section === section)} />
        ))}
        <button type="button" className="plain leave" onClick={() => void leave()}>
          {w.leave}
        </button>
      </nav>
    </>
  );
}

export function isFor({ who, right }: PageRow, account: Account): boolean {
  if (who === 'open') return false;
  const isStaff = account.role !== 'customer';
  return (who === 'everybody' || (who === 'staff') === isStaff) && may(account, right);
}

function Group({
  section,
  rows,
}: {
  readonly section: Section;
  readonly rows: readonly PageRow[];
}): ReactNode {
  const w = useWords(sections[section]);
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>{w.name}</h2>
      <ul>
        {rows.map((row) => (
          <Row key={row.path} row={row} />
        ))}
      </ul>
    </section>
  );
}

function Row({ row }: { readonly row: PageRow }): ReactNode {
  const text = useText();
  return (
    <li>
      <Link to={row.path} activeProps={{ 'aria-current': 'page' }}>
        {text({ zh: row.name.zh.name, en: row.name.en.name })}
      </Link>
    </li>
  );
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '没有这个页面',
    lead: '地址可能有误，或页面已移走。',
    foreign: '这个页面不是给您的角色用的',
    reason: '您可以用左侧的页面；如果需要这个页面，请向所有者申请。',
    home: '回到首页',
  },
  en: {
    title: 'There is no such page',
    lead: 'The address may be wrong, or the page has moved.',
    foreign: 'This page is not for your role',
    reason: 'Use the pages of the menu; if you need this one, ask an owner.',
    home: 'Go home',
  },
});

export function Missing(): ReactNode {
  const w = useWords(words);
  return (
    <main className="alone">
      <Page title={w.title} lead={w.lead}>
        <p>
          <Link to="/">{w.home}</Link>
        </p>
      </Page>
    </main>
  );
}

/** In the frame, at the address of a page that somebody of another role has. */
export function Foreign(): ReactNode {
  const w = useWords(words);
  return (
    <Page title={w.foreign} lead={w.reason}>
      <p>
        <Link to="/">{w.home}</Link>
      </p>
    </Page>
  );
}

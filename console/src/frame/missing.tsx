import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: { title: '没有这个页面', lead: '地址可能有误，或页面已移走。', home: '回到首页' },
  en: {
    title: 'There is no such page',
    lead: 'The address may be wrong, or the page has moved.',
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

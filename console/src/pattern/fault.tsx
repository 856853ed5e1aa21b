import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { both, useWords } from '../speech/lang.ts';
import { Page } from './page.tsx';
import { Trouble } from './trouble.tsx';

const words = both({
  zh: { title: '此页未能显示' },
  en: { title: 'This page could not be shown' },
});

/** A page that broke leaves the frame standing. A part that another build has taken away is fetched anew by reloading. */
export function Fault({ error, reset }: ErrorComponentProps): ReactNode {
  const w = useWords(words);
  const isGone = /dynamically imported module|module script/i.test(String(error));
  const again = isGone ? () => window.location.reload() : reset;
  return (
    <Page title={w.title}>
      <Trouble error={error} again={again} />
    </Page>
  );
}

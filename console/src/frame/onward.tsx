import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { Waiting } from '../pattern/loaded.tsx';

/**
 * Leads on to another page, once. (The router's `Navigate` goes anew with every rendering: while the page that it leads
 * to is being fetched, for ever.)
 */
export function Onward({ to, from }: { readonly to: string; readonly from?: string }): ReactNode {
  const navigate = useNavigate();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each place
  useEffect(() => {
    const search = from === undefined || from === '/' ? {} : { to: from };
    void navigate({ to, search: search as never, replace: true });
  }, [to]);
  return <Waiting />;
}

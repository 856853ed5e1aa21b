import type { ReactNode } from 'react';
import { useAccount } from '../client/session.ts';
import { pages } from '../pages.ts';
import { isFor } from './navigation.tsx';
import { Onward } from './onward.tsx';

/** Where one arrives: the first page of one's own navigation. */
export function Home(): ReactNode {
  const { data } = useAccount();
  if (data === undefined) return null;
  const first = pages.find((row) => row.section !== null && isFor(row, data));
  return <Onward to={first?.path ?? '/account'} />;
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { both, useText, useWords } from '../speech/lang.ts';
import type { Filter } from './filters.tsx';

/**
 * Customers, hosts and plans by the names that people know them by, where the API gives their numbers. One page of the
 * list is read for all rows of a table; what is beyond it is asked for alone. Until a name is known the number stands.
 */

const words = both({
  zh: { plan: (name: string, version: number) => `${name} · 第 ${version} 版` },
  en: { plan: (name: string, version: number) => `${name}, version ${version}` },
});

/** The most that one page of a list holds. */
const most = 200;

export function useCustomerName(id: string, isOneOfMany = false): string {
  const { data } = useAccount();
  const can = id !== '' && may(data, 'customers:read');
  const all = useRead('/customers', { query: { limit: most } }, can && isOneOfMany);
  const listed = all.data?.items.find((one) => one.id === id);
  const isAlone = !isOneOfMany || (all.data !== undefined && listed === undefined);
  const one = useRead('/customers/{id}', { path: { id } }, can && isAlone);
  return (listed ?? one.data)?.particulars.name ?? id;
}

/** Its first domain, as everywhere. */
export function useHostName(id: string, isOneOfMany = false): string {
  const { data } = useAccount();
  const can = id !== '' && may(data, 'hosts:read');
  const all = useRead('/hosts', { query: { limit: most } }, can && isOneOfMany);
  const listed = all.data?.items.find((one) => one.id === id);
  const isAlone = !isOneOfMany || (all.data !== undefined && listed === undefined);
  const one = useRead('/hosts/{id}', { path: { id } }, can && isAlone);
  return (listed ?? one.data)?.domains[0] ?? id;
}

/** To choose a host by its name; its number is typed where there are more than one page holds. */
export function useHostFilter(key: string, label: string, none: string): Filter {
  const { data } = useAccount();
  const all = useRead('/hosts', { query: { limit: most } }, may(data, 'hosts:read'));
  if (all.data === undefined || all.data.next !== null) return { key, label };
  const options = all.data.items.map(({ id, domains }) => ({ value: id, label: domains[0] ?? id }));
  return { key, label, none, options };
}

/** As `useHostFilter`; `when` false: for somebody who has but one. */
export function useCustomerFilter(key: string, label: string, none: string, when: boolean): Filter {
  const { data } = useAccount();
  const all = useRead('/customers', { query: { limit: most } }, when && may(data, 'customers:read'));
  if (all.data === undefined || all.data.next !== null) return { key, label };
  const options = all.data.items.map(({ id, particulars }) => ({ value: id, label: particulars.name }));
  return { key, label, none, options };
}

interface Named {
  readonly id: string;
  /** Which page of it: `/balance`. */
  readonly to?: string;
}

export function CustomerLink({ id, to = '' }: Named): ReactNode {
  return <Link to={`/customers/${id}${to}`}>{useCustomerName(id, true)}</Link>;
}

export function HostLink({ id, to = '' }: Named): ReactNode {
  return <Link to={`/hosts/${id}${to}`}>{useHostName(id, true)}</Link>;
}

/** `Standard, version 1`, which leads to what it promises. */
export function PlanLink({ plan, version }: { readonly plan: string; readonly version: number }): ReactNode {
  const w = useWords(words);
  const text = useText();
  const { data } = useAccount();
  const read = useRead('/plans', {}, may(data, 'plans:read'));
  const found = read.data?.items.find((one) => one.plan === plan && one.version === version);
  return (
    <Link to={`/plans/${plan}/${version}`}>
      {w.plan(found === undefined ? plan : text(found.name), version)}
    </Link>
  );
}

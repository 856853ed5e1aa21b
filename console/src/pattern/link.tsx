import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import type { MouseEvent, ReactNode } from 'react';

/** A link that looks like a button: it leads to the page where something begins. */
export function LinkButton({
  to,
  search,
  isMain = true,
  children,
}: {
  readonly to: string;
  /** What stands behind the question mark. */
  readonly search?: Readonly<Record<string, string>>;
  readonly isMain?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const navigate = useNavigate();
  const go = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ to, ...(search === undefined ? {} : { search: search as never }) });
  };
  const query = search === undefined ? '' : `?${new URLSearchParams(search)}`;
  return (
    <Button type={isMain ? 'primary' : 'default'} href={`/console${to}${query}`} onClick={go}>
      {children}
    </Button>
  );
}

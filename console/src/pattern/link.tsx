import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import type { MouseEvent, ReactNode } from 'react';

/** A link that looks like a button: it leads to the page where something begins. */
export function LinkButton({
  to,
  isMain = true,
  children,
}: {
  readonly to: string;
  readonly isMain?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const navigate = useNavigate();
  const go = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ to });
  };
  return (
    <Button type={isMain ? 'primary' : 'default'} href={`/console${to}`} onClick={go}>
      {children}
    </Button>
  );
}

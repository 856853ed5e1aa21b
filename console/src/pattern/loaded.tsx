import './loaded.css';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { both, useWords } from '../speech/lang.ts';
import { Trouble } from './trouble.tsx';

const words = both({ zh: { waiting: '正在读取…' }, en: { waiting: 'Loading…' } });

/** What a page shows of a read: its shape in grey while it is on its way, the refusal with "again", or the value. */
export function Loaded<Value>({
  read,
  children,
}: {
  readonly read: UseQueryResult<Value>;
  readonly children: (value: Value) => ReactNode;
}): ReactNode {
  if (read.data !== undefined) return children(read.data);
  if (read.isError) return <Trouble error={read.error} again={() => void read.refetch()} />;
  return <Waiting />;
}

/** Grey lines; they appear only after a moment, so that what is quick does not flicker. */
export function Waiting({ lines = 6 }: { readonly lines?: number }): ReactNode {
  const w = useWords(words);
  return (
    <div className="waiting" role="status">
      <span className="unseen">{w.waiting}</span>
      {Array.from({ length: lines }, (_, line) => (
        // Lines are all alike.
        // biome-ignore lint/suspicious/noArrayIndexKey: they never move
        <span key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { Mark } from '../pattern/facts.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    posted: '已入账',
    draft: '复核中，最早入账',
    held: '暂缓入账',
    ready: '即将入账',
    first: '等待两人同意',
    second: '等待第二人同意',
  },
  en: {
    posted: 'posted',
    draft: 'under review, posted from',
    held: 'held',
    ready: 'about to be posted',
    first: 'waits for two to approve',
    second: 'waits for the second to approve',
  },
});

type Statement = Item<'/agreements/{number}/statements'>;

/** How far a statement is on its way into the account. */
export function Approval({
  statement,
}: {
  readonly statement: Pick<Statement, 'postedAt' | 'approval'>;
}): ReactNode {
  const w = useWords(words);
  const { postedAt, approval } = statement;
  if (postedAt !== null)
    return (
      <span>
        <Mark tone="good">{w.posted}</Mark> <Instant at={postedAt} />
      </span>
    );
  if (approval.state === 'held') return <Mark tone="bad">{w.held}</Mark>;
  if (approval.state === 'ready') return <Mark tone="plain">{w.ready}</Mark>;
  const { missing } = approval;
  if (missing.every((one) => one !== 'review-time'))
    return <Mark tone="plain">{missing.includes('second-approval') ? w.second : w.first}</Mark>;
  return (
    <span>
      <Mark tone="plain">{w.draft}</Mark> <Instant at={approval.dueAt} />
    </span>
  );
}

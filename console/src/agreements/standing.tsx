import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { Mark } from '../pattern/facts.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: { force: '生效中', ended: '已终止', unsigned: '已付费并在服务，但未签署', waits: '尚未生效' },
  en: {
    force: 'in force',
    ended: 'ended',
    unsigned: 'paid and served, but not signed',
    waits: 'not in force yet',
  },
});

export type Agreement = Item<'/agreements'>;

/** Whether it is in force now. */
export function Standing({
  agreement: { ended, missing, unsigned },
}: {
  readonly agreement: Pick<Agreement, 'ended' | 'missing' | 'unsigned'>;
}): ReactNode {
  const w = useWords(words);
  if (ended !== null && Date.parse(ended) <= Date.now())
    return (
      <span>
        <Mark tone="unseen">{w.ended}</Mark> <Instant at={ended} />
      </span>
    );
  if (missing.length === 0) return <Mark tone="good">{w.force}</Mark>;
  return <Mark tone={unsigned === null ? 'plain' : 'bad'}>{unsigned === null ? w.waits : w.unsigned}</Mark>;
}

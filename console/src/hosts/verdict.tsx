import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { Mark } from '../pattern/facts.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: { good: '正常', bad: '不达标', unobserved: '未观测', since: '自' },
  en: { good: 'kept', bad: 'failing', unobserved: 'not observed', since: 'since' },
});

type Check = Item<'/hosts/{id}/checks'>;

const tones = { good: 'good', bad: 'bad', unobserved: 'unseen' } as const;

/** What a check finds at this moment; `since` when it turned, where there is room to say so. */
export function Verdict({
  verdict,
  since = null,
}: Pick<Check, 'verdict'> & Partial<Pick<Check, 'since'>>): ReactNode {
  const w = useWords(words);
  return (
    <span>
      <Mark tone={tones[verdict]}>{w[verdict]}</Mark>
      {since === null ? null : (
        <span className="faint">
          {' '}
          {w.since} <Instant at={since} />
        </span>
      )}
    </span>
  );
}

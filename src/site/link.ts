import type { Lang } from '../terms/words.ts';
import type { PublicView } from './view.ts';

export interface Choice {
  readonly lang?: Lang;
  readonly month?: string;
  readonly guarantee?: string;
  readonly host?: string;
}

/** Link to the page as it stands with one thing chosen differently; `fragment` names the section to stay at. */
export function viewHref(view: PublicView, choice: Choice, fragment = ''): string {
  const query = new URLSearchParams();
  if (choice.lang !== undefined) query.set('lang', choice.lang);
  query.set('month', choice.month ?? view.query.month);
  query.set('g', choice.guarantee ?? view.query.guarantee);
  const host = choice.host ?? view.hosts[0]?.id;
  if (host !== undefined) query.set('host', host);
  return `/?${query}${fragment === '' ? '' : `#${fragment}`}`;
}

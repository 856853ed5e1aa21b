import type { ReactNode } from 'react';
import { ago, instant } from './format.ts';
import { useLang } from './lang.ts';

/**
 * A moment for a person: in their own zone; pointing at it (or a long press) names it in the agreement's zone and
 * to the second. `relative`: how long ago instead, with the moment itself beneath.
 */
export function Instant({
  at,
  zone,
  relative = false,
}: {
  readonly at: string | number;
  readonly zone?: string;
  readonly relative?: boolean;
}): ReactNode {
  const lang = useLang();
  const own = instant(lang, at, undefined, true);
  const there = zone === undefined ? '' : `\n${instant(lang, at, zone, true)} (${zone})`;
  return (
    <time dateTime={new Date(at).toISOString()} title={`${own}${there}`}>
      {relative ? ago(lang, at, Date.now()) : instant(lang, at)}
    </time>
  );
}

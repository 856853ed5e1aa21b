import type { ComponentType } from 'react';
import { type Both, both } from './speech/lang.ts';

/** A page of the console as `pages.ts` lists it. */
export interface PageRow {
  /** Below `/console`; `$id` is a parameter. */
  readonly path: string;
  /** In the navigation and in the document's title until the page says a better one. */
  readonly name: Both<{ readonly name: string }>;
  /** What the session must have to see it (src/entrance/right.ts); null: signed in is enough. */
  readonly right: string | null;
  /** Whose page it is; `open`: nobody need be signed in, and there is no frame around it. */
  readonly who: 'everybody' | 'staff' | 'customer' | 'open';
  /** Where in the navigation; null: reached from another page. */
  readonly section: Section | null;
  readonly load: () => Promise<{ readonly Screen: ComponentType }>;
}

export type Section = 'daily' | 'business' | 'quality' | 'house' | 'own';

export const sections: Readonly<Record<Section, Both<{ readonly name: string }>>> = {
  daily: both({ zh: { name: '日常' }, en: { name: 'Daily' } }),
  business: both({ zh: { name: '业务' }, en: { name: 'Business' } }),
  quality: both({ zh: { name: '服务质量' }, en: { name: 'Service quality' } }),
  house: both({ zh: { name: '内部' }, en: { name: 'House' } }),
  own: both({ zh: { name: '我的' }, en: { name: 'Mine' } }),
};

/** A page's name in both languages. */
export const name = (zh: string, en: string) => both({ zh: { name: zh }, en: { name: en } });

/** For whoever is not signed in. */
export const open = (path: string, title: PageRow['name'], load: PageRow['load']): PageRow => ({
  path,
  name: title,
  right: null,
  who: 'open',
  section: null,
  load,
});

/** Reached from another page, by everybody who has the right. */
export const inner = (
  path: string,
  title: PageRow['name'],
  right: string,
  load: PageRow['load'],
): PageRow => ({
  path,
  name: title,
  right,
  who: 'everybody',
  section: null,
  load,
});

/** As `inner`, for staff alone. */
export const within = (...given: Parameters<typeof inner>): PageRow => ({ ...inner(...given), who: 'staff' });

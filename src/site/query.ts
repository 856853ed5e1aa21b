import { z } from 'zod';
import { type Refusal, refuse } from '../refusal.ts';
import type { Lang } from '../terms/words.ts';

export interface SiteQuery {
  /** Null: not asked for in the address, so the cookie or the browser decides. */
  readonly lang: Lang | null;
  readonly month: string | null;
  readonly guarantee: string | null;
  readonly host: string | null;
}

const rules = {
  lang: 'zh or en',
  month: 'a month as 2026-10',
  g: 'a guarantee of the agreement, as web or ftp',
  host: 'the id of a host shown here: letters, digits, - . _, at most 100',
} as const;

/** Keys of other people's making (a campaign's, a mail reader's) are passed over; ours must be well-formed and alone. */
const shape = z.object({
  lang: z.enum(['zh', 'en'], rules.lang).nullable().default(null),
  month: z
    .string(rules.month)
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, rules.month)
    .nullable()
    .default(null),
  g: z
    .string(rules.g)
    .regex(/^[a-z][a-z0-9-]{0,39}$/, rules.g)
    .nullable()
    .default(null),
  host: z
    .string(rules.host)
    .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, rules.host)
    .nullable()
    .default(null),
});

/** The address's query; refused (`query-invalid`) with the field and the rule. */
export function readQuery(query: unknown): SiteQuery | Refusal {
  const read = shape.safeParse(query);
  if (!read.success) {
    const issue = read.error.issues[0]!;
    return refuse('query-invalid', issue.path.join('.'), issue.message);
  }
  const { g, ...rest } = read.data;
  return { ...rest, guarantee: g };
}

/** The reader's language: what the cookie keeps, else the browser's preference, else Chinese. */
export function preferredLang(cookie: string | undefined, accepted: string | undefined): Lang {
  const kept = /(?:^|;\s*)lang=(zh|en)(?:;|$)/.exec(cookie ?? '')?.[1];
  if (kept === 'zh' || kept === 'en') return kept;
  let best: { lang: Lang; weight: number } = { lang: 'zh', weight: 0 };
  for (const part of (accepted ?? '').slice(0, 500).split(',')) {
    const [, name, quality] =
      /^\s*(zh|en)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(part) ?? [];
    const weight = quality === undefined ? 1 : Number(quality);
    if (name !== undefined && weight > best.weight)
      best = { lang: name.toLowerCase() === 'en' ? 'en' : 'zh', weight };
  }
  return best.lang;
}

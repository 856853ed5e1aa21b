import { z } from 'zod';
import { type Refusal, refuse } from '../refusal.ts';

/** Instants in the API are ISO 8601 in UTC with milliseconds. */
export const instantShape = z.iso.datetime({ precision: 3 }).describe('an instant, UTC, milliseconds');

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

/** Money: minor units (fen, cents) and the currency. */
export const moneyShape = z.strictObject({
  minor: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/),
});

export const bilingualShape = z.strictObject({ zh: z.string(), en: z.string() });
export const langShape = z.enum(['zh', 'en']);

/** A file in a JSON answer; the console offers it for download. */
export const fileReply = z.strictObject({
  name: z.string(),
  media: z.literal('application/pdf'),
  base64: z.base64(),
});

export function pdfOf(name: string, file: Buffer): z.input<typeof fileReply> {
  return { name, media: 'application/pdf', base64: file.toString('base64') };
}

export const monthShape = z.string().regex(/^\d{4}-\d{2}$/, 'a month such as 2026-10');

/** Pages are walked by cursors: the place after the last row, opaque to the caller. */
export const pagingShape = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

export function pageShape<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

/** The key that a cursor stands for; `''` is before the first row. */
export function afterOf(cursor: string | undefined): string | Refusal {
  if (cursor === undefined) return '';
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (text === '' || text.length > 150 || /[^\w.:@-]/.test(text) || cursorOf(text) !== cursor) {
    return refuse('cursor-invalid', 'cursor', 'the `next` of the page before');
  }
  return text;
}

function cursorOf(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}

/** One page of at most `limit` from up to `limit + 1` rows that were read. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
  itemOf: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(itemOf),
    next: rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null,
  };
}

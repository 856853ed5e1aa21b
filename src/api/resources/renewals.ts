import { z } from 'zod';
import { readTerms, readTimetable, type TermOf } from '../../agreement/renewal/flow.ts';
import { keyOf } from '../../agreement/renewal.ts';
import { pageRenewals, type RenewalRow } from '../../agreement/store.ts';
import type { Tx } from '../../db/connection.ts';
import { readDomains } from '../../hosting/store.ts';
import { reachable } from '../../people/verification/flow.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { intervalsOf } from '../../timeline/timeline.ts';
import { type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, page, pageShape, pagingShape } from '../shape.ts';

const acts = ['remind', 'stop', 'reopen', 'release'] as const;

const renewalReply = z.strictObject({
  host: z.string(),
  customer: z.string(),
  domain: z.string().nullable(),
  ends: instantShape.describe('the end of the term that runs, or of the last one'),
  state: z.string().describe('of the host: serving, closed, expired …'),
  renewed: z.boolean().describe('whether a further term is sold and paid for, after a gap'),
  reachable: z.boolean().describe('whether a verified contact is left; without one no reminder goes out'),
  due: z
    .array(
      z.strictObject({
        act: z.enum(acts),
        at: instantShape,
        days: z.int().nullable().describe('reminders: days before the end'),
      }),
    )
    .describe('what will happen when, unless it is renewed before'),
  done: z.array(
    z.strictObject({
      act: z.enum(acts),
      at: instantShape,
      days: z.int().nullable(),
      told: z.array(z.string()).describe('addresses that were written to'),
      refused: z.string().nullable().describe('why nobody was reminded'),
    }),
  ),
});
type RenewalReply = z.input<typeof renewalReply>;

async function renewalsOf(
  tx: Tx,
  now: number,
  rows: readonly RenewalRow[],
): Promise<readonly RenewalReply[]> {
  const ids = rows.map((row) => row.host);
  const terms = new Map(
    (await readTerms(tx, now, await readTimetable(tx), ids)).map((one) => [one.host, one]),
  );
  const names = await readDomains(tx, ids);
  const told = await reachable(tx, now, [...new Set(rows.map((row) => row.customer))]);
  return rows.map((row) => {
    const term = terms.get(row.host)!;
    const ends = row.ends!;
    return {
      host: row.host,
      customer: row.customer,
      domain: names.get(row.host)?.[0] ?? null,
      ends: iso(ends),
      state: term.stand.state,
      renewed: intervalsOf(term.line).some(([from]) => from >= ends),
      reachable: told.has(row.customer),
      ...actsOf(term, ends, now),
    };
  });
}

function actsOf({ dues, done }: TermOf, ends: number, now: number): Pick<RenewalReply, 'due' | 'done'> {
  const known = new Set(done.map((act) => keyOf(act)));
  const open = dues.filter((due) => due.ends >= ends && !known.has(keyOf(due)));
  // A reminder whose hour is over and that nobody made is not due any more.
  const due = open.filter(({ act, at }) => act !== 'remind' || at > now);
  return {
    due: due.map(({ act, at, days }) => ({ act, at: iso(at), days })),
    done: done
      .filter((act) => act.ends === ends)
      .map(({ act, at, days, told, refused }) => ({ act, at: iso(at), days, told: [...told], refused })),
  };
}

/** The place after a row: `1790000000000.h000001`. */
function placeOf(text: string): { readonly ends: number; readonly host: string } | null | Refusal {
  if (text === '') return null;
  const [, ends, host] = /^(\d{1,15})\.(h\d{1,12})$/.exec(text) ?? [];
  if (ends === undefined || host === undefined)
    return refuse('cursor-invalid', 'cursor', 'the `next` of the page before');
  return { ends: Number(ends), host };
}

export const renewalRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/renewals',
    id: 'renewals.list',
    summary: 'Terms in the order of their ends: what will be done when, and what was',
    gate: 'sales:read',
    query: z.strictObject({
      ...pagingShape,
      customer: z.string().max(20).optional(),
      host: z.string().max(20).optional(),
      since: z.iso.datetime().optional().describe('terms that end then or later'),
      before: z.iso.datetime().optional().describe('terms that end before'),
    }),
    reply: pageShape(renewalReply),
    handle: async ({ tx, now, scope, query }) => {
      const text = afterOf(query.cursor);
      if (isRefusal(text)) return text;
      const after = placeOf(text);
      if (isRefusal(after)) return after;
      const at = (given: string | undefined): number | null =>
        given === undefined ? null : Date.parse(given);
      const filter = {
        customer: scope ?? query.customer ?? null,
        host: query.host ?? null,
        since: at(query.since),
        before: at(query.before),
      };
      const rows = await pageRenewals(tx, filter, after, query.limit + 1);
      const shown = await renewalsOf(tx, now, rows);
      return page(
        shown,
        query.limit,
        (item) => `${Date.parse(item.ends)}.${item.host}`,
        (item) => item,
      );
    },
  }),
];

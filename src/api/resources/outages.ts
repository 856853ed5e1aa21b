import { z } from 'zod';
import { pageHosts, readDomains } from '../../hosting/store.ts';
import type { OutagePlace, OutageRow } from '../../measure/outage.ts';
import { pageOutages } from '../../measure/store.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, isoOrNull, page, pageShape, pagingShape } from '../shape.ts';
import { ownHost } from './hosts.ts';

/** Hosts of one customer that are looked at; more has nobody. */
const mostHosts = 10_000;

const outageReply = z.strictObject({
  host: z.string(),
  domain: z.string().nullable().describe('the host’s canonical one'),
  check: z.string(),
  from: instantShape,
  to: instantShape.nullable().describe('null: it lasts'),
  firstFail: instantShape,
  lastFail: instantShape,
  code: z.string().describe('of the first failing reading'),
});

/** `1:1763856000000:h000001:web`: whether it lasts, its beginning, host and check. */
const placeForm = /^([01]):(\d{1,15}):([\w-]{1,20}):([\w-]{1,20})$/;

function placeOf({ from, to, host, check }: OutageRow): string {
  return `${to === null ? 1 : 0}:${from}:${host}:${check}`;
}

function placeIn(text: string): OutagePlace | null {
  const [, open, from, host, check] = placeForm.exec(text) ?? [];
  if (host === undefined || check === undefined) return null;
  return { open: open === '1', from: Number(from), host, check };
}

export const outageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/outages',
    id: 'outages.list',
    summary: 'Outages of all hosts: those that last first, then the latest first',
    gate: 'measures:read',
    query: z.strictObject({
      ...pagingShape,
      host: z.string().max(20).optional(),
      check: z.enum(['web', 'ftp']).optional(),
      open: z.enum(['true', 'false']).optional().describe('true: those that last; false: those that ended'),
    }),
    reply: pageShape(outageReply),
    handle: async (context) => {
      const { tx, scope, query } = context;
      const text = afterOf(query.cursor);
      if (isRefusal(text)) return text;
      const after = placeIn(text);
      if (text !== '' && after === null)
        return refuse('cursor-invalid', 'cursor', 'the `next` of the page before');
      let hosts: readonly string[] | null = null;
      if (query.host !== undefined) {
        const row = await ownHost(context, query.host);
        if (isRefusal(row)) return row;
        hosts = [row.id];
      } else if (scope !== null) {
        const own = await pageHosts(tx, { customer: scope, domain: null }, '', mostHosts);
        hosts = own.map(({ id }) => id);
      }
      const open = query.open === undefined ? null : query.open === 'true';
      const filter = { hosts, check: query.check ?? null, open };
      const rows = await pageOutages(tx, filter, after, query.limit + 1);
      const domains = await readDomains(
        tx,
        rows.map(({ host }) => host),
      );
      return page(rows, query.limit, placeOf, ({ host, check, from, to, firstFail, lastFail, code }) => ({
        host,
        domain: domains.get(host)?.[0] ?? null,
        check,
        from: iso(from),
        to: isoOrNull(to),
        firstFail: iso(firstFail),
        lastFail: iso(lastFail),
        code,
      }));
    },
  }),
];

import { z } from 'zod';
import { type DayDigest, listDays } from '../../db/evidence.ts';
import { type AuditRow, listAudits } from '../../entrance/store.ts';
import { isRefusal } from '../../refusal.ts';
import { type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, page, pageShape, pagingShape } from '../shape.ts';

const auditReply = z.strictObject({
  id: z.int(),
  at: instantShape,
  actor: z.strictObject({
    kind: z.enum(['user', 'key', 'system', 'visitor']),
    id: z.string(),
    name: z.string(),
  }),
  action: z.string(),
  resource: z.string(),
  subject: z.string(),
  customer: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  address: z.string(),
  agent: z.string(),
  request: z.string(),
  digest: z.string().describe('SHA-256 of the entry, its leaf in the evidence chain'),
});

function auditOf(row: AuditRow): z.input<typeof auditReply> {
  return { ...row, at: iso(row.at), digest: row.digest.toString('hex') };
}

const digestReply = z.strictObject({
  day: z.iso.date(),
  last: z.int().describe('the last leaf that it covers'),
  digest: z.string().describe('SHA-256, over the day’s leaves and the digest of the day before'),
});

function digestOf({ day, last, digest }: DayDigest): z.input<typeof digestReply> {
  return { day, last, digest: digest.toString('hex') };
}

export const auditRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/audit',
    id: 'audit.list',
    summary: 'Who did what, newest first',
    gate: 'audit:read',
    query: z.strictObject({
      ...pagingShape,
      actor: z.string().max(60).optional(),
      action: z.string().max(60).optional(),
      resource: z.string().max(60).optional(),
      subject: z.string().max(100).optional(),
      customer: z.string().max(20).optional(),
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional(),
    }),
    reply: pageShape(auditReply),
    handle: async ({ tx, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const { actor = null, action = null, resource = null, subject = null } = query;
      const customer = scope ?? query.customer ?? null;
      const from = query.from === undefined ? null : Date.parse(query.from);
      const to = query.to === undefined ? null : Date.parse(query.to);
      const filter = { customer, actor, action, resource, subject, from, to };
      const below = /^\d{1,15}$/.test(after) ? Number(after) : null;
      const rows = await listAudits(tx, filter, below, query.limit + 1);
      return page(rows, query.limit, (row) => String(row.id), auditOf);
    },
  }),
  route({
    method: 'GET',
    url: '/audit/digests',
    id: 'audit.digests',
    summary:
      'The digest of each day of the evidence chain, newest first: whoever keeps one can hold us to it',
    gate: 'audit:read',
    query: z.strictObject(pagingShape),
    reply: pageShape(digestReply),
    handle: async ({ tx, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const rows = await listDays(tx, after, query.limit + 1);
      return page(rows, query.limit, (row) => row.day, digestOf);
    },
  }),
];

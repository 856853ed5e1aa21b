import { z } from 'zod';
import { gatherAll, gatherHosts } from '../../agreement/flow.ts';
import { force } from '../../agreement/force.ts';
import { type Standing, standingOf } from '../../agreement/standing.ts';
import { type AgreementRow, pageAgreements, readAgreement } from '../../agreement/store.ts';
import type { Tx } from '../../db/connection.ts';
import { pageHosts } from '../../hosting/store.ts';
import { readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { intervalsOf } from '../../timeline/timeline.ts';
import { type Context, type Route, route } from '../route.ts';
import {
  afterOf,
  bilingualShape,
  instantShape,
  iso,
  isoOrNull,
  page,
  pageShape,
  pagingShape,
} from '../shape.ts';

const missingReply = z.strictObject({
  fact: z.enum(['signed', 'ended', 'paid', 'opened', 'released']),
  clause: z.string(),
  detail: z.array(z.string()).describe('which acts: customer-sealed …'),
  words: bilingualShape,
});

const unsignedReply = z
  .strictObject({ since: instantShape, words: bilingualShape.describe('what follows from it') })
  .nullable()
  .describe('paid and served, but not signed and sealed by both parties');

const briefReply = z.strictObject({
  number: z.string(),
  host: z.string(),
  customer: z.string(),
  zone: z.string(),
  edition: z.string(),
  offeredAt: instantShape,
  ended: instantShape.nullable(),
  missing: z
    .array(missingReply)
    .describe('the facts that are missing for it to be in force now; none: it is'),
  unsigned: unsignedReply,
});
type BriefReply = z.input<typeof briefReply>;

export const agreementReply = briefReply.extend({
  guarantees: z.array(z.string()),
  inForce: z.array(z.tuple([instantShape, instantShape])).describe('what the facts up to now say'),
});
type AgreementReply = z.input<typeof agreementReply>;

function standingReply({ missing, unsigned }: Standing): Pick<BriefReply, 'missing' | 'unsigned'> {
  return {
    missing: missing.map((one) => ({ ...one, detail: [...one.detail] })),
    unsigned: unsigned === null ? null : { since: iso(unsigned.since), words: unsigned.words },
  };
}

function briefOf(row: AgreementRow, standing: Standing): BriefReply {
  const { number, host, customer, zone, terms, offeredAt, ended } = row;
  const times = { offeredAt: iso(offeredAt), ended: isoOrNull(ended) };
  return { number, host, customer, zone, edition: terms.edition, ...times, ...standingReply(standing) };
}

async function briefsOf(tx: Tx, now: number, rows: readonly AgreementRow[]): Promise<readonly BriefReply[]> {
  const gathered = await gatherAll(tx, rows, now + 1);
  return rows.map((row) => briefOf(row, standingOf(gathered.get(row.number)!.facts, row.zone, now)));
}

/** An agreement as it stands at an instant: by default now, with the stretches in which it is in force. */
export async function agreementOf(tx: Tx, now: number, row: AgreementRow, at = now): Promise<AgreementReply> {
  const { facts } = (await gatherAll(tx, [row], now + 1)).get(row.number)!;
  return {
    ...briefOf(row, standingOf(facts, row.zone, at)),
    guarantees: row.terms.guarantees.map((one) => one.id),
    inForce: intervalsOf(force(facts, row.zone, null)).map(([from, to]): [string, string] => [
      iso(from),
      iso(to),
    ]),
  };
}

/** The agreement, unless it is another customer's. */
export async function ownAgreement(
  { tx, scope }: Pick<Context<unknown, unknown, unknown>, 'tx' | 'scope'>,
  number: string,
): Promise<AgreementRow | Refusal> {
  const row = await readAgreement(tx, number);
  if (row === null || (scope !== null && row.customer !== scope)) {
    return refuse('agreement-unknown', 'number', `there is no agreement ${number}`);
  }
  return row;
}

const named = z.strictObject({ number: z.string().max(60) });

/** Hosts that a page of `unsigned` looks at. */
const lookedAt = 200;

export const agreementRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/agreements',
    id: 'agreements.list',
    summary: 'Quality agreements in the order of their numbers',
    gate: 'agreements:read',
    query: z.strictObject({
      ...pagingShape,
      customer: z.string().max(20).optional(),
      host: z.string().max(20).optional(),
    }),
    reply: pageShape(briefReply),
    handle: async ({ tx, now, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const filter = { customer: scope ?? query.customer ?? null, host: query.host ?? null };
      const rows = await pageAgreements(tx, filter, after, query.limit + 1);
      const items = await briefsOf(tx, now, rows);
      return page(
        items,
        query.limit,
        (item) => item.number,
        (item) => item,
      );
    },
  }),
  route({
    method: 'GET',
    url: '/agreements/unsigned',
    id: 'agreements.unsigned',
    summary: 'Hosts that are paid and served without an agreement signed by both, and what follows from it',
    gate: 'agreements:read',
    query: z.strictObject({ ...pagingShape, customer: z.string().max(20).optional() }),
    reply: pageShape(
      z.strictObject({
        host: z.string(),
        customer: z.string(),
        agreement: z.string().nullable().describe('null: none was offered'),
        missing: z.array(missingReply),
        unsigned: unsignedReply.unwrap(),
      }),
    ),
    handle: async ({ tx, now, scope, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const customer = scope ?? query.customer ?? null;
      const zone = (await readProvider(tx))?.profile.zone ?? 'UTC';
      // A page is made of so many hosts, of which few are such ones: it may be short and still have a next.
      const hosts = await pageHosts(tx, { customer, domain: null }, after, lookedAt + 1);
      const gathered = await gatherHosts(tx, hosts.slice(0, lookedAt), now + 1);
      const items = [...gathered.values()].flatMap(({ facts, host, agreement }) => {
        const { missing, unsigned } = standingReply(standingOf(facts, agreement?.zone ?? zone, now));
        if (unsigned === null) return [];
        return [
          { host: host.id, customer: host.customer, agreement: agreement?.number ?? null, missing, unsigned },
        ];
      });
      if (items.length > query.limit)
        return page(
          items,
          query.limit,
          (item) => item.host,
          (item) => item,
        );
      const { next } = page(
        hosts,
        lookedAt,
        (host) => host.id,
        () => null,
      );
      return { items, next };
    },
  }),
  route({
    method: 'GET',
    url: '/agreements/:number',
    id: 'agreements.read',
    summary: 'One quality agreement, when it is in force, and which facts are missing at an instant',
    gate: 'agreements:read',
    params: named,
    query: z.strictObject({
      at: z.iso.datetime().optional().describe('the instant that is asked about; left out: now'),
    }),
    reply: agreementReply,
    handle: async (context) => {
      const row = await ownAgreement(context, context.params.number);
      if (isRefusal(row)) return row;
      const { tx, now, query } = context;
      return agreementOf(tx, now, row, query.at === undefined ? now : Date.parse(query.at));
    },
  }),
];

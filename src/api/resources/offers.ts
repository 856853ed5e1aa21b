import { z } from 'zod';
import { admitOffer, endAgreement, offer } from '../../agreement/flow.ts';
import { readAgreement } from '../../agreement/store.ts';
import type { Tx } from '../../db/connection.ts';
import type { HostRow } from '../../hosting/store.ts';
import { readSources } from '../../measure/source/flow.ts';
import { readProvider } from '../../people/store.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { edition } from '../../terms/editions/hosting.ts';
import { type Route, route } from '../route.ts';
import { bilingualShape, instantShape, isoOrNull } from '../shape.ts';
import { agreementOf, agreementReply, ownAgreement } from './agreements.ts';
import { ownHost } from './hosts.ts';

const guaranteeReply = z.strictObject({
  id: z.string(),
  clause: z.string(),
  check: z.string().nullable().describe('null: a deadline'),
  live: z.boolean().describe('whether it may be offered: something observes it for this host right now'),
  seenAt: instantShape.nullable(),
  missing: bilingualShape.nullable().describe('why it may not be offered'),
});

/** Every guarantee of the edition, and whether it has a live source for the host. */
async function guaranteesOf(tx: Tx, now: number, host: HostRow): Promise<z.input<typeof guaranteeReply>[]> {
  const checks = edition.guarantees.map((one) => one.check ?? one.id);
  const sources = await readSources(tx, now, host, checks);
  return edition.guarantees.map(({ id, clause, check }, i) => {
    const { seenAt, missing } = sources[i]!;
    return { id, clause, check: check ?? null, live: missing === null, seenAt: isoOrNull(seenAt), missing };
  });
}

const named = z.strictObject({ id: z.string().max(20) });

export const offerRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/hosts/:id/guarantees',
    id: 'offers.read',
    summary: 'What may be promised for a host, and what is missing for the rest',
    gate: 'agreements:read',
    params: named,
    reply: z.strictObject({
      refused: z
        .strictObject({ code: z.string(), path: z.string(), rule: z.string() })
        .nullable()
        .describe('why no agreement can be offered at all'),
      items: z.array(guaranteeReply),
    }),
    handle: async (context) => {
      const { tx, now, params } = context;
      const host = await ownHost(context, params.id);
      if (isRefusal(host)) return host;
      const unfit = await admitOffer(tx, host);
      const refused = unfit === null ? null : { code: unfit.code, path: unfit.path, rule: unfit.rule };
      return { refused, items: await guaranteesOf(tx, now, host) };
    },
  }),
  route({
    method: 'POST',
    url: '/hosts/:id/agreements',
    id: 'agreements.offer',
    summary: 'Offers a quality agreement: terms frozen, the next number; refused for what nobody observes',
    gate: 'agreements:edit',
    params: named,
    body: z.strictObject({
      guarantees: z
        .array(z.string().max(40))
        .max(50)
        .optional()
        .describe('their ids; left out: every one that has a live source'),
    }),
    reply: agreementReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, params, body, note } = context;
      const host = await ownHost(context, params.id);
      if (isRefusal(host)) return host;
      const profile = (await readProvider(tx))?.profile;
      if (profile === undefined)
        return refuse('provider-missing', '', 'the provider has not set up this site yet');
      const live = (await guaranteesOf(tx, now, host)).filter((one) => one.live);
      const guarantees = body.guarantees ?? live.map((one) => one.id);
      const sources = new Set(live.map((one) => one.check ?? one.id));
      const { working, zone } = profile;
      const number = await offer(tx, now, { host: host.id, guarantees, sources, working, zone });
      if (isRefusal(number)) return number;
      const made = await agreementOf(tx, now, (await readAgreement(tx, number))!);
      note(number, host.customer, null, made);
      return made;
    },
  }),
  route({
    method: 'POST',
    url: '/agreements/:number/end',
    id: 'agreements.end',
    summary: 'Ends an agreement before its sales do, now or at an instant to come, with the reason',
    gate: 'agreements:edit',
    params: z.strictObject({ number: z.string().max(60) }),
    body: z.strictObject({
      at: z.iso.datetime().optional().describe('left out: now'),
      reason: z.string().trim().min(1).max(500),
    }),
    reply: agreementReply,
    handle: async (context) => {
      const { tx, now, params, body, note } = context;
      const row = await ownAgreement(context, params.number);
      if (isRefusal(row)) return row;
      const before = await agreementOf(tx, now, row);
      const ended = await endAgreement(
        tx,
        now,
        row.number,
        body.at === undefined ? now : Date.parse(body.at),
      );
      if (isRefusal(ended)) return ended;
      const after = await agreementOf(tx, now, ended);
      note(row.number, row.customer, { ended: before.ended }, { ended: after.ended, reason: body.reason });
      return after;
    },
  }),
];

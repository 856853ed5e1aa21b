import { z } from 'zod';
import { causeKinds } from '../../attribution/cause.ts';
import { recordCause, withdrawCause } from '../../attribution/flow.ts';
import { readCause, readCauses, readHistory } from '../../attribution/store.ts';
import type { Tx } from '../../db/connection.ts';
import { type Placed, placesOf } from '../../db/evidence.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { type Route, route } from '../route.ts';
import { instantShape, iso } from '../shape.ts';
import { ownHost } from './hosts.ts';

type Row = NonNullable<Awaited<ReturnType<typeof readCause>>>;

const leafShape = z
  .strictObject({ seq: z.int(), digest: z.string() })
  .nullable()
  .describe('its place in the evidence chain, and the SHA-256 that stands there');

const causeReply = z.strictObject({
  id: z.string(),
  host: z.string(),
  cause: z.string(),
  checks: z.array(z.string()).describe('empty: all'),
  from: instantShape,
  to: instantShape,
  proof: z.unknown(),
  actor: z.string(),
  at: instantShape,
  leaf: leafShape,
  withdrawn: z
    .strictObject({ at: instantShape, by: z.string(), reason: z.string(), leaf: leafShape })
    .nullable(),
});

/** Causes with what the evidence chain has of each: who said it when, and that it is still what was said. */
async function causesOf(tx: Tx, rows: readonly Row[]): Promise<z.input<typeof causeReply>[]> {
  const ids = rows.map(({ id }) => id);
  const [made, withdrawn] = [await placesOf(tx, 'cause', ids), await placesOf(tx, 'cause-withdrawn', ids)];
  return rows.map((row) => causeOf(row, made.get(row.id), withdrawn.get(row.id)));
}

async function oneCause(tx: Tx, id: string): Promise<z.input<typeof causeReply>> {
  return (await causesOf(tx, [(await readCause(tx, id))!]))[0]!;
}

function leafOf(place: Placed | undefined): z.input<typeof leafShape> {
  return place === undefined ? null : { seq: place.seq, digest: place.digest.toString('hex') };
}

function causeOf(row: Row, made: Placed | undefined, taken: Placed | undefined): z.input<typeof causeReply> {
  const { id, host, cause, checks, from, to, proof, actor, at } = row;
  const withdrawn =
    row.withdrawnAt === null
      ? null
      : {
          at: iso(row.withdrawnAt),
          by: row.withdrawnBy ?? '',
          reason: row.withdrawnReason ?? '',
          leaf: leafOf(taken),
        };
  return {
    id,
    host,
    cause,
    checks: [...checks],
    from: iso(from),
    to: iso(to),
    proof,
    actor,
    at: iso(at),
    leaf: leafOf(made),
    withdrawn,
  };
}

export const causeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/hosts/:id/causes',
    id: 'causes.list',
    summary: 'Causes of a host that touch a stretch, each with its proof and its leaf in the evidence chain',
    gate: 'causes:read',
    params: z.strictObject({ id: z.string().max(20) }),
    query: z.strictObject({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      withdrawn: z.enum(['no', 'yes']).default('no').describe('yes: those that were taken back too'),
    }),
    reply: z.strictObject({ items: z.array(causeReply), next: z.null() }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const [from, to] = [Date.parse(context.query.from), Date.parse(context.query.to)];
      const read = context.query.withdrawn === 'yes' ? readHistory : readCauses;
      const rows = await read(context.tx, row.id, from, to);
      return { items: await causesOf(context.tx, rows), next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/hosts/:id/causes',
    id: 'causes.record',
    summary: 'Records why a stretch failed, with the proof that its kind needs',
    gate: 'causes:edit',
    params: z.strictObject({ id: z.string().max(20) }),
    body: z.strictObject({
      cause: z.enum(causeKinds as [string, ...string[]]),
      checks: z.array(z.enum(['web', 'ftp', 'response'])).max(3),
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      proof: z.record(z.string(), z.unknown()),
    }),
    reply: causeReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, body, who, note, from: origin } = context;
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const id = `cause-${origin.request}`;
      const stretch = { from: Date.parse(body.from), to: Date.parse(body.to) };
      const { cause, checks, proof } = body;
      const refused = await recordCause(tx, now, {
        id,
        host: row.id,
        cause,
        checks,
        ...stretch,
        proof,
        actor: who!.name,
      });
      if (refused !== null) return refused;
      const made = await oneCause(tx, id);
      note(id, row.customer, null, made);
      return made;
    },
  }),
  route({
    method: 'POST',
    url: '/causes/:id/withdraw',
    id: 'causes.withdraw',
    summary: 'Takes a cause back, with a reason that the customer sees',
    gate: 'causes:edit',
    params: z.strictObject({ id: z.string().max(80) }),
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    reply: causeReply,
    handle: async (context) => {
      const { tx, now, params, body, who, note } = context;
      const before = await readCause(tx, params.id);
      if (before === null) return refuse('cause-unknown', 'id', `there is no standing cause ${params.id}`);
      const row = await ownHost(context, before.host);
      if (isRefusal(row)) return row;
      const was = await oneCause(tx, params.id);
      const refused = await withdrawCause(tx, now, params.id, who!.name, body.reason);
      if (refused !== null) return refused;
      const after = await oneCause(tx, params.id);
      note(params.id, row.customer, was, after);
      return after;
    },
  }),
];

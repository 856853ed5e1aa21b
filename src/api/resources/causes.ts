import { z } from 'zod';
import { causeKinds } from '../../attribution/cause.ts';
import { recordCause, withdrawCause } from '../../attribution/flow.ts';
import { readCause, readCauses } from '../../attribution/store.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { type Route, route } from '../route.ts';
import { instantShape, iso, isoOrNull } from '../shape.ts';
import { ownHost } from './hosts.ts';

type Row = NonNullable<Awaited<ReturnType<typeof readCause>>>;

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
  withdrawn: z.strictObject({ at: instantShape, by: z.string(), reason: z.string() }).nullable(),
});

function causeOf(row: Row): z.input<typeof causeReply> {
  const { id, host, cause, checks, from, to, proof, actor, at } = row;
  const withdrawn =
    row.withdrawnAt === null
      ? null
      : { at: isoOrNull(row.withdrawnAt)!, by: row.withdrawnBy ?? '', reason: row.withdrawnReason ?? '' };
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
    withdrawn,
  };
}

export const causeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/hosts/:id/causes',
    id: 'causes.list',
    summary: 'Standing causes of a host that touch a stretch, each with its proof',
    gate: 'causes:read',
    params: z.strictObject({ id: z.string().max(20) }),
    query: z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() }),
    reply: z.strictObject({ items: z.array(causeReply), next: z.null() }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const [from, to] = [Date.parse(context.query.from), Date.parse(context.query.to)];
      const ids = await readCauses(context.tx, row.id, from, to);
      const rows = await Promise.all(ids.map(({ id }) => readCause(context.tx, id)));
      return { items: rows.filter((one) => one !== null).map(causeOf), next: null };
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
      const made = causeOf((await readCause(tx, id))!);
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
      const refused = await withdrawCause(tx, now, params.id, who!.name, body.reason);
      if (refused !== null) return refused;
      const after = causeOf((await readCause(tx, params.id))!);
      note(params.id, row.customer, causeOf(before), after);
      return after;
    },
  }),
];

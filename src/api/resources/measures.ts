import { z } from 'zod';
import { healthShape, planeSilentMs } from '../../hosting/health.ts';
import { readPlanes } from '../../hosting/store.ts';
import { readSeries, readWindows } from '../../measure/flow.ts';
import { standingOf } from '../../measure/outage.ts';
import { proberSilentMs } from '../../measure/receipt.ts';
import { ruleOf } from '../../measure/rule.ts';
import { readOutages, readProbers, readReceipts, readTurns } from '../../measure/store.ts';
import { readUsage } from '../../measure/usage/flow.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Route, route } from '../route.ts';
import { instantShape, iso, isoOrNull } from '../shape.ts';
import { ownHost } from './hosts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What is asked for at once stays readable at once. */
const longestMs = 32 * dayMs;

const named = z.strictObject({ id: z.string().max(20) });
const spanShape = { from: z.iso.datetime(), to: z.iso.datetime() };

function spanOf(query: { readonly from: string; readonly to: string }): readonly [number, number] | Refusal {
  const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
  if (from >= to) return refuse('interval-empty', 'to', 'an end after the beginning');
  return to - from > longestMs ? refuse('interval-long', 'to', 'at most 32 days at once') : [from, to];
}

const checkShape = z.strictObject({
  check: z.string(),
  verdict: z.enum(['good', 'bad', 'unobserved']),
  since: instantShape.nullable(),
  vantages: z.array(z.string()),
});

export const measureRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/hosts/:id/checks',
    id: 'measures.checks',
    summary: 'How each check of a host stands now',
    gate: 'measures:read',
    params: named,
    reply: z.strictObject({ items: z.array(checkShape), next: z.null() }),
    handle: async (context) => {
      const { tx, now } = context;
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const series = await readSeries(tx, row, (check) => ruleOf(check)?.holdMs ?? 0, now - 6 * hourMs, now);
      const items = [...Map.groupBy(series, (one) => one.check)].flatMap(([check, own]) => {
        const rule = ruleOf(check);
        if (rule === null) return [];
        const { verdict, since } = standingOf(own, rule, now);
        return [{ check, verdict, since: isoOrNull(since), vantages: own.map((one) => one.vantage) }];
      });
      return { items, next: null };
    },
  }),
  route({
    method: 'GET',
    url: '/hosts/:id/runs',
    id: 'measures.runs',
    summary: 'What each vantage point saw: runs of one result, at most 32 days',
    gate: 'measures:read',
    params: named,
    query: z.strictObject(spanShape),
    reply: z.strictObject({
      items: z.array(
        z.strictObject({
          check: z.string(),
          vantage: z.string(),
          first: instantShape,
          last: instantShape,
          result: z.enum(['pass', 'fail']),
          count: z.int().describe('observations'),
        }),
      ),
      next: z.null(),
    }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const asked = spanOf(context.query);
      if (isRefusal(asked)) return asked;
      const series = await readSeries(context.tx, row, (check) => ruleOf(check)?.holdMs ?? 0, ...asked);
      const items = series.flatMap(({ check, vantage, runs }) =>
        runs.map(({ first, last, result, count }) => ({
          check,
          vantage,
          first: iso(first),
          last: iso(last),
          result,
          count,
        })),
      );
      return { items, next: null };
    },
  }),
  route({
    method: 'GET',
    url: '/hosts/:id/turns',
    id: 'measures.turns',
    summary: 'Full readings at the turns of a check’s result, at most 32 days',
    gate: 'measures:read',
    params: named,
    query: z.strictObject({ ...spanShape, check: z.enum(['web', 'ftp']) }),
    reply: z.strictObject({
      items: z.array(
        z.strictObject({
          vantage: z.string(),
          at: instantShape,
          result: z.enum(['pass', 'fail']),
          reading: z.record(z.string(), z.unknown()),
        }),
      ),
      next: z.null(),
    }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const asked = spanOf(context.query);
      if (isRefusal(asked)) return asked;
      const turns = await readTurns(context.tx, [`${context.query.check}:${row.id}`], ...asked);
      const items = turns.slice(-500).map(({ vantage, at, result, reading }) => ({
        vantage,
        at: iso(at),
        result,
        reading: { ...reading },
      }));
      return { items, next: null };
    },
  }),
  route({
    method: 'GET',
    url: '/hosts/:id/outages',
    id: 'measures.outages',
    summary: 'Outages of a host that touch a stretch of at most 32 days',
    gate: 'measures:read',
    params: named,
    query: z.strictObject(spanShape),
    reply: z.strictObject({
      items: z.array(
        z.strictObject({
          check: z.string(),
          from: instantShape,
          to: instantShape.nullable(),
          firstFail: instantShape,
          lastFail: instantShape,
          code: z.string(),
        }),
      ),
      next: z.null(),
    }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const asked = spanOf(context.query);
      if (isRefusal(asked)) return asked;
      const outages = await readOutages(context.tx, row.id, ...asked);
      const items = outages.map(({ check, from, to, firstFail, lastFail, code }) => ({
        check,
        from: iso(from),
        to: isoOrNull(to),
        firstFail: iso(firstFail),
        lastFail: iso(lastFail),
        code,
      }));
      return { items, next: null };
    },
  }),
  route({
    method: 'GET',
    url: '/hosts/:id/minutes',
    id: 'measures.minutes',
    summary: 'Response values by the minute (clause 2-4), at most 32 days; a minute not read stands in none',
    gate: 'measures:read',
    params: named,
    query: z.strictObject(spanShape),
    reply: z.strictObject({ items: z.array(z.record(z.string(), z.unknown())), next: z.null() }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const asked = spanOf(context.query);
      if (isRefusal(asked)) return asked;
      const [from, to] = asked.map((at) => at - (at % 60_000)) as [number, number];
      // What lies ahead has no minutes yet.
      const until = Math.max(from, Math.min(to, context.now));
      const windows = await readWindows(context.tx, row, from, until);
      return { items: (windows ?? []).map((window) => ({ ...window })), next: null };
    },
  }),
  route({
    method: 'GET',
    url: '/probers',
    id: 'probers.list',
    summary: 'Vantage points, and when each was last heard',
    gate: 'probers:read',
    reply: z.strictObject({
      items: z.array(
        z.strictObject({
          id: z.string(),
          lastRound: instantShape.nullable(),
          targets: z.int().nullable(),
          everyMs: z.int().nullable(),
          silent: z.boolean().describe('not heard of for three minutes'),
        }),
      ),
      next: z.null(),
    }),
    handle: async ({ tx, now }) => {
      const receipts = await readReceipts(tx, now - dayMs, now + dayMs);
      const items = (await readProbers(tx)).map((prober) => {
        const own = receipts.filter((receipt) => receipt.prober === prober.id);
        const last = own.toSorted((a, b) => b.lastRound - a.lastRound)[0];
        return {
          id: prober.id,
          lastRound: last === undefined ? null : iso(last.lastRound),
          targets: last?.targets ?? null,
          everyMs: last?.everyMs ?? null,
          silent: last === undefined || now - last.lastRound > proberSilentMs,
        };
      });
      return { items, next: null };
    },
  }),
  route({
    method: 'GET',
    url: '/planes',
    id: 'planes.list',
    summary: 'Where hosts run, and what each plane says of itself',
    gate: 'planes:read',
    reply: z.strictObject({
      items: z.array(
        z.strictObject({
          id: z.string(),
          kind: z.string(),
          seenAt: instantShape.nullable(),
          health: healthShape.nullable(),
          silent: z.boolean().describe('not heard of for a minute'),
        }),
      ),
      next: z.null(),
    }),
    handle: async ({ tx, now }) => ({
      items: (await readPlanes(tx)).map(({ id, kind, seenAt, health }) => ({
        id,
        kind,
        seenAt: isoOrNull(seenAt),
        health: healthShape.safeParse(health).data ?? null,
        silent: seenAt === null || now - seenAt > planeSilentMs,
      })),
      next: null,
    }),
  }),
  route({
    method: 'GET',
    url: '/hosts/:id/usage',
    id: 'measures.usage',
    summary: 'Requests and bytes by the day, both ways, at most 32 days; the running day up to now',
    gate: 'measures:read',
    params: named,
    query: z.strictObject(spanShape),
    reply: z.strictObject({
      items: z.array(
        z.strictObject({
          day: instantShape,
          requests: z.int(),
          bytesIn: z.int(),
          bytesOut: z.int(),
          slow: z.int(),
        }),
      ),
      next: z.null(),
    }),
    handle: async (context) => {
      const row = await ownHost(context, context.params.id);
      if (isRefusal(row)) return row;
      const asked = spanOf(context.query);
      if (isRefusal(asked)) return asked;
      const { tx, now } = context;
      const items = (await readUsage(tx, row, ...asked, now)).map(({ day, sums }) => {
        const { requests, bytesIn, bytesOut, slow } = sums;
        return { day: iso(day), requests, bytesIn, bytesOut, slow };
      });
      return { items, next: null };
    },
  }),
];

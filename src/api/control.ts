import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listAgreements } from '../agreement/store.ts';
import { parseInstant } from '../calendar/instant.ts';
import { monthOf } from '../calendar/zone.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/connection.ts';
import { listDays } from '../db/evidence.ts';
import { readDomains, readHost } from '../hosting/store.ts';
import { isRefusal, Refused, refuse, refuseShape } from '../refusal.ts';
import { judge } from '../settlement/evaluate.ts';
import { closeMonth, exportCase, gatherCase } from '../settlement/flow.ts';
import { settlementOf } from '../settlement/settlement.ts';
import type { Moment } from './backup.ts';
import { proveChain } from './proof.ts';
import { answer } from './server.ts';

/** What the command line asks of a running centre, over its control socket. */
export interface Control {
  readonly database: Database;
  readonly clock: Clock;
  drill(kind: string, forMs: number): void;
  /** Writes the centre's part of a backup to a folder that is there. */
  backup(into: string): Promise<Moment>;
}

const drillShape = z.strictObject({
  kind: z.enum(['web-down', 'ftp-down', 'slow', 'plane-killed', 'prober-offline']),
  forMs: z.int().min(1000).max(86_400_000),
});
const backupShape = z.strictObject({ into: z.string().min(1).max(4096) });
const monthShape = z.strictObject({
  agreement: z.string().max(60),
  month: z.string().max(10).optional(),
  asOf: z.string().max(40).optional(),
});
const closeShape = z.strictObject({
  agreement: z.string().max(60),
  month: z.string().max(10),
  actor: z.string().min(1).max(100),
  reason: z.string().max(1000).nullable(),
});

export function controlRoutes(server: FastifyInstance, control: Control): void {
  const { database, clock } = control;

  server.post('/control/drill', async (request, reply) => {
    const { kind, forMs } = checked(drillShape, request.body);
    control.drill(kind, forMs);
    return reply.send({ kind, forMs, began: clock.now() });
  });

  server.post('/control/backup', async (request, reply) => {
    const { into } = checked(backupShape, request.body);
    return reply.send(await control.backup(into));
  });

  server.get('/control/evidence', async (_request, reply) => {
    // Of one moment: a leaf that comes meanwhile is none that is missing.
    const told = await database.transaction(
      async (tx) => {
        const [newest] = await listDays(tx, '', 1);
        const day = newest === undefined ? null : { day: newest.day, digest: newest.digest.toString('hex') };
        return { chain: await proveChain(tx), newest: day };
      },
      { snapshot: true },
    );
    return reply.send(told);
  });

  server.get('/control/case', async (request, reply) => {
    const { agreement, month, asOf } = checked(monthShape, request.query);
    const at = asOf === undefined ? null : asOf === 'now' ? clock.now() : parseInstant(asOf);
    if (asOf !== undefined && at === null)
      throw new Refused(refuse('as-of-invalid', 'asOf', '`now` or an ISO instant'));
    if (month === undefined) throw new Refused(refuse('month-missing', 'month', 'a month such as 2026-10'));
    const text = await database.transaction((tx) => exportCase(tx, clock.now(), agreement, month, at));
    return answer(reply, isRefusal(text) ? text : { text });
  });

  server.post('/control/close', async (request, reply) => {
    const { agreement, month, actor, reason } = checked(closeShape, request.body);
    const done = await database.transaction((tx) =>
      closeMonth(tx, clock.now(), agreement, month, { actor, reason }),
    );
    if (isRefusal(done)) return answer(reply, done);
    const made =
      done === null ? null : { revision: done.revision, amount: done.amount, difference: done.difference };
    return answer(reply, { statement: made });
  });

  server.get('/control/status', async (_request, reply) => {
    const now = clock.now();
    const list = await database.transaction(async (tx) => {
      const out = [];
      for (const agreement of await listAgreements(tx, '', 20)) {
        const month = monthOf(agreement.zone, now);
        const gathered = await gatherCase(tx, agreement, month, now);
        const host = await readHost(tx, agreement.host);
        const domain = (await readDomains(tx, [agreement.host])).get(agreement.host)?.[0] ?? agreement.host;
        if (isRefusal(gathered) || host === null) continue;
        const settlement = settlementOf(judge(gathered.case));
        out.push({ agreement: agreement.number, host: host.id, domain, month, settlement });
      }
      return out;
    });
    return reply.send({ now, agreements: list });
  });
}

function checked<Shape extends z.ZodType>(shape: Shape, value: unknown): z.output<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new Refused(refuseShape('request-invalid', result.error));
}

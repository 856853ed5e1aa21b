import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Database, Tx } from '../db/connection.ts';
import { confirmSpec, specsSince } from '../hosting/flow.ts';
import { healthShape } from '../hosting/health.ts';
import { readPlanes, seePlane } from '../hosting/store.ts';
import { type Taken, takeDeath, takeLogins, takeMinutes, takeSigned } from '../measure/flow.ts';
import { lookAt } from '../measure/outage/flow.ts';
import { readProbers, readTargets, targetVersion } from '../measure/store.ts';
import { isRefusal, type Refusal, Refused, refuse, refuseShape } from '../refusal.ts';
import { foreign, keepable } from '../terms/value.ts';
import type { Gate } from './gate.ts';
import type { Beat, Pulse } from './pulse.ts';
import { answer } from './server.ts';

/** What planes and probers ask and tell. `admit` decides whether the request may speak for the agent it names. */
export interface Ingest {
  readonly database: Database;
  readonly clock: Clock;
  admit(request: FastifyRequest, tokenDigest: Buffer): boolean;
  /** What is told passes here. */
  readonly gate: Gate;
  /** Hears of verdicts that may have moved, once that is kept. */
  readonly pulse: Pulse;
}

const paging = z.strictObject({ revision: z.coerce.number().int().min(0).default(0) });
const versioned = z.strictObject({ version: z.coerce.number().int().min(-1).default(-1) });
const named = z.object({ id: z.string() });

const applied = z.strictObject({
  host: keepable,
  revision: z.int(),
  quarantine: foreign(1000).nullable(),
});

async function planeOf(ingest: Ingest, request: FastifyRequest): Promise<string> {
  const { id } = named.parse(request.params);
  const plane = (await readPlanes(ingest.database.db)).find((row) => row.id === id);
  if (plane === undefined) throw new Refused(refuse('plane-unknown', 'id', `there is no plane ${id}`));
  if (!ingest.admit(request, plane.tokenDigest)) throw new Refused(stranger);
  return id;
}

async function proberOf(ingest: Ingest, request: FastifyRequest) {
  const { id } = named.parse(request.params);
  const prober = (await readProbers(ingest.database.db)).find((row) => row.id === id);
  if (prober === undefined) throw new Refused(refuse('prober-unknown', 'id', `there is no prober ${id}`));
  if (!ingest.admit(request, prober.tokenDigest)) throw new Refused(stranger);
  return prober;
}

export function ingestRoutes(server: FastifyInstance, ingest: Ingest): void {
  planeRoutes(server, ingest);
  proberRoutes(server, ingest);
}

function planeRoutes(server: FastifyInstance, ingest: Ingest): void {
  const { database, clock } = ingest;

  server.get('/planes/:id/specs', async (request, reply) => {
    const plane = await planeOf(ingest, request);
    const { revision } = parsed(paging, request.query);
    const specs = await database.transaction((tx) => specsSince(tx, clock.now(), plane, revision));
    return specs.length === 0 ? reply.code(204).send() : reply.send({ specs });
  });

  server.post('/planes/:id/applied', async (request, reply) => {
    const plane = await planeOf(ingest, request);
    const body = parsed(applied, request.body);
    const refused = await database.transaction((tx) => confirmSpec(tx, clock.now(), plane, body));
    return answer(reply, refused ?? { done: true });
  });

  server.post('/planes/:id/health', async (request, reply) => {
    const plane = await planeOf(ingest, request);
    const health = parsed(healthShape, request.body);
    await database.transaction((tx) => seePlane(tx, plane, health, clock.now()));
    return reply.send({ done: true });
  });

  const planeWords: Readonly<
    Record<string, (tx: Tx, plane: string, body: unknown) => Promise<Taken | Refusal>>
  > = {
    death: (tx, plane, body) => takeDeath(tx, clock.now(), plane, body),
    minutes: (tx, plane, body) => takeMinutes(tx, clock.now(), plane, body),
    logins: (tx, plane, body) => takeLogins(tx, plane, body),
  };
  for (const [word, take] of Object.entries(planeWords)) {
    server.post(`/planes/:id/${word}`, async (request, reply) => {
      const plane = await planeOf(ingest, request);
      const taken = await ingest.gate.pass(() => database.transaction((tx) => take(tx, plane, request.body)));
      // A death is about every host of the plane: each in a transaction of its own, so that none is long.
      for (const touched of isRefusal(taken) ? [] : taken.touched) {
        const beats = await database.transaction((tx) => refreshTouched(tx, clock.now(), [touched]));
        for (const beat of beats) ingest.pulse.beat(beat);
      }
      return answer(reply, taken);
    });
  }
}

function proberRoutes(server: FastifyInstance, ingest: Ingest): void {
  const { database, clock } = ingest;

  server.get('/probers/:id/targets', async (request, reply) => {
    await proberOf(ingest, request);
    const { version } = parsed(versioned, request.query);
    const list = await database.transaction(async (tx) => {
      const current = await targetVersion(tx);
      return current === version ? null : { version: current, targets: await readTargets(tx, null) };
    });
    return list === null ? reply.code(204).send() : reply.send(list);
  });

  server.post('/probers/:id/said', async (request, reply) => {
    const prober = await proberOf(ingest, request);
    const [taken, beats] = await ingest.gate.pass(() =>
      database.transaction(async (tx) => {
        const done = await takeSigned(tx, clock.now(), prober, request.body);
        const moved = isRefusal(done) ? [] : await refreshTouched(tx, clock.now(), done.touched);
        return [done, moved] as const;
      }),
    );
    for (const beat of beats) ingest.pulse.beat(beat);
    return answer(reply, taken);
  });
}

const stranger = refuse('token-invalid', 'authorization', 'not the token of this agent');

function parsed<Shape extends z.ZodType>(shape: Shape, value: unknown): z.output<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new Refused(refuseShape('request-invalid', result.error));
}

/**
 * Looks at the outages of every check whose verdict may have moved, in the transaction that moved it; gives what
 * open pages are to hear once that is committed.
 */
export async function refreshTouched(
  tx: Tx,
  now: number,
  touched: Taken['touched'],
): Promise<readonly Beat[]> {
  const beats: Beat[] = [];
  for (const one of touched) {
    const row = await lookAt(tx, now, one);
    if (row !== null) beats.push({ kind: 'verdict', id: one.host, customer: row.customer });
  }
  return beats;
}

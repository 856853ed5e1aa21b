import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { type Database, query } from '../db/connection.ts';
import { planeSilentMs } from '../hosting/health.ts';
import { readPlanes } from '../hosting/store.ts';
import { proberSilentMs } from '../measure/receipt.ts';
import { lastRounds } from '../measure/store.ts';

/** What the centre looks at to say how it is. */
export interface Body {
  readonly database: Database;
  readonly clock: Clock;
  /** The data folder: its disk must have room. */
  readonly data: string;
}

/** Below this a spool or a backup would soon find the disk full. */
const roomBytes = 256 * 1_048_576;
const databaseMs = 2000;

export interface Part {
  readonly part: 'database' | 'planes' | 'probers' | 'disk';
  readonly ok: boolean;
  /** For whoever operates it; names no customer. */
  readonly detail: string;
}

/** Each part by itself; one that cannot be asked is not well. */
export async function lookOver(body: Body): Promise<readonly Part[]> {
  const database = await databasePart(body.database);
  if (!database.ok) return [database, await diskPart(body.data)];
  return Promise.all([database, planesPart(body), probersPart(body), diskPart(body.data)]);
}

async function databasePart({ db }: Database): Promise<Part> {
  const begun = performance.now();
  try {
    await within(databaseMs, query(db, sql`select 1 as one`));
    return { part: 'database', ok: true, detail: `answers in ${(performance.now() - begun).toFixed(0)} ms` };
  } catch {
    return { part: 'database', ok: false, detail: 'does not answer' };
  }
}

async function planesPart({ database, clock }: Body): Promise<Part> {
  const silent = (await readPlanes(database.db)).filter(
    ({ seenAt }) => seenAt === null || clock.now() - seenAt > planeSilentMs,
  );
  return heard(
    'planes',
    silent.map(({ id }) => id),
  );
}

async function probersPart({ database, clock }: Body): Promise<Part> {
  const silent = (await lastRounds(database.db)).filter(
    ({ lastRound }) => lastRound === null || clock.now() - lastRound > proberSilentMs,
  );
  return heard(
    'probers',
    silent.map(({ prober }) => prober),
  );
}

function heard(part: 'planes' | 'probers', silent: readonly string[]): Part {
  const detail = silent.length === 0 ? 'all are heard' : `not heard of lately: ${silent.join(', ')}`;
  return { part, ok: silent.length === 0, detail };
}

async function diskPart(data: string): Promise<Part> {
  const { bavail, bsize } = await statfs(data);
  const free = bavail * bsize;
  return { part: 'disk', ok: free >= roomBytes, detail: `${Math.floor(free / 1_048_576)} MB free` };
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `/healthz`: the process lives and turns (200 whatever the rest does; a supervisor that kills it for a database that
 * is away would make it worse). `/readyz`: 200 when every part is well, else 503 with the part that is not.
 */
export function healthRoutes(server: FastifyInstance, body: Body): void {
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  server.addHook('onClose', async () => void loop.disable());
  server.get('/healthz', { schema: { hide: true }, logLevel: 'silent' }, async (_request, reply) => {
    const delayMs = Math.round(loop.mean / 1e6);
    reply.header('cache-control', 'no-store');
    return reply.send({ status: 'ok', upS: Math.round(process.uptime()), loopDelayMs: delayMs });
  });
  server.get('/readyz', { schema: { hide: true }, logLevel: 'silent' }, async (_request, reply) => {
    const parts = await lookOver(body);
    const ready = parts.every(({ ok }) => ok);
    reply.header('cache-control', 'no-store');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', parts });
  });
}

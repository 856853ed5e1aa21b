import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { Gate } from '../../src/api/gate.ts';
import { ingestRoutes } from '../../src/api/ingest.ts';
import { Pulse } from '../../src/api/pulse.ts';
import { createServer } from '../../src/api/server.ts';
import { type Database, query } from '../../src/db/connection.ts';
import { syncTargets } from '../../src/measure/flow.ts';
import { bucketCount } from '../../src/measure/minute.ts';
import { packMinute } from '../../src/measure/pack.ts';
import { withDatabase } from '../database.ts';
import {
  begin,
  dayMs,
  makeHost,
  makeProber,
  makeWorld,
  minuteMs,
  quietOf,
  type Speaker,
  seen,
  slotOf,
  wantedOf,
} from '../world.ts';
import { type Edit, edits, leads, textOf } from './mutate.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs, withoutSome } from './target.ts';

/** What is sent where, and how it is changed: the signed text before it is signed, the whole afterwards. */
interface Sent {
  readonly kind: Kind;
  readonly to: string;
  readonly seq: number;
  readonly minute: number;
  readonly inner: readonly Edit[];
  readonly outer: readonly Edit[];
  /** Signed by another prober's key. */
  readonly isForged: boolean;
}

const kinds = ['round', 'turns', 'quiet', 'death', 'minutes', 'logins', 'applied', 'health'] as const;
type Kind = (typeof kinds)[number];

const now = begin + dayMs;
/** What our own server said last of a failure. */
let said = '';

/** The whole way: routes, schemas, flows, database. */
export const ingest: FuzzTarget = {
  name: 'ingest',
  about:
    'what planes and probers tell is taken in once, or refused at a place that it has; never a failure of ours',
  inputs: 600,
  run: async (random, count) => {
    const ends: (() => Promise<void> | void)[] = [];
    const context = { after: (end: () => Promise<void> | void) => void ends.push(end) };
    const { server, speakers, database } = await open(context);
    try {
      return await tryInputs<Sent>(random, count, {
        make,
        check: (sent) => check(sent, server, speakers, database),
        *smaller(sent) {
          for (const outer of withoutSome(sent.outer)) yield { ...sent, outer };
          for (const inner of withoutSome(sent.inner)) yield { ...sent, inner };
        },
        show: (sent) => Buffer.from(`${sent.to}\n${textFor(sent, speakers)}`),
        limitMs: 5000,
      });
    } finally {
      await server.close();
      for (const end of ends.toReversed()) await end();
    }
  },
};

async function open(context: Parameters<typeof withDatabase>[0]) {
  const database = await withDatabase(context);
  const { db } = database;
  await makeWorld(db);
  const host = await makeHost(db);
  await syncTargets(db, await wantedOf(db, [host.id]));
  const speakers = new Map<string, Speaker>();
  for (const id of ['a', 'b']) speakers.set(id, await makeProber(db, id));
  const server = createServer(1 << 20, (error) => {
    said = String(error.cause ?? error.stack);
  });
  ingestRoutes(server, {
    database,
    clock: { now: () => now },
    gate: new Gate(),
    pulse: new Pulse(),
    admit: () => true,
  });
  return { server, speakers, database };
}

function make(random: Random): Sent {
  const kind = random.pick(kinds);
  const isSaid = kind === 'round' || kind === 'turns' || kind === 'quiet';
  const known = isSaid ? random.pick(['a', 'b']) : 'p1';
  return {
    kind,
    to: random.chance(0.97) ? known : random.pick(['nobody', '__proto__', '%00', '..', 'p1', 'a']),
    seq: random.chance(0.8) ? random.below(2 ** 40) : random.pick([1, 2, 0, -1, 2 ** 53]),
    minute: random.below(1400),
    inner: isSaid && random.chance(0.7) ? edits(random) : [],
    outer: random.chance(isSaid ? 0.3 : 0.8) ? edits(random) : [],
    isForged: random.chance(0.05),
  };
}

/** What an honest sender would say. */
function plain({ kind, minute, seq }: Sent): object {
  const at = begin + minute * minuteMs;
  const letter = { spool: 'first', seq };
  if (kind === 'quiet') return quietOf(minute, minute + 3);
  const turn = seen('web:h000001', slotOf('web:h000001', minute), minute % 2 === 0 ? 'pass' : 'fail');
  if (kind === 'turns') return { turns: [turn] };
  if (kind === 'round') {
    const round = { round: at, intervalMs: minuteMs, version: 1, targets: 2 };
    return { ...round, missed: ['ftp:h000001'], turns: [turn] };
  }
  if (kind === 'death') return { ...letter, from: at, to: at + 5000 };
  if (kind === 'applied') return { host: 'h000001', revision: 1, quarantine: null };
  if (kind === 'health') {
    const doors = { address: '127.0.0.1', httpPort: 1, httpsPort: null, ftpPort: 2 };
    return { ...doors, hosts: 1, quarantined: [], loopDelayMs: 3, lostLines: 0 };
  }
  if (kind === 'logins') {
    const who = { host: 'h000001', account: 'demo', client: '192.0.2.1', tls: false };
    const login = { offset: minute, at, ...who, outcome: 'ok', tookMs: 3, reply: '230 in' };
    return { ...letter, file: '7-abc', logins: [login, { ...login, offset: minute + 90 }] };
  }
  const packed = packMinute({ plane: 'p1', minute: at, part: 0, loopDelayMs: 0, hosts: [busy] });
  return { ...letter, minutes: [{ minute: at, part: 0, packed: packed.toString('base64') }] };
}

const busy = {
  host: 'h000001',
  measured: 3,
  slowest: 40,
  slow: 0,
  requests: 2,
  bytesIn: 100,
  bytesOut: 2000,
  statuses: [0, 2, 0, 0, 0, 0] as const,
  clients: 1,
  busiest: 2,
  long: 0,
  buckets: Uint32Array.from({ length: bucketCount }, (_, i) => (i === 10 ? 3 : 0)),
};

function textFor(sent: Sent, speakers: ReadonlyMap<string, Speaker>): string {
  const inner = textOf(JSON.stringify(plain(sent)), sent.inner);
  if (!isSaid(sent.kind)) return textOf(inner, sent.outer);
  const other = sent.to === 'a' ? 'b' : 'a';
  const { key } = speakers.get(sent.isForged ? other : sent.to) ?? speakers.get('a')!;
  const signature = sign(null, Buffer.from(inner), key).toString('base64');
  const message = { spool: 'first', seq: sent.seq, kind: sent.kind, text: inner, signature };
  return textOf(JSON.stringify(message), sent.outer);
}

function isSaid(kind: Kind): boolean {
  return kind === 'round' || kind === 'turns' || kind === 'quiet';
}

async function check(
  sent: Sent,
  server: FastifyInstance,
  speakers: ReadonlyMap<string, Speaker>,
  database: Database,
): Promise<void> {
  const payload = textFor(sent, speakers);
  const url = isSaid(sent.kind) ? `/probers/${sent.to}/said` : `/planes/${sent.to}/${sent.kind}`;
  const send = () =>
    server.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });
  const before = await rowsOf(database);
  const first = await send();
  assert.ok(first.statusCode < 500, `${first.statusCode}: ${said}`);
  const after = await rowsOf(database);
  if (first.statusCode !== 200) {
    assert.deepEqual(after, before, 'what is refused leaves nothing behind');
    const { path, code } = first.json<{ path?: string; code?: string }>();
    if (first.statusCode === 422) assert.ok(isPlace(payload, path ?? '', code ?? ''), first.body);
    return;
  }
  assert.ok(!sent.isForged || !isSaid(sent.kind) || sent.to === 'nobody', 'signed by another key');
  const again = await send();
  assert.equal(again.statusCode, 200);
  assert.notEqual(again.json<{ taken?: boolean }>().taken, true, 'taken in twice');
  assert.deepEqual(await rowsOf(database), after, 'told again it changes nothing');
}

/** `text.…` is a place in what was signed. */
function isPlace(payload: string, path: string, code: string): boolean {
  const document = JSON.parse(payload) as { text?: unknown };
  if (code === 'signature-invalid' || leads(document, path)) return true;
  if (!path.startsWith('text.') && !path.startsWith('text[')) return false;
  return leads(JSON.parse(String(document.text)), path.replace(/^text\.?/, ''));
}

async function rowsOf(database: Database): Promise<unknown> {
  return query(
    database.db,
    sql`select (select count(*) from turns)::int as turns, (select count(*) from misses)::int as misses,
      (select count(*) from deaths)::int as deaths, (select count(*) from minutes)::int as minutes,
      (select count(*) from logins)::int as logins, (select count(*) from outages)::int as outages,
      (select coalesce(sum(last_round - first_round), 0)::text from receipts) as rounds`,
  );
}

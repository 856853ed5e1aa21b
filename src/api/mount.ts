import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { record } from '../entrance/flow.ts';
import { reach } from '../entrance/right.ts';
import { isStaff, type Who } from '../entrance/role.ts';
import { answerRequest, takeRequest } from '../entrance/store.ts';
import { isRefusal, type Refusal, Refused, refuse } from '../refusal.ts';
import type { House } from './house.ts';
import { schemaOf } from './outline.ts';
import type { Beat } from './pulse.ts';
import { type Ahead, type Context, isOwnPage, type Route } from './route.ts';
import { sendRefusal } from './server.ts';
import { whoAsks } from './who.ts';

interface Noted {
  readonly subject: string;
  readonly customer: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** The longest thing that anybody sends here is a key file for signing. */
const bodyBytes = 1 << 20;

/** Puts a route on the server: who asks, may they, is it well-formed, do it once, write down what was done. */
export function mount(server: FastifyInstance, one: Route, house: House): void {
  server.route({
    method: one.method,
    url: one.url,
    bodyLimit: bodyBytes,
    schema: schemaOf(one),
    config: { gate: one.gate },
    handler: (request, reply) => handle(one, house, request, reply),
  });
}

async function handle(
  one: Route,
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const who = await whoAsks(request, house);
  const refused = admit(one, who, request, house);
  if (refused !== null) return sendRefusal(reply, refused);
  const far = who !== null && one.gate !== 'open' && one.gate !== 'self' ? reach(who, one.gate) : 'all';
  const noted: Noted[] = [];
  const asked: Ahead<never, never, never> = {
    now: house.clock.now(),
    who,
    scope: far === 'own' ? who!.customer : null,
    params: request.params as never,
    query: request.query as never,
    body: request.body as never,
    house,
    hostname: request.host,
    from: fromOf(request),
  };
  const ahead = await one.ahead?.(asked);
  if (isRefusal(ahead)) return sendRefusal(reply, ahead);
  const value = await house.database.transaction(async (tx) => {
    const context: Context<never, never, never> = {
      ...asked,
      tx,
      note: (subject, customer, before, after) => void noted.push({ subject, customer, before, after }),
    };
    const repeated = await repeatedReply(one, request, context);
    if (repeated !== null) return repeated;
    await matched(one, request, context);
    const made = await one.handle({ ...context, ahead: ahead as never });
    // A refusal leaves nothing behind: whatever was written before it is rolled back.
    if (isRefusal(made)) throw new Refused(made);
    const shown = one.reply.parse(made);
    await writeDown(one, context, noted);
    const key = idempotencyKey(one, request);
    if (key !== null) await answerRequest(tx, callerOf(context), key, { value: shown });
    return shown;
  });
  for (const { subject, customer } of noted) {
    const kind = kindOf(one);
    house.pulse.beat({ kind, id: one.id.startsWith(kind) ? subject : null, customer });
  }
  if (one.method === 'GET') {
    const tag = etagOf(value);
    reply.header('etag', tag).header('cache-control', 'private, no-cache');
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  }
  return reply.code(one.status).send(value);
}

/** What open pages hear of a change, once it is kept. */
function kindOf({ id }: Route): Beat['kind'] {
  return kinds[id.split('.')[0]!] ?? 'other';
}

const kinds: Readonly<Record<string, Beat['kind']>> = {
  ...{
    hosts: 'host',
    sales: 'host',
    causes: 'verdict',
    drills: 'drill',
    plans: 'plan',
    filings: 'host',
    customers: 'customer',
    persons: 'customer',
    contacts: 'customer',
    identities: 'customer',
  },
  ...{ agreements: 'agreement', documents: 'agreement', annexes: 'agreement', statements: 'statement' },
};

const signIn = refuse('sign-in-needed', 'authorization', 'sign in, or send an API key');
const secondFactor = refuse('second-factor-needed', 'session', 'staff sign in with a second factor');
const foreignPage = refuse('origin-foreign', 'origin', 'a request from the console’s own pages');

function admit(one: Route, who: Who | null, request: FastifyRequest, house: House): Refusal | null {
  if (one.gate === 'open')
    return who?.kind === 'user' || one.method === 'GET' ? crossSite(one, who, request, house) : null;
  if (who === null) return signIn;
  const foreign = crossSite(one, who, request, house);
  if (foreign !== null) return foreign;
  if (one.gate === 'self')
    return who.kind === 'user'
      ? null
      : refuse('session-needed', 'authorization', 'a person’s session; an API key has no account');
  if (isStaff(who.role) && !who.secondFactor) return secondFactor;
  if (reach(who, one.gate) !== 'none') return null;
  return refuse('right-missing', 'authorization', `the right ${one.gate}`);
}

function crossSite(one: Route, who: Who | null, request: FastifyRequest, { origins }: House): Refusal | null {
  if (one.method === 'GET' || who?.kind !== 'user') return null;
  return isOwnPage(request, origins()) ? null : foreignPage;
}

/** A change says what it changed, in the transaction that did it. */
async function writeDown(
  one: Route,
  context: Context<never, never, never>,
  noted: readonly Noted[],
): Promise<void> {
  if (one.method === 'GET') return;
  if (noted.length === 0) throw new Error(`${one.id} changed something and did not note what`);
  const { who, from, now, tx } = context;
  for (const { subject, customer, before, after } of noted) {
    const actor =
      who === null
        ? ({ kind: 'visitor', id: '', name: '' } as const)
        : { kind: who.kind, id: who.id, name: who.name };
    const resource = one.id.split('.')[0]!;
    await record(tx, { at: now, actor, action: one.id, resource, subject, customer, before, after, ...from });
  }
}

export function fromOf(request: FastifyRequest): Context<never, never, never>['from'] {
  const agent = String(request.headers['user-agent'] ?? '').slice(0, 300);
  return { address: request.ip, agent, request: request.id };
}

export function etagOf(value: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)}"`;
}

/** An edit of something that changed since it was read is refused (RFC 9110, 13.1.1). */
async function matched(
  one: Route,
  request: FastifyRequest,
  context: Context<never, never, never>,
): Promise<void> {
  if (one.current === undefined) return;
  const given = request.headers['if-match'];
  if (given === undefined)
    throw new Refused(refuse('if-match-missing', 'if-match', 'the ETag of what was read'));
  const standing = await one.current(context);
  if (isRefusal(standing)) throw new Refused(standing);
  if (given !== '*' && given !== etagOf(one.reply.parse(standing))) {
    throw new Refused(refuse('if-match-stale', 'if-match', 'what you read has changed since: read it again'));
  }
}

function idempotencyKey(one: Route, request: FastifyRequest): string | null {
  const given = request.headers['idempotency-key'];
  if (one.method !== 'POST' || given === undefined) return null;
  if (typeof given !== 'string' || !/^[\x21-\x7e]{8,100}$/.test(given)) {
    throw new Refused(
      refuse('idempotency-key-invalid', 'idempotency-key', '8 to 100 visible ASCII characters'),
    );
  }
  return given;
}

function callerOf({ who, from }: Context<never, never, never>): string {
  return who?.id ?? `visitor ${from.address}`;
}

/** The answer that this key already got; the same key for something else is refused. */
async function repeatedReply(
  one: Route,
  request: FastifyRequest,
  context: Context<never, never, never>,
): Promise<unknown> {
  const key = idempotencyKey(one, request);
  if (key === null) return null;
  const digest = createHash('sha256')
    .update(JSON.stringify([request.url, request.body ?? null]))
    .digest();
  const asked = { operation: one.id, digest };
  const known = await takeRequest(context.tx, callerOf(context), key, asked, context.now);
  if (known === null) return null;
  if (known.operation !== one.id || !known.digest.equals(digest)) {
    throw new Refused(
      refuse('idempotency-key-used', 'idempotency-key', 'another key: this one was used for something else'),
    );
  }
  return (known.reply as { value: unknown }).value;
}

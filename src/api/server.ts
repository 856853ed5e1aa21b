import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { isAway } from '../db/connection.ts';
import { isRefusal, type Refusal, Refused } from '../refusal.ts';

/** Refusals that are about who asks or what is not there, by their code; every other one is a 422. */
const statuses: Readonly<Record<string, number>> = {
  'token-invalid': 401,
  'key-invalid': 401,
  'sign-in-needed': 401,
  'right-missing': 403,
  'second-factor-needed': 403,
  'session-needed': 403,
  'origin-foreign': 403,
  'route-unknown': 404,
  'door-unknown': 404,
  'plan-unknown': 404,
  'customer-unknown': 404,
  'person-unknown': 404,
  'contact-unknown': 404,
  'user-unknown': 404,
  'key-unknown': 404,
  'invitation-unknown': 404,
  'letter-unknown': 404,
  'set-up-needed': 409,
  'set-up-done': 409,
  'statement-unknown': 404,
  'invoice-unknown': 404,
  'transfer-unknown': 404,
  'if-match-stale': 412,
  'if-match-missing': 428,
  'tries-too-many': 429,
  'codes-too-many': 429,
  'requests-too-many': 429,
  'host-unknown': 404,
  'agreement-unknown': 404,
  'document-missing': 404,
  'plane-unknown': 404,
  'prober-unknown': 404,
};

/** What Fastify itself says no to: broken JSON, a body too long, a media type that nobody reads. */
function codeOf(status: number): string {
  if (status === 503) return 'records-away';
  if (status >= 500) return 'failed-here';
  const codes: Readonly<Record<number, string>> = {
    413: 'body-large',
    415: 'media-unknown',
    429: 'requests-too-many',
  };
  return codes[status] ?? 'request-malformed';
}

const failures: Readonly<Record<number, string>> = {
  503: 'the records cannot be reached for the moment; try again',
};

/** A bare server of ours: JSON bodies (gzip accepted), problem+json refusals (RFC 9457), nothing logged but mishaps. */
export function createServer(
  bodyBytes: number,
  mishap: (error: Error, where: string) => void,
): FastifyInstance {
  const server = fastify({
    bodyLimit: bodyBytes,
    forceCloseConnections: true,
    // An address that cannot be read (`%ff`) never gets as far as a route.
    frameworkErrors: (error, _request, { raw }) => {
      const status = error.statusCode ?? 400;
      const nosniff = { 'x-content-type-options': 'nosniff' };
      raw.writeHead(status, { 'content-type': 'application/problem+json', ...nosniff });
      raw.end(JSON.stringify(problemOf(status, error.message)));
    },
  });
  server.addHook('preParsing', async (request, _reply, payload) => {
    if (request.headers['content-encoding'] !== 'gzip') return payload;
    delete request.headers['content-length'];
    let size = 0;
    const plain = createGunzip();
    // Ends the one when the other ends early: a sender that went away in the middle leaves nothing waiting.
    pipeline(payload, plain, () => {});
    // Nobody may be reading (a GET, a body that is refused unread): what is no gzip then ends the request, not us.
    plain.on('error', () => {});
    plain.on('data', (part: Buffer) => {
      size += part.length;
      if (size > bodyBytes) plain.destroy(tooLong());
    });
    return plain;
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof Refused) return sendRefusal(reply, error.refusal);
    const status = error.statusCode ?? (isAway(error) ? 503 : 500);
    if (status >= 500) mishap(error, `${request.method} ${request.url}`);
    if (status === 503) reply.header('retry-after', '5');
    const title = failures[status] ?? (status >= 500 ? 'something failed here; it was noted' : error.message);
    return reply.code(status).type('application/problem+json').send(problemOf(status, title));
  });
  return server;
}

/** A short body that grows without end when it is unpacked is a long one (RFC 9110, 413). */
function tooLong(): Error {
  return Object.assign(new Error('the body is too long'), { statusCode: 413 });
}

interface Reply {
  code(status: number): Reply;
  type(media: string): Reply;
  send(body: unknown): unknown;
}

function problemOf(status: number, title: string): object {
  return { status, title, code: codeOf(status) };
}

export function sendRefusal(reply: Reply, refusal: Refusal): unknown {
  const status = statuses[refusal.code] ?? 422;
  const { code, path, rule } = refusal;
  return reply.code(status).type('application/problem+json').send({ status, title: rule, code, path, rule });
}

/** Sends a value, or the refusal that stands in its place. */
export function answer(reply: Reply, value: unknown): unknown {
  return isRefusal(value) ? sendRefusal(reply, value) : reply.code(200).send(value);
}

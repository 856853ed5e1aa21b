import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders } from './routes.ts';

/** Where bin/console.mjs puts what it builds. */
export const consoleFolder = join(import.meta.dirname, '../../console/dist');

/** Stands in the built page wherever the nonce of a request goes (console/vite.config.ts). */
const nonceMark = 'NONCE-OF-THIS-ANSWER';

const media: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

interface Part {
  readonly media: string;
  readonly body: Buffer;
  /** By content coding (RFC 9110, 8.4), smallest first. */
  readonly smaller: readonly (readonly [coding: string, body: Buffer])[];
}

interface Built {
  readonly page: string;
  /** By their path below `/console/`; their names carry their digests. */
  readonly parts: ReadonlyMap<string, Part>;
}

/** Reads the whole build once: another build beside a running centre changes nothing for it. Null: never built. */
export function readBuilt(folder: string): Built | null {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) return null;
  const names = readdirSync(join(folder, 'assets')).filter((name) => extname(name) in media);
  const parts = names.map((name): readonly [string, Part] => {
    const file = join(folder, 'assets', name);
    const codings = [['br', '.br'] as const, ['gzip', '.gz'] as const].filter(([, end]) =>
      existsSync(`${file}${end}`),
    );
    const smaller = codings.map(([coding, end]) => [coding, readFileSync(`${file}${end}`)] as const);
    return [`assets/${name}`, { media: media[extname(name)]!, body: readFileSync(file), smaller }];
  });
  return { page: readFileSync(index, 'utf8'), parts: new Map(parts) };
}

/**
 * The console below `/console/`: its parts, kept by browsers for ever, and its one page for every other path, which
 * the page itself reads (deep links). Each answer has a nonce of its own.
 */
export function consoleRoutes(server: FastifyInstance, folder: string = consoleFolder): void {
  const built = readBuilt(folder);
  server.get('/console', (request, reply) => {
    const { search } = new URL(request.url, 'http://any');
    return reply.redirect(`/console/${search}`, 308);
  });
  server.get('/console/*', (request, reply) => {
    if (built === null) return unbuilt(reply);
    const path = new URL(request.url, 'http://any').pathname.slice('/console/'.length);
    const part = built.parts.get(path);
    if (part !== undefined) return sendPart(request, reply, part);
    if (path.startsWith('assets/')) return reply.callNotFound();
    return sendPage(reply, built.page);
  });
}

function unbuilt(reply: FastifyReply): FastifyReply {
  const text =
    '控制台尚未构建：请运行 node bin/console.mjs。\nThe console is not built yet: run node bin/console.mjs.\n';
  return reply.code(503).headers(pageHeaders).type('text/plain; charset=utf-8').send(text);
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(18).toString('base64url');
  return reply
    .headers(pageHeaders)
    .headers({
      'content-security-policy': policy(nonce),
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(page.replaceAll(nonceMark, nonce));
}

/** Nothing from elsewhere, no script or style that this answer did not name, no framing. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function sendPart(request: FastifyRequest, reply: FastifyReply, part: Part): FastifyReply {
  const taken = String(request.headers['accept-encoding'] ?? '');
  const smaller = part.smaller.find(([coding]) => accepts(taken, coding));
  reply.headers({
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    vary: 'accept-encoding',
  });
  if (smaller !== undefined) reply.header('content-encoding', smaller[0]);
  return reply.type(part.media).send(smaller?.[1] ?? part.body);
}

/** `br;q=0` says no (RFC 9110, 12.5.3). */
function accepts(header: string, coding: string): boolean {
  const found = header.split(',').find((one) => one.split(';')[0]!.trim().toLowerCase() === coding);
  return found !== undefined && !/;\s*q=0(?:\.0*)?\s*$/.test(found);
}

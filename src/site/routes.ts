import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isRefusal, type Refusal } from '../refusal.ts';
import type { Lang } from '../terms/words.ts';
import { type Asset, etagOf, isKnown, readAssets } from './assets.ts';
import { failurePage, refusalPage } from './failure.ts';
import { homePage } from './home.ts';
import { type Document, manualPage } from './manual.ts';
import { preferredLang, readQuery } from './query.ts';
import type { PublicView } from './view.ts';

export interface SiteSource {
  view(query: {
    readonly lang: Lang;
    readonly month: string | null;
    readonly guarantee: string | null;
    readonly host: string | null;
  }): Promise<PublicView | Refusal>;
}

/** Where the page at `/api/` is made from. */
export interface ManualSource {
  document(): Promise<Document>;
  readonly gates: ReadonlyMap<string, string>;
  origin(): string;
}

/** No inline script or style, nothing from elsewhere, no framing. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cross-origin-opener-policy': 'same-origin',
};

const yearSeconds = 31_536_000;

/**
 * The public site on a server of ours (`createServer`): `/`, its assets, and the server's not-found answer, which is a
 * page for browsers and problem+json (RFC 9457) for programs. `now` dates the answers. HEAD answers as GET does.
 */
export function siteRoutes(
  server: FastifyInstance,
  site: { readonly source: SiteSource; readonly now: () => number; readonly manual?: ManualSource },
): void {
  const { assets, digest } = readAssets();
  server.setNotFoundHandler((request, reply) => {
    reply.headers(pageHeaders).header('vary', 'accept, accept-language, cookie');
    if (!wantsPage(request)) {
      return reply
        .code(404)
        .type('application/problem+json')
        .send({ status: 404, title: 'there is nothing at this address' });
    }
    return sendPage(reply, 404, failurePage('missing', langOf(request), digest));
  });
  server.register(async (pages) => {
    pages.addHook('onRequest', async (_request, reply) => {
      reply.headers(pageHeaders).header('date', new Date(site.now()).toUTCString());
    });
    // The server's own error handler has noted the mishap by then; a person gets a page instead of its JSON.
    pages.addHook('onSend', async (request, reply, payload) => {
      const isJson = /problem\+json/.test(String(reply.getHeader('content-type')));
      if (reply.statusCode < 500 || !isJson || !wantsPage(request)) return payload;
      reply.type('text/html; charset=utf-8').removeHeader('content-length');
      return failurePage(reply.statusCode === 503 ? 'away' : 'failed', langOf(request), digest);
    });
    pages.get('/', (request, reply) => homeRoute(request, reply, site.source, digest));
    const { manual } = site;
    if (manual !== undefined)
      pages.get('/api/', (request, reply) => manualRoute(request, reply, manual, digest));
    for (const asset of assets) {
      pages.get(asset.path, (request, reply) => sendAsset(request, reply, asset, digest));
    }
  });
}

/** The API manual: the same for everybody until the product changes. */
async function manualRoute(
  request: FastifyRequest,
  reply: FastifyReply,
  { document, gates, origin }: ManualSource,
  assets: string,
): Promise<FastifyReply> {
  const told = await document();
  const page = manualPage({ document: told, gates, origin: origin(), lang: langOf(request), assets });
  const etag = etagOf(page);
  reply.header('etag', etag).header('cache-control', 'no-cache').header('vary', 'accept-language, cookie');
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return sendPage(reply, 200, page);
}

async function homeRoute(
  request: FastifyRequest,
  reply: FastifyReply,
  source: SiteSource,
  digest: string,
): Promise<FastifyReply> {
  reply.header('vary', 'accept-language, cookie');
  const query = readQuery(request.query);
  if (isRefusal(query)) return sendPage(reply, 400, refusalPage(query, 400, langOf(request), digest));
  const lang = query.lang ?? langOf(request);
  const view = await source.view({ ...query, lang });
  if (isRefusal(view)) {
    if (view.code === 'provider-missing') return sendPage(reply, 503, failurePage('unset', lang, digest));
    const status = view.code.endsWith('-unknown') ? 404 : 400;
    return sendPage(reply, status, refusalPage(view, status, lang, digest));
  }
  if (query.lang !== null) {
    reply.header('set-cookie', `lang=${lang}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax; HttpOnly`);
  }
  const body = homePage(view, digest);
  const etag = etagOf(body);
  reply.header('etag', etag).header('cache-control', 'no-cache');
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return sendPage(reply, 200, body);
}

/** An asset asked for by its digest may be kept for ever; without it, it is asked for again each time. */
function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset, digest: string): FastifyReply {
  const versioned = askedOf(request, 'v') === digest;
  const cache = versioned ? `public, max-age=${yearSeconds}, immutable` : 'no-cache';
  reply.header('etag', asset.etag).header('cache-control', cache);
  if (isKnown(request.headers['if-none-match'], asset.etag)) return reply.code(304).send();
  return reply.type(asset.media).send(asset.body);
}

function sendPage(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(body);
}

/** Browsers name text/html; programs under `/agents` and `/api` never get a page. */
function wantsPage(request: FastifyRequest): boolean {
  if (/^\/(agents|api)(\/|\?|$)/.test(request.url)) return false;
  return /text\/html/i.test(request.headers.accept ?? '');
}

function langOf(request: FastifyRequest): Lang {
  const asked = askedOf(request, 'lang');
  if (asked === 'zh' || asked === 'en') return asked;
  return preferredLang(request.headers.cookie, request.headers['accept-language']);
}

function askedOf(request: FastifyRequest, key: string): unknown {
  const query: unknown = request.query;
  return typeof query === 'object' && query !== null ? Reflect.get(query, key) : undefined;
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Found, findRecord } from '../agreement/document/record.ts';
import { type Verdict, verify } from '../agreement/document/verify.ts';
import type { Database } from '../db/connection.ts';
import { readProvider } from '../people/store.ts';
import type { Lang } from '../terms/words.ts';
import { readAssets } from './assets.ts';
import { preferredLang } from './query.ts';
import { pageHeaders } from './routes.ts';
import { verifyPage } from './verdict.ts';

/** A signed copy has a third of a megabyte. */
const mostBytes = 4 * 1024 * 1024;
/** Checking a file takes a moment of the centre's time: two at once, the next is asked to come again. */
const atOnce = 2;

export interface Shown {
  readonly verdict: Verdict;
  /** Null: this installation knows no such agreement. */
  readonly record: Found | null;
}

/**
 * `/verify`: anybody may show a file and is told who signed it, when, and whether it is whole. Nothing of it is
 * kept. A form without script, or `application/pdf` by a program, which gets JSON.
 */
export function verifyRoutes(server: FastifyInstance, database: Database): void {
  const { digest } = readAssets();
  let running = 0;
  server.register(async (pages) => {
    const asBuffer = { parseAs: 'buffer', bodyLimit: mostBytes } as const;
    for (const type of ['multipart/form-data', 'application/pdf']) {
      pages.addContentTypeParser(type, asBuffer, (_request, body, done) => done(null, body));
    }
    pages.addHook('onRequest', async (_request, reply) => void reply.headers(pageHeaders));
    pages.get('/verify', async (request, reply) => send(request, reply, database, null, digest));
    pages.post('/verify', { bodyLimit: mostBytes }, async (request, reply) => {
      const file = await fileOf(request);
      if (file === null || file.length === 0) return send(request, reply, database, 'empty', digest);
      if (running >= atOnce) {
        reply.code(429).header('retry-after', '2');
        return send(request, reply, database, 'busy', digest);
      }
      running += 1;
      try {
        const verdict = await verify(file);
        const record = await database.transaction((tx) => findRecord(tx, verdict));
        return send(request, reply, database, { verdict, record }, digest);
      } finally {
        running -= 1;
      }
    });
  });
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  database: Database,
  shown: Shown | 'empty' | 'busy' | null,
  assets: string,
): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store').header('vary', 'accept, accept-language, cookie');
  if (!/text\/html/i.test(request.headers.accept ?? '') && shown !== null) {
    if (typeof shown !== 'string') return reply.send(shown);
    const title = shown === 'busy' ? 'others are checking files: come again' : 'a PDF file';
    if (shown === 'empty') reply.code(422);
    return reply.type('application/problem+json').send({ status: reply.statusCode, title });
  }
  const provider = await readProvider(database.db);
  const lang = langOf(request);
  const name = provider?.profile.name[lang] ?? null;
  return reply.type('text/html; charset=utf-8').send(verifyPage(shown, lang, name, assets));
}

/** The file of a form, or the body itself; null: neither. */
async function fileOf(request: FastifyRequest): Promise<Buffer | null> {
  const { body, headers } = request;
  if (!Buffer.isBuffer(body)) return null;
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const file = form.get('file');
    return file instanceof Blob ? Buffer.from(await file.arrayBuffer()) : null;
  } catch {
    // A form that is cut off, or none at all.
    return null;
  }
}

function langOf({ query, headers }: FastifyRequest): Lang {
  const asked: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, 'lang') : undefined;
  if (asked === 'zh' || asked === 'en') return asked;
  return preferredLang(headers.cookie, headers['accept-language']);
}

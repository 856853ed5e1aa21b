import assert from 'node:assert';
import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** Where the other side answers. `authorities`: PEM of certificates accepted besides the system's. */
export type Place =
  | { readonly socketPath: string }
  | { readonly url: string; readonly token: string; readonly authorities?: readonly string[] };

export interface LinkOptions {
  /** For the whole exchange; default 30 s. */
  readonly timeoutMs?: number;
  /** An answer (unpacked) beyond this is a mishap; default 64 MB. */
  readonly answerBytes?: number;
}

/** What came back, whatever its status; `body` is null when there was none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * A client for our own processes: JSON over kept-alive connections. Statuses are returned; no connection,
 * no answer in time, and an answer that is not JSON are thrown with their cause.
 */
export interface Link {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  close(): void;
}

/** Bodies above this are sent gzipped. */
export const gzipAboveBytes = 1024;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | null;
}

type Send = (exchange: Exchange, signal: AbortSignal) => Promise<IncomingMessage>;

export function createLink(place: Place, options: LinkOptions = {}): Link {
  const { timeoutMs = 30_000, answerBytes = 64 * 1024 * 1024 } = options;
  const { send, close, name } = 'url' in place ? remote(place) : local(place.socketPath);

  async function exchange(made: Exchange): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    const what = `${made.method} ${made.path} at ${name}`;
    try {
      const response = await sendTwice(send, made, signal);
      return { status: response.statusCode ?? 0, body: await readJson(response, answerBytes) };
    } catch (cause) {
      const why = signal.aborted
        ? `no answer within ${timeoutMs} ms`
        : String(cause instanceof Error ? cause.message : cause);
      throw new Error(`${what}: ${why}`, { cause });
    }
  }

  return {
    get: (path) => exchange({ method: 'GET', path, headers: {}, body: null }),
    post: async (path, body) => exchange({ method: 'POST', path, ...(await packed(body)) }),
    close,
  };
}

async function packed(body: unknown): Promise<Pick<Exchange, 'headers' | 'body'>> {
  const text = JSON.stringify(body);
  assert(text !== undefined, 'a body is a JSON value');
  const plain = Buffer.from(text);
  const large = plain.length > gzipAboveBytes;
  const bytes = large ? await pack(plain, { level: 4 }) : plain;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'content-length': String(bytes.length),
  };
  if (large) headers['content-encoding'] = 'gzip';
  return { headers, body: bytes };
}

function local(socketPath: string) {
  const agent = new Agent({ keepAlive: true });
  const send: Send = ({ method, path, headers, body }, signal) =>
    ask(
      (done) => request({ socketPath, agent, method, path, headers: offered(headers), signal }, done),
      body,
    );
  return { send, close: () => agent.destroy(), name: socketPath };
}

function remote(place: Extract<Place, { url: string }>) {
  const base = new URL(place.url);
  assert(base.protocol === 'http:' || base.protocol === 'https:', `not an address of ours: ${base.protocol}`);
  const prefix = base.pathname.replace(/\/$/, '');
  // Node's own list of authorities is replaced by `ca`, so only ours count when some are given.
  const trusted = place.authorities === undefined ? {} : { ca: [...place.authorities] };
  const isTls = base.protocol === 'https:';
  const agent = isTls ? new TlsAgent({ keepAlive: true, ...trusted }) : new Agent({ keepAlive: true });
  const send: Send = ({ method, path, headers, body }, signal) => {
    const options = {
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port,
      agent,
      method,
      path: prefix + path,
      headers: offered({ ...headers, authorization: `Bearer ${place.token}` }),
      signal,
    };
    return ask((done) => (isTls ? tlsRequest(options, done) : request(options, done)), body);
  };
  return { send, close: () => agent.destroy(), name: base.host };
}

function offered(headers: Record<string, string>): Record<string, string> {
  return { accept: 'application/json', 'accept-encoding': 'gzip', ...headers };
}

type Begin = (done: (response: IncomingMessage) => void) => ReturnType<typeof request>;

/** A kept connection that the other side had just closed says nothing about it; a read may be asked again. */
class Stale extends Error {}

function ask(begin: Begin, body: Buffer | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = begin(resolve);
    asked.on('error', (cause: Error & { code?: string }) => {
      const stale = asked.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
      reject(stale ? new Stale(cause.message, { cause }) : cause);
    });
    asked.end(body ?? undefined);
  });
}

async function sendTwice(send: Send, made: Exchange, signal: AbortSignal): Promise<IncomingMessage> {
  try {
    return await send(made, signal);
  } catch (error) {
    if (made.method === 'GET' && error instanceof Stale) return send(made, signal);
    throw error;
  }
}

async function readJson(response: IncomingMessage, limit: number): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    parts.push(part);
  }
  if (size === 0) return null;
  const whole = Buffer.concat(parts);
  const zipped = response.headers['content-encoding'] === 'gzip';
  const plain = zipped ? await unpack(whole, { maxOutputLength: limit }) : whole;
  return JSON.parse(plain.toString('utf8'));
}

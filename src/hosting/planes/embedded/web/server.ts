import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import { accessLine } from '../../../access.ts';
import type { Address } from '../../../plane.ts';
import { peerOf, plainAddress } from '../ftp/door.ts';
import type { KeyPair } from './certificate.ts';
import { statusPage } from './page.ts';
import { route } from './route.ts';
import type { Sites } from './site.ts';
import { type Link, Visit } from './visit.ts';
import type { WebWorld } from './world.ts';

export interface WebOptions {
  readonly address: string;
  /** 0: any free one. */
  readonly httpPort: number;
  readonly httpsPort: number | null;
  readonly sites: Sites;
  readonly world: WebWorld;
  /** For names without a certificate of their own. */
  readonly own: KeyPair;
  readonly ownContext: SecureContext;
  /** One whole line per request, at its end. */
  readonly onLine: (line: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface WebServer {
  readonly http: Address;
  readonly https: Address | null;
  /** Stops listening and ends every connection; `resume` listens again at the same ports. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Every request waits this long before it is answered, within its measured time; 0: none does. */
  stall(ms: number): void;
  close(): Promise<void>;
}

const headBytes = 16_384;

/** Listens, or throws why it cannot. */
export async function startWeb(options: WebOptions): Promise<WebServer> {
  const crowd = new Map<string, number>();
  const settings = {
    maxHeaderSize: headBytes,
    insecureHTTPParser: false,
    connectionsCheckingInterval: 1000,
    noDelay: true,
  };
  const http = createServer(settings);
  const https = options.httpsPort === null ? null : createSecureServer({ ...settings, ...secure(options) });
  const servers: Server[] = https === null ? [http] : [http, https];
  setUp(options, crowd, http, 'http');
  if (https !== null) setUp(options, crowd, https, 'https');
  try {
    await listen(http, options.httpPort, options.address);
    if (https !== null) await listen(https, options.httpsPort ?? 0, options.address);
  } catch (cause) {
    await Promise.all(servers.map(shut));
    throw new Error(`cannot listen on ${options.address}`, { cause });
  }
  const ports = servers.map(portOf);
  const pause = async (): Promise<void> => {
    await Promise.all(servers.map(shut));
  };
  return {
    http: { address: options.address, port: ports[0]! },
    https: https === null ? null : { address: options.address, port: ports[1]! },
    pause,
    resume: async () => {
      for (const [i, server] of servers.entries()) {
        if (!server.listening) await listen(server, ports[i]!, options.address);
      }
    },
    stall: (ms) => {
      stalled.set(options, ms);
    },
    close: pause,
  };
}

/** What a drill makes each request wait, ms. */
const stalled = new WeakMap<WebOptions, number>();

/** One name, one map look-up, one secure context kept with the host; a client that names nobody gets our own pair. */
function secure({ sites, own, ownContext }: WebOptions) {
  return {
    key: own.key,
    cert: own.cert,
    minVersion: 'TLSv1.2' as const,
    handshakeTimeout: 10_000,
    ALPNProtocols: ['http/1.1'],
    SNICallback: (name: string, done: (error: Error | null, context?: SecureContext) => void) => {
      done(null, sites.named(name.toLowerCase())?.secureContext ?? ownContext);
    },
  };
}

function setUp(
  options: WebOptions,
  crowd: Map<string, number>,
  server: Server,
  scheme: Link['scheme'],
): void {
  const { limits } = options.world;
  const links = new WeakMap<Socket, Link>();
  server.maxConnections = limits.total;
  server.headersTimeout = limits.headMs;
  // The whole request may take as long as bytes keep coming: silence is what `timeout` below ends.
  server.requestTimeout = 0;
  server.keepAliveTimeout = limits.keepMs;
  server.timeout = limits.idleMs;
  server.on('connection', (socket: Socket) => admit(crowd, limits.perAddress, socket));
  server.on('timeout', (socket: Socket) => {
    if ((links.get(socket)?.waiting ?? 0) === 0) socket.destroy();
  });
  const visit = (req: IncomingMessage, res: ServerResponse, expects: boolean) => {
    const link = links.get(req.socket) ?? newLink(links, req.socket, scheme);
    begin(options, new Visit(req, res, link, options.world.tick, expects));
  };
  server.on('request', (req, res) => visit(req, res, false));
  server.on('checkContinue', (req, res) => visit(req, res, true));
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => visit(req, res, false));
  server.on('clientError', (error: Error, socket: Socket) => {
    refuse(options, error, socket, links.get(socket) ?? newLink(links, socket, scheme));
  });
}

/** Over its share of connections, an address gets no further one; those it has go on. */
function admit(crowd: Map<string, number>, perAddress: number, socket: Socket): void {
  const peer = peerOf(plainAddress(socket.remoteAddress ?? ''));
  const count = (crowd.get(peer) ?? 0) + 1;
  crowd.set(peer, count);
  socket.once('close', () => {
    const rest = (crowd.get(peer) ?? 1) - 1;
    if (rest <= 0) crowd.delete(peer);
    else crowd.set(peer, rest);
  });
  if (count > perAddress) socket.destroy();
}

function newLink(links: WeakMap<Socket, Link>, socket: Socket, scheme: Link['scheme']): Link {
  const client = plainAddress(socket.remoteAddress ?? '');
  const link: Link = { socket, client, scheme, read: 0, written: 0, open: 0, waiting: 0 };
  links.set(socket, link);
  return link;
}

function begin(options: WebOptions, visit: Visit): void {
  visit.link.open += 1;
  visit.res.on('close', () => {
    visit.link.open -= 1;
    options.onLine(visit.line(options.now()));
  });
  try {
    const wait = stalled.get(options) ?? 0;
    const work = wait > 0 ? later(options, visit, wait) : route(options.world, options.sites, visit);
    if (work !== undefined) work.catch((error: unknown) => failed(options, visit, error));
  } catch (error) {
    failed(options, visit, error);
  }
}

async function later({ world, sites }: WebOptions, visit: Visit, ms: number): Promise<void> {
  await delay(ms);
  if (!visit.left) await route(world, sites, visit);
}

/** A mishap of our own: told to the operator, and to the client as 500. */
function failed({ world }: WebOptions, visit: Visit, error: unknown): void {
  world.onError(error);
  if (!visit.left) visit.answer(500, statusPage(500));
}

const refusals: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is no request (RFC 9112): answered where the client can still take it for an answer, then hung up on. */
function refuse(options: WebOptions, error: Error, socket: Socket, link: Link): void {
  const code = 'code' in error ? String(error.code) : '';
  const unasked = socket.bytesRead === link.read || code === 'ECONNRESET' || code === 'EPIPE';
  if (unasked || link.open > 0 || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = refusals[code] ?? 400;
  const page = statusPage(status);
  const head = [
    `HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'}`,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(page)}`,
    'Connection: close',
  ];
  const answer = `${head.join('\r\n')}\r\n\r\n${page}`;
  socket.end(answer);
  setTimeout(() => socket.destroy(), 1000).unref();
  const none = { host: '', method: '', target: '', probe: '', referer: '', agent: '' };
  const times = {
    endedMs: options.now(),
    durationMs: 0,
    headMs: 0,
    upstreamHeadMs: null,
    upstreamDurationMs: null,
  };
  const bytes = { bytesIn: socket.bytesRead - link.read, bytesOut: Buffer.byteLength(answer) };
  const { client, scheme } = link;
  options.onLine(
    accessLine({ ...none, ...times, ...bytes, client, scheme, status, type: 'text/html; charset=utf-8' }),
  );
}

async function listen(server: Server, port: number, address: string): Promise<void> {
  server.listen({ port, host: address, backlog: 4096 });
  await once(server, 'listening');
}

async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}
